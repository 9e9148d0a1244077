"""What becomes of placement's files (gallring): a need with its inquiries and its placement. It is kept for ever when a
child was placed (SoL 16:2), and a child's not before the child is thirty (SoL 16:2 a).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update

from services.kernel.basics import clock
from services.kernel.rows.unit import Unit
from services.kernel.work.retention.files import Asked, Judged, files_of
from services.placement.contract import events
from services.placement.model import InformalStay, Inquiry, Placement, PlacementRequest
from services.placement.placements.care import PlacementKind
from services.vocabulary.assignments import LIVING
from services.vocabulary.retention import Papers, is_child, judge

STAY = PlacementKind.STAY


def _tell(unit: Unit, one: PlacementRequest) -> None:
    """Lets it be known that a placement is gone. Of a sibling's need nobody says any more whose sibling it is."""
    placed = select(Placement).where(Placement.placement_request_id == one.id)
    for placement in unit.session.scalars(placed):
        data = {"placement_id": placement.id, "placement_request_id": one.id}
        unit.record(events.PLACEMENT_WEEDED, subject=placement, data=data)
    unit.session.execute(update(PlacementRequest).where(PlacementRequest.sibling_of == one.id).values(sibling_of=None))


@files_of(PlacementRequest, written=PlacementRequest.changed_at, tell=_tell)
def placement_request(asked: Asked, requests: Sequence[PlacementRequest]) -> Iterator[Judged]:
    """Needs, from the last entry, also in what a home was asked, and from the last day of the placement."""
    ids = [one.id for one in requests]
    inquiries, placements = _of(asked.unit, Inquiry, ids), _of(asked.unit, Placement, ids)
    for one in requests:
        rows = (one, *inquiries[one.id], *placements[one.id])
        days = [day for placement in placements[one.id] for day in (placement.starts_on, placement.ends_on) if day]
        papers = Papers(
            last_entry=max([*(clock.local_date(row.changed_at) for row in rows), *days]),
            in_use=any(
                placement.ends_on is None or placement.ends_on >= asked.today for placement in placements[one.id]
            ),
            child_placed=any(_is_childs(placement, one.birth_date) for placement in placements[one.id]),
            born=[one.birth_date],
            protects=_protected(one),
        )
        named = [found for row in rows[1:] for found in (row.id, row.home_id)]
        yield Judged(row=one, verdict=judge(papers, **asked.terms), known_as=named, people=[one.lookup])


def _is_childs(placement: Any, born: date) -> bool:
    return placement.assignment in LIVING and placement.kind == STAY and is_child(born, placement.starts_on)


def _protected(one: PlacementRequest) -> date | None:
    """A child whose protection the need is part of: the house can not tell it from other needs of a child."""
    return one.birth_date if is_child(one.birth_date, clock.local_date(one.opened_at)) else None


def _of(unit: Unit, row_type: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
    """What belongs to these needs, by need."""
    found: dict[str, list[Any]] = defaultdict(list)
    names = ("id", "placement_request_id", "home_id", "changed_at", "assignment")
    days = ("starts_on", "ends_on", "kind") if row_type is Placement else ()
    columns = [getattr(row_type, name) for name in (*names, *days)]
    for row in unit.session.execute(select(*columns).where(row_type.placement_request_id.in_(ids))):
        found[row.placement_request_id].append(row)
    return found


@files_of(InformalStay, written=InformalStay.changed_at)
def informal_stay(asked: Asked, stays: Sequence[InformalStay]) -> Iterator[Judged]:
    """Informal stays, from the last entry. Nobody was placed by them; they are of a child's protection."""
    for one in stays:
        noted_on = clock.local_date(one.noted_at)
        papers = Papers(
            last_entry=clock.local_date(one.changed_at),
            in_use=one.outcome is None,
            born=[one.birth_date],
            protects=one.birth_date if is_child(one.birth_date, noted_on) else None,
        )
        yield Judged(row=one, verdict=judge(papers, **asked.terms), people=[one.lookup])
