"""The rig's network hands on, slows and cuts."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from tests.prove.proxy import Proxy


@contextmanager
def answering(word: bytes) -> Iterator[int]:
    """The port of a server that answers everything with one word."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as connection:
                while connection.recv(100):
                    connection.sendall(word)

        Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def said(connection: socket.socket) -> bytes:
    connection.sendall(b"?")
    return connection.recv(100)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_connection_goes_past_a_port_that_does_not_answer_to_one_that_does() -> None:
    gone = closed_port()
    with answering(b"here") as port, Proxy(lambda: [port, gone, gone]).listening() as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as connection:
            assert said(connection) == b"here"


def test_what_is_slow_comes_as_it_was() -> None:
    with answering(b"here") as port, Proxy(lambda: [port]).listening() as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as connection:
            proxy.delay = 0.05
            began = time.monotonic()
            assert said(connection) == b"here"
            assert time.monotonic() - began >= 0.1, "it waited on its way there and back"


def test_what_is_cut_is_reset() -> None:
    with answering(b"here") as port, Proxy(lambda: [port]).listening() as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as connection:
            assert said(connection) == b"here"
            proxy.cut()
            with pytest.raises(ConnectionResetError):
                said(connection)


def test_where_nobody_answers_a_connection_is_reset() -> None:
    gone = closed_port()
    with Proxy(lambda: [gone]).listening() as proxy:
        with pytest.raises(ConnectionResetError), socket.create_connection(("127.0.0.1", proxy.port), 5) as connection:
            connection.recv(100)
