"""Routes behind which several services stand: who is asked, and what becomes of a part that is away, slow or hidden."""

import json
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from marshmallow import ValidationError, fields

from gateway.client import ServiceAway, ServiceTooSlow
from gateway.describing import openapi
from gateway.endpoints import Gateway
from gateway.limits import InFlight
from gateway.routes import Route
from gateway.wholes import asking, forms
from gateway.wholes.asking import Reply
from services.kernel.contracts import Operation, Schema
from services.kernel.contracts.faults import (
    Fault,
    InternalFault,
    InvalidInput,
    MissingRole,
    MunicipalityBusy,
    NotFound,
    ServiceUnavailable,
)
from services.kernel.contracts.join import Alike, Found, Join, Log, OneList, OneOf, Pages, SideBySide, Work
from services.kernel.contracts.schema import load
from tests.unit.gateway.factories import Visitor, a_token

AWAY = {"status": "unavailable"}
SERVICES = ("intake", "investigation", "placement")


class Items(Schema):
    """Things."""

    items = fields.List(fields.String(), required=True)

    example = {"items": ["a thing"]}


def a_route(shared: Join, *, roles: Mapping[str, frozenset[str]] | None = None) -> Route:
    """A route behind which three services stand."""
    parts = {
        service: Operation(
            name="list_things",
            route="GET /things/<thing_id>" if isinstance(shared, OneOf) else "GET /things",
            en="",
            sv="",
            roles=(roles or {}).get(service, frozenset({"admin"})),
            answer=Items,
            reads=True,
            shared=shared,
        )
        for service in SERVICES
    }
    return Route(operation=parts["intake"], parts=parts)


@dataclass
class House:
    """Services that answer their own name, unless the test says otherwise."""

    says: dict[str, Reply | Fault] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def call(self, service: str) -> Reply:
        self.asked.append(service)
        said = self.says.get(service, {"body": json.dumps({"items": [service]}).encode(), "etag": "3"})
        if isinstance(said, Fault):
            raise said
        return said

    def whole(self, route: Route, *roles: str) -> Any:
        """The joined body, or the code with which the whole is refused."""
        try:
            reply = asking.whole(self.call, route, roles or ("admin",), limit=3)
        except Fault as fault:
            return fault.code()
        assert reply.get("etag") is None, "of many versions there is no one"
        return reply["fault"]["code"] if "fault" in reply else json.loads(reply["body"])


@pytest.fixture
def house() -> House:
    return House()


AS_PARTS, AS_LIST, AS_LOG = a_route(SideBySide()), a_route(OneList()), a_route(Log())
EACH_ONCE = a_route(OneList(newest_by="on"))


def a_log(*ids: str, goes_on: bool = False) -> Reply:
    """A service's part of a log."""
    body = {"items": [{"id": one} for one in ids], "next": ids[-1] if goes_on else None}
    return {"body": json.dumps(body).encode(), "etag": None}


def known(**days: str) -> Reply:
    """A service's part of a list of what several know: the day of each."""
    body = {"items": [{"id": one, "on": day} for one, day in days.items()]}
    return {"body": json.dumps(body).encode(), "etag": None}


class TestWhatSeveralKnow:
    def test_it_is_there_once_as_it_was_known_last_and_the_newest_is_the_first(self, house: House) -> None:
        house.says = {
            "intake": known(anna="2026-05-02", bo="2026-05-01"),
            "investigation": known(anna="2026-05-03"),
            "placement": known(anna="2026-04-30", eva="2026-05-04"),
        }
        assert house.whole(EACH_ONCE) == {
            "items": [
                {"id": "eva", "on": "2026-05-04"},
                {"id": "anna", "on": "2026-05-03"},
                {"id": "bo", "on": "2026-05-01"},
            ]
        }

    def test_whose_part_is_missing_stands_beside_it(self, house: House) -> None:
        house.says = {"intake": known(bo="2026-05-01"), "investigation": known(), "placement": ServiceUnavailable()}
        assert house.whole(EACH_ONCE) == {
            "items": [{"id": "bo", "on": "2026-05-01"}],
            "placement": {"status": "unavailable"},
        }


