"""Drafting, amending, signing and ending agreements."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, or_, select, text, union

from services.compensation.agreements import documents
from services.compensation.agreements.queries import with_terms
from services.compensation.contract import events
from services.compensation.contract.agreement_terms import AgreementTermsBody
from services.compensation.contract.agreements import (
    ALLOWANCE_OF_CHILD,
    ALLOWANCE_TWICE,
    AMENDED_FROM,
    CONTRACT_PAYS,
    ENDS_BEFORE_START,
    GUARDIAN_LIVED,
    LEVEL_OF_KIND,
    OF_HOME,
    PAYEE_OF_HOME,
    PAYEE_TWICE,
    PLACEMENT_MISSING,
    PLACES_MISSING,
    SHARES_ARE_WHOLE,
    TERM_OF_KIND,
    AgreementKind,
    AgreementStatus,
    HomeHasAgreement,
    HomeUnknown,
    NotAnAdultOfTheHome,
    PlacementHasAgreement,
    PlacementUnknown,
)
from services.compensation.model import Agreement, AgreementPaper, Home, HomeAdult, Placement, draft
from services.compensation.model import Payee as PaidAdult
from services.compensation.runs.agreed import TERMS
from services.compensation.runs.reading import rules_of
from services.compensation.tariffs.levels import CostLevel, FeeLevel, PersonCostLevel, PersonLevel
from services.kernel.basics import clock
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import InvalidInput, Problem
from services.kernel.contracts.files import MediaType, SentFile
from services.kernel.contracts.schema import dump
from services.kernel.files.documents import Frame, typeset
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.vocabulary.assignments import LIVING, Assignment

KEEP_PAPER = Duty(name="keep_agreement_paper")  #: its subject is the agreement and the number of its terms
TELL_CONTRACT = Duty(name="tell_contract")  #: its subject is the same


def draft_agreement(unit: Unit, body: dict[str, Any]) -> Answer:
    """Drafts an agreement by hand."""
    kind = AgreementKind(body["kind"])
    if not unit.session.scalar(select(exists().where(Home.id == body["home_id"]))):
        raise HomeUnknown
    placement = _placement(unit, kind, body)
    terms = _terms(body)
    _check(kind, placement, terms, _may_be_paid(unit, body["home_id"], placement))
    _name_children(unit, body["home_id"], terms)
    _must_be_the_only(unit, kind, body["home_id"], body["starts_on"], body.get("ends_on"))
    if body.get("ends_on") is not None and body["ends_on"] < body["starts_on"]:
        raise ENDS_BEFORE_START.refusal("/ends_on")
    agreement = draft(
        home_id=body["home_id"],
        kind=kind,
        starts_on=placement.starts_on if placement and kind is AgreementKind.PLACEMENT else body["starts_on"],
        body=terms,
        at=unit.now,
        placement_id=placement.id if placement else None,
        allowance_due_on=placement.request_due_on if placement and kind is AgreementKind.PLACEMENT else None,
    )
    agreement.ends_on = placement.ends_on if placement and kind is AgreementKind.PLACEMENT else body.get("ends_on")
    unit.add(agreement)
    know_payees(unit, agreement.home_id)
    return Answer(with_terms(unit, agreement), version_of=agreement)


def amend_agreement(unit: Unit, agreement_id: str, body: dict[str, Any]) -> Answer:
    """Sets the terms of a draft, or of an amendment."""
    agreement = unit.lock_matching(Agreement, agreement_id)
    placement = unit.read(Placement, agreement.placement_id) if agreement.placement_id else None
    terms = _terms(body)
    _check(AgreementKind(agreement.kind), placement, terms, _may_be_paid(unit, agreement.home_id, placement))
    _name_children(unit, agreement.home_id, terms)
    since = body.get("amends_from")
    if since is None and agreement.status == AgreementStatus.SIGNED:
        raise AMENDED_FROM.refusal("/from")
    agreement.propose(terms, since=since or agreement.starts_on, at=unit.now)
    know_payees(unit, agreement.home_id)
    return Answer(with_terms(unit, agreement), version_of=agreement)


def sign_agreement(unit: Unit, agreement_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Signs for the municipality, or for the home by its own login."""
    agreement = unit.lock(Agreement, agreement_id)
    if unit.context.if_match is not None:
        unit.match(agreement)
    adult_id = _own_adult(unit, agreement) if unit.for_home else None
    wanted = unit.settings.agreement_signatures
    agreed = agreement.sign(by=unit.actor, on=unit.today, at=unit.now, adult_id=adult_id, wanted=wanted)
    if agreed is not None:
        unit.record(events.AGREEMENT_SIGNED, subject=agreement, data=agreement.signed())
        _tell_contract(unit, agreement)
        if agreement.kind == AgreementKind.CONTRACTED_EMERGENCY_HOME and agreed.since > unit.today:
            unit.plan(TELL_CONTRACT, subject=f"{agreement.id} {agreed.number}", at=clock.at_local(agreed.since, 0))
        unit.plan(KEEP_PAPER, subject=f"{agreement.id} {agreed.number}", at=unit.now)
    return Answer(agreement)


