"""Things that each service keeps, and that all change together: one answer of many that say the same.

They are one but for a list of theirs, which is put together. Knows nothing of what they say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from gateway.routes import CONTRACTS, Route
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event, declared
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.feed import NOT_AN_EVENT_TYPE
from services.kernel.messages.context import Context

_TYPES = frozenset(
    event.type for service, room in CONTRACTS.items() for event in declared(room, Event) if event.source == service
)


def one_of(bodies: Iterable[bytes], *, but_for: str, lists: bool) -> Any:
    """What all say, of a list each of its things once."""
    parts = [orjson.loads(body) for body in bodies]
    if not lists:
        return _one(parts, but_for)
    found: dict[str, list[Any]] = {}
    for thing in (thing for part in parts for thing in part["items"]):
        found.setdefault(thing["id"], []).append(thing)
    return {"items": [_one(same, but_for) for same in found.values()]}


def _one(same: list[Any], but_for: str) -> Any:
    return {**same[0], but_for: [one for thing in same for one in thing[but_for]]}


def asked_of_all(route: Route, context: Context, arguments: Mapping[str, Any]) -> Context:
    """The context in which all services are asked for one change. They know it by its key: one is made where the caller
    has given none. Raises `InvalidInput` for what no service could refuse without the others having done it."""
    shared = route.operation.shared
    if shared is None or shared.alike_but_for is None or route.operation.reads:
        return context
    if shared.types is not None:
        _check(arguments["body"][shared.types], shared.types)
    return context if context.idempotency_key else replace(context, idempotency_key=new_id())


def _check(types: Iterable[str], name: str) -> None:
    """Each type of event is one that some service tells."""
    pointers = [f"/{name}/{number}" for number, one in enumerate(types) if one not in _TYPES]
    if pointers:
        raise InvalidInput(errors=[NOT_AN_EVENT_TYPE.at(pointer) for pointer in pointers])
