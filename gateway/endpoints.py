"""From a route to an endpoint: checks what HTTP asks for, calls the operation, shapes the answer. No rule, no state."""

import json
import re
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, current_app, g, request

from gateway import feed, files, problems
from gateway.auth import Authority, Caller, TokenMissing
from gateway.bell import Bell
from gateway.client import Client, ServiceAway
from gateway.files import Files
from gateway.limits import InFlight, Limits, TooManyRequests, network_of
from gateway.readiness import Readiness
from gateway.routes import Route
from gateway.turns import Turns
from gateway.wholes import asking
from services.kernel.contracts import Operation, Schema, rules
from services.kernel.contracts import join as joins
from services.kernel.contracts.faults import (
    Fault,
    InvalidInput,
    MunicipalityBusy,
    NotFound,
    PreconditionRequired,
    Problem,
    ServiceUnavailable,
)
from services.kernel.contracts.files import FileInStore
from services.kernel.contracts.page import After
from services.kernel.contracts.schema import LONGEST_POINTER, MOST_PROBLEMS, instance, load, names_in, not_text
from services.kernel.messages.context import Context

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_NOT_ENCODED = re.compile("%(?![0-9A-Fa-f]{2})")
_LIMIT = 20  #: items of an answer, unless said
_LONGEST_REASON = 200
LONGEST_NAME = 100  #: signs of what a path names
_PATIENCE = 5.0  #: seconds in which a file that is in the store may wait for its service
_TAG = re.compile(r'"[0-9]+"')


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the endpoints need; one per process."""

    client: Client
    authority: Authority
    limits: Limits
    readiness: Readiness
    turns: Turns
    in_flight: InFlight
    files: Files
    bell: Bell


def gateway() -> Gateway:
    """This process's gateway."""
    found: Gateway = current_app.extensions["hemvist"]
    return found


def query_schema(operation: Operation) -> type[Schema] | None:
    """The query parameters of an operation: its filter, and which part of a list."""
    parts = tuple(schema for schema in (operation.query, operation.part) if schema)
    if len(parts) < 2:
        return parts[0] if parts else None
    return type(f"{operation.name}_query", parts, {"__doc__": "Filter and part."})


def add(blueprint: Blueprint, route: Route) -> None:
    """Serves a route."""
    query = query_schema(route.operation)

    def view(**path: str) -> Response:
        _gate(route, path)
        values = _query(query)
        given = _own_headers(route.operation.headers)
        if route.operation.takes_file:
            return _with_file(route, path, values, given)
        if route.operation.gives_file:
            return _for_file(route, path, values, given)
        if route.operation.body is not None:
            given["body"] = _body(route.operation.body)
        return _answer(route, _ask(route, path, values, given), path)

    blueprint.route(route.operation.path, methods=[route.operation.method], endpoint=route.operation.name)(view)


def _gate(route: Route, path: Mapping[str, str]) -> None:
    """Everything that is checked before the body is looked at."""
    house, operation = gateway(), route.operation
    slug = path.get("municipality")
    g.caller = _caller(house, slug, needed=bool(operation.roles))
    if slug is not None:
        house.authority.tenant(slug)
        g.tenant = slug
        _count(house, "municipality" if g.caller else "public", slug, slug)
    if not_text(path) or any(len(name) > LONGEST_NAME for name in path.values()):
        raise NotFound
    operation.authorise(g.caller.roles if g.caller else ())
    may_create = operation.creates and request.headers.get("If-None-Match") == "*"
    if operation.conditional and not may_create and not request.headers.get("If-Match"):
        raise PreconditionRequired


def _caller(house: Gateway, slug: str | None, *, needed: bool) -> Caller | None:
    """Whom the token names, where one is needed or given; counted, whoever it is and whether the token is good."""
    token = request.authorization.token if request.authorization and request.authorization.type == "bearer" else None
    if slug is None or not (needed or request.authorization):
        _count_address(house)
        return None
    try:
        if not token:
            raise TokenMissing
        caller = house.authority.caller(token)
    except Fault:
        _count_address(house)
        raise
    _count(house, "client", f"{caller.tenant}:{caller.subject}", caller.tenant)
    if caller.tenant != slug:
        raise NotFound
    return caller


def _count_address(house: Gateway) -> None:
    network = network_of(request.remote_addr or "unknown")
    _count(house, "client", network, network)


def _count(house: Gateway, name: str, who: str, owner: str) -> None:
    """Counts a request against a limit; the one of `owner` that is too much is held back."""
    quota = house.limits.count(name, who)
    g.quotas.append(quota)
    if quota.exceeded:
        house.turns.hold_back(owner)
        raise TooManyRequests(extra={"headers": {"Retry-After": str(quota.reset)}})


