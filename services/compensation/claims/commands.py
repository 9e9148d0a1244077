"""Making claims, attaching papers to them, and deciding on them."""

from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, select

from services.compensation.agreements.commands import know_payees
from services.compensation.claims.queries import with_receipts
from services.compensation.contract.claims import (
    CLAIM_FIELDS,
    CLAIM_PAYEE,
    CLAIM_PLACEMENT,
    CLAIM_WISH,
    MOST_RECEIPTS,
    WISHES,
    ClaimKind,
    ClaimStatus,
    IncomeCompensatedAlready,
    TooManyReceipts,
    WishNeeded,
    WishSpent,
)
from services.compensation.model import Agreement, Claim, Home, HomeAdult, Payee, Placement, Receipt
from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import FileAlreadyAttached, SentFile
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer
from services.vocabulary.across import ENDS_BEFORE_IT_BEGINS

_NEEDED = {
    ClaimKind.PURCHASE_WISH: ("amount",),
    ClaimKind.TRIP_WISH: ("amount",),
    ClaimKind.RECEIPT: ("amount",),
    ClaimKind.MILEAGE: ("kilometres",),
    ClaimKind.LOST_INCOME: ("salary_per_month", "percent", "period_to"),
}


def make_claim(unit: Unit, body: dict[str, Any]) -> Answer:
    """Makes a claim, by the home's own user or by staff for it."""
    kind = ClaimKind(body["kind"])
    for name in _NEEDED[kind]:
        if body.get(name) is None:
            raise CLAIM_FIELDS.refusal(f"/{name}", wanted=name)
    until = body.get("period_to") or body["period_from"]
    if until < body["period_from"]:
        raise ENDS_BEFORE_IT_BEGINS.refusal("/period_to")
    payee = _payee(unit, body)
    _must_be_of_home(unit, body)
    names = ("amount", "kilometres", "salary_per_month", "percent", "placement_id", "wish_id")
    claim = Claim(
        id=new_id(),
        changed_at=unit.now,
        home_id=body["home_id"],
        payee_adult_id=payee,
        kind=kind,
        status=ClaimStatus.WAITING,
        period_from=body["period_from"],
        period_to=until,
        description=body["description"],
        made_by=unit.actor,
        made_at=unit.now,
        receipts=[],
        **{name: body.get(name) for name in names},
    )
    unit.add(claim)
    know_payees(unit, claim.home_id)
    return Answer(with_receipts(unit, claim), version_of=claim)


def attach_receipt(unit: Unit, claim_id: str, file: SentFile) -> Answer:
    """Keeps a paper. The same one comes once, whichever claim it is for, but for claims that were declined."""
    claim = unit.lock(Claim, claim_id)
    claim.must_wait()
    if len(claim.receipts) >= MOST_RECEIPTS:
        raise TooManyReceipts
    unit.alone(f"receipt {file.content_hash}")
    content = unit.lookup(file.content_hash, Purpose.FILE_CONTENT)
    known = (
        select(Receipt.id)
        .join(Claim, Claim.id == Receipt.claim_id)
        .where(Receipt.content_hash == content, Claim.status != ClaimStatus.DECLINED)
    )
    if (found := unit.session.scalars(known).first()) is not None:
        raise FileAlreadyAttached(extra={"file_id": found})
    receipt = Receipt.of(file, unit, beside=(), claim_id=claim.id)
    claim.receipts.append(receipt)
    claim.touch(unit.now)
    return Answer(receipt.view)


def approve_claim(unit: Unit, claim_id: str, body: dict[str, Any]) -> Answer:
    """Approves a claim, or a part of it."""
    if unit.read(Claim, claim_id).kind == ClaimKind.LOST_INCOME:
        unit.alone("lost income")  # two claims of the same days at once: the second finds the first
    claim = unit.lock(Claim, claim_id)
    claim.must_wait()
    _must_have_been_asked_for(unit, claim)
    _must_be_lost_once(unit, claim)
    claim.approve(body, by=unit.actor, at=unit.now)
    _must_cover(unit, claim)
    return Answer(with_receipts(unit, claim), version_of=claim)


def decline_claim(unit: Unit, claim_id: str, body: dict[str, Any]) -> Answer:
    """Declines a claim."""
    claim = unit.lock(Claim, claim_id)
    claim.decline(body["reason"], by=unit.actor, at=unit.now)
    return Answer(with_receipts(unit, claim), version_of=claim)


