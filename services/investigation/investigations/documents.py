"""The investigation as it is written down: what stands in it on a day, in Swedish words, for its template.

Of a protected identity it shows what its reader may see. Knows neither how a document is set nor who that is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.investigation.checks.status import Register
from services.investigation.contract.common import Kind, Status
from services.investigation.contract.decisions import (
    AgeGroup,
    DecidedOutcome,
    EndedBy,
    Investigator,
    ProposedOutcome,
    Told,
)
from services.investigation.contract.objections import Disputed
from services.investigation.investigations.blockers import Area, Blocker, Rating
from services.investigation.investigations.rules import Demands
from services.investigation.investigations.words import (
    AGE_GROUPS,
    AREAS,
    BLOCKERS,
    CHECK_STATUSES,
    DECISIONS,
    DISPUTED,
    ENDED_BY,
    INVESTIGATORS,
    KINDS,
    PROPOSALS,
    RATINGS,
    REGISTERS,
    RELATIONS,
    REQUIREMENTS,
    STATUSES,
    STEPS,
    TOLD,
)
from services.investigation.model import Assessment, GivenReference, Investigation, Meeting, Proposal, RegisterCheck
from services.investigation.steps.rules import Step
from services.kernel.basics.clock import local_date
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import full_name

TEMPLATE = Path(__file__).with_name("investigation.typ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Adult:
    """An adult of the household; who it is may be hidden."""

    name: str
    relation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One adult in one register. The extract itself is nowhere."""

    name: str
    register: str
    status: str
    checked_on: date | None
    valid_until: date | None
    recorded_by: str | None
    assessment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """One of the seven areas, assessed or not."""

    area: str
    rating: str | None
    assessed_by: str | None
    assessed_on: date | None
    note: str
    risk_factors: tuple[str, ...] = ()
    protective_factors: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A step that was held."""

    step: str
    held_on: date
    place: str
    with_whom: str
    notes: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Referred:
    """What somebody has said of an adult."""

    of: str
    name: str
    relation: str
    way: str
    given_on: date
    summary: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Disputes:
    """What an adult disputes, and says instead."""

    by: str
    about: str
    said_on: date
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """By whom an investigation was broken off, and why."""

    by: str
    ended_on: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What was decided on a proposal."""

    outcome: str
    decided_by: str
    decided_on: date
    reasons: str
    told: str | None = None  #: when and how the family was told of a refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposed:
    """A proposal, with what was decided on it when something was."""

    outcome: str
    assignments: str
    ages: str | None
    places: int | None
    child: str | None
    valid_until: date | None
    proposed_by: str
    proposed_on: date
    conditions: str
    reasons: str
    suited_for: str
    investigated_by: str
    experience: str
    why_near: str
    decision: Decided | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InvestigationDocument:
    """Everything that stands in the document."""

    status: str
    kind: str
    assignments: str
    opened_on: date
    hides_names: bool
    household_complete: bool
    adults: tuple[Adult, ...]
    children_born: str
    checks: tuple[Check, ...]
    meetings: tuple[Held, ...]
    references: tuple[Referred, ...]
    judgements: tuple[Judgement, ...]
    disputes: tuple[Disputes, ...]
    ended: Ended | None
    blockers: tuple[str, ...] | None  #: None when nothing can block any more: it is closed
    proposals: tuple[Proposed, ...]  #: the first made first


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """What whoever reads the document may see of protected identities (skyddade personuppgifter)."""

    sees_home: bool
    sees_child: bool  #: for whom a network home is proposed
    hides_staff: Callable[[str | None], bool]  #: whether somebody of the staff is not named

    def staff(self, actor: str) -> str:
        """Who of the staff it was."""
        return _NO_NAME if self.hides_staff(actor) else actor

    def text(self, text: str, *, of_child: bool = False) -> str:
        """What somebody wrote of the home, or of the child too."""
        return text if not text or (self.sees_home and (self.sees_child or not of_child)) else _NO_TEXT


_LEFT = "Vuxen som har flyttat"
_FACTORS = ("risk_factors", "protective_factors", "resources")
_NO_NAME, _NO_TEXT = "Namnet visas inte", "Texten visas inte."


