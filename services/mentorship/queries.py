"""What mentorship shows: mentors, and homes with their mentors."""

from typing import Any

from sqlalchemy import any_, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.model import TAKING, Home, Mentor, Mentorship

_TEXTS = ARRAY(Text)
_MENTORS = Listing(
    select(
        Mentor.id,
        Mentor.home_id,
        Mentor.capacity,
        Mentor.area,
        Mentor.paused,
        select(func.count())
        .where(Mentorship.mentor_id == Mentor.id, Mentorship.status == any_(literal(list(map(str, TAKING)), _TEXTS)))
        .scalar_subquery()
        .label("homes"),
    ),
    order=(Mentor.id,),
)


def list_mentors(unit: Unit, page: Page) -> Answer:
    """The municipality's mentors in the order in which they were registered."""
    return paged(*unit.list(_MENTORS, page, {}))


class _Listed:
    """What a row of the list knows of itself as a mentorship does."""

    __slots__ = ()
    distance, distance_km, distance_band = Mentorship.distance, Mentorship.distance_km, Mentorship.distance_band


_MENTOR_HOME = aliased(Home)
_MENTORSHIPS = Listing(
    select(
        Mentorship.id,
        Mentorship.home_id,
        Mentorship.mentor_id,
        Mentor.home_id.label("mentor_home_id"),
        Mentorship.status,
        Home.position.label("home_position"),
        _MENTOR_HOME.position.label("mentor_position"),
        (Home.protected_identity | func.coalesce(_MENTOR_HOME.protected_identity, False)).label("is_protected"),
        Mentorship.created_at,
        Mentorship.offered_at,
        Mentorship.answered_at,
        Mentorship.answered_by,
        Mentorship.reason,
    )
    .join(Home, Home.id == Mentorship.home_id)
    .outerjoin(Mentor, Mentor.id == Mentorship.mentor_id)
    .outerjoin(_MENTOR_HOME, _MENTOR_HOME.id == Mentor.home_id),
    order=(Mentorship.created_at, Mentorship.id),
    row=_Listed,
    status=Mentorship.status == bindparam("status"),
    own=or_(
        Mentorship.home_id == any_(bindparam("own", type_=_TEXTS)),
        Mentorship.mentor_id == any_(bindparam("own_mentors", type_=_TEXTS)),
    ),
)


def list_mentorships(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """All mentorships for the coordinator, those of the own home for a home's own user; the oldest first."""
    if not unit.for_home:
        return paged(*unit.list(_MENTORSHIPS, page, query))
    own = unit.own_homes(Mentorship)
    mentors = unit.session.scalars(select(Mentor.id).where(Mentor.home_id.in_(own))).all()
    found, total = unit.list(_MENTORSHIPS, page, {**query, "own": list(own)}, own_mentors=list(mentors))
    return paged((one if one.home_id in own else Shown(one, reason=None) for one in found), total)
