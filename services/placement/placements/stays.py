"""When homes' places are taken, and where people live: read for whoever gives a place away."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import any_, bindparam, func, literal, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import Date, LargeBinary, Text

from services.kernel.basics.days import age_on
from services.kernel.contracts.fields import birth_date
from services.kernel.rows.listing import Reading
from services.kernel.rows.unit import Unit
from services.placement.base import is_among
from services.placement.clocks import law
from services.placement.contract.requests import RequestStatus
from services.placement.homes.model import Home
from services.placement.homes.told import contracts, leaves
from services.placement.placements.care import PlacementKind
from services.placement.placements.known import Known
from services.placement.placements.model import Placement
from services.placement.placements.occupancy import Stay
from services.placement.requests.model import PlacementRequest, Siblings
from services.vocabulary.assignments import LIVING, Assignment

_CONTRACTED = Assignment.CONTRACTED_EMERGENCY_HOME.value


def stays_from(
    unit: Unit, day: date, home_ids: Collection[str], *, but_for: str | None = None
) -> Mapping[str, list[Stay]]:
    """The stays of each home that are not over before that day, but for one placement. An introduction is none."""
    found: dict[str, list[Stay]] = defaultdict(list)
    for home_id, starts_on, ends_on, contracted in unit.session.execute(
        select(Placement.home_id, Placement.starts_on, Placement.ends_on, Placement.assignment == _CONTRACTED).where(
            is_among(Placement.home_id, home_ids),
            Placement.is_stay(),
            Placement.id.is_distinct_from(but_for),
            or_(Placement.ends_on.is_(None), Placement.ends_on >= day),
        )
    ):
        found[home_id].append(Stay(starts_on=starts_on, ends_on=ends_on, contracted=contracted))
    return found


def known_of(unit: Unit, request: PlacementRequest, home: Home, day: date, *, but_for: str | None = None) -> Known:
    """What stands beside a home and a person from a day on, but for one placement. Both are locked."""
    here = stays_from(unit, day, [home.id], but_for=but_for).get(home.id, [])
    lived = stays_of_person(unit, request, but_for=but_for)
    return Known(
        introductions=introductions_of(unit, request, but_for=but_for),
        stays_in_home=[*here, *home.others],
        stays_of_person=[stay for stays in lived.values() for stay in stays],
        stays_of_person_here=lived[home.id],
        young_in_home=[*young_in(unit, home.id, day), *home.others],
        siblings=siblings_of(unit, request, day),
        municipality_code=unit.municipality_code,
        leave=leaves(unit, [home.id], day).get(home.id, ()),
        contracts=contracts(unit, [home.id]).get(home.id, ()),
    )


def introductions_of(unit: Unit, request: PlacementRequest, *, but_for: str | None = None) -> Sequence[Placement]:
    """The introductions of the request's person, to whatever home and for whatever need."""
    return (
        unit.session.scalars(
            select(Placement)
            .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id)
            .where(
                PlacementRequest.lookup == request.lookup,
                Placement.kind == PlacementKind.INTRODUCTION,
                Placement.id.is_distinct_from(but_for),
            )
        )
        .unique()
        .all()
    )


def stays_of_person(
    unit: Unit, request: PlacementRequest, *, but_for: str | None = None
) -> defaultdict[str, list[Stay]]:
    """Where the request's person lives, has lived and will live, by home, but for one placement. No introduction is
    one."""
    found: defaultdict[str, list[Stay]] = defaultdict(list)
    rows = unit.session.execute(
        select(Placement.home_id, Placement.starts_on, Placement.ends_on)
        .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id)
        .where(
            PlacementRequest.lookup == request.lookup,
            Placement.assignment.in_(LIVING),
            Placement.is_stay(),
            Placement.id.is_distinct_from(but_for),
        )
    )
    for row in rows:
        found[row.home_id].append(Stay(starts_on=row.starts_on, ends_on=row.ends_on))
    return found


def young_in(unit: Unit, home_id: str, day: date) -> list[Stay]:
    """The stays from a day on of children and young people who live in a home."""
    rows = unit.session.execute(
        select(Placement.starts_on, Placement.ends_on, PlacementRequest.person)
        .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id)
        .where(
            Placement.home_id == home_id,
            Placement.assignment.in_(LIVING),
            Placement.is_stay(),
            or_(Placement.ends_on.is_(None), Placement.ends_on >= day),
        )
    )
    return [Stay(starts_on=row.starts_on, ends_on=row.ends_on) for row in rows if _is_young(row, day)]


def _is_young(row: Any, day: date) -> bool:
    born = birth_date(row.person["personal_number"])
    return age_on(born, max(day, row.starts_on)) < law.YOUNG_UNTIL


_THIS, _DAY = bindparam("this", type_=Text), bindparam("day", type_=Date)
_ONE, _SAME, _NAMING = aliased(PlacementRequest), aliased(PlacementRequest), aliased(PlacementRequest)
_begun: Any = select(_THIS.label("id")).cte("related", recursive=True)
#: The person's own needs and, of each, the siblings' need that it names, and those that name it.
_next: Any = union_all(
    select(_SAME.id).join(_ONE, _ONE.lookup == _SAME.lookup).where(_ONE.id == _begun.c.id).correlate(_begun),
    select(_ONE.sibling_of).where(_ONE.id == _begun.c.id, _ONE.sibling_of.is_not(None)).correlate(_begun),
    select(_NAMING.id).where(_NAMING.sibling_of == _begun.c.id).correlate(_begun),
).lateral("next")
_related = _begun.union(select(_next.c.id).select_from(_begun).join(_next, true()))
_SIBLINGS = Reading(
    select(PlacementRequest.lookup, PlacementRequest.status, Placement.home_id)
    .outerjoin(
        Placement,
        (Placement.placement_request_id == PlacementRequest.id)
        & Placement.is_stay()
        & or_(Placement.ends_on.is_(None), Placement.ends_on >= _DAY),
    )
    .where(
        PlacementRequest.id == any_(func.array(select(_related.c.id).scalar_subquery())),
        PlacementRequest.lookup != bindparam("person", type_=LargeBinary),
        PlacementRequest.assignment == any_(literal(sorted(LIVING), ARRAY(Text))),
    )
)


def siblings_of(unit: Unit, request: PlacementRequest, day: date) -> Siblings:
    """Where siblings of a request's person live on a day or later, and how many still need a home: whichever need of
    theirs it is that names them."""
    found = unit.rows(_SIBLINGS, this=request.id, person=request.lookup, day=day)
    return Siblings(
        homes=frozenset(row.home_id for row in found if row.home_id is not None),
        waiting=len({row.lookup for row in found if row.status == RequestStatus.OPEN}),
    )
