"""Whether a line to the broker sees what has come meanwhile, before it sends anything."""

import socket

import pytest

from services.kernel.messages.broker import Line
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
