"""Who is asked of several services, and what refuses a whole: the one that the path names is asked, or all at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeAlias

import orjson

from gateway.routes import CONTRACTS, Route
from gateway.wholes.joining import Parts, joined
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event, Operation, declared
from services.kernel.contracts.faults import Fault, InvalidInput, MissingRole, NotFound, ServiceUnavailable
from services.kernel.contracts.feed import NOT_AN_EVENT_TYPE
from services.kernel.contracts.join import Alike, Join, OneFile, OneOf, OneThing, Pages, Work
from services.kernel.messages.context import Context

Reply: TypeAlias = dict[str, Any]
Call: TypeAlias = Callable[[str], Reply]  #: asks one service, until the request's deadline

ABSENT = (MissingRole.status, NotFound.status)  #: the caller may not see this part, or there is nothing of it
UNAVAILABLE = 500  #: and above: the service does not answer, or not in time, or something is wrong with it
_TYPES = frozenset(
    event.type for service, room in CONTRACTS.items() for event in declared(room, Event) if event.source == service
)


def is_whole(route: Route) -> bool:
    """Whether the route asks all that stand behind it, and not one."""
    return route.operation.shared is not None and not isinstance(route.operation.shared, OneOf)


def changes_all(operation: Operation) -> bool:
    """Whether all services are to change the same: nothing of it is begun while one is away."""
    return isinstance(operation.shared, OneThing) and not operation.reads


def service_of(route: Route, path: Mapping[str, str]) -> str:
    """Whom a route asks that is no whole; `NotFound` for a path that names nobody."""
    shared = route.operation.shared
    if not isinstance(shared, OneOf):
        return route.service
    service = path[shared.by].partition(".")[0]
    if service not in route.parts:
        raise NotFound
    return service


def asked_of_all(route: Route, context: Context, arguments: Mapping[str, Any]) -> Context:
    """The context in which all services are asked for one change. They know it by its key: one is made where the caller
    has given none. Raises `InvalidInput` for what no service could refuse without the others having done it."""
    if not changes_all(route.operation):
        return context
    shared = route.operation.shared
    if isinstance(shared, Alike) and shared.types is not None:
        _check(arguments["body"][shared.types], shared.types)
    return context if context.idempotency_key else replace(context, idempotency_key=new_id())


def _check(types: Iterable[str], name: str) -> None:
    """Each type of event is one that some service tells."""
    pointers = [f"/{name}/{number}" for number, one in enumerate(types) if one not in _TYPES]
    if pointers:
        raise InvalidInput(errors=[NOT_AN_EVENT_TYPE.at(pointer) for pointer in pointers])


def whole(
    call: Call, route: Route, roles: Iterable[str], *, limit: int, page: int = 1, asked: str | None = None
) -> Reply:
    """One reply of all the parts that somebody with these roles may see, or of the service that is `asked` alone; of a
    log at most `limit` items, and of what has pages that page of so many."""
    wanted = [service for service, part in route.parts.items() if _may(part, roles) and asked in (None, service)]
    if not wanted:
        raise MissingRole
    return _whole(route, parts_of(call, wanted), limit, page)


def asked_by(route: Route, values: Mapping[str, str]) -> str | None:
    """The one service that a whole is asked of by its filter."""
    shared = route.operation.shared
    named = values.get(shared.asks_by) if isinstance(shared, Pages) and shared.asks_by else None
    return named if named in route.parts else None


def parts_of(call: Call, services: Sequence[str]) -> dict[str, Reply]:
    """What each of the services replies, all asked at the same time."""

    def part(service: str) -> Reply:
        try:
            return call(service)
        except Fault as fault:
            return {"fault": fault.as_dict()}

    if len(services) == 1:
        return {services[0]: part(services[0])}
    with ThreadPoolExecutor(len(services)) as pool:
        return dict(zip(services, pool.map(part, services), strict=True))


def _may(operation: Operation, roles: Iterable[str]) -> bool:
    return not operation.roles or not operation.roles.isdisjoint(roles)


def _whole(route: Route, replies: Mapping[str, Reply], limit: int, page: int) -> Reply:
    """One reply of many, or what refuses it."""
    shared = route.operation.shared
    assert shared is not None  # noqa: S101  # by `ask`
    there = {service: reply["body"] for service, reply in replies.items() if "fault" not in reply}
    faults = {service: reply["fault"] for service, reply in replies.items() if "fault" in reply}
    away = [service for service, fault in faults.items() if fault["status"] >= UNAVAILABLE]
    refusal = _refusal(shared, list(faults.values()), is_some_there=bool(there), is_some_away=bool(away))
    if refusal is not None:
        return {"fault": refusal}
    if isinstance(shared, OneFile):
        return {"files": {service: reply["file"] for service, reply in replies.items()}}
    return {"body": orjson.dumps(joined(shared, Parts(there=there, away=away, limit=limit, page=page))), "etag": None}


def _refusal(
    shared: Join, faults: Sequence[dict[str, Any]], *, is_some_there: bool, is_some_away: bool
) -> dict[str, Any] | None:
    """What refuses the request itself, as wrong input, refuses the whole; so does it when nothing is there, and when
    nothing is available. Of a thing that all have none may be away, and of a work or a file none may be missing."""
    refused = [fault for fault in faults if fault["status"] not in ABSENT and fault["status"] < UNAVAILABLE]
    if refused:
        return refused[0]
    if is_some_away and (isinstance(shared, OneThing) or not is_some_there):
        raise ServiceUnavailable
    return faults[0] if faults and (isinstance(shared, Work | OneFile) or not is_some_there) else None
