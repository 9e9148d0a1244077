"""What is shown of mentors."""

from typing import Any

from sqlalchemy import any_, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing, gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.contract.common import band_of
from services.mentorship.homes import finding
from services.mentorship.homes.finding import is_protected
from services.mentorship.homes.model import Adult, Home, name_of
from services.mentorship.mentors import nearest
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers import choosing
from services.mentorship.offers.model import TAKING, Mentorship

_SHOWN = 20  #: suggestions
_TEXTS = ARRAY(Text)


_SUGGESTED = select(
    Mentor.home_id,
    Mentor.area,
    is_protected(Mentor.home_id),
    gathered(Adult.person, Adult.home_id == Mentor.home_id, order=Adult.id).label("people"),
).where(Mentor.home_id == any_(bindparam("ids", type_=_TEXTS)))


class _Listed:
    """What a row of the list knows of itself as a mentor does."""

    __slots__ = ()
    people: list[dict[str, Any] | None] | None

    @property
    def home_name(self) -> str | None:
        return name_of(self.people)


MENTORS = Listing(
    select(
        Mentor.id,
        Mentor.home_id,
        Mentor.capacity,
        Mentor.capacity_reason,
        Mentor.area,
        Mentor.paused,
        Mentor.available,
        Mentor.model,
        Mentor.exception_reason,
        Mentor.registered_by,
        Mentor.agreement_id,
        is_protected(Mentor.home_id),
        gathered(Adult.person, Adult.home_id == Mentor.home_id, order=Adult.id).label("people"),
        select(func.count())
        .where(Mentorship.mentor_id == Mentor.id, Mentorship.status == any_(literal(list(map(str, TAKING)), _TEXTS)))
        .scalar_subquery()
        .label("homes"),
    ),
    order=(Mentor.id,),
    row=_Listed,
)


def list_mentors(unit: Unit, page: Page) -> Answer:
    """The municipality's mentors in the order in which they were registered."""
    return paged(*unit.list(MENTORS, page, {}))


def get_mentor(unit: Unit, mentor_id: str) -> Answer:
    """One mentor."""
    return answer(unit, unit.read(Mentor, mentor_id))


def answer(unit: Unit, mentor: Mentor) -> Answer:
    """A mentor with how many homes it has, and its ETag."""
    unit.session.flush()
    homes = choosing.homes_of(unit).get(mentor.id, 0)
    return Answer(Shown(mentor, homes=homes), version_of=mentor)


def suggest_mentors(unit: Unit, query: dict[str, Any]) -> Answer:
    """The mentors that suit a home best."""
    home = finding.named(unit, query["home_id"]) if "home_id" in query else None
    household = finding.households(unit, [home.id])[home.id] if home else frozenset()
    here = finding.place(unit, home) if home else finding.middle(unit)
    found = nearest.suggest(here, choosing.candidates(unit), household=household, most=_SHOWN)
    homes = _homes(unit, [one.mentor.home_id for one in found])
    items = [_suggested(one, home, homes[one.mentor.home_id]) for one in found]
    return Answer({"home_id": home and home.id, "items": items})


def _homes(unit: Unit, home_ids: list[str]) -> dict[str, Any]:
    """What is shown of the homes of those that are."""
    return {row.home_id: row for row in unit.session.execute(_SUGGESTED, {"ids": home_ids})}


def _suggested(one: nearest.Suggestion, home: Home | None, mentors: Any) -> dict[str, Any]:
    is_known = one.mentor.is_placed and home is not None and home.place is not None
    return {
        "mentor_id": one.mentor.mentor_id,
        "home_id": one.mentor.home_id,
        "home_name": name_of(mentors.people),
        "area": mentors.area,
        "distance_km": None if one.distance is None else round(one.distance, 1),
        "distance_band": band_of(one.distance),
        "distance_from": nearest.PlaceFrom.ADDRESS if is_known else nearest.PlaceFrom.MUNICIPALITY,
        "homes": one.mentor.current,
        "room": one.mentor.room,
        "eligible": not one.obstacles,
        "obstacles": [{"code": obstacle, "detail": obstacle.detail} for obstacle in one.obstacles],
        # the distance to a protected home would say where it is, whichever of the two it is
        "protected_identity": mentors.protected_identity or (home is not None and home.protected_identity),
    }
