"""Whether a line to the broker sees what has come meanwhile, before it sends anything; and how many are kept."""

import socket
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from services.kernel.messages import broker
from services.kernel.messages.broker import Line, Lines
from services.kernel.process.line import GreenLine


@pytest.mark.parametrize("kind", [Line, GreenLine])
class TestNews:
    def test_there_is_none_while_the_broker_says_nothing(self, kind: type[Line]) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            assert not kind("amqp://nobody")._is_readable(ours)

    def test_a_word_is_news_and_stays_to_be_read(self, kind: type[Line]) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(b"word")
            assert kind("amqp://nobody")._is_readable(ours)
            assert ours.recv(16) == b"word"

    def test_that_the_broker_has_hung_up_is_news(self, kind: type[Line]) -> None:
        ours, theirs = socket.socketpair()
        with ours:
            theirs.close()
            assert kind("amqp://nobody")._is_readable(ours)


class Closed(Exception):
    """What a line in use fails with."""


class FakeLine:
    closed = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    now = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(broker, "time", SimpleNamespace(monotonic=lambda: now.seconds))
    return now


class TestLines:
    def test_the_one_used_last_is_used_next(self, clock: SimpleNamespace) -> None:
        pool = Lines(FakeLine)
        with pool.line() as first, pool.line() as second:
            pass  # the second is given back first
        with pool.line() as next_one, pool.line() as other:
            assert next_one is first
            assert other is second

    def test_what_only_a_crowd_needed_is_closed_one_by_one_once_nobody_has_needed_it_for_a_minute(
        self, clock: SimpleNamespace
    ) -> None:
        pool = Lines(FakeLine)
        with ExitStack() as crowd:
            lines = [crowd.enter_context(pool.line()) for _ in range(4)]
        for clock.seconds, closed in ((60.0, 0), (61.0, 1), (62.0, 2), (63.0, 3), (64.0, 3), (200.0, 3)):
            with pool.line():
                pass
            assert sum(line.closed for line in lines) == closed
        with pool.line() as kept:
            assert kept is lines[0]

    def test_one_whose_use_failed_is_closed_and_not_kept(self, clock: SimpleNamespace) -> None:
        pool = Lines(FakeLine)
        with pytest.raises(Closed), pool.line() as failed:
            raise Closed
        with pool.line() as another:
            assert another is not failed
        assert failed.closed

    def test_closing_closes_all_that_are_idle(self, clock: SimpleNamespace) -> None:
        pool = Lines(FakeLine)
        with pool.line() as first, pool.line() as second:
            pass
        pool.close()
        assert first.closed
        assert second.closed
