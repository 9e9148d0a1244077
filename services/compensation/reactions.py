"""What compensation does when an event of another service comes."""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, exists, select

from services.compensation.agreements.commands import know_payees, of_home
from services.compensation.contract.agreements import AgreementKind
from services.compensation.contract.claims import ClaimKind, ClaimStatus
from services.compensation.model import (
    AdoptedTariff,
    Agreement,
    Approval,
    Claim,
    Home,
    HomeAdult,
    Placement,
    Visit,
    draft,
    payees_of,
)
from services.compensation.tariffs.levels import CostLevel, FeeLevel, MentorModel, PersonCostLevel, PersonLevel
from services.kernel.rows import staff, weeding
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each, newest
from services.vocabulary.assignments import Assignment


@newest
def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the placement, and drafts its agreement; of one that is known the first day may have been corrected, and
    nothing else. A child in a contracted emergency home has none of its own: its home has a contract."""
    placement, is_new = unit.ensure(Placement, data["placement_id"])
    placement.learn(data, lookup=unit.lookup_person)
    placement.expect_allowance(is_new=is_new)
    if not is_new:
        if (agreement := _agreement_of(unit, placement)) is not None:
            agreement.begin(data["starts_on"], at=unit.now)
    elif data["assignment"] != Assignment.CONTRACTED_EMERGENCY_HOME:
        unit.session.flush()  # the agreement refers to it
        _draft(
            unit,
            AgreementKind.PLACEMENT,
            home_id=data["home_id"],
            starts_on=data["starts_on"],
            levels=_levels(unit, data["assignment"]),
            adult_ids=data["adult_ids"],
            placement_id=placement.id,
            allowance_due_on=placement.request_due_on,
        )


def _levels(unit: Unit, assignment: str) -> tuple[str, str]:
    """Of the fee and of the reimbursement, as a drafted agreement begins."""
    if assignment == Assignment.CONTACT_PERSON:
        return PersonLevel.WEEKLY, PersonCostLevel.LOW
    if assignment == Assignment.CONTACT_FAMILY:
        return FeeLevel.BASE, CostLevel.BASE
    return unit.settings.default_fee_level, unit.settings.default_cost_level


def _draft(
    unit: Unit,
    kind: AgreementKind,
    *,
    home_id: str,
    starts_on: Any,
    levels: tuple[str, str] = (FeeLevel.BASE, CostLevel.BASE),
    adult_ids: list[str],
    more: dict[str, Any] | None = None,
    placement_id: str | None = None,
    drafted_for: str | None = None,
    allowance_due_on: date | None = None,
) -> None:
    fee, cost = map(str, levels)
    body = {"fee_level": fee, "cost_level": cost, "payees": payees_of(adult_ids), **(more or {})}
    unit.add(
        draft(
            home_id=home_id,
            kind=kind,
            starts_on=starts_on,
            body=body,
            at=unit.now,
            placement_id=placement_id,
            drafted_for=drafted_for,
            allowance_due_on=allowance_due_on,
        )
    )
    know_payees(unit, home_id)


@newest
def on_visit_confirmed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps days that a contact family or a contact person is paid for, as they were confirmed or corrected last."""
    unit.known(Placement, data["placement_id"])
    visit, _ = unit.ensure(Visit, data["visit_id"])
    visit.learn(data)


@newest
def on_visit_withdrawn(unit: Unit, data: dict[str, Any]) -> None:
    """Days that were confirmed were none; what was paid for them is corrected."""
    unit.known(Visit, data["visit_id"]).withdrawn = True


@newest
def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Drafts the contract of a home that is approved as a contracted emergency home, unless it has one: an approval
    that is renewed leaves the contract as it was agreed."""
    kind = AgreementKind.CONTRACTED_EMERGENCY_HOME
    if Assignment.CONTRACTED_EMERGENCY_HOME not in data["assignments"]:
        return
    _approval(unit, data).contracted_until = data["valid_until"]
    if of_home(unit, kind, data["home_id"], data["decided_on"]) or _is_drafted(unit, data["approval_id"]):
        return
    _draft(
        unit,
        kind,
        home_id=data["home_id"],
        starts_on=data["decided_on"],
        adult_ids=[adult["id"] for adult in data["adults"]],
        more={"places": min(data["places"], 4), "age_from": data["age_from"], "age_to": data["age_to"]},
        drafted_for=data["approval_id"],
    )


@newest
def on_approval_revoked(unit: Unit, data: dict[str, Any]) -> None:
    """Whoever is paid under it is paid as was agreed, until the placement ends, or the contract of which somebody gives
    notice: it is among what has a day."""
    _approval(unit, data).revoked_on = data["on"]


def _approval(unit: Unit, data: dict[str, Any]) -> Approval:
    approval, _ = unit.ensure(Approval, data["approval_id"])
    approval.home_id = data["home_id"]
    return approval


@each
def on_mentorship_accepted(unit: Unit, data: dict[str, Any]) -> None:
    """Drafts a mentor family's agreement with its first mentorship, where the municipality pays mentor families by the
    month, as this year's tariff says; voluntary ones are paid for respite only."""
    if _pays_mentors(unit):
        _draft_mentors(unit, data["mentor_id"], data["mentor_home_id"])


