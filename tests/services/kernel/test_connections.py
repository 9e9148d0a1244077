"""Other systems that the house asks something: what each can do, and that none of them is another one's trouble."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import pytest

from services.kernel.basics.ids import new_id
from services.kernel.messages import connections
from services.kernel.messages.connections import Connection, Unreadable
from services.kernel.messages.outgoing import AddressNotAllowed, AnsweredOtherwise, NotDelivered, Refused
from tests.receiver import Receiver
from tests.registers import a_register, connection, says, waits
from tests.run import SECRET


@pytest.fixture
def register() -> Iterator[Receiver]:
    with a_register() as one:
        yield one


@pytest.fixture
def tenant() -> str:
    """A municipality of the test's own, so that no other test has troubled its systems."""
    return new_id()


def ask(tenant: str, way: Connection, name: str = "register.police", **question: Any) -> tuple[int, Any]:
    return connections.ask(tenant, name, way, question, in_production=False)


class TestAsk:
    def test_it_asks_in_json_with_the_secret_and_gives_what_is_answered(self, tenant: str, register: Receiver) -> None:
        assert ask(tenant, connection(register), number="1") == (200, {"outcome": "nothing"})
        (heard,) = register.heard
        assert (heard.path, heard.event) == ("/ask", {"number": "1"})
        assert heard.headers["authorization"] == SECRET

    def test_an_answer_without_anything_in_it_is_none(self, tenant: str, register: Receiver) -> None:
        register.answer = says(202, b"")
        assert ask(tenant, connection(register)) == (202, None)

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
    def test_what_refuses_a_question_would_refuse_it_again(self, tenant: str, register: Receiver, status: int) -> None:
        register.answer = says(status)
        with pytest.raises(Refused):
            ask(tenant, connection(register))

    @pytest.mark.parametrize("status", [301, 429, 500, 503])
    def test_any_other_answer_may_be_another_one_later(self, tenant: str, register: Receiver, status: int) -> None:
        register.answer = says(status)
        with pytest.raises(AnsweredOtherwise):
            ask(tenant, connection(register))

    def test_what_is_no_json_can_not_be_read(self, tenant: str, register: Receiver) -> None:
        register.answer = says(200, b"<html>")
        with pytest.raises(Unreadable):
            ask(tenant, connection(register))

    def test_of_what_is_too_long_nothing_is_believed(self, tenant: str, register: Receiver) -> None:
        register.answer = says(200, b"[" + b"1," * connections.LONGEST_ANSWER + b"1]")
        with pytest.raises(NotDelivered, match="too long"):
            ask(tenant, connection(register))

    def test_one_that_does_not_answer_in_its_time_is_not_waited_for(self, tenant: str, register: Receiver) -> None:
        answered = Event()
        register.answer = waits(answered, says(200))
        with pytest.raises(NotDelivered, match="timed out"):
            ask(tenant, connection(register, seconds=0.2))
        answered.set()

    def test_in_production_none_lies_on_this_machine(self, tenant: str, register: Receiver) -> None:
        with pytest.raises(AddressNotAllowed):
            connections.ask(tenant, "register.police", connection(register), {}, in_production=True)


class TestTrouble:
    def test_one_that_fails_again_and_again_is_left_alone_and_the_others_are_not(
        self, tenant: str, register: Receiver
    ) -> None:
        register.answer = says(500)
        way = connection(register)
        for _ in range(5):
            with pytest.raises(AnsweredOtherwise):
                ask(tenant, way)
        register.answer = says(200)
        with pytest.raises(NotDelivered, match="left alone"):
            ask(tenant, way)
        assert len(register.heard) == 5
        assert ask(tenant, way, "register.transport")[0] == 200
        assert ask(new_id(), way)[0] == 200

    def test_after_a_minute_it_is_asked_again_and_left_alone_anew_when_it_fails(
        self, tenant: str, register: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = [1_000.0]
        monkeypatch.setattr("circuitbreaker.monotonic", lambda: now[0])
        way = connection(register)
        for minute in range(2):
            register.answer = says(500)
            for _ in range(1 if minute else 5):
                with pytest.raises(AnsweredOtherwise):
                    ask(tenant, way)
            with pytest.raises(NotDelivered, match="left alone"):
                ask(tenant, way)
            now[0] += 60.1
        register.answer = says(200)
        assert ask(tenant, way)[0] == 200
        assert ask(tenant, way)[0] == 200

    def test_one_that_refuses_is_well(self, tenant: str, register: Receiver) -> None:
        register.answer = says(422)
        for _ in range(7):
            with pytest.raises(Refused):
                ask(tenant, connection(register))
        assert len(register.heard) == 7

    def test_a_slow_one_is_asked_four_things_at_once_and_delays_neither_another_nor_another_municipality(
        self, tenant: str, register: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connections, "_PATIENCE", 0.05)
        answered, begun = Event(), Semaphore(0)
        with a_register(waits(answered, says(200), begun.release)) as slow, ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(ask, tenant, connection(slow)) for _ in range(4)]
            for _ in asked:
                assert begun.acquire(timeout=10)
            with pytest.raises(NotDelivered, match="busy"):
                ask(tenant, connection(slow))
            assert ask(tenant, connection(register), "register.transport")[0] == 200
            assert ask(new_id(), connection(register))[0] == 200
            answered.set()
            assert [one.result()[0] for one in asked] == [200] * 4