class TestLog:
    """Of at most three items."""

    def test_the_parts_become_one_with_the_newest_item_first(self, house: House) -> None:
        house.says = {"intake": a_log("5", "1"), "investigation": a_log(), "placement": a_log("3")}
        assert house.whole(AS_LOG) == {"items": [{"id": "5"}, {"id": "3"}, {"id": "1"}], "next": None}

    def test_it_goes_on_from_its_last_item_where_something_was_left_out(self, house: House) -> None:
        house.says = {"intake": a_log("6", "2"), "investigation": a_log("5", "4"), "placement": a_log()}
        assert house.whole(AS_LOG) == {"items": [{"id": "6"}, {"id": "5"}, {"id": "4"}], "next": "4"}

    def test_and_where_a_part_goes_on(self, house: House) -> None:
        house.says = {"intake": a_log("6", "5", "4", goes_on=True), "investigation": a_log(), "placement": a_log()}
        assert house.whole(AS_LOG)["next"] == "4"

    def test_whoever_is_away_is_named_beside_it(self, house: House) -> None:
        house.says = {"intake": a_log("1"), "investigation": ServiceAway(), "placement": a_log()}
        assert house.whole(AS_LOG) == {"items": [{"id": "1"}], "next": None, "investigation": AWAY}


class TestWhole:
    def test_each_part_stands_under_its_services_name(self, house: House) -> None:
        assert house.whole(AS_PARTS) == {service: {"items": [service]} for service in SERVICES}
        assert sorted(house.asked) == sorted(SERVICES)

    def test_or_all_items_in_one_list_service_by_service(self, house: House) -> None:
        assert house.whole(AS_LIST) == {"items": list(SERVICES)}

    def test_all_are_asked_at_the_same_time(self, house: House) -> None:
        together = threading.Barrier(len(SERVICES), timeout=10)

        def call(service: str) -> Reply:
            together.wait()  # breaks unless all of them come
            return house.call(service)

        assert json.loads(asking.whole(call, AS_LIST, ["admin"], limit=3)["body"]) == {"items": list(SERVICES)}

    @pytest.mark.parametrize(
        "fault",
        [ServiceAway(), ServiceTooSlow(), ServiceUnavailable(), MunicipalityBusy(), InternalFault()],
        ids=lambda fault: fault.code(),
    )
    @pytest.mark.parametrize("by_reply", [True, False], ids=["said", "raised"])
    def test_a_part_that_is_away_or_slow_or_broken_is_unavailable_and_the_others_are_there(
        self, house: House, fault: Fault, *, by_reply: bool
    ) -> None:
        house.says["investigation"] = {"fault": fault.as_dict()} if by_reply else fault
        assert house.whole(AS_PARTS) == {
            "intake": {"items": ["intake"]},
            "investigation": AWAY,
            "placement": {"items": ["placement"]},
        }
        assert house.whole(AS_LIST) == {"items": ["intake", "placement"], "investigation": AWAY}

    @pytest.mark.parametrize("how", [Alike(but_for="items"), Work()], ids=["alike", "work"])
    def test_of_a_thing_that_all_have_none_may_be_away(self, house: House, how: Join) -> None:
        house.says["placement"] = ServiceTooSlow()
        assert house.whole(a_route(how)) == "service_unavailable"

    @pytest.mark.parametrize("route", [AS_PARTS, AS_LIST], ids=["parts", "list"])
    def test_when_all_are_away_so_is_the_whole(self, house: House, route: Route) -> None:
        house.says = {"intake": ServiceAway(), "investigation": ServiceTooSlow(), "placement": ServiceUnavailable()}
        assert house.whole(route) == "service_unavailable"

    @pytest.mark.parametrize("fault", [MissingRole(), NotFound()], ids=lambda fault: fault.code())
    def test_a_part_that_the_service_does_not_show_is_absent(self, house: House, fault: Fault) -> None:
        house.says["placement"] = fault
        assert set(house.whole(AS_PARTS)) == {"intake", "investigation"}
        assert house.whole(AS_LIST) == {"items": ["intake", "investigation"]}

    def test_a_part_that_the_caller_may_not_see_is_not_even_asked_for(self, house: House) -> None:
        route = a_route(SideBySide(), roles={"placement": frozenset({"caseworker"}), "intake": frozenset()})
        assert set(house.whole(route, "admin")) == {"intake", "investigation"}
        assert set(house.whole(route, "caseworker")) == {"intake", "placement"}
        assert house.asked.count("placement") == 1

    def test_what_shows_none_of_its_parts_is_refused_as_they_are(self, house: House) -> None:
        house.says = dict.fromkeys(SERVICES, NotFound())
        assert house.whole(AS_PARTS) == "not_found"

    def test_what_is_hidden_and_away_is_away(self, house: House) -> None:
        house.says = {**dict.fromkeys(SERVICES, NotFound()), "placement": ServiceAway()}
        assert house.whole(AS_PARTS) == "service_unavailable"

    def test_what_one_finds_wrong_with_the_request_is_said_though_another_is_away(self, house: House) -> None:
        house.says = {"intake": InvalidInput(), "placement": ServiceAway()}
        assert house.whole(AS_PARTS) == "invalid_input"

    def test_what_is_nobodys_answer_is_nobodys_part(self, house: House) -> None:
        def call(service: str) -> Reply:
            raise RuntimeError(service)

        with pytest.raises(RuntimeError):
            asking.whole(call, AS_PARTS, ["admin"], limit=3)