def end_agreement(unit: Unit, agreement_id: str, body: dict[str, Any]) -> Answer:
    """Ends an agreement that is not about a placement. One that is moved later takes no day of the home's next one."""
    known = unit.read(Agreement, agreement_id)
    unit.alone(f"{known.kind} {known.home_id}")  # before its row, as whoever drafts another
    agreement = unit.lock(Agreement, agreement_id)
    if body["ends_on"] < agreement.starts_on:
        raise ENDS_BEFORE_START.refusal("/ends_on")
    if agreement.ends_on is not None and agreement.ends_on < body["ends_on"]:
        first = agreement.ends_on + timedelta(days=1)
        _must_be_the_only(unit, AgreementKind(agreement.kind), agreement.home_id, first, body["ends_on"])
    agreement.give_notice(body["ends_on"], given_on=body["notice_given_on"], at=unit.now)
    _tell_contract(unit, agreement)
    return Answer(agreement)


def tell_contract(unit: Unit, subject: str) -> None:
    """An amendment holds from today on."""
    agreement_id, _ = subject.split()
    _tell_contract(unit, unit.lock(Agreement, agreement_id))


def _tell_contract(unit: Unit, agreement: Agreement) -> None:
    """Tells what a contracted emergency home has bound itself to, as it holds today."""
    if agreement.kind == AgreementKind.CONTRACTED_EMERGENCY_HOME and agreement.status == AgreementStatus.SIGNED:
        unit.record(events.CONTRACT_AGREED, subject=agreement, data=agreement.contract(unit.today))


def keep_agreement_paper(unit: Unit, subject: str) -> None:
    """Keeps what was signed as a document, with its hash."""
    agreement_id, number = subject.split()
    agreement = unit.lock(Agreement, agreement_id)
    terms = next(one for one in agreement.terms if one.number == int(number))
    frame = Frame(
        municipality=unit.municipality,
        title="Tilläggsavtal" if terms.number else "Avtal om ersättning",
        reference=agreement.id,
        dated=agreement.signed_on or unit.today,
    )
    names = {one.id: one.person for one in agreement.home.adults} if agreement.home else {}
    pdf = typeset(documents.TEMPLATE, frame, documents.document_of(agreement, terms, names))
    kept = unit.shelf.put([pdf], name=f"avtal-{agreement.id}-{number}.pdf", media_type=MediaType.PDF)
    sha256 = hashlib.sha256(pdf).hexdigest()
    sent = SentFile.of(kept, content_hash=sha256)
    unit.add(
        AgreementPaper.of(sent, unit, beside=(), agreement_id=agreement.id, terms_number=int(number), sha256=sha256)
    )