def _must_have_been_asked_for(unit: Unit, claim: Claim) -> None:
    """Raises `WishNeeded` for a larger purchase without a wish of the home's that was approved."""
    if claim.kind != ClaimKind.RECEIPT or (claim.amount or 0) <= unit.settings.asked_for_first_above:
        return
    wish = unit.session.scalars(select(Claim).where(Claim.id == (claim.wish_id or ""))).one_or_none()
    granted = wish is not None and wish.status == ClaimStatus.APPROVED and ClaimKind(wish.kind) in WISHES
    if not granted or wish is None or wish.home_id != claim.home_id:
        raise WishNeeded


def _must_be_lost_once(unit: Unit, claim: Claim) -> None:
    """Raises `IncomeCompensatedAlready`, with that claim's id, for days of another claim of the same adult, wherever
    that one lived, which was approved."""
    if claim.kind != ClaimKind.LOST_INCOME:
        return
    number = select(Payee.lookup).where(Payee.id == claim.payee_adult_id).scalar_subquery()
    adult = unit.session.execute(select(Payee.id, Payee.home_id).where(Payee.lookup == number)).all()
    others = select(Claim.id).where(
        Claim.home_id.in_([one.home_id for one in adult]),
        Claim.payee_adult_id.in_([one.id for one in adult]),
        Claim.kind == ClaimKind.LOST_INCOME,
        Claim.status.in_([ClaimStatus.APPROVED, ClaimStatus.PAID]),
        Claim.period_from <= claim.period_to,
        Claim.period_to >= claim.period_from,
    )
    if (found := unit.session.scalars(others.order_by(Claim.id)).first()) is not None:
        raise IncomeCompensatedAlready(extra={"claim_id": found})


def _must_cover(unit: Unit, claim: Claim) -> None:
    """Raises `WishSpent` when the receipts of a wish come to more than was approved of it. Two at once wait for each
    other at the wish."""
    if claim.kind != ClaimKind.RECEIPT or claim.wish_id is None:
        return
    wish = unit.lock(Claim, claim.wish_id)
    if wish.status != ClaimStatus.APPROVED:  # a small purchase needs none
        return
    unit.session.flush()
    of_wish = Claim.wish_id == wish.id, Claim.status.in_([ClaimStatus.APPROVED, ClaimStatus.PAID])
    spent = unit.session.scalar(select(func.sum(Claim.approved_amount)).where(*of_wish)) or Decimal(0)
    if spent > (wish.approved_amount or 0):
        raise WishSpent


def _must_be_of_home(unit: Unit, body: dict[str, Any]) -> None:
    """Raises `InvalidInput` for a placement, or a wish, that the home does not have."""
    home_id, placement_id, wish_id = body["home_id"], body.get("placement_id"), body.get("wish_id")
    placed = select(exists().where(Placement.id == placement_id, Placement.home_id == home_id))
    if placement_id is not None and not unit.session.scalar(placed):
        raise CLAIM_PLACEMENT.refusal("/placement_id")
    kinds = [str(one) for one in WISHES]
    wished = select(exists().where(Claim.id == wish_id, Claim.home_id == home_id, Claim.kind.in_(kinds)))
    if wish_id is not None and not unit.session.scalar(wished):
        raise CLAIM_WISH.refusal("/wish_id")


def _payee(unit: Unit, body: dict[str, Any]) -> str:
    """Who is paid: whoever claims it; where staff do, whom they name. `NotFound` for another home."""
    if unit.for_home:
        if body["home_id"] not in unit.own_homes(Agreement):
            raise NotFound
        number = unit.lookup_person(unit.context.personal_number or "")
        own = select(HomeAdult.id).where(HomeAdult.home_id == body["home_id"], HomeAdult.lookup == number)
        return str(unit.session.scalars(own).one())
    unit.read(Home, body["home_id"])
    named = body.get("payee_adult_id")
    of_home = select(HomeAdult.id).where(HomeAdult.home_id == body["home_id"], HomeAdult.id == (named or ""))
    if unit.session.scalars(of_home).one_or_none() is None:
        raise CLAIM_PAYEE.refusal("/payee_adult_id")
    return str(named)
