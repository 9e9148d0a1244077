"""The homes that have reported nothing for a period."""

from datetime import date
from typing import Any

from sqlalchemy import or_, select

from services.placement.contract.visits import VisitStatus
from services.placement.placements.model import Placement
from services.placement.visits import rules
from services.placement.visits.model import Visit
from services.vocabulary.assignments import Assignment

_REPORTED = [one.value for one in Assignment if rules.is_reported(one)]


def is_silent(first: date, last: date) -> tuple[Any, ...]:
    """That somebody was supported in a period, by a contact family or a contact person, and nothing is reported,
    or nothing but what was withdrawn."""
    stands = Visit.status != VisitStatus.WITHDRAWN
    reported = select(Visit.placement_id).where(Visit.starts_on.between(first, last), stands)
    return (
        Placement.assignment.in_(_REPORTED),
        Placement.is_stay(),
        Placement.starts_on <= last,
        or_(Placement.ends_on.is_(None), Placement.ends_on >= first),
        Placement.id.not_in(reported),
    )