def _query(schema: type[Schema] | None) -> dict[str, str]:
    """The query's values as they were sent. Each is one that the operation knows, given once: a misspelt filter must
    not list everything."""
    found: list[Problem] = []
    known = names_in(schema) if schema else ()
    for name, given in request.args.lists():
        if name not in known:
            found.append(rules.UNKNOWN_FIELD.at(f"/{name}"[:LONGEST_POINTER]))
        elif len(given) > 1:
            found.append(rules.GIVEN_TWICE.at(f"/{name}"[:LONGEST_POINTER]))
    if found:
        raise InvalidInput(errors=found[:MOST_PROBLEMS])
    values = request.args.to_dict()
    if schema:
        load(schema, values)
    return values


def _body(schema: type[Schema]) -> Any:
    """The body as it was sent, checked against its contract."""
    data = request.get_data()
    g.body_was_read = True
    limit = request.max_content_length
    if request.content_length is None and limit is not None and len(data) >= limit:
        raise problems.BodyTooLarge  # of a body in chunks werkzeug hands on the beginning
    if data and request.mimetype != "application/json":
        raise problems.UnsupportedMediaType
    body = _json(data) if data else {}
    load(schema, body)
    return body


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise problems.MalformedRequest from None


def _no_constant(_name: str) -> Any:
    raise ValueError  # NaN and Infinity are Python's, not JSON's


def _own_headers(schema: type[Schema] | None) -> dict[str, Any]:
    """The headers that an operation has of its own, checked against its contract, as a part of the request."""
    if schema is None:
        return {}
    found = {name: request.headers[name] for name in names_in(schema) if name in request.headers}
    load(schema, found)
    return {"headers": found}


def _with_file(route: Route, path: dict[str, str], values: dict[str, str], given: dict[str, Any]) -> Response:
    """A request whose body is a file: it is in the store before the service hears of it."""
    house, slug = gateway(), path["municipality"]
    _context(slug, house)  # what is wrong with a header is said before the file is taken in
    shelf = house.files.shelf(slug, route.service)
    place = house.files.transfers.take(slug, openly=g.caller is None)
    try:
        file = house.files.receive(route.operation, shelf)
        try:
            reply = _ask_patiently(route, path, values, {**given, "file": file.as_dict()})
        except ServiceAway:
            files.forget(shelf, file)
            raise
        files.settle(shelf, file, reply)
    finally:
        place.give_back()
    return _answer(route, reply, path)


