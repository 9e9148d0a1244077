"""What homes offer, read for matching: one statement, however many homes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import any_, bindparam, case, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, LargeBinary, Text

from services.kernel.rows.listing import Reading
from services.kernel.rows.unit import Unit
from services.placement.base import place_of
from services.placement.contract.placements import EndReason
from services.placement.homes.concerns import Concern
from services.placement.homes.model import (
    Approval,
    Home,
    HomeAdult,
    assigned,
    is_host_to_consult,
    last_day,
    others,
    periods_of,
    wishes_of,
)
from services.placement.homes.told import HomeContract, Leave, Training
from services.placement.matching.places import taken_later
from services.placement.matching.values import ApprovedFor, Contract, HomeOffer, Need, Period, Record
from services.placement.placements.model import Placement
from services.placement.placements.occupancy import Stay, occupied_from
from services.placement.postcodes.model import Postcode
from services.placement.postcodes.places import Middles, PlaceFrom
from services.vocabulary.assignments import Assignment
from services.vocabulary.centres import centre_of

_WELL = [one.value for one in (EndReason.PLANNED, EndReason.MOVED_HOME, EndReason.AGE)]
_ZONE = "Europe/Stockholm"
_DAY: Any = bindparam("day", type_=Date)
_PERSON: Any = bindparam("person", type_=LargeBinary)
_IDS: Any = func.string_to_array(bindparam("ids", type_=Text), " ", type_=ARRAY(Text))
#: The day in Sweden on which a home was asked last.
ASKED_ON = func.timezone(literal(_ZONE), Home.asked_at).cast(Date)
IS_CONTRACTED = Placement.assignment == literal(Assignment.CONTRACTED_EMERGENCY_HOME.value)
#: How many placements of a home ended well.
ENDED_WELL = func.count().filter(Placement.end_code == any_(literal(_WELL, ARRAY(Text))))


def gathered(*columns: Any, where: Iterable[Any]) -> Any:
    """Rows that belong to a home, as lists of these columns; None where there are none."""
    return select(func.jsonb_agg(func.jsonb_build_array(*columns))).where(*where).scalar_subquery()


def contracts_of(home_id: Any) -> Any:
    """The contracts of a home, as `contracted` reads them."""
    said = (HomeContract.places, HomeContract.age_from, HomeContract.age_to)
    days = (HomeContract.starts_on, HomeContract.ends_on)
    return gathered(*said, *days, where=[HomeContract.home_id == home_id])


def leaves_of(home_id: Any, day: Any) -> Any:
    """The leave of a home that has not ended before a day, as `away` reads it."""
    taken = (Leave.home_id == home_id, Leave.cancelled.is_(False), Leave.ends_on >= day)
    return gathered(Leave.starts_on, Leave.ends_on, where=taken)


def stays_of(home_id: Any, day: Any) -> Any:
    """The stays in a home that are not over before a day, as `stayed` reads them."""
    goes_on = or_(Placement.ends_on.is_(None), Placement.ends_on >= day)
    stays = (Placement.home_id == home_id, Placement.is_stay(), goes_on)
    return gathered(Placement.starts_on, Placement.ends_on, IS_CONTRACTED, where=stays)


def _here(row_type: Any, *which: Any) -> Any:
    return select(row_type.id).where(row_type.home_id == Home.id, *which).limit(1).scalar_subquery()


_ENDED = (Placement.home_id == Home.id, Placement.is_stay(), Placement.end_code.is_not(None))
_BREAKDOWN = func.max(Placement.ends_on).filter(Placement.end_code == EndReason.BREAKDOWN)
_OFFERS = Reading(
    select(
        Home.id,
        Home.position,
        Home.postcode,
        Home.languages,
        Home.protected_identity,
        Home.approvals_wait,
        Home.availability,
        Home.others_children,
        Home.host_code,
        Home.host_consulted_on,
        gathered(
            Approval.id,
            Approval.assignments,
            Approval.age_from,
            Approval.age_to,
            Approval.places,
            Approval.decided_on,
            Approval.valid_until,
            Approval.revoked_on,
            Approval.suspended,
            func.encode(Approval.child_lookup, literal("hex")),
            Approval.child_name.is_not(None),
            where=[Approval.home_id == Home.id],
        ).label("approvals"),
        stays_of(Home.id, _DAY).label("stays"),
        leaves_of(Home.id, _DAY).label("leaves"),
        contracts_of(Home.id).label("contracts"),
        select(ENDED_WELL).where(*_ENDED).scalar_subquery().label("ended_well"),
        select(_BREAKDOWN).where(*_ENDED).scalar_subquery().label("broke_down_on"),
        ASKED_ON.label("asked_on"),
        _here(Concern, Concern.settled_on.is_(None)).is_not(None).label("open_concern"),
        case(  # where nobody has ever told of training nothing is known of anybody's
            (exists(select(Training.id)), _here(Training, Training.attended).is_not(None)), else_=None
        ).label("trained"),
        _here(HomeAdult, HomeAdult.lookup == _PERSON).is_not(None).label("is_own"),
    ).where(Home.id == any_(_IDS))
)


def offers_of(unit: Unit, need: Need, home_ids: Collection[str]) -> list[HomeOffer]:
    """What these homes offer, in no order."""
    if not home_ids:
        return []
    rows = unit.rows(_OFFERS, ids=" ".join(home_ids), day=need.on, person=need.person)
    middles = middles_of(unit, (row.postcode for row in rows if row.position is None))
    return [_offer(unit, row, need.on, middles) for row in rows]


def middles_of(unit: Unit, postcodes: Iterable[str | None]) -> Middles:
    """What stands in for the positions of homes that have none, and these postcodes."""
    wanted = set(postcodes)
    found = unit.session.scalars(select(Postcode).where(Postcode.id.in_(wanted))) if wanted else ()
    return Middles({postcode.id: postcode.place for postcode in found}, centre_of(unit.municipality_code))


def _offer(unit: Unit, row: Any, day: date, middles: Middles) -> HomeOffer:
    place, place_from = place_of(row.position), PlaceFrom.ADDRESS
    if place is None:
        place, place_from = middles.of(row.postcode)
    said, stays = row.availability or {}, [*others(row.others_children), *stayed(row.stays)]
    approvals = tuple(_approved(*one) for one in sorted(row.approvals or ()))
    return HomeOffer(
        home_id=row.id,
        approvals=approvals,
        occupied=occupied_from(stays, day),
        taken_later=taken_later(stays, approvals, day),
        contracted=occupied_from((stay for stay in stays if stay.contracted), day),
        contracts=contracted(row.contracts),
        place=place,
        place_from=place_from,
        languages=frozenset(row.languages),
        protected_identity=row.protected_identity,
        waits=row.approvals_wait,
        is_own=row.is_own,
        periods=(*periods_of(said), *away(row.leaves)),
        host_to_consult=is_host_to_consult(row, unit.municipality_code),
        wishes=wishes_of(said),
        record=Record(
            open_concern=row.open_concern,
            ended_well=row.ended_well,
            broke_down_on=row.broke_down_on,
            asked_on=row.asked_on,
            trained=row.trained,
        ),
    )


def contracted(found: Sequence[Any] | None) -> tuple[Contract, ...]:
    """The contracts of a home as `contracts_of` gives them."""
    return tuple(
        Contract(places=places, age_from=age_from, age_to=age_to, first=day_of(first), last=day_or_none(last))
        for places, age_from, age_to, first, last in sorted(found or (), key=str)
    )


def away(found: Sequence[Any] | None) -> tuple[Period, ...]:
    """The leave of a home as `leaves_of` gives it: times in which it has no place."""
    return tuple(Period(first=day_of(first), last=day_of(last), places=0) for first, last in sorted(found or ()))


def stayed(found: Sequence[Any] | None) -> list[Stay]:
    """The stays in a home as `stays_of` gives them."""
    return [
        Stay(starts_on=day_of(first), ends_on=day_or_none(last), contracted=is_contracted)
        for first, last, is_contracted in found or ()
    ]


def _approved(
    approval_id: str, assignments: list[str], age_from: int, age_to: int, places: int, *rest: Any
) -> ApprovedFor:
    decided_on, valid_until, revoked_on, suspended, child, is_for_one = rest
    lookup = None if child is None else bytes.fromhex(child)
    if is_for_one and lookup is None:
        lookup = b""  # of a child who is only named nobody can say that it is this one
    return ApprovedFor(
        approval_id=approval_id,
        assignments=assigned(tuple(assignments)),
        age_from=age_from,
        age_to=age_to,
        places=places,
        decided_on=day_of(decided_on),
        valid_until=last_day(day_of(valid_until), day_or_none(revoked_on)),
        suspended=suspended,
        child=lookup,
    )


day_of = date.fromisoformat


def day_or_none(text: str | None) -> date | None:
    """A day as JSON has it, if there is one."""
    return None if text is None else day_of(text)
