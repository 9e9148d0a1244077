"""One feed of many: in each service's order, without loss when it is cut, when one is away, or when one waits."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway.bell import Bell
from gateway.client import ServiceAway
from gateway.feed import Feed, cursor_of, places_of, read, tellers_of
from services.kernel.contracts.faults import Fault, InvalidInput, MissingRole, ServiceUnavailable
from tests.unit.gateway.factories import NOBODY, Visitor, a_token

SERVICES = ("intake", "placement", "mentorship")
AWAY = {"status": "unavailable"}


@dataclass
class Tellers:
    """Services that tell names, each with its time, after a number."""

    told: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: {service: [] for service in SERVICES})
    faults: dict[str, Fault] = field(default_factory=dict)
    asked: list[set[str]] = field(default_factory=list)

    def tell(self, service: str, *names: str, at: str = "2026") -> None:
        self.told[service] += [(name, at) for name in names]

    def look(self, limit: int) -> Any:
        def looked(places: Mapping[str, str | None]) -> dict[str, Any]:
            self.asked.append(set(places))
            return {service: self._reply(service, int(place or 0), limit) for service, place in places.items()}

        return looked

    def _reply(self, service: str, place: int, limit: int) -> dict[str, Any]:
        if service in self.faults:
            return {"fault": self.faults[service].as_dict()}
        found = self.told[service][place : place + limit]
        items = [{"id": name, "time": at} for name, at in found]
        cursors = [str(place + number) for number in range(1, len(found) + 1)]
        body = {"items": items, "next": str(place + len(found)), "cursors": cursors, "limit": limit}
        return {"body": json.dumps(body).encode(), "etag": None}

    def read(
        self, cursor: str | None = None, *, limit: int = 100, seconds: float = 0, bell: Bell | None = None
    ) -> dict[str, Any]:
        whole = Feed(list(SERVICES), places_of(cursor, SERVICES), limit, "time")
        reply = read(self.look(limit), whole, tenant="orebro", seconds=seconds, bell=bell or Bell(NOBODY, places=4))
        return dict(reply["fault"] if "fault" in reply else json.loads(reply["body"]))


def ids(part: Mapping[str, Any]) -> list[str]:
    return [item["id"] for item in part["items"]]


@pytest.fixture
def tellers() -> Tellers:
    return Tellers()


class TestMerging:
    def test_the_oldest_comes_first_and_each_services_order_stays_whatever_its_times_say(
        self, tellers: Tellers
    ) -> None:
        tellers.told["intake"] = [("a1", "5"), ("a2", "1"), ("a3", "6")]
        tellers.told["placement"] = [("b1", "2"), ("b2", "7")]
        assert ids(tellers.read()) == ["b1", "a1", "a2", "a3", "b2"]

    @pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
    def test_however_it_is_cut_everything_comes_once(self, tellers: Tellers, limit: int) -> None:
        tellers.told["intake"] = [(f"a{number}", f"{number}") for number in range(5)]
        tellers.told["placement"] = [(f"b{number}", f"{number}") for number in range(3)]
        found, part = [], tellers.read(limit=limit)
        while ids(part):
            assert len(ids(part)) <= limit
            found += ids(part)
            part = tellers.read(part["next"], limit=limit)
        assert found == ["a0", "b0", "a1", "b1", "a2", "b2", "a3", "a4"]

    def test_it_says_nothing_of_how_it_was_made(self, tellers: Tellers) -> None:
        tellers.tell("intake", "a")
        assert set(tellers.read()) == {"items", "limit", "next"}


class TestAway:
    def test_a_service_that_is_away_keeps_its_place_and_its_events_come_when_it_is_back(self, tellers: Tellers) -> None:
        tellers.tell("intake", "a1")
        tellers.tell("placement", "b1")
        first = tellers.read()
        tellers.faults["placement"] = ServiceAway()
        tellers.tell("placement", "b2")
        tellers.tell("intake", "a2")
        second = tellers.read(first["next"])
        assert (ids(second), second["placement"]) == (["a2"], AWAY)
        del tellers.faults["placement"]
        third = tellers.read(second["next"])
        assert (ids(third), "placement" in third) == (["b2"], False)

    def test_one_that_was_away_from_the_beginning_begins_at_its_beginning(self, tellers: Tellers) -> None:
        tellers.tell("intake", "a")
        tellers.tell("placement", "b")
        tellers.faults["placement"] = ServiceAway()
        first = tellers.read()
        del tellers.faults["placement"]
        assert (ids(first), ids(tellers.read(first["next"]))) == (["a"], ["b"])

    def test_when_all_are_away_so_is_the_feed(self, tellers: Tellers) -> None:
        tellers.faults = dict.fromkeys(SERVICES, ServiceAway())
        with pytest.raises(ServiceUnavailable):
            tellers.read()

    def test_what_one_finds_wrong_with_the_request_is_said(self, tellers: Tellers) -> None:
        tellers.faults["placement"] = InvalidInput()
        assert tellers.read()["code"] == "invalid_input"

    def test_what_a_service_does_not_show_is_absent(self, tellers: Tellers) -> None:
        tellers.tell("intake", "a")
        tellers.faults["placement"] = MissingRole()
        assert set(tellers.read()) == {"items", "limit", "next"}


class TestCursor:
    def test_it_is_read_as_it_was_written_and_stands_in_an_address_as_it_is(self) -> None:
        places = {"placement": "AAE-_x", "intake": "BB"}
        assert cursor_of(places) == "intake.BB~placement.AAE-_x"
        assert places_of(cursor_of(places), SERVICES) == places
        assert places_of(None, SERVICES) == {}

    @pytest.mark.parametrize(
        "cursor", ["x", "intake", "intake.", ".x", "~", "elsewhere.x", "intake.x~intake.y", "intake.x~", "intake.x~y"]
    )
    def test_what_is_none_is_refused(self, cursor: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            places_of(cursor, SERVICES)
        assert [problem["code"] for problem in refused.value.errors] == ["not_a_cursor"]


class TestTypes:
    def test_only_those_who_tell_them_are_asked(self) -> None:
        assert tellers_of(None, SERVICES) == list(SERVICES)
        assert tellers_of("hemvist.placement.a.v1,hemvist.intake.b.v1", SERVICES) == ["intake", "placement"]

    def test_one_of_a_service_that_there_is_not_is_refused(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            tellers_of("hemvist.placement.a.v1,hemvist.elsewhere.b.v1", SERVICES)
        assert [problem["code"] for problem in refused.value.errors] == ["not_an_event_type"]


class Rung(Bell):
    """A bell that a test rings."""

    def __init__(self, *, places: int = 4) -> None:
        super().__init__(NOBODY, places=places)
        self._listener = threading.current_thread()  # nobody is to listen
        self._hears = True
        self.waits = threading.Event()

    def ring(self, *tenants: str, service: str) -> None:
        body = json.dumps({"service": service, "tenants": tenants}).encode()
        self._heard(type("Message", (), {"body": body}))

    def wait(self, tenant: str, heard: Mapping[str, int], *, until: float) -> set[str]:
        self.waits.set()
        return super().wait(tenant, heard, until=until)


class TestWaiting:
    def wait(self, tellers: Tellers, bell: Rung, *, seconds: float = 20) -> Any:
        """Somebody who waits for what comes."""
        found: list[dict[str, Any]] = []
        thread = threading.Thread(target=lambda: found.append(tellers.read(seconds=seconds, bell=bell)))
        thread.start()
        assert bell.waits.wait(10)

        def answer() -> dict[str, Any]:
            thread.join(10)
            return found[0]

        return answer

    def test_what_is_there_is_given_at_once(self, tellers: Tellers) -> None:
        tellers.tell("intake", "a")
        bell = Rung()
        assert ids(tellers.read(seconds=20, bell=bell)) == ["a"]
        assert not bell.waits.is_set()

    def test_a_ring_wakes_and_only_who_rang_is_asked(self, tellers: Tellers) -> None:
        bell = Rung()
        answer = self.wait(tellers, bell)
        tellers.tell("placement", "b")
        bell.ring("vasteras", "orebro", service="placement")
        assert ids(answer()) == ["b"]
        assert tellers.asked == [set(SERVICES), {"placement"}]

    def test_a_ring_while_one_looks_is_not_lost(self, tellers: Tellers) -> None:
        bell, looks = Rung(), tellers.look(100)

        def look(places: Mapping[str, str | None]) -> Any:
            found = looks(places)
            if len(tellers.asked) == 1:
                tellers.tell("placement", "b")
                bell.ring("orebro", service="placement")
            return found

        whole = Feed(list(SERVICES), {}, 100, "time")
        reply = read(look, whole, tenant="orebro", seconds=20, bell=bell)
        assert ids(json.loads(reply["body"])) == ["b"]

    def test_another_municipalitys_ring_wakes_nobody(self, tellers: Tellers) -> None:
        bell = Rung()
        answer = self.wait(tellers, bell)
        bell.ring("vasteras", service="placement")
        tellers.tell("placement", "b")
        bell.ring("orebro", service="placement")
        assert ids(answer()) == ["b"]
        assert len(tellers.asked) == 2

    def test_a_ring_that_is_lost_costs_a_moment(self, tellers: Tellers, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.bell._LOOKS", 0.01)
        bell = Rung()
        answer = self.wait(tellers, bell)
        tellers.tell("placement", "b")
        assert ids(answer()) == ["b"]

    def test_when_nothing_comes_there_is_nothing_and_a_place_to_go_on_from(self, tellers: Tellers) -> None:
        part = tellers.read(seconds=0.05, bell=Rung())
        assert (part["items"], part["next"]) == ([], "intake.0~mentorship.0~placement.0")

    def test_who_finds_no_room_is_answered_at_once(self, tellers: Tellers) -> None:
        bell = Rung(places=4)
        with bell.place("orebro") as room:
            assert room
            begun = time.monotonic()
            assert tellers.read(seconds=20, bell=bell)["items"] == []
            assert time.monotonic() - begun < 10
        with bell.place("orebro") as room:
            assert room

    def test_a_municipality_has_a_quarter_of_the_places_and_all_have_all(self) -> None:
        bell = Rung(places=2)
        with bell.place("a") as one, bell.place("a") as again, bell.place("b") as two, bell.place("c") as three:
            assert (one, again, two, three) == (True, False, True, False)

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"service": "x", "tenants": 1}'])
    def test_a_ring_that_can_not_be_read_is_passed_over(self, body: bytes) -> None:
        bell = Rung()
        bell._heard(type("Message", (), {"body": body}))
        assert bell.rings("orebro") == {}


class TestOverHttp:
    @pytest.fixture
    def feed(self, visitor: Visitor) -> Visitor:
        visitor.services.answer = {"body": {"items": [], "next": "AA", "cursors": [], "limit": 20}, "etag": None}
        return visitor

    def ask(self, visitor: Visitor, query: str = "", *, roles: tuple[str, ...] = ("integration",)) -> Any:
        return visitor.ask("GET", f"/orebro/events{query}", token=a_token(visitor.folder, roles=list(roles)))

    def test_each_service_is_asked_after_its_own_cursor(self, feed: Visitor) -> None:
        answer = self.ask(feed, "?after=intake.XX~placement.YY&limit=7")
        assert answer.status_code == 200
        asked = {service: arguments["page"] for service, _, _, arguments in feed.services.asked}
        assert asked == {
            "intake": {"limit": "7", "after": "XX"},
            "placement": {"limit": "7", "after": "YY"},
            "investigation": {"limit": "7"},
            "mentorship": {"limit": "7"},
            "compensation": {"limit": "7"},
        }
        assert set(answer.get_json()) == {"items", "limit", "next"}

    def test_with_types_those_who_tell_them(self, feed: Visitor) -> None:
        self.ask(feed, "?types=hemvist.placement.placement_started.v1")
        assert [service for service, *_ in feed.services.asked] == ["placement"]

    @pytest.mark.parametrize(
        "query",
        ["?after=x", "?after=", "?types=x", "?types=hemvist.elsewhere.a.v1", "?wait=31", "?wait=-1", "?limit=101"],
    )
    def test_wrong_input_asks_nobody(self, feed: Visitor, query: str) -> None:
        token = a_token(feed.folder, roles=["integration"])
        assert feed.refusal("GET", f"/orebro/events{query}", token=token) == (422, "invalid_input")

    @pytest.mark.parametrize("role", ["personal", "admin", "recruiter", "operator"])
    def test_nobody_else_may(self, feed: Visitor, role: str) -> None:
        token = a_token(feed.folder, roles=[role])
        assert feed.refusal("GET", "/orebro/events", token=token) == (403, "missing_role")