def _ask_patiently(route: Route, path: dict[str, str], values: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """As `_ask`, again and again while the municipality has its share under way: a large file is not to be sent anew
    because of a busy moment."""
    until = time.monotonic() + _PATIENCE
    while True:
        reply = _ask(route, path, dict(values), given)
        busy = "fault" in reply and reply["fault"]["code"] == MunicipalityBusy.code()
        if not busy or time.monotonic() > until:
            return reply
        time.sleep(0.1)


def _for_file(route: Route, path: dict[str, str], values: dict[str, str], given: dict[str, Any]) -> Response:
    """A request that is answered with a file, which has its place until the last byte is sent."""
    house, slug = gateway(), path["municipality"]
    place = house.files.transfers.take(slug, openly=g.caller is None)
    try:
        reply = _ask(route, path, values, given)
        if "fault" in reply:
            answer = problems.response(reply["fault"])
        elif "files" in reply:
            answer = files.answer_of_all(house.files, slug, reply["files"])
        else:
            answer = files.answer(house.files.shelf(slug, route.service), FileInStore.from_dict(reply["file"]))
        answer.call_on_close(place.give_back)
    except BaseException:
        place.give_back()
        raise
    return answer


def _ask(route: Route, path: dict[str, str], values: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """The service's reply. `given` are the parts of the request beside its path and query."""
    operation = route.operation
    named = {name: value for name, value in path.items() if name != "municipality"}
    arguments: dict[str, Any] = {"path": named, **given}
    if operation.part is not None:
        arguments["page"] = {name: values.pop(name) for name in instance(operation.part).fields if name in values}
    if operation.query is not None:
        arguments["query"] = values
    house = gateway()
    slug = path.get("municipality", "")
    context = asking.asked_of_all(route, _context(slug, house), arguments)

    def of(service: str) -> dict[str, Any]:
        return house.client.call(service, operation.name, context, arguments)

    def part(service: str) -> dict[str, Any]:
        with house.in_flight.part(slug, service):
            return of(service)

    if isinstance(operation.shared, joins.Feed):
        return _follow(route, operation.shared, slug, context, arguments)
    if asking.is_whole(route):
        if asking.changes_all(operation) and "down" in house.readiness.states().values():
            raise ServiceUnavailable
        with _turn(slug, changes=not operation.reads), house.in_flight.whole(slug):
            return asking.whole(
                part,
                route,
                context.roles,
                limit=int(values.get("limit", _LIMIT)),
                page=int(values.get("page", 1)),
                asked=asking.asked_by(route, values),
            )
    service = asking.service_of(route, named)
    if operation.takes_file or operation.gives_file:  # they have their places, and threads beside those of others
        return of(service)
    changes = not operation.reads
    with _turn(slug, changes=changes), house.in_flight.one(slug, service, changes=changes):
        return of(service)


def _turn(slug: str, *, changes: bool) -> AbstractContextManager[None]:
    return gateway().turns.turn(slug, changes=changes, logged_in=g.caller is not None)


def _follow(route: Route, how: joins.Feed, slug: str, context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """What the services' feeds say as one. Nothing is under way while one waits."""
    house, operation = gateway(), route.operation
    after = After.of(arguments["page"])
    query = load(operation.query, arguments["query"]) if operation.query else {}
    services = feed.tellers_of(query.get("types"), route.parts)
    whole = feed.Feed(services, feed.places_of(after.cursor, route.parts), after.limit, how.by)

    def look(places: Mapping[str, str | None]) -> Mapping[str, dict[str, Any]]:
        now = replace(context, deadline=house.client.deadline())

        def part(service: str) -> dict[str, Any]:
            cursor = places[service]
            page = {"limit": str(after.limit), **({} if cursor is None else {"after": cursor})}
            with house.in_flight.part(slug, service):
                return house.client.call(service, operation.name, now, {**arguments, "page": page})

        with _turn(slug, changes=False), house.in_flight.whole(slug):
            return asking.parts_of(part, list(places))

    return feed.read(look, whole, tenant=slug, seconds=query.get("wait", 0), bell=house.bell)


def _context(slug: str, house: Gateway) -> Context:
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidInput("Idempotency-Key must be 1 to 200 visible ASCII characters.")
    caller = g.caller
    return Context(
        tenant=slug,
        actor=caller.subject if caller else "",
        roles=caller.roles if caller else (),
        request_id=g.request_id,
        deadline=house.client.deadline(),
        personal_number=caller.personal_number if caller else None,
        idempotency_key=key,
        if_match=_versions(request.headers.get("If-Match")),
        if_none_match=request.headers.get("If-None-Match") == "*" and request.method == "PUT",
        traceparent=g.traceparent,
        actor_name=caller.name if caller else None,
        reason=_reason(request.headers.get("Access-Reason")),
    )


def _reason(given: str | None) -> str | None:
    """Why the caller looks at something: percent-encoded UTF-8. What is not encoded is taken as it is, its bytes as
    UTF-8 where they can be (WSGI has them as Latin-1)."""
    if given is None:
        return None
    with suppress(UnicodeError):
        given = given.encode("latin-1").decode()
    try:
        reason = "" if _NOT_ENCODED.search(given) else unquote(given, errors="strict").strip()
    except UnicodeError:
        reason = ""
    if not 0 < len(reason) <= _LONGEST_REASON or not reason.isprintable():
        raise InvalidInput("Access-Reason must be 1 to 200 printable characters, percent-encoded as UTF-8.")
    return reason


def _versions(if_match: str | None) -> str | None:
    """The versions that an If-Match names, with commas between. A weak or a foreign tag matches nothing."""
    if if_match is None or if_match.strip() == "*":
        return if_match and "*"
    tags = (tag.strip() for tag in if_match.split(","))
    return ",".join(tag[1:-1] for tag in tags if _TAG.fullmatch(tag))


def _answer(route: Route, reply: dict[str, Any], path: dict[str, str]) -> Response:
    if "fault" in reply:
        return problems.response(reply["fault"])
    created = route.operation.creates and request.headers.get("If-None-Match") == "*"
    status = reply.get("status") or (201 if created else route.operation.status)
    if route.operation.written_as:
        answer = Response(json.loads(reply["body"])["text"], status=status)
        answer.content_type = f"{route.operation.written_as}; charset=utf-8"
    else:
        answer = Response(reply["body"], status=status, content_type="application/json")
    if reply["etag"]:
        answer.headers["ETag"] = f'"{reply["etag"]}"'
    if route.operation.location:
        root = f"{request.script_root}{current_app.config['HEMVIST_ROOT']}/{path['municipality']}"
        answer.headers["Location"] = root + route.operation.location.format(**(path | json.loads(reply["body"])))
    return _cached(answer, route.operation.cached_for) if route.operation.cached_for else answer


def _cached(answer: Response, seconds: int) -> Response:
    """What anybody may read, as any cache may keep it; 304 for whoever has it already (RFC 9110, If-None-Match)."""
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
