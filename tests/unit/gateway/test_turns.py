"""Whose request is worked on, and who waits."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock
from types import SimpleNamespace
from typing import Any

import pytest

from gateway import turns
from gateway.turns import Line, Order, Room, Turns
from services.kernel.contracts.faults import MunicipalityBusy
from services.kernel.messages.context import Context
from tests.unit.gateway.factories import Services, Visitor

READS, CHANGES = False, True


class Desk:
    """An order of one request at once, of three alone; what has begun stands in `begun`."""

    def __init__(self) -> None:
        self.order = Order(1, 3)
        self.requests: dict[str, tuple[Line, Lock]] = {}

    def ask(self, name: str, at: float, *, changes: bool = READS) -> None:
        """The first sign of a name is the municipality's."""
        request = Lock()
        request.acquire()
        self.requests[name] = (Line(name[0], changes), request)
        self.order.ask(*self.requests[name], at)

    def end(self, name: str, at: float) -> None:
        self.order.end(*self.requests.pop(name), at)

    def pause_after(self, name: str, at: float) -> float:
        return self.order.pause_after(*self.requests[name], at)

    @property
    def begun(self) -> list[str]:
        return [name for name, (_, request) in self.requests.items() if not request.locked()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


class TestOrder:
    def test_who_asks_alone_has_all(self, desk: Desk) -> None:
        for number in range(5):
            desk.ask(f"a{number}", 0.0)
        assert desk.begun == ["a0", "a1", "a2"]

    def test_beside_others_a_municipality_has_one_at_work_and_they_begin_at_once(self, desk: Desk) -> None:
        desk.ask("b0", 0.0)
        desk.end("b0", 0.01)
        for number in range(3):
            desk.ask(f"a{number}", 0.02)
        desk.ask("b1", 0.03)
        desk.ask("c0", 0.03)
        assert desk.begun == ["a0", "b1", "c0"]

    def test_what_waits_begins_in_its_order_when_something_ends(self, desk: Desk) -> None:
        desk.ask("b0", 0.0)
        for number in range(3):
            desk.ask(f"a{number}", 0.0)
        desk.end("a0", 0.1)
        assert desk.begun == ["b0", "a1"]
        desk.end("a1", 0.2)
        assert desk.begun == ["b0", "a2"]

    def test_what_all_had_at_work_before_another_came_ends_first(self, desk: Desk) -> None:
        for number in range(4):
            desk.ask(f"a{number}", 0.0)
        desk.ask("b0", 0.1)
        for number in range(2):
            desk.end(f"a{number}", 0.2)
            assert "a3" not in desk.begun
        desk.end("a2", 0.3)
        assert desk.begun == ["a3", "b0"]

    def test_others_that_have_not_asked_for_a_while_are_not_about(self, desk: Desk) -> None:
        desk.ask("b0", 0.0)
        desk.ask("a0", turns.ABOUT - 0.1)
        desk.ask("a1", turns.ABOUT - 0.1)
        assert desk.begun == ["b0", "a0"]
        desk.order.go_on(Line("a", READS), turns.ABOUT)
        assert desk.begun == ["b0", "a0", "a1"]

    def test_to_each_of_two_that_ask_the_other_one_is_about(self, desk: Desk) -> None:
        for name in ("a0", "b0", "a1", "b1", "b2", "a2"):
            desk.ask(name, 0.0)
        assert desk.begun == ["a0", "b0"]

    def test_one_that_hangs_lets_the_next_one_begin(self, desk: Desk) -> None:
        desk.ask("b0", 0.0)
        desk.ask("a0", 0.1)
        desk.ask("a1", 0.2)
        desk.ask("b1", 0.4)
        desk.order.go_on(Line("a", READS), 0.1 + turns.LONG)
        assert desk.begun == ["b0", "a0", "a1"]

    def test_its_reads_wait_for_none_of_its_changes(self, desk: Desk) -> None:
        desk.ask("b0", 0.0)
        desk.ask("a0", 0.0, changes=CHANGES)
        desk.ask("a1", 0.0, changes=CHANGES)
        desk.ask("a2", 0.0)
        assert desk.begun == ["b0", "a0", "a2"]

    def test_who_gives_up_waiting_leaves_the_turn_to_the_next_one(self, desk: Desk) -> None:
        desk.ask("b0", 0.0)
        for number in range(3):
            desk.ask(f"a{number}", 0.0)
        desk.end("a1", 0.1)
        desk.end("a0", 0.2)
        assert desk.begun == ["b0", "a2"]

    def test_where_a_crowd_waits_a_pause_three_times_as_long_as_the_request_lies_before_the_next_one(
        self, desk: Desk
    ) -> None:
        desk.ask("b0", 0.0)
        for number in range(turns.CROWD + 2):
            desk.ask(f"a{number}", 0.0)
        desk.ask("b1", 0.02)
        assert desk.pause_after("a0", 0.03) == pytest.approx(0.09)
        assert desk.pause_after("a0", turns.LONG - 0.1) == turns.LONGEST_PAUSE
        assert desk.pause_after("b0", 0.03) == 0.0
        desk.end("a0", 0.06)
        assert desk.pause_after("a1", 0.08) == 0.0

    def test_who_asks_alone_makes_no_pause_and_who_gave_up_waiting_none(self, desk: Desk) -> None:
        for number in range(turns.CROWD + 4):
            desk.ask(f"a{number}", 0.0)
        assert desk.pause_after("a0", 0.03) == 0.0
        desk.ask("b0", 0.03)
        assert desk.pause_after("a0", 0.03) == pytest.approx(0.09)
        assert desk.pause_after("a3", 0.03) == 0.0

    def test_where_only_crowds_ask_none_of_them_makes_a_pause(self, desk: Desk) -> None:
        for number in range(turns.CROWD + 3):
            desk.ask(f"a{number}", 0.0)
            desk.ask(f"b{number}", 0.0)
        for number, at in enumerate((0.6, 1.2)):  # one goes and one comes
            for who in ("a", "b"):
                desk.end(f"{who}{number}", at)
                desk.ask(f"{who}again{number}", at)
        assert desk.pause_after("a2", 1.21) == 0.0
        assert desk.pause_after("b2", 1.21) == 0.0
        desk.ask("c0", 1.21)
        assert desk.pause_after("a2", 1.21) == pytest.approx(0.03)
        assert desk.pause_after("b2", 1.21) == pytest.approx(0.03)

    def test_what_has_ended_is_forgotten(self, desk: Desk) -> None:
        desk.ask("a0", 0.0)
        desk.end("a0", 0.1)
        assert vars(desk.order)["_lines"] == {}


class TestRoom:
    def test_one_has_half_of_it_and_leaves_the_next_ones_a_part(self) -> None:
        room = Room(12)
        taken = {who: sum(room.take(who) for _ in range(12)) for who in ("orebro", "vasteras", "falun")}
        assert taken == {"orebro": 6, "vasteras": 3, "falun": 2}

    def test_a_place_that_is_given_back_is_there_again(self) -> None:
        room = Room(2)
        for _ in range(3):
            assert room.take("orebro")
            assert not room.take("orebro")
            room.give_back("orebro")


class TestTurns:
    def test_what_waits_begins_when_the_one_before_has_ended(self) -> None:
        shared, waits, begins = Turns(Order(1, 1), 2), Event(), Event()

        def second() -> None:
            waits.set()
            with shared.turn("orebro", changes=False):
                begins.set()

        with ThreadPoolExecutor(1) as pool:
            with shared.turn("orebro", changes=False):
                done = pool.submit(second)
                assert waits.wait(5)
                assert not begins.is_set()
            done.result(5)
        assert begins.is_set()

    def test_who_may_not_begin_in_time_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(turns, "PATIENCE", 0.01)
        shared = Turns(Order(1, 1), 2)
        with shared.turn("orebro", changes=False):
            with pytest.raises(MunicipalityBusy) as refused, shared.turn("orebro", changes=False):
                pytest.fail("it began")
            assert refused.value.extra == {"headers": {"Retry-After": "1"}}
        with shared.turn("orebro", changes=False):
            pass

    def test_where_nobody_may_wait_the_second_one_is_refused_at_once(self) -> None:
        shared = Turns(Order(1, 1), 0)
        with shared.turn("orebro", changes=False):
            with pytest.raises(MunicipalityBusy), shared.turn("orebro", changes=False):
                pytest.fail("it began")
            with shared.turn("vasteras", changes=False), shared.turn("", changes=False):
                pass

    def test_who_is_kept_back_for_want_of_a_place_stands_in_no_line_meanwhile(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shared, waiting = Turns(Order(1, 1), 1), []
        shared._room = Room(0)

        def look(_seconds: float) -> None:
            waiting.append(len(shared._order._lines[Line("orebro", READS)].waiting))

        monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic=time.monotonic, sleep=look))
        with (
            shared.turn("orebro", changes=False),
            pytest.raises(MunicipalityBusy),
            shared.turn("orebro", changes=False),
        ):
            pytest.fail("it began")
        assert waiting == [0]

    def test_whoever_works_there_waits_for_nobody_at_the_door(self) -> None:
        shared = Turns(Order(1, 1), 0)
        with shared.turn("orebro", changes=False, logged_in=False):
            with pytest.raises(MunicipalityBusy), shared.turn("orebro", changes=False, logged_in=False):
                pytest.fail("it began")
            with shared.turn("orebro", changes=False):
                pass

    def test_the_next_one_of_a_crowd_begins_after_the_pause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        shared = Turns(Order(1, 1), 8)
        monkeypatch.setattr(turns, "CROWD", 0)
        began: list[bool] = []
        line, waits = Line("orebro", READS), Lock()
        waits.acquire()
        monkeypatch.setattr(
            turns, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: began.append(not waits.locked()))
        )
        with shared.turn("orebro", changes=False), shared.turn("vasteras", changes=False):
            shared._order.ask(line, waits, time.monotonic())
        assert began == [False]
        assert not waits.locked()

    def test_one_that_fails_gives_its_turn_back(self) -> None:
        shared = Turns(Order(1, 1), 0)
        for _ in range(3):
            with pytest.raises(RuntimeError), shared.turn("orebro", changes=True):
                raise RuntimeError


