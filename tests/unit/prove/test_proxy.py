"""The rig's network hands on, slows and cuts."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from tests.prove.proxy import network
from tests.waiting import eventually


@contextmanager
def answering(word: bytes) -> Iterator[int]:
    """The port of a server that answers everything with one word."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError), server.accept()[0] as connection:
                while connection.recv(100):
                    connection.sendall(word)

        Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def said(connection: socket.socket) -> bytes:
    connection.sendall(b"?")
    return connection.recv(100)


def seconds_for(connection: socket.socket) -> float:
    """How long an answer takes."""
    began = time.monotonic()
    assert said(connection) == b"here"
    return time.monotonic() - began


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 5)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_connection_goes_past_a_port_that_does_not_answer_to_one_that_does() -> None:
    gone = closed_port()
    with answering(b"here") as port, network([port, gone, gone]) as way, connected(way.port) as connection:
        assert said(connection) == b"here"


def test_what_is_slow_comes_as_it_was() -> None:
    with answering(b"here") as port, network([port]) as way, connected(way.port) as connection:
        assert said(connection) == b"here"
        way.slow(0.05)
        assert eventually(lambda: seconds_for(connection) >= 0.1), "it waits on its way there and back"


def test_what_is_cut_is_reset() -> None:
    with answering(b"here") as port, network([port]) as way, connected(way.port) as connection:
        assert said(connection) == b"here"
        way.cut()
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_where_nobody_answers_a_connection_is_reset() -> None:
    with network([closed_port()]) as way, pytest.raises(ConnectionResetError), connected(way.port) as connection:
        connection.recv(100)
