"""What stands in the way of approving a home: the household, the register checks of every adult, the steps, the seven
areas, what the assignment asks for, and concerns.

Says where something is missing and never what a register answered. Knows no clock: the day comes from outside.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.investigation.checks.status import CheckStatus, Register
from services.investigation.steps.rules import Missing, Requirement


class Area(StrEnum):
    """The seven areas in which a home is assessed."""

    HOUSING = "housing"
    ECONOMY = "economy"
    NETWORK = "network"
    AGE = "age"
    EXPERIENCE = "experience"
    HEALTH = "health"
    FAMILY_SITUATION = "family_situation"


class Rating(StrEnum):
    """How well a home meets what an area asks for."""

    MET = "met"
    MET_WITH_CONDITIONS = "met_with_conditions"
    NOT_MET = "not_met"


class BlockerCode(StrEnum):
    """Why a home can not be approved."""

    HOUSEHOLD_INCOMPLETE = "household_incomplete"
    NO_ADULT = "no_adult"
    NUMBER_UNKNOWN = "number_unknown"
    REGISTER_CHECK_MISSING = "register_check_missing"
    REGISTER_CHECK_FAILED = "register_check_failed"
    REGISTER_CHECK_OUTDATED = "register_check_outdated"
    REMARK_NOT_ASSESSED = "remark_not_assessed"
    INTERVIEW_MISSING = "interview_missing"
    HOME_VISIT_MISSING = "home_visit_missing"
    REFERENCE_MISSING = "reference_missing"
    STEP_MISSING = "step_missing"
    AREA_NOT_ASSESSED = "area_not_assessed"
    AREA_NOT_MET = "area_not_met"
    EXPERIENCE_NOT_SHOWN = "experience_not_shown"
    NOT_NEAR = "not_near"
    CONCERN_OPEN = "concern_open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One adult in one register, as it stands on the day of the question."""

    adult_id: str
    register: Register
    status: CheckStatus
    is_assessed: bool = True  #: somebody has said what a remark means


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocker:
    """One thing that stands in the way. The detail names the register or area and the adult's id, never a person."""

    code: BlockerCode
    detail: str
    adult_id: str | None = None
    register: Register | None = None
    area: Area | None = None
    step: Requirement | None = None


#: What a check is in the way by, and how that is said; a check that is clear or has an assessed remark is not.
_CHECKS = {
    CheckStatus.PENDING: (BlockerCode.REGISTER_CHECK_MISSING, "has no outcome yet"),
    CheckStatus.REQUESTED: (BlockerCode.REGISTER_CHECK_MISSING, "has no outcome yet"),
    CheckStatus.FAILED: (BlockerCode.REGISTER_CHECK_FAILED, "failed"),
    CheckStatus.EXPIRED: (BlockerCode.REGISTER_CHECK_OUTDATED, "is too old"),
}


#: A remark that a register itself has answered and nobody has assessed yet.
_NOT_ASSESSED = (BlockerCode.REMARK_NOT_ASSESSED, "has a remark that is not assessed")
_STEPS = {
    Requirement.INTERVIEW: (BlockerCode.INTERVIEW_MISSING, "has not been interviewed"),
    Requirement.HOME_VISIT: (BlockerCode.HOME_VISIT_MISSING, "has not been visited"),
    Requirement.REFERENCE: (BlockerCode.REFERENCE_MISSING, "has no reference"),
}


def blockers_of(
    *,
    household_complete: bool,
    adult_ids: Sequence[str],
    checks: Iterable[Check],
    ratings: Mapping[Area, Rating],
    unnumbered_ids: Sequence[str] = (),
    needs_areas: bool = True,
    registers: Sequence[Register] = tuple(Register),
    missing: Iterable[Missing] = (),
    shows_experience: bool = True,
    lives_near: bool = True,
    open_concerns: int = 0,
) -> tuple[Blocker, ...]:
    """Everything that stands in the way, in the order of a caseworker's list; empty when the home can be approved.

    Where the areas need not be assessed (a renewal), one that has been and is not met is in the way all the same.
    """
    return (
        *_of_household(household_complete=household_complete, adult_ids=adult_ids),
        *(_of_unnumbered(adult_id) for adult_id in unnumbered_ids),
        *_of_checks(adult_ids, checks, registers),
        *(_of_step(*one) for one in missing),
        *(one for one in _of_areas(ratings) if needs_areas or one.code is BlockerCode.AREA_NOT_MET),
        *_of_assignment(shows_experience=shows_experience, lives_near=lives_near),
        *([Blocker(code=BlockerCode.CONCERN_OPEN, detail=_CONCERN)] if open_concerns else []),
    )


_CONCERN = "A concern about the home has still to be settled."


def _of_step(step: Requirement, adult_id: str | None) -> Blocker:
    code, said = _STEPS.get(step, (BlockerCode.STEP_MISSING, f"has not had the step {step}"))
    whom = "The home" if adult_id is None else f"Adult {adult_id}"
    return Blocker(code=code, detail=f"{whom} {said}.", adult_id=adult_id, step=step)


def _of_assignment(*, shows_experience: bool, lives_near: bool) -> Iterator[Blocker]:
    if not shows_experience:
        detail = "A contracted emergency home has had assignments, or experience that can be compared."
        yield Blocker(code=BlockerCode.EXPERIENCE_NOT_SHOWN, detail=detail)
    if not lives_near:
        detail = "A contact family or contact person lives in or near the municipality."
        yield Blocker(code=BlockerCode.NOT_NEAR, detail=detail)


def _of_household(*, household_complete: bool, adult_ids: Sequence[str]) -> Iterator[Blocker]:
    if not household_complete:
        detail = "It is not known that every adult of the household is named."
        yield Blocker(code=BlockerCode.HOUSEHOLD_INCOMPLETE, detail=detail)
    if not adult_ids:
        yield Blocker(code=BlockerCode.NO_ADULT, detail="The household has no adult.")


def _of_unnumbered(adult_id: str) -> Blocker:
    detail = f"The personal number of adult {adult_id} is not known."
    return Blocker(code=BlockerCode.NUMBER_UNKNOWN, detail=detail, adult_id=adult_id)


def _of_checks(adult_ids: Sequence[str], checks: Iterable[Check], registers: Sequence[Register]) -> Iterator[Blocker]:
    known = {(check.adult_id, check.register): check for check in checks}
    for adult_id in adult_ids:
        for register in registers:
            check = known.get((adult_id, register))
            status = check.status if check else CheckStatus.PENDING
            found = _NOT_ASSESSED if check and not check.is_assessed else _CHECKS.get(status)
            if found:
                code, said = found
                detail = f"The check of adult {adult_id} in the register {register} {said}."
                yield Blocker(code=code, detail=detail, adult_id=adult_id, register=register)


def _of_areas(ratings: Mapping[Area, Rating]) -> Iterator[Blocker]:
    for area in Area:
        if area not in ratings:
            yield Blocker(code=BlockerCode.AREA_NOT_ASSESSED, detail=f"The area {area} is not assessed.", area=area)
        elif ratings[area] is Rating.NOT_MET:
            detail = f"The area {area} is assessed as not met."
            yield Blocker(code=BlockerCode.AREA_NOT_MET, detail=detail, area=area)