class TestNamed:
    BY_NAME = a_route(OneOf(by="thing_id"))

    def test_the_path_names_who_is_asked(self) -> None:
        assert not asking.is_whole(self.BY_NAME)
        assert asking.service_of(self.BY_NAME, {"thing_id": "placement.7"}) == "placement"

    @pytest.mark.parametrize("wrong", ["", ".", "7", "elsewhere.7", "Placement.7", " placement.7", "place.ment"])
    def test_a_path_that_names_nobody_leads_nowhere(self, wrong: str) -> None:
        with pytest.raises(NotFound):
            asking.service_of(self.BY_NAME, {"thing_id": wrong})

    def test_what_is_not_shared_is_its_services_own(self) -> None:
        operation = AS_PARTS.operation
        own = Operation(name="get_thing", route=operation.route, en="", sv="", roles=frozenset(), answer=Items)
        route = Route(operation=own, parts={"intake": own})
        assert not asking.is_whole(route)
        assert asking.service_of(route, {}) == "intake"
        assert forms.answer_of(route) is Items


class TestForm:
    @pytest.mark.parametrize(
        "whole",
        [{"items": []}, {"items": ["x"], "placement": AWAY}, Items.example],
        ids=["none", "one away", "example"],
    )
    def test_of_a_list(self, whole: dict[str, Any]) -> None:
        form = forms.answer_of(AS_LIST)
        assert load(form, whole) == whole
        assert load(form, form.example) == form.example

    @pytest.mark.parametrize(
        "wrong", [{}, {"items": [], "placement": {"status": "well"}}, {"items": [], "other": AWAY}]
    )
    def test_of_a_list_nothing_else(self, wrong: dict[str, Any]) -> None:
        with pytest.raises((InvalidInput, ValidationError)):
            load(forms.answer_of(AS_LIST), wrong)

    def test_of_parts(self) -> None:
        form = forms.answer_of(AS_PARTS)
        assert load(form, form.example) == form.example
        assert set(form.example) == set(SERVICES)
        assert load(form, {"intake": Items.example}) == {"intake": Items.example}

    def test_it_is_one_schema_however_often_it_is_asked_for(self) -> None:
        assert forms.answer_of(AS_LIST) is forms.answer_of(a_route(OneList()))


