"""What mentorship shows: mentors, and homes with their mentors."""

from typing import Any

from sqlalchemy import or_, select

from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship import offers
from services.mentorship.model import Mentor, Mentorship

_MENTORS = Listing(
    select(Mentor.id, Mentor.home_id, Mentor.capacity, Mentor.area, Mentor.paused).order_by(Mentor.id),
)


def list_mentors(unit: Unit, page: Page) -> Answer:
    """The municipality's mentors in the order in which they were registered."""
    found, total = unit.list(_MENTORS, page, {})
    homes = offers.homes_of(unit)
    return paged([mentor_view(mentor, homes) for mentor in found], total)


def list_mentorships(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """All mentorships for the coordinator, those of the own home for a home's own user; the oldest first."""
    statement = select(Mentorship)
    own = unit.own_homes(Mentorship) if unit.for_home else None
    if own is not None:
        mentors = select(Mentor.id).where(Mentor.home_id.in_(own))
        statement = statement.where(or_(Mentorship.home_id.in_(own), Mentorship.mentor_id.in_(mentors)))
    if "status" in query:
        statement = statement.where(Mentorship.status == query["status"])
    found, total = unit.page(statement.order_by(Mentorship.created_at, Mentorship.id), page)
    shown = [view(mentorship, with_reason=own is None or mentorship.home_id in own) for mentorship in found]
    return paged(shown, total)


def mentor_view(mentor: Mentor, homes: dict[str | None, int]) -> dict[str, Any]:
    """A mentor, or a row of the listing, with the number of its homes."""
    return {
        "id": mentor.id,
        "home_id": mentor.home_id,
        "capacity": mentor.capacity,
        "area": mentor.area,
        "paused": mentor.paused,
        "homes": homes.get(mentor.id, 0),
    }


def view(mentorship: Mentorship, *, with_reason: bool) -> dict[str, Any]:
    """A mentorship; why a home said no is not the mentor's to read."""
    return {
        "id": mentorship.id,
        "home_id": mentorship.home_id,
        "mentor_id": mentorship.mentor_id,
        "mentor_home_id": mentorship.mentor_home_id,
        "status": mentorship.status,
        "distance_km": mentorship.distance_km,
        "distance_band": mentorship.distance_band,
        "created_at": mentorship.created_at,
        "offered_at": mentorship.offered_at,
        "answered_at": mentorship.answered_at,
        "answered_by": mentorship.answered_by,
        "reason": mentorship.reason if with_reason else None,
    }