@newest
def on_mentor_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Drafts the agreement of a mentor family that has one (as in Stockholm), from today on, unless it has it."""
    if data["active"] and data["contracted"]:
        _draft_mentors(unit, data["mentor_id"], data["home_id"])


def _draft_mentors(unit: Unit, mentor_id: str, home_id: str) -> None:
    if of_home(unit, AgreementKind.MENTOR, home_id, unit.today) or _is_drafted(unit, mentor_id):
        return
    adults = select(HomeAdult.id).where(HomeAdult.home_id == home_id).order_by(HomeAdult.id)
    _draft(
        unit,
        AgreementKind.MENTOR,
        home_id=home_id,
        starts_on=unit.today,
        adult_ids=list(unit.session.scalars(adults)),
        drafted_for=mentor_id,
    )


def _pays_mentors(unit: Unit) -> bool:
    adopted = unit.session.scalars(select(AdoptedTariff).where(AdoptedTariff.id == str(unit.today.year))).one_or_none()
    part = None if adopted is None else adopted.tariff.mentor
    return part is not None and part.model is MentorModel.CONTRACTED


@newest
def on_respite_completed(unit: Unit, data: dict[str, Any]) -> None:
    """Nights of respite that a home has given are paid by the next run: nobody has to claim them."""
    payee = _first_payee(unit, data["home_id"])
    claim, is_new = unit.ensure(Claim, data["respite_id"])
    if not is_new:  # what was paid stays as it was said first
        return
    claim.home_id, claim.kind, claim.status = data["home_id"], ClaimKind.RESPITE, ClaimStatus.APPROVED
    claim.payee_adult_id = payee
    claim.period_from, claim.period_to, claim.nights = data["starts_on"], data["ends_on"], data["nights"]
    claim.made_by, claim.made_at, claim.decided_at, claim.changed_at = "", unit.now, unit.now, unit.now
    claim.receipts = []
    know_payees(unit, data["home_id"])


def _first_payee(unit: Unit, home_id: str) -> str | None:
    """Who of a home is paid by its agreements, or else the first of its adults who is known."""
    agreed = select(Agreement.payee_adult_id).where(Agreement.home_id == home_id, Agreement.payee_adult_id.is_not(None))
    adults = select(HomeAdult.id).where(HomeAdult.home_id == home_id).order_by(HomeAdult.id)
    found = unit.session.scalars(agreed.order_by(Agreement.id.desc())).first()
    return found or unit.session.scalars(adults).first()


def _is_drafted(unit: Unit, what_for: str) -> bool:
    return bool(unit.session.scalar(select(exists().where(Agreement.drafted_for == what_for))))


@newest
def on_placement_ended(unit: Unit, data: dict[str, Any]) -> None:
    """Ends the placement's agreement on the placement's last day, the one that was said last."""
    placement = unit.known(Placement, data["placement_id"])
    placement.ends_on = data["ends_on"]
    if (agreement := _agreement_of(unit, placement)) is not None:
        agreement.end(data["ends_on"], at=unit.now)


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps who lives in a home, so that who is paid has a name."""
    home, is_new = unit.ensure(Home, data["home_id"])
    if is_new:
        home.adults = []
    home.learn(data, lookup=unit.lookup_person)
    know_payees(unit, home.id)


@newest
def on_staff_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether the identity of one of the staff is protected."""
    staff.learn(unit, data["staff_id"], data["actor"], is_protected=data["protected_identity"])


@newest
def on_home_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Weeds the copy of a home; one whose agreements are kept longer, as papers of pay, goes with the last of them."""
    home = unit.session.scalars(_LOCKED, {"home_id": data["home_id"]}).one_or_none()
    named = exists().where(Agreement.home_id == data["home_id"]) | exists().where(Claim.home_id == data["home_id"])
    if home is not None and unit.session.scalar(select(named)):
        home.weeded_on = unit.today
    elif home is not None:
        weeding.weed(unit, weeding.tree_of(unit, home), ())
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


_LOCKED = select(Home).where(Home.id == bindparam("home_id")).with_for_update()


@newest
def on_placement_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Forgets, in its time, what was seen of a placement; the copy has its own years, as papers of pay."""
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


def _agreement_of(unit: Unit, placement: Placement) -> Agreement | None:
    kind = Agreement.kind == AgreementKind.PLACEMENT
    statement = select(Agreement).where(Agreement.placement_id == placement.id, kind).with_for_update()
    return unit.session.scalars(statement).one_or_none()