def test_a_part_is_described_with_what_stands_there_while_it_is_away() -> None:
    spec = openapi.description()
    described = spec["paths"]["/{municipality}/settings"]["get"]["responses"]["200"]
    name = described["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    properties = spec["components"]["schemas"][name]["properties"]
    assert {service for service, form in properties.items() if "Unavailable" in json.dumps(form)} == {
        "intake", "investigation", "placement", "mentorship", "compensation"
    }  # fmt: skip


class TestOverHttp:
    @pytest.fixture
    def settings(self, visitor: Visitor) -> Visitor:
        visitor.services.answer = {"body": {"items": []}, "etag": None}
        return visitor

    def ask(self, visitor: Visitor, path: str) -> Any:
        return visitor.ask("GET", f"/orebro{path}", token=a_token(visitor.folder, roles=["admin"]))

    def test_every_service_is_asked_once(self, settings: Visitor) -> None:
        answer = self.ask(settings, "/settings")
        assert (answer.status_code, answer.get_json()) == (200, {"items": []})
        assert "ETag" not in answer.headers
        asked = [(service, operation) for service, operation, *_ in settings.services.asked]
        assert sorted(asked) == sorted((service, "list_settings") for service in settings.services.services)

    def test_whoever_may_see_no_part_is_refused_before_any_is_asked(self, settings: Visitor) -> None:
        assert settings.refusal("GET", "/orebro/settings") == (403, "missing_role")

    def test_one_that_the_path_names_is_asked_alone(self, settings: Visitor) -> None:
        self.ask(settings, "/settings/placement.some_days")
        assert [one[0] for one in settings.services.asked] == ["placement"]
        assert self.ask(settings, "/settings/elsewhere.some_days").status_code == 404

    def test_it_counts_as_one_request_under_way(self, settings: Visitor) -> None:
        """The gateway of this test has one thread, and five services are asked."""
        for _ in range(3):
            assert self.ask(settings, "/settings").get_json() == {"items": []}

    def test_a_service_at_which_the_municipality_has_its_share_under_way_is_a_part_away(
        self, settings: Visitor
    ) -> None:
        house: Gateway = settings.app.extensions["hemvist"]
        with house.in_flight.part("orebro", "placement"):
            assert self.ask(settings, "/settings").get_json() == {"items": [], "placement": AWAY}
        assert self.ask(settings, "/settings").get_json() == {"items": []}


class TestShares:
    def test_a_whole_is_one_of_a_municipalitys_requests_however_many_it_asks(self) -> None:
        shares = InFlight(4)
        with ExitStack() as under_way:
            under_way.enter_context(shares.whole("orebro"))
            for service in SERVICES:
                under_way.enter_context(shares.part("orebro", service))
            for _ in range(2):
                under_way.enter_context(shares.whole("orebro"))
            with pytest.raises(MunicipalityBusy), shares.whole("orebro"):
                pytest.fail("it began")
            under_way.enter_context(shares.whole("vasteras"))

    def test_its_parts_count_beside_what_is_asked_of_the_service_alone(self) -> None:
        shares = InFlight(4)
        with ExitStack() as under_way:
            under_way.enter_context(shares.part("orebro", "intake"))
            under_way.enter_context(shares.one("orebro", "intake", changes=False))
            with pytest.raises(MunicipalityBusy), shares.part("orebro", "intake"):
                pytest.fail("it began")
            under_way.enter_context(shares.part("orebro", "placement"))


AS_FOUND = a_route(Found())
AS_PAGES = a_route(Pages(by="due_on", asks_by="service"))


def hits(*ids: str, total: int | None = None, is_exact: bool = True, kind: str = "home") -> Reply:
    """A service's part of a search."""
    items = [{"kind": kind, "id": one} for one in ids]
    body = {"items": items, "total": len(items) if total is None else total, "total_is_exact": is_exact}
    return {"body": json.dumps(body).encode(), "etag": None}


class TestFound:
    def test_what_several_know_is_found_once_as_the_first_knows_it(self, house: House) -> None:
        house.says = {"intake": hits("a", kind="application"), "investigation": hits("a", "b"), "placement": hits("b")}
        assert house.whole(AS_FOUND) == {
            "items": [{"kind": "application", "id": "a"}, {"kind": "home", "id": "a"}, {"kind": "home", "id": "b"}],
            "total": 3,
            "total_is_exact": True,
        }

    def test_how_many_is_not_exact_where_one_does_not_show_or_not_count_all_of_its_own(self, house: House) -> None:
        for part in (hits("b", total=2), hits("b", is_exact=False)):
            house.says = {"intake": hits("a"), "investigation": part, "placement": hits()}
            assert house.whole(AS_FOUND)["total_is_exact"] is False

    def test_of_one_alone_it_is_as_that_one_says(self, house: House) -> None:
        roles = {service: frozenset({service}) for service in SERVICES}
        house.says = {"intake": hits("a", total=30)}
        assert house.whole(a_route(Found(), roles=roles), "intake")["total_is_exact"] is True

    def test_whoever_is_away_is_named_beside_it(self, house: House) -> None:
        house.says = {"intake": hits("a"), "investigation": ServiceAway(), "placement": hits()}
        assert house.whole(AS_FOUND)["investigation"] == AWAY


def days(*days: int, total: int | None = None, is_exact: bool = True) -> Reply:
    """A service's part of what has a day, from its first item on."""
    items = [{"due_on": f"2026-05-{day:02}"} for day in days]
    body = {
        "items": items,
        "counts": [{"kind": f"kind-{days[0]}", "count": len(days)}] if days else [],
        "page": 2,
        "limit": 2,
        "total": len(days) if total is None else total,
        "total_is_exact": is_exact,
    }
    return {"body": json.dumps(body).encode(), "etag": None}


class TestPages:
    def page(self, house: House, number: int, asked: str | None = None) -> Any:
        reply = asking.whole(house.call, AS_PAGES, ["admin"], limit=2, page=number, asked=asked)
        return json.loads(reply["body"])

    def test_the_parts_are_one_list_of_which_a_page_is_shown(self, house: House) -> None:
        house.says = {"intake": days(1, 4, 9), "investigation": days(2, 3), "placement": days()}
        body = self.page(house, 2)
        assert [item["due_on"][-2:] for item in body["items"]] == ["03", "04"]
        assert [item["due_on"][-2:] for item in self.page(house, 3)["items"]] == ["09"]
        assert body["counts"] == [{"kind": "kind-1", "count": 3}, {"kind": "kind-2", "count": 2}]
        assert (body["page"], body["limit"], body["total"], body["total_is_exact"]) == (2, 2, 5, True)

    def test_the_whole_is_counted_as_exactly_as_each_part(self, house: House) -> None:
        house.says = {"intake": days(1, total=10_000, is_exact=False), "investigation": days(2), "placement": days()}
        body = self.page(house, 1)
        assert (body["total"], body["total_is_exact"]) == (10_001, False)

    def test_one_service_alone_is_asked_where_the_filter_says_so(self, house: House) -> None:
        house.says = {"investigation": days(1, 2)}
        assert asking.asked_by(AS_PAGES, {"service": "investigation"}) == "investigation"
        assert asking.asked_by(AS_PAGES, {}) is None
        assert asking.asked_by(AS_LIST, {"service": "investigation"}) is None
        self.page(house, 1, asked="investigation")
        assert house.asked == ["investigation"]

    def test_one_whose_part_the_caller_may_not_see_is_refused(self, house: House) -> None:
        roles = {service: frozenset({service}) for service in SERVICES}
        route = a_route(Pages(by="due_on", asks_by="service"), roles=roles)
        with pytest.raises(MissingRole):
            asking.whole(house.call, route, ["intake"], limit=2, asked="placement")
