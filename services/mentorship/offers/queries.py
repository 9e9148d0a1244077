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
from services.mentorship.homes.model import Adult, Home, first_names_of, name_of
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.model import Mentorship

_TEXTS = ARRAY(Text)


class _Listed:
    """What a row of the list knows of itself as a mentorship does."""

    __slots__ = ()
    home_is_protected: bool
    mentor_is_protected: bool | None

    distance, distance_km, distance_band = Mentorship.distance, Mentorship.distance_km, Mentorship.distance_band
    protected_identity = Mentorship.protected_identity


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
        Home.locality.label("home_locality"),
        _MENTOR_HOME.locality.label("mentor_locality"),
        Home.phone.label("home_number"),
        _MENTOR_HOME.phone.label("mentor_number"),
        Home.protected_identity.label("home_is_protected"),
        _MENTOR_HOME.protected_identity.label("mentor_is_protected"),
        gathered(Adult.person, Adult.home_id == Mentorship.home_id, order=Adult.id).label("home_people"),
        gathered(_MENTOR.person, _MENTOR.home_id == Mentor.home_id, order=_MENTOR.id).label("mentor_people"),
        Mentorship.created_at,
        Mentorship.offered_at,
        Mentorship.answered_at,
        Mentorship.answered_by,
        Mentorship.reason,
        Mentorship.ways,
        Mentorship.parts_of_day,
        Mentorship.home_agrees,
        Mentorship.mentor_agrees,
        Mentorship.home_shares_phone,
        Mentorship.mentor_shares_phone,
        Mentorship.ended_at,
        Mentorship.ended_by,
        Mentorship.end_reason,
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
        found, total = unit.list(_MENTORSHIPS, page, query)
        return paged(map(_as_seen_by_staff, found), total)
    own = unit.own_homes(Mentorship)
    mentors = unit.session.scalars(select(Mentor.id).where(Mentor.home_id.in_(own))).all()
    found, total = unit.list(_MENTORSHIPS, page, {**query, "own": list(own)}, own_mentors=list(mentors))
    return paged((_as_seen_by(own, one) for one in found), total)


def get_mentorship(unit: Unit, mentorship_id: str) -> Answer:
    """One mentorship."""
    return answer(unit, unit.read(Mentorship, mentorship_id))


def answer(unit: Unit, mentorship: Mentorship) -> Answer:
    """A mentorship for whoever asks, with its ETag."""
    seen = _as_seen_by(unit.own_homes(Mentorship), mentorship) if unit.for_home else _as_seen_by_staff(mentorship)
    return Answer(seen, version_of=mentorship)


def _as_seen_by_staff(one: Any) -> Any:
    """A mentorship for the coordinator, who knows both homes from elsewhere."""
    return Shown(
        one,
        home_name=name_of(one.home_people),
        mentor_name=name_of(one.mentor_people),
        home_phone=one.home_number,
        mentor_phone=one.mentor_number,
        reason=one.reason or one.end_reason,
    )


def _as_seen_by(own: Collection[str], one: Any) -> Any:
    """A mentorship for a home's own user. Of the other home nothing, until both belong together: then its first names,
    the part of the municipality, and the phone number where that one has agreed. A reason is its own."""
    home, mentor = one.home_id in own, one.mentor_home_id in own
    is_shared = one.status == Status.ACCEPTED
    return Shown(
        one,
        home_name=_name(one.home_people, is_own=home, is_shared=is_shared),
        mentor_name=_name(one.mentor_people, is_own=mentor, is_shared=is_shared),
        home_locality=one.home_locality if home or is_shared else None,
        mentor_locality=one.mentor_locality if mentor or is_shared else None,
        home_phone=one.home_number if home or (is_shared and one.home_shares_phone) else None,
        mentor_phone=one.mentor_number if mentor or (is_shared and one.mentor_shares_phone) else None,
        reason=one.reason if home else None,
    )


def _name(people: Any, *, is_own: bool, is_shared: bool) -> str | None:
    if is_own:
        return name_of(people)
    return first_names_of(people) if is_shared else None
