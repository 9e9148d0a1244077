"""Routes behind which several services stand: the one that the path names is asked, or all at once and joined.

Every part is a request like any other. Knows nothing of what the parts say.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeAlias

import orjson
from marshmallow import fields, validate

from gateway import alike
from gateway.routes import Route
from services.kernel.contracts import Operation, Schema
from services.kernel.contracts.faults import Fault, MissingRole, NotFound, ServiceUnavailable
from services.kernel.contracts.long_work import WorkStatus, WorkView
from services.kernel.contracts.operation import Shared
from services.kernel.contracts.schema import instance

Reply: TypeAlias = dict[str, Any]
Call: TypeAlias = Callable[[str], Reply]  #: asks one service, until the request's deadline

ABSENT = (MissingRole.status, NotFound.status)  #: the caller may not see this part, or there is nothing of it
UNAVAILABLE = 500  #: and above: the service does not answer, or not in time, or something is wrong with it


class Unavailable(Schema):
    """A part whose service does not answer now."""

    status = fields.String(required=True, validate=validate.OneOf(["unavailable"]))

    example = {"status": "unavailable"}


class Part(fields.Nested):
    """What one service answers of a whole, or that it is unavailable; not there when the caller may not see it."""


def is_whole(route: Route) -> bool:
    """Whether the route asks all that stand behind it, and not one."""
    shared = route.operation.shared
    return shared is not None and shared.by is None


def begins_with_all(operation: Operation) -> bool:
    """Whether nothing of it is begun while a service is away."""
    return operation.shared is not None and operation.shared.is_one and not operation.reads


def service_of(route: Route, path: Mapping[str, str]) -> str:
    """Whom a route asks that is no whole; `NotFound` for a path that names nobody."""
    shared = route.operation.shared
    if shared is None or shared.by is None:
        return route.service
    service = path[shared.by].partition(".")[0]
    if service not in route.parts:
        raise NotFound
    return service


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
    named = None if shared is None or shared.asks_by is None else values.get(shared.asks_by)
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
    """One reply of many. What refuses the request itself, as wrong input, refuses the whole; so does it when nothing is
    there, and when nothing is available."""
    shared = route.operation.shared
    assert shared is not None  # noqa: S101  # by `ask`
    there = {service: reply["body"] for service, reply in replies.items() if "fault" not in reply}
    faults = {service: reply["fault"] for service, reply in replies.items() if "fault" in reply}
    away = [service for service, fault in faults.items() if fault["status"] >= UNAVAILABLE]
    refused = [fault for fault in faults.values() if fault["status"] not in ABSENT and fault["status"] < UNAVAILABLE]
    if refused:
        return {"fault": refused[0]}
    if away and (shared.complete or not there):
        raise ServiceUnavailable
    if faults and (shared.is_one or not there):
        return {"fault": next(iter(faults.values()))}
    return {"body": orjson.dumps(_joined(shared, there, away, limit, page)), "etag": None}


def _joined(shared: Shared, there: Mapping[str, bytes], away: list[str], limit: int, page: int) -> dict[str, Any]:
    """The parts that are there as one, in the way that the operation says."""
    if shared.is_one:
        return _list_of_one(there) if shared.lists else _one_of(there)
    if shared.alike_but_for is not None:
        return dict(alike.one_of(there.values(), but_for=shared.alike_but_for, lists=shared.lists))
    if shared.newest_first:
        return _log_of(there, away, limit)
    if shared.soonest_by is not None:
        return _pages_of(there, away, shared.soonest_by, (page - 1) * limit, limit)
    if shared.counted:
        return _count_of(there, away)
    return _list_of(there, away) if shared.lists else _side_by_side(there, away)


def _log_of(there: Mapping[str, bytes], away: list[str], limit: int) -> dict[str, Any]:
    """One log of several, by their items' ids, which sort by time. It goes on from its last item where one of them does
    or something was left out."""
    parts = [orjson.loads(body) for body in there.values()]
    items = sorted((item for part in parts for item in part["items"]), key=_time_of, reverse=True)
    shown = items[:limit]
    goes_on = len(items) > limit or any(part["next"] is not None for part in parts)
    return {"items": shown, "next": shown[-1]["id"] if goes_on else None, **dict.fromkeys(away, Unavailable.example)}


def _time_of(item: Mapping[str, Any]) -> str:
    """By which an item is newer than others: its id, without the name of its service before it."""
    return str(item["id"]).rpartition(".")[2]


def _pages_of(there: Mapping[str, bytes], away: list[str], by: str, offset: int, limit: int) -> dict[str, Any]:
    """A page of several lists that each begin with their first item; what each has counted is added up."""
    parts = [orjson.loads(body) for body in there.values()]
    items = sorted((item for part in parts for item in part["items"]), key=lambda item: str(item[by]))
    return {
        **parts[0],  # which page it is
        "items": items[offset : offset + limit],
        "counts": [one for part in parts for one in part["counts"]],
        "total": sum(part["total"] for part in parts),
        "total_is_exact": all(part["total_is_exact"] for part in parts),
        **dict.fromkeys(away, Unavailable.example),
    }


def _count_of(there: Mapping[str, bytes], away: list[str]) -> dict[str, Any]:
    """One list of all items, each thing once, and how many there are: where a part does not show all of its own, nobody
    knows how many of the others are the same."""
    parts = [orjson.loads(body) for body in there.values()]
    every = [item for part in parts for item in part["items"]]
    items = list({(item["kind"], item["id"]): item for item in reversed(every)}.values())[::-1]
    shows_all = all(part["total_is_exact"] and part["total"] == len(part["items"]) for part in parts)
    return {
        "items": items,
        "total": sum(part["total"] for part in parts) - (len(every) - len(items)),
        "total_is_exact": shows_all or (len(parts) == 1 and parts[0]["total_is_exact"]),
        **dict.fromkeys(away, Unavailable.example),
    }


def _one_of(there: Mapping[str, bytes]) -> dict[str, Any]:
    """One thing that all have a part of, under one id: of a work how far all are; and each part by itself."""
    parts = {service: orjson.loads(body) for service, body in there.items()}
    first = next(iter(parts.values()))
    return {**{name: first[name] for name in _COMMON if name in first}, **_sums(list(parts.values())), "parts": parts}


#: what is the same in each part of one thing
_COMMON = frozenset({"id", "created_at", "created_by", "preview_id", "reason", "subject", "of_person", "by", "at",
                     "released_by", "released_at"})  # fmt: skip


def _sums(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How far a work of many parts is; of what is no work nothing."""
    if "status" not in parts[0]:
        return {}
    status = whole_status([part["status"] for part in parts])
    ends = [part["ended_at"] for part in parts]
    return {
        "status": status,
        "done": sum(part["done"] for part in parts),
        "total": sum(part["total"] for part in parts),
        "problems": [problem for part in parts for problem in part["problems"]],
        "ended_at": None if None in ends else max(ends),
    }