def title_of(investigation: Investigation) -> str:
    """What the document is called."""
    return f"Utredning inför uppdrag som {_assignments(investigation.assignments) or 'hem'}"


def document_of(investigation: Investigation, today: date, reader: Reader, demands: Demands) -> InvestigationDocument:
    """What stands in the document of that day for that reader."""
    names = _names(investigation, reader)
    assessed = {Area(known.area): known for known in investigation.assessments}
    return InvestigationDocument(
        status=STATUSES[Status(investigation.status)],
        kind=KINDS[Kind(investigation.kind)],
        assignments=_assignments(investigation.assignments),
        opened_on=local_date(investigation.opened_at),
        hides_names=not reader.sees_home,
        household_complete=investigation.household_complete,
        adults=tuple(
            Adult(name=names[adult.id], relation=RELATIONS.get(adult.person["relation"], RELATIONS["other"]))
            for adult in investigation.household
        ),
        children_born=_joined([str(year) for year in sorted(investigation.children_birth_years)]),
        checks=tuple(
            _check(check, names, today, reader) for check in _in_order(investigation.household_checks, list(names))
        ),
        meetings=tuple(_held(meeting, names, reader) for meeting in investigation.meetings),
        references=tuple(_referred(reference, names, reader) for reference in investigation.references),
        judgements=tuple(_judgement(area, assessed.get(area), reader) for area in Area),
        disputes=_disputes(investigation, names, reader),
        ended=_ended(investigation, reader),
        blockers=(
            tuple(_blocker(blocker, names) for blocker in investigation.blockers_on(today, demands))
            if investigation.status in (Status.OPEN, Status.PROPOSED)
            else None
        ),
        proposals=tuple(_proposed(proposal, reader) for proposal in investigation.proposals),
    )


def _names(investigation: Investigation, reader: Reader) -> dict[str, str]:
    """What each adult is called in the document, the applicant first."""
    people = {adult.id: adult.person for adult in investigation.household}
    people |= {adult["id"]: adult for adult in investigation.unnumbered_adults}
    if not reader.sees_home:
        return {adult_id: f"Vuxen {number}" for number, adult_id in enumerate(people, 1)}
    return {adult_id: full_name(person) for adult_id, person in people.items()}


def _in_order(checks: Sequence[RegisterCheck], adult_ids: list[str]) -> list[RegisterCheck]:
    registers = list(Register)
    return sorted(
        checks, key=lambda check: (adult_ids.index(check.adult_id), registers.index(Register(check.register)))
    )


def _check(check: RegisterCheck, names: dict[str, str], today: date, reader: Reader) -> Check:
    return Check(
        name=names[check.adult_id],
        register=REGISTERS[Register(check.register)],
        status=CHECK_STATUSES[check.status_on(today)],
        checked_on=check.checked_on,
        valid_until=check.valid_until,
        recorded_by=reader.staff(check.recorded_by) if check.recorded_by is not None else None,
        assessment=_assessed(check, reader),
    )


def _assessed(check: RegisterCheck, reader: Reader) -> str:
    """How an outcome is assessed. What the police's registers hold stands in no document that a committee reads."""
    if not check.outcome or check.register == Register.POLICE:
        return ""
    return reader.text(check.outcome["assessment"])


def _held(meeting: Meeting, names: dict[str, str], reader: Reader) -> Held:
    account = meeting.account
    adults = [names[adult_id] for adult_id in meeting.adult_ids if adult_id in names]
    others = [reader.text(one) for one in account["present"]]
    return Held(
        step=STEPS[Step(meeting.step)],
        held_on=meeting.held_on,
        place=reader.text(account["place"]),
        with_whom=_joined([*adults, *others]),
        notes=reader.text(account["notes"]),
    )


def _referred(reference: GivenReference, names: dict[str, str], reader: Reader) -> Referred:
    said = {name: reader.text(text) for name, text in reference.account.items()}
    return Referred(of=names.get(reference.adult_id, _LEFT), given_on=reference.given_on, **said)


