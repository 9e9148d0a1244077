"""Every route names exactly one operation of one service, and every operation can be reached."""

import inspect
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from gateway.endpoints import Route
from gateway.routes import ROUTES
from tests.contract.house import SERVICES, operations, path_parameters

#: Operations without a route, each with its reason.
WITHOUT_A_ROUTE: dict[str, str] = {}

#: What anybody may ask for without logging in. Everything else demands a role.
OPEN_TO_ALL = {"list_municipalities", "list_needs", "submit_application", "follow_application"}

ROLES = {
    "recruiter",
    "investigator",
    "decider",
    "caseworker",
    "coordinator",
    "payroll",
    "auditor",
    "admin",
    "home",
    "operator",
}

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")


def problems(routes: Iterable[Route]) -> list[str]:
    """What is wrong between the routes and the services."""
    routes = list(routes)
    found = []
    for route in routes:
        known = SERVICES[route.service].operations().get(route.operation.name)
        if known is not route.operation:
            found.append(f"{route.method} {route.path} names {route.operation.name}, which {route.service} has not")
    named = Counter(route.operation.name for route in routes)
    found += [f"{name} has {count} routes" for name, count in named.items() if count > 1]
    places = Counter((route.method, re.sub(r"<(?!municipality)\w+>", "<>", route.path)) for route in routes)
    found += [f"{method} {path} is served twice" for (method, path), count in places.items() if count > 1]
    for service, operation, _ in operations():
        if operation.name not in named and operation.name not in WITHOUT_A_ROUTE:
            found.append(f"{service}.{operation.name} has no route: give it one, or a reason in WITHOUT_A_ROUTE")
    found += [f"{name} has a route and a reason to have none" for name in WITHOUT_A_ROUTE if name in named]
    return found


class TestRoutes:
    def test_routes_and_operations_belong_together(self) -> None:
        assert problems(ROUTES) == []

    def test_operations_have_one_name_in_the_whole_house(self) -> None:
        names = Counter(operation.name for _, operation, _ in operations())
        assert [name for name, count in names.items() if count > 1] == []

    def test_an_operation_without_a_route_would_be_seen(self) -> None:
        missing = problems(ROUTES[1:])
        assert missing == [
            f"{ROUTES[0].service}.{ROUTES[0].operation.name} has no route: give it one, or a reason in WITHOUT_A_ROUTE"
        ]

    def test_a_route_to_nothing_would_be_seen(self) -> None:
        stranger = replace(ROUTES[0].operation, name="fly_away")
        found = problems([*ROUTES, replace(ROUTES[0], operation=stranger, path="/elsewhere")])
        assert found == [f"GET /elsewhere names fly_away, which {ROUTES[0].service} has not"]

    def test_a_second_route_would_be_seen(self) -> None:
        assert "list_municipalities has 2 routes" in problems([*ROUTES, replace(ROUTES[0], path="/elsewhere")])

    @each_route
    def test_the_handler_takes_what_the_path_and_the_operation_give(self, route: Route) -> None:
        handler = getattr(SERVICES[route.service], route.operation.name).hemvist_handler
        operation = route.operation
        given = [
            *path_parameters(route),
            *(["query"] if operation.query else []),
            *(["body"] if operation.body else []),
            *(["page"] if operation.paged else []),
        ]
        _first, *taken = inspect.signature(handler).parameters
        assert sorted(taken) == sorted(given)

    @each_route
    def test_the_method_says_what_happens(self, route: Route) -> None:
        operation = route.operation
        assert operation.reads == (route.method == "GET")
        assert route.method in {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if route.method in {"PUT", "PATCH"}:
            assert operation.conditional, "PUT and PATCH demand If-Match"
        if operation.creates:
            assert route.method == "PUT"
            assert operation.conditional
        if route.method == "GET":
            assert operation.body is None
        if operation.paged:
            assert route.method == "GET"

    @each_route
    def test_the_path_has_the_form_of_the_interface(self, route: Route) -> None:
        assert route.path.startswith("/<municipality>/") != route.operation.tenantless
        for part in route.path.removeprefix("/").split("/"):
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*|<[a-z]+(_[a-z]+)*>", part), part
        assert not re.search("personal|number|pnr|ssn", route.path), "no personal number in a path"

    @each_route
    def test_what_is_created_can_be_read_where_it_is_said_to_be(self, route: Route) -> None:
        assert route.status in {200, 201, 202, 204}
        if route.location is None:
            return
        assert route.status in {201, 202}
        where = re.sub(r"\{\w+\}", "<>", f"/<municipality>{route.location}")
        readable = {re.sub(r"<(?!municipality)\w+>", "<>", other.path) for other in ROUTES if other.method == "GET"}
        assert where in readable
        for name in re.findall(r"\{(\w+)\}", route.location):
            assert name in route.operation.answer().fields

    @each_route
    def test_only_what_is_meant_for_all_is_open(self, route: Route) -> None:
        assert route.operation.roles <= ROLES
        assert bool(route.operation.roles) != (route.operation.name in OPEN_TO_ALL)
