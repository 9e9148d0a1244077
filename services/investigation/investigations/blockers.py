"""What stands in the way of approving a home: the household, the register checks of every adult, the seven areas.

Says where something is missing and never what a register answered. Knows no clock: the day comes from outside.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.investigation.checks.status import CheckStatus, Register


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
    REGISTER_CHECK_MISSING = "register_check_missing"
    REGISTER_CHECK_FAILED = "register_check_failed"
    REGISTER_CHECK_OUTDATED = "register_check_outdated"
    AREA_NOT_ASSESSED = "area_not_assessed"
    AREA_NOT_MET = "area_not_met"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One adult in one register, as it stands on the day of the question."""

    adult_id: str
    register: Register
    status: CheckStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocker:
    """One thing that stands in the way. The detail names the register or area and the adult's id, never a person."""

    code: BlockerCode
    detail: str
    adult_id: str | None = None
    register: Register | None = None
    area: Area | None = None


#: What a check is in the way by, and how that is said; a check that is clear or has an assessed remark is not.
_CHECKS = {
    CheckStatus.PENDING: (BlockerCode.REGISTER_CHECK_MISSING, "has no outcome yet"),
    CheckStatus.REQUESTED: (BlockerCode.REGISTER_CHECK_MISSING, "has no outcome yet"),
    CheckStatus.FAILED: (BlockerCode.REGISTER_CHECK_FAILED, "failed"),
    CheckStatus.EXPIRED: (BlockerCode.REGISTER_CHECK_OUTDATED, "is too old"),
}


def blockers_of(
    *,
    household_complete: bool,
    adult_ids: Sequence[str],
    checks: Iterable[Check],
    ratings: Mapping[Area, Rating],
    needs_areas: bool = True,
) -> tuple[Blocker, ...]:
    """Everything that stands in the way, in the order of a caseworker's list; empty when the home can be approved.

    Where the areas need not be assessed (a renewal), one that has been and is not met is in the way all the same.
    """
    return (
        *_of_household(household_complete=household_complete, adult_ids=adult_ids),
        *_of_checks(adult_ids, checks),
        *(one for one in _of_areas(ratings) if needs_areas or one.code is BlockerCode.AREA_NOT_MET),
    )


def _of_household(*, household_complete: bool, adult_ids: Sequence[str]) -> Iterator[Blocker]:
    if not household_complete:
        detail = "It is not known that every adult of the household is named."
        yield Blocker(code=BlockerCode.HOUSEHOLD_INCOMPLETE, detail=detail)
    if not adult_ids:
        yield Blocker(code=BlockerCode.NO_ADULT, detail="The household has no adult.")


def _of_checks(adult_ids: Sequence[str], checks: Iterable[Check]) -> Iterator[Blocker]:
    known = {(check.adult_id, check.register): check.status for check in checks}
    for adult_id in adult_ids:
        for register in Register:
            status = known.get((adult_id, register), CheckStatus.PENDING)
            if status in _CHECKS:
                code, said = _CHECKS[status]
                detail = f"The check of adult {adult_id} in the register {register} {said}."
                yield Blocker(code=code, detail=detail, adult_id=adult_id, register=register)


def _of_areas(ratings: Mapping[Area, Rating]) -> Iterator[Blocker]:
    for area in Area:
        if area not in ratings:
            yield Blocker(code=BlockerCode.AREA_NOT_ASSESSED, detail=f"The area {area} is not assessed.", area=area)
        elif ratings[area] is Rating.NOT_MET:
            detail = f"The area {area} is assessed as not met."
            yield Blocker(code=BlockerCode.AREA_NOT_MET, detail=detail, area=area)
