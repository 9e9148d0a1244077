"""Which steps an investigation takes, and which of them are missing. Values in, values out.

An investigation covers interviews, home visits and references (SOSFS 2012:11, chapter 4). A municipality says for each
assignment which steps it asks for; without its word those that the handbooks have in common.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.vocabulary.assignments import Assignment


class Step(StrEnum):
    """What has been held."""

    FIRST_CALL = "first_call"
    SCREENING = "screening"
    HOME_VISIT = "home_visit"
    INTERVIEW_APART = "interview_apart"
    INTERVIEW_TOGETHER = "interview_together"
    CHILDREN_HEARD = "children_heard"  #: the children of the home
    DEEP_INTERVIEW = "deep_interview"
    RETURN_VISIT = "return_visit"
    OTHER = "other"


class Requirement(StrEnum):
    """What can be asked for."""

    FIRST_CALL = "first_call"
    SCREENING = "screening"
    HOME_VISIT = "home_visit"
    INTERVIEW = "interview"  #: with each adult: apart, together, or the deep one
    INTERVIEW_APART = "interview_apart"  #: with each adult
    INTERVIEW_TOGETHER = "interview_together"  #: with each adult
    CHILDREN_HEARD = "children_heard"  #: where there are children in the home
    REFERENCE = "reference"  #: on each adult
    DEEP_INTERVIEW = "deep_interview"  #: with each adult
    RETURN_VISIT = "return_visit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A step that was held, and with whom of the adults."""

    step: Step
    on: date
    adult_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known of an investigation's steps."""

    adult_ids: tuple[str, ...]
    held: tuple[Held, ...] = ()
    referenced: frozenset[str] = frozenset()  #: the adults on whom somebody has given a reference
    has_children: bool = False
    moved_on: date | None = None  #: a home visit before that day was to another home


Missing = tuple[Requirement, str | None]  #: what is missing, and of which adult where it is asked for each

_INTERVIEWS = (Step.INTERVIEW_APART, Step.INTERVIEW_TOGETHER, Step.DEEP_INTERVIEW)
_WITH_EACH: Mapping[Requirement, tuple[Step, ...]] = {
    Requirement.INTERVIEW: _INTERVIEWS,
    Requirement.INTERVIEW_APART: (Step.INTERVIEW_APART,),
    Requirement.INTERVIEW_TOGETHER: (Step.INTERVIEW_TOGETHER,),
    Requirement.DEEP_INTERVIEW: (Step.DEEP_INTERVIEW,),
}
_USUAL = frozenset({Requirement.INTERVIEW, Requirement.HOME_VISIT, Requirement.REFERENCE})
#: what is asked for where a municipality has not said otherwise; a contact person is not visited at home
USUAL: Mapping[Assignment, frozenset[Requirement]] = {
    **dict.fromkeys(Assignment, _USUAL),
    Assignment.CONTACT_PERSON: _USUAL - {Requirement.HOME_VISIT},
}


def missing(required: Collection[Requirement], known: Known) -> Iterator[Missing]:
    """What has still to be done, in the order in which it usually is."""
    for one in Requirement:
        if one in required:
            yield from _missing(one, known)


def _missing(one: Requirement, known: Known) -> Iterable[Missing]:
    if one is Requirement.REFERENCE:
        return [(one, adult_id) for adult_id in known.adult_ids if adult_id not in known.referenced]
    if one in _WITH_EACH:
        met = {adult_id for held in known.held if held.step in _WITH_EACH[one] for adult_id in held.adult_ids}
        return [(one, adult_id) for adult_id in known.adult_ids if adult_id not in met]
    return [] if _is_held(one, known) else [(one, None)]


def _is_held(one: Requirement, known: Known) -> bool:
    if one is Requirement.CHILDREN_HEARD and not known.has_children:
        return True
    since = known.moved_on if one in (Requirement.HOME_VISIT, Requirement.RETURN_VISIT) else None
    return any(held.step == one.value and (since is None or held.on >= since) for held in known.held)