def know_payees(unit: Unit, home_id: str) -> None:
    """By which number whoever is paid is found, and who that is, also once they live there no more."""
    unit.session.flush()
    unit.session.execute(_KNOW_LOOKUPS, {"home_id": home_id})
    unit.session.execute(_KNOW_PAYEES, {"home_id": home_id, "now": unit.now})


_KNOW_LOOKUPS = text(
    "update agreement set payee_lookup = home_adult.lookup from home_adult where home_adult.id = payee_adult_id "
    "and agreement.home_id = :home_id and payee_lookup is distinct from home_adult.lookup"
)
_KNOW_PAYEES = text("""
    insert into payee (id, home_id, lookup, person, channel, version, changed_at)
        select a.id, a.home_id, a.lookup, a.person, 'payroll', 1, :now from home_adult a
        where a.home_id = :home_id and exists (
            select from agreement g join agreement_terms t on t.agreement_id = g.id
            where g.home_id = a.home_id and a.id = any(t.payee_ids)
            union all select from claim c where c.home_id = a.home_id and c.payee_adult_id = a.id
        )
        on conflict (tenant, id) do update
            set lookup = excluded.lookup, person = excluded.person, home_id = excluded.home_id
            where payee.lookup <> excluded.lookup or payee.person <> excluded.person
""")


def _own_adult(unit: Unit, agreement: Agreement) -> str:
    """Which adult of the home it is that signs."""
    number = unit.context.personal_number
    found = unit.session.scalars(
        select(HomeAdult.id).where(
            HomeAdult.home_id == agreement.home_id, HomeAdult.lookup == unit.lookup_person(number or "")
        )
    ).first()
    if found is None:
        raise NotAnAdultOfTheHome
    return found


def _placement(unit: Unit, kind: AgreementKind, body: dict[str, Any]) -> Placement | None:
    """The placement that the agreement is about, where it is about one."""
    wanted = kind in (AgreementKind.PLACEMENT, AgreementKind.GUARDIAN)
    if body.get("placement_id") is None or not wanted:
        if wanted:
            raise PLACEMENT_MISSING.refusal("/placement_id")
        return None
    unit.alone(f"agreement {body['home_id' if kind is AgreementKind.GUARDIAN else 'placement_id']}")
    placement = unit.session.scalars(select(Placement).where(Placement.id == body["placement_id"])).one_or_none()
    if placement is None or placement.home_id != body["home_id"]:
        raise PlacementUnknown
    if kind is AgreementKind.PLACEMENT and placement.assignment == Assignment.CONTRACTED_EMERGENCY_HOME:
        raise CONTRACT_PAYS.refusal("/placement_id")
    if kind is AgreementKind.GUARDIAN and placement.assignment not in LIVING:
        raise GUARDIAN_LIVED.refusal("/placement_id")
    about = _of_the_same(unit, placement) if kind is AgreementKind.GUARDIAN else [placement.id]
    taken = exists().where(Agreement.placement_id.in_(about), Agreement.kind == kind)
    if unit.session.scalar(select(taken)):
        raise PlacementHasAgreement
    return placement


def _of_the_same(unit: Unit, placement: Placement) -> Sequence[str]:
    """The placements of one person in a home: whichever a guardian's agreement is about, there is one. Of a person who
    is not known (of before that was kept) the placement itself."""
    same = Placement.person_key == placement.person_key if placement.person_key else Placement.id == placement.id
    return unit.session.scalars(select(Placement.id).where(Placement.home_id == placement.home_id, same)).all()


def _terms(body: dict[str, Any]) -> dict[str, Any]:
    """The terms of a body, as JSON says them."""
    return {name: value for name, value in dump(AgreementTermsBody, body).items() if value is not None}


def _must_be_the_only(unit: Unit, kind: AgreementKind, home_id: str, first: date, last: date | None) -> None:
    """Raises `HomeHasAgreement`: a home has one contract, and is one mentor family, at a time."""
    if kind in OF_HOME and of_home(unit, kind, home_id, first, last):
        raise HomeHasAgreement


