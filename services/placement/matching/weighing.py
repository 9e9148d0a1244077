"""Keeps what matching came to when a home is asked, and shows it again."""

from typing import Any

from sqlalchemy import exists, func, select

from services.kernel.basics.ids import new_id
from services.kernel.contracts import Page, Total
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.homes.model import Home
from services.placement.matching import reading, rules
from services.placement.matching.model import Weighing
from services.placement.matching.settings import weights_of
from services.placement.matching.values import Candidate
from services.placement.placements.stays import siblings_of
from services.placement.requests.model import PlacementRequest


def keep_weighing(unit: Unit, request: PlacementRequest) -> None:
    """Weighs every home beside a need and keeps it, unless that was done today; the need's row is locked."""
    known = exists().where(Weighing.placement_request_id == request.id, Weighing.weighed_on == unit.today)
    if unit.session.scalar(select(known)):
        return
    day = max(request.needed_from, unit.today)
    need = request.need_on(day, siblings_of(unit, request, day))
    ids = unit.session.scalars(select(Home.id).where(Home.is_approved)).all()
    found = rules.candidates_for(need, reading.offers_of(unit, need, ids), weights_of(unit))
    can_take = sum(one.eligible for one in found)
    unit.add(
        Weighing(
            id=new_id(),
            placement_request_id=request.id,
            weighed_on=unit.today,
            weighed_at=unit.now,
            weighed_by=unit.actor,
            can_take=can_take,
            can_not=len(found) - can_take,
            result=[_written(one) for one in found],
        )
    )


def list_weighings(unit: Unit, placement_request_id: str, page: Page) -> Answer:
    """The days on which the homes were weighed for a need, the latest first."""
    unit.read(PlacementRequest, placement_request_id)
    of_this = Weighing.placement_request_id == placement_request_id
    rows = unit.session.execute(
        select(*_SHOWN).where(of_this).order_by(Weighing.weighed_on.desc()).offset(page.offset).limit(page.limit)
    )
    total = unit.session.scalar(select(func.count()).select_from(Weighing).where(of_this)) or 0
    return paged(rows, Total(total))


_SHOWN = (
    Weighing.id,
    Weighing.weighed_on,
    Weighing.weighed_at,
    Weighing.weighed_by,
    Weighing.can_take,
    Weighing.can_not,
)


def get_weighing(unit: Unit, placement_request_id: str, weighing_id: str) -> Answer:
    """Every home as it stood beside a need on a day."""
    weighing = unit.read(Weighing, weighing_id)
    if weighing.placement_request_id != placement_request_id:
        raise NotFound
    return Answer(weighing)


def _written(one: Candidate) -> dict[str, Any]:
    """A candidate as it is kept: codes and points. Beside a protected identity the distance is coarse, as ever."""
    return {
        "home_id": one.home_id,
        "eligible": one.eligible,
        "score": one.score,
        "distance_km": one.distance_km,
        "reasons": [{"code": reason.code.value, "points": reason.points} for reason in one.reasons],
        "obstacles": [obstacle.code.value for obstacle in one.obstacles],
        "warnings": [caution.code.value for caution in one.warnings],
    }
