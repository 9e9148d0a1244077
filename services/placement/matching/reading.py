"""What homes offer, read for matching: plain rows, so many statements however many homes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import any_, func, literal, or_, select

from services.kernel.basics import clock
from services.kernel.rows.unit import Unit
from services.placement.base import is_among, place_of
from services.placement.contract.placements import EndReason
from services.placement.homes.concerns import with_concern
from services.placement.homes.model import Approval, Home, HomeAdult, offered, periods_of, wishes_of
from services.placement.homes.told import leaves, trained
from services.placement.inquiries.model import Inquiry
from services.placement.matching.values import ApprovedFor, HomeOffer, Need, Period, Record
from services.placement.placements.model import Placement
from services.placement.placements.occupancy import occupied_from
from services.placement.placements.stays import stays_from
from services.placement.postcodes.model import Postcode
from services.placement.postcodes.places import Middles, PlaceFrom
from services.vocabulary.centres import centre_of

_WELL = (EndReason.PLANNED, EndReason.MOVED_HOME, EndReason.AGE)


def possible(unit: Unit, need: Need) -> list[HomeOffer]:
    """The homes that could take the person, as far as the database can tell: an approval covers assignment, day, age
    and child, nothing makes it wait, and not every place is taken on the day itself. Whether they really can,
    `obstacles` say."""
    taken = (
        select(func.count())
        .where(
            Placement.home_id == Approval.home_id,
            Placement.is_stay(),
            Placement.starts_on <= need.on,
            or_(Placement.ends_on.is_(None), Placement.ends_on >= need.on),
        )
        .scalar_subquery()
    )
    fits = select(Approval.home_id).where(
        literal(need.assignment.value) == any_(Approval.assignments),
        Approval.holds_on(need.on),
        Approval.age_from <= need.age,
        Approval.age_to >= (need.age if need.age_then is None else max(need.age, need.age_then)),
        or_(Approval.child_lookup.is_(None), Approval.child_lookup == need.person),
        Approval.places > taken,
    )
    return _offers(unit, need, Home.id.in_(fits), Home.is_approved.is_(True), Home.approvals_wait.is_(False))


def offers_of(unit: Unit, need: Need, home_ids: Collection[str]) -> list[HomeOffer]:
    """What these homes offer, in no order."""
    return _offers(unit, need, is_among(Home.id, home_ids)) if home_ids else []


def _offers(unit: Unit, need: Need, *which: Any) -> list[HomeOffer]:
    homes = unit.session.execute(select(*_SHOWN).where(*which)).all()
    if not homes:
        return []
    ids = [home.id for home in homes]
    approvals, records = _approvals(unit, ids), _records(unit, ids)
    stays, middles = stays_from(unit, need.on, ids), _middles(unit, homes)
    own, leave = _own(unit, need.person), leaves(unit, ids, need.on)
    return [
        _offer(
            unit,
            home,
            approvals=approvals[home.id],
            occupied=occupied_from(stays.get(home.id, ()), need.on),
            middles=middles,
            is_own=home.id in own,
            record=records[home.id],
            leave=leave.get(home.id, ()),
        )
        for home in homes
    ]


_SHOWN = (
    Home.id,
    Home.position,
    Home.postcode,
    Home.languages,
    Home.protected_identity,
    Home.approvals_wait,
    Home.availability,
    Home.host_code,
    Home.host_consulted_on,
)


def _offer(
    unit: Unit,
    home: Any,
    *,
    approvals: tuple[ApprovedFor, ...],
    occupied: int,
    middles: Middles,
    is_own: bool,
    record: Record,
    leave: tuple[Period, ...],
) -> HomeOffer:
    place, place_from = place_of(home.position), PlaceFrom.ADDRESS
    if place is None:
        place, place_from = middles.of(home.postcode)
    said = home.availability or {}
    return HomeOffer(
        home_id=home.id,
        approvals=approvals,
        occupied=occupied,
        place=place,
        place_from=place_from,
        languages=frozenset(home.languages),
        protected_identity=home.protected_identity,
        waits=home.approvals_wait,
        is_own=is_own,
        periods=(*periods_of(said), *leave),
        host_to_consult=home.host_code not in (None, unit.municipality_code) and home.host_consulted_on is None,
        wishes=wishes_of(said),
        record=record,
    )


_APPROVAL = (
    Approval.id,
    Approval.home_id,
    Approval.assignments,
    Approval.age_from,
    Approval.age_to,
    Approval.places,
    Approval.decided_on,
    Approval.valid_until,
    Approval.revoked_on,
    Approval.suspended,
    Approval.child_lookup,
    Approval.child_name.is_not(None).label("is_for_one"),
)


def _approvals(unit: Unit, ids: Sequence[str]) -> Mapping[str, tuple[ApprovedFor, ...]]:
    found: dict[str, tuple[ApprovedFor, ...]] = defaultdict(tuple)
    for row in unit.session.execute(select(*_APPROVAL).where(is_among(Approval.home_id, ids))):
        found[row.home_id] += (offered(row),)
    return found


def _records(unit: Unit, ids: Sequence[str]) -> Mapping[str, Record]:
    """How it went in these homes, by the house's own data."""
    well = func.count().filter(Placement.end_code.in_(_WELL))
    broke = func.max(Placement.ends_on).filter(Placement.end_code == EndReason.BREAKDOWN)
    ended = {
        row.home_id: row
        for row in unit.session.execute(
            select(Placement.home_id, well.label("well"), broke.label("broke_down_on"))
            .where(is_among(Placement.home_id, ids), Placement.end_code.is_not(None), Placement.is_stay())
            .group_by(Placement.home_id)
        )
    }
    asked: dict[str, date] = {
        home_id: clock.local_date(sent_at)
        for home_id, sent_at in unit.session.execute(
            select(Inquiry.home_id, func.max(Inquiry.sent_at))
            .where(is_among(Inquiry.home_id, ids))
            .group_by(Inquiry.home_id)
        )
    }
    concerned, attended = with_concern(unit, ids), trained(unit, ids)
    return {
        home_id: Record(
            open_concern=home_id in concerned,
            ended_well=ended[home_id].well if home_id in ended else 0,
            broke_down_on=ended[home_id].broke_down_on if home_id in ended else None,
            asked_on=asked.get(home_id),
            trained=attended[home_id],
        )
        for home_id in ids
    }


def _own(unit: Unit, person: bytes) -> frozenset[str]:
    """The homes of which the person is an adult."""
    return frozenset(unit.session.scalars(select(HomeAdult.home_id).where(HomeAdult.lookup == person)))


def _middles(unit: Unit, homes: Iterable[Any]) -> Middles:
    """What stands in for the positions of those homes that have none."""
    wanted = {home.postcode for home in homes if home.position is None}
    found = unit.session.scalars(select(Postcode).where(Postcode.id.in_(wanted))) if wanted else ()
    return Middles({postcode.id: postcode.place for postcode in found}, centre_of(unit.municipality_code))
