"""The homes that could take a person, read by one statement for ranking: of thousands only what counts.

What the database can tell of the hard conditions it tells. A home of which it can not (the home's own word on its
places, stays that are yet to come, approvals of unlike size, a contract, siblings who stay together, a place to be kept
away from) is read whole, and `obstacles` say.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Integer,
    all_,
    and_,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, LargeBinary, Text

from services.kernel.rows.listing import Reading
from services.kernel.rows.unit import Unit
from services.placement.base import place_of
from services.placement.homes.model import Approval, Home, HomeAdult
from services.placement.homes.told import Leave
from services.placement.matching import points, reading
from services.placement.matching.obstacles import free_places, obstacles_of
from services.placement.matching.values import Need, Standing
from services.placement.placements.model import Placement
from services.vocabulary.assignments import Assignment

_DAY: Any = bindparam("day", type_=Date)
_AGE: Any = bindparam("age", type_=Integer)
_PERSON: Any = bindparam("person", type_=LargeBinary)
_TEXTS = ARRAY(Text)

_fits = (
    select(Approval.home_id, func.max(Approval.places).label("places"), func.min(Approval.places).label("least"))
    .where(
        bindparam("assignment", type_=Text) == any_(Approval.assignments),
        Approval.holds_on(_DAY),
        Approval.age_from <= _AGE,
        Approval.age_to >= bindparam("oldest", type_=Integer),
        or_(Approval.child_lookup == _PERSON, and_(Approval.child_lookup.is_(None), Approval.child_name.is_(None))),
    )
    .group_by(Approval.home_id)
    .subquery()
)
_goes_on = and_(Placement.is_stay(), or_(Placement.ends_on.is_(None), Placement.ends_on >= _DAY))
_record = (
    select(
        func.count().filter(_goes_on).label("to_come"),
        func.count().filter(_goes_on, Placement.starts_on <= _DAY).label("occupied"),
        reading.ENDED_WELL.filter(Placement.is_stay()).label("ended_well"),
    )
    .where(Placement.home_id == _fits.c.home_id)
    .lateral()
)
_on_leave = select(Leave.home_id).where(Leave.cancelled.is_(False), Leave.starts_on <= _DAY, Leave.ends_on >= _DAY)
_own = func.array(select(HomeAdult.home_id).where(HomeAdult.lookup == _PERSON).scalar_subquery())
_POSSIBLE = Reading(
    select(
        Home.id,
        Home.position,
        case((Home.position.is_(None), Home.postcode)).label("postcode"),
        Home.protected_identity,
        Home.languages.bool_op("&&")(bindparam("languages", type_=_TEXTS)).label("shares_language"),
        (_fits.c.places - _record.c.occupied - Home.others_children).label("free"),
        _record.c.ended_well,
        type_coerce(_DAY - reading.ASKED_ON, Integer).label("rested"),
        or_(
            Home.availability.is_not(None),
            _record.c.to_come > _record.c.occupied,
            _fits.c.least < _fits.c.places,
        ).label("is_to_be_looked_at"),
    )
    .select_from(_fits)
    .join(Home, Home.id == _fits.c.home_id)
    .join(_record, true())
    .where(
        Home.is_approved.is_(True),
        Home.approvals_wait.is_(False),
        or_(
            Home.host_code.is_(None),
            Home.host_code == bindparam("municipality", type_=Text),
            Home.host_consulted_on.is_not(None),
        ),
        _fits.c.places > _record.c.occupied + Home.others_children,
        Home.id != all_(_own),
        Home.id.not_in(_on_leave),
    )
)


def possible(unit: Unit, need: Need) -> list[Standing]:
    """The homes that meet the hard conditions, in no order, with what counts of each."""
    rows = unit.rows(_POSSIBLE, **_given(unit, need))
    if _is_looked_at(need):
        return _looked_at(unit, need, [row.id for row in rows])
    middles = reading.middles_of(unit, (row.postcode for row in rows if row.position is None))
    way_to, always, hides = points.ways_from(need.place), need.protected_identity, not unit.sees_protected
    found = [
        Standing(
            row.id,
            way_to(place_of(row.position) or middles.of(row.postcode)[0], always or (row.protected_identity and hides)),
            row.shares_language,
            row.free,
            row.ended_well,
            row.rested,
        )
        for row in rows
        if not row.is_to_be_looked_at
    ]
    return found + _looked_at(unit, need, [row.id for row in rows if row.is_to_be_looked_at])


def _given(unit: Unit, need: Need) -> dict[str, Any]:
    return {
        "assignment": need.assignment.value,
        "day": need.on,
        "age": need.age,
        "oldest": need.age if need.age_then is None else max(need.age, need.age_then),
        "person": need.person,
        "languages": sorted(need.languages),
        "municipality": unit.municipality_code,
    }


def _is_looked_at(need: Need) -> bool:
    """Whether every home has to be read whole for this person."""
    return bool(need.not_near) or need.together or need.assignment is Assignment.CONTRACTED_EMERGENCY_HOME


def _looked_at(unit: Unit, need: Need, ids: Iterable[str]) -> list[Standing]:
    found = reading.offers_of(unit, need, list(ids))
    able = [one for one in found if not obstacles_of(need, one)]
    return [points.standing_of(need, as_seen(unit, one), free=free_places(need, one)) for one in able]


def as_seen(unit: Unit, one: Any) -> Any:
    """A need or an offer for whoever may know where a protected identity is: the distance as it is."""
    return replace(one, protected_identity=False) if unit.sees_protected else one
