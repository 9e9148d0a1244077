"""What is not weeded, because somebody holds it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import select

from services.kernel.contracts.retention import HoldAlreadyReleased
from services.kernel.rows.retention import RetentionHold
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer

_HELD = sqlalchemy.text(
    "select subject, lookup from retention_hold where released_at is null "
    "and (subject = any(:ids) or lookup = any(cast(:people as bytea[])))"
)


def alone(unit: Unit) -> None:
    """Holds and the steps of runs take turns."""
    unit.alone("retention")


def held_among(unit: Unit, *, ids: Sequence[str], people: Sequence[bytes]) -> set[str | bytes]:
    """Those of the ids, and of the keyed hashes of people, that somebody holds."""
    held = unit.session.execute(_HELD, {"ids": ids, "people": people}).all()
    return {row.subject for row in held} | {bytes(row.lookup) for row in held if row.lookup is not None}


def place_hold(unit: Unit, body: dict[str, Any]) -> Answer:
    """Holds something back. It waits for the step of a run that is under way, and binds the next one."""
    alone(unit)
    hold, is_new = unit.ensure(RetentionHold, unit.common_id(Purpose.RETENTION_HOLD))
    if is_new:
        number = body["personal_number"]
        hold.subject, hold.reason = body["subject"], body["reason"]
        hold.lookup = None if number is None else unit.lookup_person(number)
        hold.by, hold.at = unit.actor, unit.now
    return _hold(hold)


def list_holds(unit: Unit) -> Answer:
    """Every hold that is remembered."""
    rows = unit.session.scalars(select(RetentionHold).order_by(RetentionHold.at, RetentionHold.id))
    return Answer({"items": [_hold(row).values for row in rows]})


def release_hold(unit: Unit, hold_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Lets go of a hold."""
    hold = unit.lock(RetentionHold, hold_id)
    if hold.released_at is not None:
        raise HoldAlreadyReleased
    hold.released_by, hold.released_at = unit.actor, unit.now
    return _hold(hold)


def _hold(hold: RetentionHold) -> Answer:
    names = ("id", "subject", "reason", "by", "at", "released_by", "released_at")
    return Answer({**{name: getattr(hold, name) for name in names}, "of_person": hold.lookup is not None})