def of_home(unit: Unit, kind: AgreementKind, home_id: str, first: date, last: date | None = None) -> bool:
    """Whether a home has an agreement of a kind on any of some days. Who asks is alone with these until it ends."""
    unit.alone(f"{kind} {home_id}")
    touches = or_(Agreement.ends_on.is_(None), Agreement.ends_on >= first), Agreement.starts_on <= (last or date.max)
    return bool(
        unit.session.scalar(select(exists().where(Agreement.home_id == home_id, Agreement.kind == kind, *touches)))
    )


def _may_be_paid(unit: Unit, home_id: str, placement: Placement | None) -> set[str]:
    """The adults of a home: those who live there, those who have been paid there, and those whom the placement has
    named when the home itself is not known yet."""
    adults = select(HomeAdult.id).where(HomeAdult.home_id == home_id)
    known = unit.session.scalars(union(adults, select(PaidAdult.id).where(PaidAdult.home_id == home_id)))
    return {*known, *(placement.adult_ids if placement else ())}


def _check(
    kind: AgreementKind, placement: Placement | None, terms: dict[str, Any], may_be_paid: Collection[str]
) -> None:
    """Raises `InvalidInput` with everything that does not fit the kind of assignment."""
    is_person = placement is not None and placement.assignment == Assignment.CONTACT_PERSON
    fees: Any = PersonLevel if is_person else FeeLevel
    costs: Any = PersonCostLevel if is_person else CostLevel
    errors: list[Problem] = []
    for name, levels in (("fee_level", fees), ("cost_level", costs)):
        if terms[name] not in {str(one) for one in levels}:
            errors.append(LEVEL_OF_KIND.at(f"/{name}"))
    errors += [TERM_OF_KIND.at(f"/{name}") for name in _without_effect(kind, placement, terms)]
    payees = [one["adult_id"] for one in terms["payees"]]
    if len(set(payees)) != len(payees):
        errors.append(PAYEE_TWICE.at("/payees"))
    errors += [
        PAYEE_OF_HOME.at(f"/payees/{place}/adult_id") for place, one in enumerate(payees) if one not in may_be_paid
    ]
    if sum((Decimal(one["percent"]) for one in terms["payees"]), Decimal(0)) != 100:
        errors.append(SHARES_ARE_WHOLE.at("/payees"))
    if kind is AgreementKind.CONTRACTED_EMERGENCY_HOME and terms.get("places") is None:
        errors.append(PLACES_MISSING.at("/places"))
    if errors:
        raise InvalidInput(errors=errors)


def _name_children(unit: Unit, home_id: str, terms: dict[str, Any]) -> None:
    """Nobody has to ask any more for the allowances that are said. Raises `InvalidInput` where they are not each for
    another child whom the home's contract pays for."""
    named = [one["placement_id"] for one in terms.get("allowances") or ()]
    there = Placement.home_id == home_id, Placement.assignment == Assignment.CONTRACTED_EMERGENCY_HOME
    known = unit.session.scalars(select(Placement).where(Placement.id.in_(named), *there)).all() if named else ()
    if errors := list(_of_children(named, {one.id for one in known})):
        raise InvalidInput(errors=errors)
    for one in known:
        one.allowance_due_on = None


def _of_children(named: Sequence[str], known: Collection[str]) -> Iterator[Problem]:
    if len(set(named)) != len(named):
        yield ALLOWANCE_TWICE.at("/allowances")
    for place, one in enumerate(named):
        if one not in known:
            yield ALLOWANCE_OF_CHILD.at(f"/allowances/{place}/placement_id")


def _without_effect(kind: AgreementKind, placement: Placement | None, terms: dict[str, Any]) -> list[str]:
    """The terms by which an agreement of that kind pays nothing: what is signed is paid."""
    rules = rules_of(kind, placement.assignment if placement else None)
    every = sorted({name for names in TERMS.values() for name in names})
    return [name for name in every if terms.get(name) and (rules is None or name not in TERMS[rules])]