def whole_status(statuses: Iterable[str]) -> str:
    """Where a work stands whose parts stand there: a part that has failed is said first, and only what all parts have
    come to is the end."""
    found = set(statuses)
    for status in (WorkStatus.FAILED, WorkStatus.CANCELLED):
        if status in found:
            return status
    return found.pop() if len(found) == 1 else WorkStatus.RUNNING


def _list_of_one(there: Mapping[str, bytes]) -> dict[str, Any]:
    """One list of what all have, each once."""
    items = {item["id"]: item for body in there.values() for item in orjson.loads(body)["items"]}
    return {"items": list(items.values())}


def _list_of(there: Mapping[str, bytes], away: list[str]) -> dict[str, Any]:
    """One list of all items, service by service, and beside it whose items are missing."""
    items = [item for body in there.values() for item in orjson.loads(body)["items"]]
    return {"items": items, **dict.fromkeys(away, Unavailable.example)}


def _side_by_side(there: Mapping[str, bytes], away: list[str]) -> dict[str, Any]:
    """Each part, as it came, under its service's name."""
    parts = {service: orjson.Fragment(body) for service, body in there.items()}
    return {**parts, **dict.fromkeys(away, Unavailable.example)}


def answer_of(route: Route) -> type[Schema]:
    """The form of what the route answers, one item of it where it is paged."""
    operation = route.operation
    shared = operation.shared
    if shared is None or not is_whole(route) or shared.merged_by or shared.alike_but_for:
        return operation.answer
    if shared.is_one:
        return operation.answer if shared.lists else _answer_of_one(operation.answer, tuple(route.parts))
    return _answer_of(operation.name, tuple(route.parts.items()), lists=shared.lists)


def missing_of(route: Route) -> tuple[str, ...]:
    """Whose part may be said to be unavailable beside the items of a feed."""
    shared = route.operation.shared
    return tuple(route.parts) if shared is not None and shared.merged_by else ()


@cache
def _answer_of_one(answer: type[Schema], services: tuple[str, ...]) -> type[Schema]:
    """The form of one thing that all have a part of."""
    shown = {name: field for name, field in instance(answer).fields.items() if name in _COMMON}
    work = dict(instance(WorkView).fields) if issubclass(answer, WorkView) else {}
    parts = type(
        f"{answer.__name__}Parts",
        (Schema,),
        {**{service: fields.Nested(answer, required=True) for service in services}, "__doc__": "Each service's part.",
         "__module__": __name__, "example": dict.fromkeys(services, answer.example)},
    )  # fmt: skip
    body = {service: orjson.dumps(answer.example) for service in services}
    form: dict[str, Any] = {
        **work,
        **shown,
        "parts": fields.Nested(parts, required=True),
        "example": _one_of(body),
        "__doc__": f"{answer.__doc__} All parts as one, and each beside it.",
        "__module__": __name__,
    }
    return type(f"{answer.__name__}Whole", (Schema,), form)


@cache
def _answer_of(name: str, parts: tuple[tuple[str, Operation], ...], *, lists: bool) -> type[Schema]:
    answers = {service: part.answer for service, part in parts}
    if lists:
        one = next(iter(answers.values()))
        missing: dict[str, Any] = {service: fields.Nested(Unavailable) for service in answers}
        text = f"{one.__doc__} Beside them each service whose part is unavailable."
        return type(f"{one.__name__}Across", (one,), {**missing, "__doc__": text, "__module__": __name__})
    title = "".join(word.capitalize() for word in name.split("_"))
    form: dict[str, Any] = {
        **{service: Part(answer) for service, answer in answers.items()},
        "example": {service: answer.example for service, answer in answers.items()},
        "__doc__": "What each service answers of it.",
        "__module__": __name__,
    }
    return type(title, (Schema,), form)
