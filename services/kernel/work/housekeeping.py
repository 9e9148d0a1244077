"""What every service does each night for itself: what has served its time is taken away."""

from datetime import timedelta

import sqlalchemy

from services.kernel.contracts.duty import Duty
from services.kernel.files import stored
from services.kernel.rows.unit import Unit

WEEDING = Duty(name="weed", each_night_at=3)
SWEEPING = Duty(name="sweep_files", each_night_at=4)
INBOX_DAYS = 35  #: as long as an event can be published again
_AT_ONCE = 5_000  #: rows that one unit takes away


def weed(unit: Unit, _subject: str) -> None:
    """Takes away idempotency answers that nobody can ask for any more, and the ids of events long past."""
    answered = unit.now - timedelta(days=unit.idempotency_days)
    left = _delete(unit, "idempotency", "created_at", answered)
    left |= _delete(unit, "inbox", "received_at", unit.now - timedelta(days=INBOX_DAYS))
    if left:
        unit.plan(WEEDING, at=unit.now)


def sweep_files(unit: Unit, _subject: str) -> None:
    """Deletes files that no row refers to."""
    if stored.sweep(unit):
        unit.plan(SWEEPING, at=unit.now)


def _delete(unit: Unit, table: str, column: str, before: object) -> bool:
    """Whether there may be more of them."""
    statement = sqlalchemy.text(
        f"delete from {table} where ctid = any(array("  # noqa: S608  # names of our own
        f"select ctid from {table} where {column} < :before limit {_AT_ONCE}))"
    )
    deleted: int = unit.session.execute(statement, {"before": before}).rowcount  # type: ignore[attr-defined]
    return deleted == _AT_ONCE
