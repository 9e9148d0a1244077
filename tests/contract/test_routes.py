"""Every route names exactly one operation of one service, and every operation can be reached."""

import inspect
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType

import pytest

from gateway.routes import ROUTES, Route, routes_of
from services.kernel.contracts.join import OneList, OneOf, OneThing, SideBySide
from tests.contract.house import SERVICES, operations, path_parameters

#: What anybody may ask for without logging in. Everything else demands a role.
OPEN_TO_ALL = {
    "list_municipalities",
    "list_needs",
    "submit_application",
    "follow_application",
    "withdraw_own_application",
    "attach_to_own_application",
    "list_question_sets",
    "get_question_set",
    "read_needs_feed",
    "get_profile",
    "get_challenge",
    "keep_draft",
    "get_draft",
    "drop_draft",
    "read_calendar",
    "answer_survey",
}

#: Operations that read and have a body all the same, each with its reason.
READ_BY_POST = {"search": "whom somebody looks for must not stand in an address"}
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
    "integration",
    "personal",
    "operator",
}

each_route = pytest.mark.parametrize(
    "route", ROUTES, ids=lambda route: f"{route.operation.method} {route.operation.path}"
)


def served_twice(routes: Iterable[Route]) -> list[str]:
    """The places at which HTTP could reach two operations."""
    places = Counter(re.sub(r"<\w+>", "<>", route.operation.route) for route in routes)
    return [place for place, count in places.items() if count > 1]


class TestRoutes:
    def test_every_operation_of_every_service_has_one(self) -> None:
        reached = Counter((service, part) for route in ROUTES for service, part in route.parts.items())
        assert reached == Counter((service, operation) for service, operation, _ in operations())

    def test_an_operation_that_several_services_have_is_one_route(self) -> None:
        names = Counter(route.operation.name for route in ROUTES)
        assert [name for name, count in names.items() if count > 1] == []
        for route in ROUTES:
            assert (route.operation.shared is not None) == (len(route.parts) > 1), route.operation.name

    def test_two_services_can_not_have_operations_of_one_name_by_mistake(self) -> None:
        one, two = ModuleType("one"), ModuleType("two")
        for contract in (one, two):
            vars(contract).update(X=replace(ROUTES[0].operation, name="get_thing", route="GET /things", shared=None))
        with pytest.raises(TypeError, match="one, two each have an operation get_thing"):
            list(routes_of({"one": one, "two": two}))

    def test_they_share_it_in_one_way(self) -> None:
        one, two = ModuleType("one"), ModuleType("two")
        thing = replace(ROUTES[0].operation, name="get_thing", route="GET /things", shared=SideBySide())
        vars(one).update(X=thing)
        vars(two).update(X=replace(thing, shared=OneList()))
        with pytest.raises(TypeError, match="get_thing"):
            list(routes_of({"one": one, "two": two}))

    def test_whoever_may_ask_for_a_part_may_ask(self) -> None:
        one, two = ModuleType("one"), ModuleType("two")
        thing = replace(
            ROUTES[0].operation, name="get_thing", route="GET /things", shared=SideBySide(), roles=frozenset({"a"})
        )
        vars(one).update(X=thing)
        vars(two).update(X=replace(thing, roles=frozenset({"b"})))
        (route,) = (found for found in routes_of({"one": one, "two": two}) if found.operation.name == "get_thing")
        assert route.operation.roles == {"a", "b"}
        assert [part.roles for part in route.parts.values()] == [{"a"}, {"b"}]

    def test_each_place_is_served_once(self) -> None:
        assert served_twice(ROUTES) == []

    def test_a_place_served_twice_would_be_seen(self) -> None:
        one, two = (
            Route(operation=replace(ROUTES[0].operation, route=f"GET /things/<{name}>"), parts={})
            for name in ("thing", "other")
        )
        assert served_twice([one, two]) == ["GET /things/<>"]

    @each_route
    def test_the_handler_takes_what_the_path_and_the_operation_give(self, route: Route) -> None:
        operation = route.operation
        given = [
            *path_parameters(route),
            *(["query"] if operation.query else []),
            *(["body"] if operation.body else []),
            *(["headers"] if operation.headers else []),
            *(["file"] if operation.takes_file else []),
            *(["page"] if operation.paged else []),
            *(["after"] if operation.followed else []),
        ]
        for service in route.parts:
            handler = getattr(SERVICES[service], operation.name).hemvist_handler
            _first, *taken = inspect.signature(handler).parameters
            assert sorted(taken) == sorted(given)

    @each_route
    def test_one_that_a_path_sends_to_a_service_names_that_in_its_path(self, route: Route) -> None:
        shared = route.operation.shared
        if shared is None:
            return
        assert not isinstance(shared, OneOf) or shared.by in path_parameters(route)
        is_told_whose = isinstance(shared, OneOf | OneThing)
        assert route.operation.reads or is_told_whose, "a change is one's, or all have a part of it, or keep the same"
        assert not route.operation.paged, "a list that several services answer has no pages"

    @each_route
    def test_the_method_says_what_happens(self, route: Route) -> None:
        operation = route.operation
        assert operation.reads == (route.operation.method == "GET" or operation.name in READ_BY_POST)
        assert route.operation.method in {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if route.operation.method in {"PUT", "PATCH"}:
            assert operation.conditional, "PUT and PATCH demand If-Match"
        if operation.creates:
            assert route.operation.method == "PUT"
            assert operation.conditional
        if route.operation.method == "GET":
            assert operation.body is None
        if operation.paged:
            assert route.operation.method == "GET"

    @each_route
    def test_the_path_has_the_form_of_the_interface(self, route: Route) -> None:
        assert route.operation.path.startswith("/<municipality>/") != route.operation.tenantless
        for part in route.operation.path.removeprefix("/").split("/"):
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*|<[a-z]+(_[a-z]+)*>", part), part
        assert not re.search("personal(?!-data-)|number|pnr|ssn", route.operation.path), "no personal number in a path"

    @each_route
    def test_what_is_created_can_be_read_where_it_is_said_to_be(self, route: Route) -> None:
        assert route.operation.status in {200, 201, 202, 204}
        if route.operation.location is None:
            return
        assert route.operation.status in {201, 202}
        where = re.sub(r"\{\w+\}", "<>", f"/<municipality>{route.operation.location}")
        readable = {
            re.sub(r"<(?!municipality)\w+>", "<>", other.operation.path)
            for other in ROUTES
            if other.operation.method == "GET"
        }
        assert where in readable
        for name in re.findall(r"\{(\w+)\}", route.operation.location):
            assert name in route.operation.answer().fields or name in path_parameters(route)

    @each_route
    def test_only_what_is_meant_for_all_is_open(self, route: Route) -> None:
        assert route.operation.roles <= ROLES
        assert bool(route.operation.roles) != (route.operation.name in OPEN_TO_ALL)
