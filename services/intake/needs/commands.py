"""Publishing what a municipality needs, and reading it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from services.intake.contract.needs import MOST
from services.intake.needs import feed
from services.intake.needs.model import Need
from services.kernel.basics import clock
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def list_needs(unit: Unit) -> Answer:
    """What the municipality needs now."""
    return Answer({"items": _current(unit)})


def read_needs_feed(unit: Unit) -> Answer:
    """The same as an Atom feed. Without a need it has been so since this day began, as far as anybody knows."""
    midnight = clock.at_local(unit.today, 0)
    text = feed.written(
        _current(unit), tenant=unit.context.tenant, municipality=unit.municipality, empty_since=midnight
    )
    return Answer({"text": text})


def get_need(unit: Unit, need_id: str) -> Answer:
    """One need."""
    return Answer(unit.read(Need, need_id))


def _current(unit: Unit) -> Sequence[Need]:
    shown = select(Need).where(or_(Need.until.is_(None), Need.until >= unit.today))
    return unit.session.scalars(shown.order_by(Need.changed_at.desc(), Need.id).limit(MOST)).all()


def publish_need(unit: Unit, need_id: str, body: dict[str, Any]) -> Answer:
    """Publishes a need, or changes it."""
    need, is_new = unit.ensure(Need, need_id)
    unit.match(None if is_new else need)
    for name, value in body.items():
        setattr(need, name, value)
    if is_new:
        need.published_at = unit.now
    need.touch(unit.now)
    unit.session.flush()
    return Answer(need)


def withdraw_need(unit: Unit, need_id: str) -> Answer:
    """Takes a need back."""
    unit.session.delete(unit.lock(Need, need_id))
    return Answer({})