class Hanging(Services):
    """Services that do not answer Örebro for as long as the test likes."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.go_on = Event(), Event()

    def call(self, service: str, operation: str, context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
        if context.tenant == "orebro":
            self.is_asked.set()
            assert self.go_on.wait(30)
        return super().call(service, operation, context, arguments)


LIST = "/orebro/applications"
FORM = {"kind": "callback", "phone": "+46701740605", "consent": True}


class TestTheGateway:
    def test_beside_others_a_municipality_has_one_request_at_work_and_they_are_answered(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(turns, "ABOUT", 60.0)
        visitor, services = Visitor(folder, threads=48), Hanging()
        visitor.answered_by(services)
        assert visitor.ask("POST", "/stockholm/applications", token=None, json=FORM).status_code == 201
        with ThreadPoolExecutor(1) as pool:
            try:
                first = pool.submit(visitor.ask, "GET", f"{LIST}/7")
                assert services.is_asked.wait(30)
                assert visitor.refusal("GET", f"{LIST}/8") == (503, "municipality_busy")
                assert visitor.ask("POST", "/stockholm/applications", token=None, json=FORM).status_code == 201
            finally:
                services.go_on.set()
            assert first.result(30).status_code == 200
        assert visitor.ask("GET", f"{LIST}/8").status_code == 200

    def test_who_asks_too_often_is_kept_waiting_as_long_as_there_is_a_place(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept: list[float] = []
        monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic=time.monotonic, sleep=kept.append))
        least, most = turns.HELD_BACK
        for places, times in ((2, 1), (0, 0)):
            visitor = Visitor(folder, per_client=1, waiting=places)
            assert visitor.ask("GET", f"{LIST}/7").status_code == 200
            assert visitor.refusal("GET", f"{LIST}/7") == (429, "too_many_requests")
            assert [least <= seconds <= most for seconds in kept] == [True] * times
            kept.clear()
