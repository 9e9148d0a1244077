"""The second gate: nobody lives in a home before somebody who may take it has decided on care in this very home. Values
in, values out; what the law says stands beside each rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.placement.placements.occupancy import Stay
from services.vocabulary.assignments import LIVING, Assignment

LONGEST_INTRODUCTION = timedelta(days=7)  #: after its first day; JO 3728-2016 speaks of "a few days"
INTRODUCTION_DAYS = LONGEST_INTRODUCTION.days + 1  #: the first included, of all introductions to one home in a year
_YEAR = timedelta(days=365)
LVU_UNTIL = 20  #: years of age below which a decision can stand on LVU (Act 1990:52, section 1)


class PlacementKind(StrEnum):
    """In what way a person is in a home."""

    STAY = "stay"  #: lives there, or is supported by it
    INTRODUCTION = "introduction"  #: gets to know it for a few days, and lives where they lived


class Authority(StrEnum):
    """Who decided."""

    BOARD = "board"  #: nämnd
    COMMITTEE = "committee"  #: utskott, to which alone the board may delegate it (SoL 2025:400, 30:6)
    CHAIR_URGENT = "chair_urgent"  #: ordförande, in what can not wait (Local Government Act 2017:725, 6:39)
    DELEGATE = "delegate"  #: an official, for contact persons and families only


class LegalGround(StrEnum):
    """On what the care stands."""

    SOL_CONSENT = "sol_consent"  #: consent: SoL 2025:400, 22:2
    LVU = "lvu"  #: care under LVU: Act 1990:52, sections 2, 3 and 11
    LVU_URGENT = "lvu_urgent"  #: immediate taking into care: Act 1990:52, sections 6 and 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided on care in the home, as far as the gate looks at it."""

    authority: Authority
    ground: LegalGround
    decided_on: date


def needs_decision(assignment: Assignment, kind: PlacementKind) -> bool:
    """Whether a decision on care is needed: for whoever is to live in the home (SoL 2025:400, 22:2 and 22:4)."""
    return kind is PlacementKind.STAY and assignment in LIVING


def may_decide(authority: Authority, assignment: Assignment, *, urgent: bool) -> bool:
    """Whether that authority may decide.

    Where somebody is to live: the board or its committee (SoL 30:6). The chair only where it can not wait for their
    next meeting; a move that is planned can (JO 224-2013). About a contact family or person an official may decide, and
    nothing of it is so urgent that the chair has to.
    """
    match authority:
        case Authority.BOARD | Authority.COMMITTEE:
            return True
        case Authority.CHAIR_URGENT:
            return urgent and assignment in LIVING
        case Authority.DELEGATE:
            return assignment not in LIVING


def fits_age(ground: LegalGround, age: int) -> bool:
    """Whether care can stand on that for somebody of that age: LVU holds until the twentieth birthday (section 1)."""
    return ground is LegalGround.SOL_CONSENT or age < LVU_UNTIL


def is_introduction(starts_on: date, ends_on: date | None) -> bool:
    """Whether these are the days of an introduction: its last is known, and at most seven days after the first."""
    return ends_on is not None and starts_on <= ends_on <= starts_on + LONGEST_INTRODUCTION


def are_introduction(new: Stay, others: Iterable[Stay]) -> bool:
    """Whether an introduction, with the person's others to the same home that began within a year of it, is still one:
    together they have no more days than the longest."""
    near = [one for one in others if abs(one.starts_on - new.starts_on) < _YEAR]
    return len({day for one in (new, *near) for day in _days_of(one)}) <= INTRODUCTION_DAYS


def _days_of(stay: Stay) -> Iterable[date]:
    """The days of a stay whose last day is known; none of one that was cancelled."""
    last = stay.ends_on or stay.starts_on
    return (stay.starts_on + timedelta(days=number) for number in range((last - stay.starts_on).days + 1))


def waits_for_committee(decisions: list[Decision]) -> date | None:
    """The day of a chair's urgent decision that neither the board nor its committee has followed up; None when there is
    none. The newest decision counts; of one day the committee's."""
    if not decisions:
        return None
    newest = max(decisions, key=lambda one: (one.decided_on, one.authority is not Authority.CHAIR_URGENT))
    return newest.decided_on if newest.authority is Authority.CHAIR_URGENT else None
