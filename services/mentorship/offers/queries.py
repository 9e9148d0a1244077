"""What is shown of homes with their mentors."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing, gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.contract.mentorships import Status
from services.mentorship.homes.model import Adult, Home, name_of
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.model import Mentorship

_TEXTS = ARRAY(Text)


class _Listed:
    """What a row of the list knows of itself as a mentorship does."""

    __slots__ = ()
    home_people: list[dict[str, Any] | None] | None
    mentor_people: list[dict[str, Any] | None] | None
    home_is_protected: bool
    mentor_is_protected: bool | None

    @property
    def home_name(self) -> str | None:
        return name_of(self.home_people)

    @property
    def mentor_name(self) -> str | None:
        return name_of(self.mentor_people)

    @property
    def protected_identity(self) -> bool:
        return self.home_is_protected or bool(self.mentor_is_protected)

    distance, distance_km, distance_band = Mentorship.distance, Mentorship.distance_km, Mentorship.distance_band


_MENTOR_HOME, _MENTOR = aliased(Home), aliased(Adult)
_MENTORSHIPS = Listing(
    select(
        Mentorship.id,
        Mentorship.home_id,
        Mentorship.mentor_id,
        Mentor.home_id.label("mentor_home_id"),
        Mentorship.status,
        Home.position.label("home_position"),
        _MENTOR_HOME.position.label("mentor_position"),
        Home.protected_identity.label("home_is_protected"),
        _MENTOR_HOME.protected_identity.label("mentor_is_protected"),
        gathered(Adult.person, Adult.home_id == Mentorship.home_id, order=Adult.id).label("home_people"),
        gathered(_MENTOR.person, _MENTOR.home_id == Mentor.home_id, order=_MENTOR.id).label("mentor_people"),
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
    return paged((_as_seen_by(own, one) for one in found), total)


def answer(unit: Unit, mentorship: Mentorship) -> Answer:
    """A mentorship for whoever asks, with its ETag."""
    seen = _as_seen_by(unit.own_homes(Mentorship), mentorship) if unit.for_home else mentorship
    return Answer(seen, version_of=mentorship)


def _as_seen_by(own: Collection[str], one: Any) -> Any:
    """A mentorship for a home's own user: the other home has a name once both belong together, and a reason is the
    home's own."""
    hidden: dict[str, None] = {} if one.status == Status.ACCEPTED else {"home_name": None, "mentor_name": None}
    return Shown(one, **hidden, **({} if one.home_id in own else {"reason": None}))
