"""Things that every service keeps: one answer of many that say the same, and one request that all know by its key."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.endpoints import Gateway
from gateway.readiness import Readiness
from services.kernel.contracts.faults import NotFound, ServiceUnavailable
from services.kernel.contracts.join import Alike
from services.kernel.contracts.webhooks import AddWebhook
from tests.unit.gateway.factories import SERVICES, Visitor, a_token
from tests.unit.gateway.test_wholes import House, a_route, house

__all__ = ["house"]
ALIKE = a_route(Alike(but_for="parts"))
LIST = a_route(Alike(but_for="parts", in_list=True))
ADDED = {**AddWebhook.example, "id": "1"}


def says(body: Any) -> dict[str, Any]:
    return {"body": json.dumps(body).encode(), "etag": None}


def a_thing(name: str, *parts: str) -> dict[str, Any]:
    return {"id": name, "name": f"the {name}", "parts": list(parts)}


class TestAnswers:
    def test_what_all_say_is_said_once_with_the_list_of_each(self, house: House) -> None:
        house.says = {
            "intake": says(a_thing("a", "of intake")),
            "investigation": says(a_thing("a")),
            "placement": says(a_thing("a", "of placement")),
        }
        assert house.whole(ALIKE) == a_thing("a", "of intake", "of placement")

    def test_of_a_list_each_thing_once_also_where_some_lack_it(self, house: House) -> None:
        house.says = {
            "intake": says({"items": [a_thing("a", "1"), a_thing("b", "2")]}),
            "investigation": says({"items": []}),
            "placement": says({"items": [a_thing("b", "3"), a_thing("c")]}),
        }
        assert house.whole(LIST) == {"items": [a_thing("a", "1"), a_thing("b", "2", "3"), a_thing("c")]}

    def test_one_that_is_away_makes_the_whole_unavailable(self, house: House) -> None:
        for route in (ALIKE, LIST):
            house.says = {service: says({"items": [], **a_thing("a")}) for service in ("intake", "investigation")}
            house.says["placement"] = ServiceUnavailable()
            assert house.whole(route) == "service_unavailable"

    def test_what_some_no_longer_have_the_others_answer(self, house: House) -> None:
        house.says = {"intake": NotFound(), "investigation": says(a_thing("a", "1")), "placement": NotFound()}
        assert house.whole(ALIKE) == a_thing("a", "1")
        house.says = dict.fromkeys(("intake", "investigation", "placement"), NotFound())
        assert house.whole(ALIKE) == "not_found"


class Known(Readiness):
    """Which services answer, as the test says."""

    def __init__(self, states: dict[str, str]) -> None:
        self._said = states

    def states(self) -> dict[str, str]:
        return self._said


class TestRequests:
    @pytest.fixture
    def visitor(self, tmp_path: Path) -> Visitor:
        found = Visitor(tmp_path)
        found.services.answer = {"body": {**ADDED, "deliveries": []}, "etag": None}
        self.all_but(found)
        return found

    @staticmethod
    def all_but(visitor: Visitor, *down: str) -> None:
        """All services answer but these."""
        house: Gateway = visitor.app.extensions["hemvist"]
        states = {service: "down" if service in down else "up" for service in SERVICES}
        visitor.app.extensions["hemvist"] = replace(house, readiness=Known(states))

    def test_while_one_is_away_nobody_is_asked(self, visitor: Visitor) -> None:
        self.all_but(visitor, "placement")
        assert self.add(visitor).status_code == 503
        assert visitor.services.asked == []

    def add(self, visitor: Visitor, *types: str, **headers: str) -> Any:
        body = {**AddWebhook.example, **({"types": list(types)} if types else {})}
        token = a_token(visitor.folder, roles=["admin"])
        return visitor.ask("POST", "/orebro/webhooks", token=token, json=body, headers=headers)

    def keys(self, visitor: Visitor) -> list[str | None]:
        """By which each of the services knows the request."""
        return [context.idempotency_key for _, _, context, _ in visitor.services.asked]

    def test_all_services_know_it_by_the_callers_key(self, visitor: Visitor) -> None:
        assert self.add(visitor, **{"Idempotency-Key": "mine"}).status_code == 201
        assert self.keys(visitor) == ["mine"] * len(SERVICES)

    def test_or_by_one_that_is_made_for_it(self, visitor: Visitor) -> None:
        for _ in range(2):
            assert self.add(visitor).status_code == 201
        one, two = self.keys(visitor)[:5], self.keys(visitor)[5:]
        assert len(set(one)) == len(set(two)) == 1
        assert None not in one
        assert set(one) != set(two)

    def test_a_type_that_nobody_tells_is_refused_before_anybody_is_asked(self, visitor: Visitor) -> None:
        known = AddWebhook.example["types"][0]
        wrong = ["hemvist.intake.nothing.v1", "hemvist.nobody.application_qualified.v1", f"{known}0"]
        answer = self.add(visitor, known, *wrong)
        assert answer.status_code == 422
        found = [(one["pointer"], one["code"]) for one in answer.get_json()["errors"]]
        assert found == [(f"/types/{number}", "not_an_event_type") for number in (1, 2, 3)]
        assert visitor.services.asked == []
