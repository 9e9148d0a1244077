"""Reporting visits, confirming and correcting them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.contract import events
from services.placement.contract.visits import VisitStatus
from services.placement.placements.model import Placement
from services.placement.visits.model import Visit, must_have_been, report


def report_visit(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """A home reports that somebody was there. Of two that report the same day the second one is refused: the
    placement's row is locked."""
    placement = unit.lock(Placement, placement_id)
    visit = report(
        placement,
        body,
        others=_visits_of(unit, placement_id),
        confirm_days=unit.settings.visit_confirm_days,
        by=unit.actor,
        by_home=unit.for_home,
        at=unit.now,
        today=unit.today,
    )
    unit.add(visit)
    unit.session.flush()
    return Answer(visit)


def confirm_visit(unit: Unit, visit_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Staff confirm it, and the others learn what is to be paid."""
    placement = unit.lock(Placement, unit.read(Visit, visit_id).placement_id)
    visit = unit.lock(Visit, visit_id)
    happened = visit.confirm(placement, by=unit.actor, at=unit.now)
    unit.record(events.VISIT_CONFIRMED, subject=visit, data=happened)
    unit.session.flush()
    return Answer(visit)


def correct_visit(unit: Unit, visit_id: str, body: dict[str, Any]) -> Answer:
    """It was otherwise; of one that was confirmed the others learn it, too."""
    known = unit.read(Visit, visit_id)
    placement = unit.lock(Placement, known.placement_id)
    visit = unit.lock(Visit, visit_id)
    was_confirmed = visit.status == VisitStatus.CONFIRMED
    unit.add(visit.correct(body, by=unit.actor, by_home=unit.for_home, at=unit.now))
    if visit.status != VisitStatus.WITHDRAWN:
        others = [one for one in _visits_of(unit, placement.id) if one.id != visit.id]
        must_have_been(placement, body, others=others, today=unit.today)
    if was_confirmed:
        _tell(unit, visit)
    unit.session.flush()
    return Answer(visit)


def _tell(unit: Unit, visit: Visit) -> None:
    if visit.status == VisitStatus.WITHDRAWN:
        unit.record(events.VISIT_WITHDRAWN, subject=visit, data=visit.withdrawn())
    else:
        unit.record(events.VISIT_CONFIRMED, subject=visit, data=visit.told())


def _visits_of(unit: Unit, placement_id: str) -> Sequence[Visit]:
    with unit.session.no_autoflush:
        return unit.session.scalars(select(Visit).where(Visit.placement_id == placement_id)).unique().all()
