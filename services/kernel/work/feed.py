"""One service's part of the event feed: what its relay has told, after a cursor.

A cursor is a place among what was told, and the instant until which everything before it is known. Once events of that
time are weeded, something may be missing after it: it is refused then, however often nothing has come.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy
from marshmallow import fields

from services.kernel.contracts import After, Event
from services.kernel.contracts.feed import CURSOR_TOO_OLD, NOT_AN_EVENT_TYPE, PERSONAL, CloudEvent
from services.kernel.contracts.fields import Sealed
from services.kernel.contracts.hiding import is_hidden_staff
from services.kernel.contracts.schema import instance
from services.kernel.rows.unit import Unit
from services.kernel.work import protection
from services.kernel.work.operations import Answer, Handler
from services.kernel.work.protection import Told, Unprotected

_MARGIN = timedelta(minutes=10)  #: by which what is told may be older than when it is first seen
#: what of an envelope is shown to anybody
IN_CLEAR = tuple(name for name in CloudEvent().fields if name not in ("data", "actor"))
#: Also how far has been looked, in the same instant, so that a reader of rare kinds need not go over the others again.
_TOLD = sqlalchemy.text("""select newest.position as newest, found.*
    from (select max(position) as position from told) newest left join lateral (
        select position, told_at, routing_key, envelope from told
        where position > :after and (cast(:keys as text[]) is null or routing_key = any(:keys))
        order by position limit :most
    ) found on true order by found.position""")


def reader_of(service: str, events: Mapping[str, Event], unprotected: Mapping[str, Unprotected]) -> Handler:
    """The function that carries out `read_events` in a service that records these events, and says of whom it may be
    spoken."""
    return partial(_read, service, {event.routing_key: event for event in events.values()}, unprotected)


def _read(
    service: str,
    events: Mapping[str, Event],
    unprotected: Mapping[str, Unprotected],
    unit: Unit,
    query: Mapping[str, Any],
    after: After,
) -> Answer:
    kind = f"events:{service}"
    place = _place(unit, kind, after.cursor)
    keys = _wanted(service, events, query.get("types"))
    newest, found = told_after(unit, place, keys, most=after.limit)
    cursors = [unit.cursor(kind, [row.position, _seconds(row.told_at)]) for row in found]
    goes_on = len(found) == after.limit
    following = cursors[-1] if goes_on else unit.cursor(kind, [newest, _seconds(unit.now - _MARGIN)])
    told = [(events.get(row.routing_key), row.envelope) for row in found]
    items = list(shown(unit, unprotected, told))
    return Answer({"items": items, "next": following, "cursors": cursors})


def told_after(unit: Unit, place: int, keys: Sequence[str] | None, *, most: int) -> tuple[int, Sequence[Any]]:
    """What was told after a place of these kinds (None: of all), in its order, and the newest place of what there is of
    any kind. Each has `position`, `told_at`, `routing_key` and `envelope`."""
    rows = unit.session.execute(_TOLD, {"after": place, "keys": keys, "most": most}).all()
    return max(place, rows[0].newest or 0), [row for row in rows if row.position is not None]


def _place(unit: Unit, kind: str, cursor: str | None) -> int:
    """Where a cursor points: at the beginning of what is kept when there is none."""
    if cursor is None:
        return 0
    position, known_until = unit.place(kind, cursor)
    if datetime.fromtimestamp(known_until, UTC) < unit.now - timedelta(days=unit.told_days):
        raise CURSOR_TOO_OLD.refusal("/after")
    return int(position)


def _wanted(service: str, events: Mapping[str, Event], types: str | None) -> Sequence[str] | None:
    """The kinds that are asked for, of this service; None for all. What another one tells is not for this one to judge.

    All are more than those known here: beside a newer process of the service nothing is to be passed over.
    """
    if types is None:
        return None
    known = {event.type: key for key, event in events.items()}
    own = [name for name in types.split(",") if name.split(".")[1] == service]
    if not known.keys() >= set(own):
        raise NOT_AN_EVENT_TYPE.refusal("/types")
    return [known[name] for name in own]


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def shown(unit: Unit, unprotected: Mapping[str, Unprotected], told: Sequence[Told]) -> Iterator[dict[str, Any]]:
    """Events as the caller may see them: their personal parts with the role for it, and of a protected identity, as it
    is now, only with a reason."""
    is_personal = PERSONAL in unit.context.roles
    opened = protection.opened(unit, unprotected, told) if is_personal else [False] * len(told)
    for (event, envelope), may_open in zip(told, opened, strict=True):
        is_open = may_open and envelope["tenant"] == unit.context.tenant  # what another one was told, that one opens
        data = {} if event is None else _opened(instance(event.data), envelope["data"], is_open=is_open)
        says_who = is_open and not is_hidden_staff(envelope["actor"])
        beside = {"actor": envelope["actor"]} if says_who else {}
        yield {**{name: envelope[name] for name in IN_CLEAR}, "data": data, **beside}


def _opened(schema: Any, data: Mapping[str, Any], *, is_open: bool) -> dict[str, Any]:
    """What the contract says of an event's data, the sealed parts opened or left out."""
    found: dict[str, Any] = {}
    for name, field in schema.fields.items():
        if name in data and (is_open or not isinstance(field, Sealed)):
            found[name] = _value(field, name, data[name], is_open=is_open)
    return found


def _value(field: Any, name: str, value: Any, *, is_open: bool) -> Any:
    match field:
        case _ if value is None:
            return None
        case Sealed():
            return field.opened(value, name)
        case fields.Nested():
            return _opened(field.schema, value, is_open=is_open)
        case fields.List():
            return [_value(field.inner, name, one, is_open=is_open) for one in value]
    return value
