"""The investigation as it is written down: what stands in it on a day, in Swedish words, for its template.

Of a protected identity it shows what its reader may see. Knows neither how a document is set nor who that is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.investigation.checks.status import CheckStatus, Register
from services.investigation.contract.common import Status
from services.investigation.contract.decisions import DecidedOutcome, ProposedOutcome
from services.investigation.investigations.blockers import Area, Blocker, BlockerCode, Rating
from services.investigation.model import Assessment, Investigation, Proposal, RegisterCheck
from services.kernel.basics.clock import local_date
from services.vocabulary.assignments import Assignment

TEMPLATE = Path(__file__).with_name("investigation.typ")

STATUSES = {
    Status.OPEN: "Pågår",
    Status.PROPOSED: "Förslag lämnat, väntar på beslut",
    Status.APPROVED: "Avslutad: hemmet är godkänt",
    Status.REJECTED: "Avslutad: hemmet är inte godkänt",
    Status.CANCELLED: "Avbruten",
}
RELATIONS = {
    "applicant": "sökande",
    "partner": "partner",
    "adult_child": "vuxet barn",
    "parent": "förälder",
    "lodger": "inneboende",
    "other": "annan vuxen",
}
REGISTERS = {
    Register.POLICE: "Polisens register",
    Register.SOCIAL_REGISTER: "Socialregistret",
    Register.SOCIAL_INSURANCE: "Försäkringskassan",
    Register.ENFORCEMENT: "Kronofogden",
    Register.TRANSPORT: "Transportstyrelsen",
}
CHECK_STATUSES = {
    CheckStatus.PENDING: "Inte gjord",
    CheckStatus.REQUESTED: "Begärd",
    CheckStatus.CLEAR: "Utan anmärkning",
    CheckStatus.REMARK: "Anmärkning",
    CheckStatus.FAILED: "Inget användbart svar",
    CheckStatus.EXPIRED: "För gammal",
}
AREAS = {
    Area.HOUSING: "Boende",
    Area.ECONOMY: "Ekonomi",
    Area.NETWORK: "Nätverk",
    Area.AGE: "Ålder",
    Area.EXPERIENCE: "Erfarenhet",
    Area.HEALTH: "Hälsa",
    Area.FAMILY_SITUATION: "Familjesituation",
}
RATINGS = {
    Rating.MET: "Uppfyllt",
    Rating.MET_WITH_CONDITIONS: "Uppfyllt med villkor",
    Rating.NOT_MET: "Inte uppfyllt",
}
BLOCKERS = {
    BlockerCode.HOUSEHOLD_INCOMPLETE: "Det är inte känt att alla vuxna i hushållet är uppgivna.",
    BlockerCode.NO_ADULT: "Hushållet har ingen vuxen.",
    BlockerCode.REGISTER_CHECK_MISSING: "Registerkontrollen av {person} saknar utfall: {register}.",
    BlockerCode.REGISTER_CHECK_FAILED: "Registerkontrollen av {person} gav inget användbart svar: {register}.",
    BlockerCode.REGISTER_CHECK_OUTDATED: "Registerkontrollen av {person} är för gammal: {register}.",
    BlockerCode.AREA_NOT_ASSESSED: "Området är inte bedömt: {area}.",
    BlockerCode.AREA_NOT_MET: "Området är bedömt som inte uppfyllt: {area}.",
}
PROPOSALS = {ProposedOutcome.APPROVE: "Att hemmet godkänns", ProposedOutcome.REJECT: "Att hemmet inte godkänns"}
DECISIONS = {
    DecidedOutcome.APPROVE: "Hemmet godkänns",
    DecidedOutcome.REJECT: "Hemmet godkänns inte",
    DecidedOutcome.RETURN: "Återlämnad till utredaren",
}


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What was decided on a proposal."""

    outcome: str
    decided_by: str
    decided_on: date
    reasons: str


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
    decision: Decided | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InvestigationDocument:
    """Everything that stands in the document."""

    status: str
    assignments: str
    opened_on: date
    hides_names: bool
    household_complete: bool
    adults: tuple[Adult, ...]
    children_born: str
    checks: tuple[Check, ...]
    judgements: tuple[Judgement, ...]
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


_NO_NAME, _NO_TEXT = "Namnet visas inte", "Texten visas inte."


def title_of(investigation: Investigation) -> str:
    """What the document is called."""
    return f"Utredning inför uppdrag som {_assignments(investigation.assignments) or 'hem'}"


def document_of(investigation: Investigation, today: date, reader: Reader) -> InvestigationDocument:
    """What stands in the document of that day for that reader."""
    names = _names(investigation, reader)
    assessed = {Area(known.area): known for known in investigation.assessments}
    return InvestigationDocument(
        status=STATUSES[Status(investigation.status)],
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
        judgements=tuple(_judgement(area, assessed.get(area), reader) for area in Area),
        blockers=(
            tuple(_blocker(blocker, names) for blocker in investigation.blockers_on(today))
            if investigation.status in (Status.OPEN, Status.PROPOSED)
            else None
        ),
        proposals=tuple(_proposed(proposal, reader) for proposal in investigation.proposals),
    )


def _names(investigation: Investigation, reader: Reader) -> dict[str, str]:
    """What each adult is called in the document, the applicant first."""
    if not reader.sees_home:
        return {adult.id: f"Vuxen {number}" for number, adult in enumerate(investigation.household, 1)}
    return {
        adult.id: f"{adult.person['given_name']} {adult.person['family_name']}" for adult in investigation.household
    }


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
        assessment=reader.text(check.outcome["assessment"]) if check.outcome else "",
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
    )


def _blocker(blocker: Blocker, names: dict[str, str]) -> str:
    return BLOCKERS[blocker.code].format(
        person=names.get(blocker.adult_id or ""),
        register=REGISTERS.get(blocker.register) if blocker.register else None,
        area=AREAS.get(blocker.area) if blocker.area else None,
    )


def _proposed(proposal: Proposal, reader: Reader) -> Proposed:
    child = proposal.texts["child_name"]
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
        reasons=reader.text(proposal.texts["reasons"], of_child=True),
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
    )


def _ages(age_from: int | None, age_to: int | None) -> str | None:
    return None if age_from is None or age_to is None else f"{age_from}–{age_to} år"


def _assignments(assignments: Sequence[str]) -> str:
    return _joined([Assignment(assignment).swedish for assignment in assignments])


def _joined(words: Sequence[str]) -> str:
    """`a, b och c`."""
    *first, last = words or [""]
    return f"{', '.join(first)} och {last}" if first else last
