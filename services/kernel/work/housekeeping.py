"""What every service does each night for itself: what has served its time is taken away."""

from datetime import datetime, timedelta

import sqlalchemy

from services.kernel.basics.days import anniversary
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.personal_data import LIVES
from services.kernel.files import stored
from services.kernel.rows import colleagues, nudges, personal_data, retention
from services.kernel.rows.unit import Unit

WEEDING = Duty(name="weed", each_night_at=3)
SWEEPING = Duty(name="sweep_files", each_night_at=4)
WAITING_DAYS = 7  #: for which the id of an event is remembered longer than the event: so long it may lie in a queue
_AT_ONCE = 5_000  #: rows that one unit takes away


def weed(unit: Unit, _subject: str) -> None:
    """Takes away idempotency answers that nobody can ask for any more, events told long ago, the ids of those that
    nobody can tell again word for word, what became of nudges, previews of weeding, exports of a person's own data, and
    who of the staff worked here long ago."""
    left = _delete(unit, "idempotency", "created_at", unit.now - timedelta(days=unit.idempotency_days))
    left |= _delete(unit, "inbox", "received_at", unit.now - timedelta(days=unit.told_days + WAITING_DAYS))
    left |= _delete(unit, "nudge", "planned_at", unit.now - timedelta(days=nudges.DAYS))
    left |= _forget_told(unit, unit.now - timedelta(days=unit.told_days))
    left |= _delete(unit, "colleague", "last_on", anniversary(unit.today, -colleagues.YEARS))
    _forget_weeded(unit, unit.now - timedelta(days=unit.told_days + WAITING_DAYS))
    _forget_previews(unit, unit.now)
    personal_data.forget_before(unit, unit.now - timedelta(days=LIVES))
    if left:
        unit.plan(WEEDING, at=unit.now)


def _forget_weeded(unit: Unit, before: datetime) -> None:
    """What was seen of things that are gone, once no event about them can come any more."""
    given = {"before": before}
    seen = "delete from seen_version seen using weeded where seen.subject = weeded.id and weeded.at < :before"
    unit.session.execute(sqlalchemy.text(seen), given)
    unit.session.execute(sqlalchemy.text("delete from weeded where at < :before"), given)


def _forget_previews(unit: Unit, now: datetime) -> None:
    """Previews with their lists, and holds that were released long ago."""
    old = {"before": now - timedelta(days=retention.PREVIEW_LIVES)}
    items = "delete from retention_item using retention_preview p where p.id = preview_id and p.created_at < :before"
    unit.session.execute(sqlalchemy.text(items), old)
    unit.session.execute(sqlalchemy.text("delete from retention_preview where created_at < :before"), old)
    released = {"before": now - timedelta(days=retention.HOLD_REMEMBERED)}
    unit.session.execute(sqlalchemy.text("delete from retention_hold where released_at < :before"), released)


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


def _forget_told(unit: Unit, before: datetime) -> bool:
    """Whether there may be more of them. They lie as they were told, so that it is enough to look at the first."""
    statement = sqlalchemy.text(
        "delete from told where position = any(array(select position from ("  # noqa: S608
        f"select position, told_at from told order by position limit {_AT_ONCE}) first where told_at < :before))"
    )
    deleted: int = unit.session.execute(statement, {"before": before}).rowcount  # type: ignore[attr-defined]
    return deleted == _AT_ONCE