def _disputes(investigation: Investigation, names: dict[str, str], reader: Reader) -> tuple[Disputes, ...]:
    return tuple(
        Disputes(
            by=names.get(one.adult_id, _LEFT),
            about=DISPUTED[Disputed(one.disputes)],
            said_on=one.said_on,
            text=reader.text(one.text),
        )
        for one in investigation.objections
    )


def _ended(investigation: Investigation, reader: Reader) -> Ended | None:
    if investigation.broken_off is None or investigation.ended_at is None:
        return None
    return Ended(
        by=ENDED_BY[EndedBy(investigation.broken_off["by"])],
        ended_on=local_date(investigation.ended_at),
        reason=reader.text(investigation.broken_off["reason"]),
    )


def _judgement(area: Area, assessment: Assessment | None, reader: Reader) -> Judgement:
    if assessment is None:
        return Judgement(area=AREAS[area], rating=None, assessed_by=None, assessed_on=None, note="")
    return Judgement(
        area=AREAS[area],
        rating=RATINGS[Rating(assessment.judgement["rating"])],
        assessed_by=reader.staff(assessment.assessed_by),
        assessed_on=local_date(assessment.assessed_at),
        note=reader.text(assessment.judgement["note"]),
        conditions=reader.text(assessment.judgement.get("conditions", "")),
        **{name: tuple(map(reader.text, assessment.judgement.get(name, ()))) for name in _FACTORS},
    )


def _blocker(blocker: Blocker, names: dict[str, str]) -> str:
    return BLOCKERS[blocker.code].format(
        person=names.get(blocker.adult_id or ""),
        register=REGISTERS.get(blocker.register) if blocker.register else None,
        area=AREAS.get(blocker.area) if blocker.area else None,
        step=REQUIREMENTS.get(blocker.step) if blocker.step else None,
    )


def _proposed(proposal: Proposal, reader: Reader) -> Proposed:
    texts = proposal.texts
    child = texts["child_name"]
    board = reader.text(texts.get("board") or "")
    investigator = Investigator(texts.get("investigated_by", Investigator.OWN))
    return Proposed(
        outcome=PROPOSALS[ProposedOutcome(proposal.outcome)],
        assignments=_assignments(proposal.assignments),
        ages=_ages(proposal.age_from, proposal.age_to),
        places=proposal.places,
        # The child of a network home is often a relation of the household, and its name would tell theirs.
        child=child if not child or (reader.sees_home and reader.sees_child) else _NO_NAME,
        valid_until=proposal.valid_until,
        proposed_by=reader.staff(proposal.proposed_by),
        proposed_on=local_date(proposal.proposed_at),
        conditions=reader.text(proposal.texts["conditions"], of_child=True),
        reasons=reader.text(texts["reasons"], of_child=True),
        suited_for=_joined([AGE_GROUPS[AgeGroup(one)] for one in texts.get("suited_for", ())]),
        investigated_by=": ".join(filter(None, (INVESTIGATORS[investigator], board))),
        experience=reader.text(proposal.wanted.experience, of_child=True),
        why_near=reader.text(proposal.wanted.why_near, of_child=True),
        decision=_decided(proposal, reader),
    )


def _decided(proposal: Proposal, reader: Reader) -> Decided | None:
    decision = proposal.decision
    if decision is None:
        return None
    return Decided(
        outcome=DECISIONS[DecidedOutcome(decision.outcome)],
        decided_by=reader.staff(decision.decided_by),
        decided_on=local_date(decision.decided_at),
        reasons=reader.text(decision.reasons, of_child=True),
        told=f"{decision.told_on}, {TOLD[Told(decision.told_way)]}" if decision.told_on and decision.told_way else None,
    )


def _ages(age_from: int | None, age_to: int | None) -> str | None:
    return None if age_from is None or age_to is None else f"{age_from}–{age_to} år"


def _assignments(assignments: Sequence[str]) -> str:
    return _joined([Assignment(assignment).swedish for assignment in assignments])


def _joined(words: Sequence[str]) -> str:
    """`a, b och c`."""
    *first, last = words or [""]
    return f"{', '.join(first)} och {last}" if first else last
