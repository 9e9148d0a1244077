"""Ports: kept when they can be, never another's."""

import socket
from collections.abc import Iterator

import pytest

from deploy.cli import ports


@pytest.fixture
def occupied() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def free() -> int:
    return ports.choose(["only"], seed="a free one")["only"]


def test_the_port_of_the_last_time_is_taken_before_the_wished_one(free: int) -> None:
    assert ports.choose(["gateway"], seed="", kept={"gateway": free}, wished={"gateway": 1}) == {"gateway": free}


def test_the_wished_port_is_taken_when_it_is_free(free: int) -> None:
    assert ports.choose(["gateway"], seed="", wished={"gateway": free}) == {"gateway": free}


def test_beside_an_occupied_port_another_one_is_taken(occupied: int) -> None:
    chosen = ports.choose(["gateway"], seed="", kept={"gateway": occupied}, wished={"gateway": occupied})
    assert chosen["gateway"] != occupied
    assert ports.is_free(chosen["gateway"])


def test_no_port_is_given_twice(free: int) -> None:
    names = ["postgres", "rabbitmq", "gateway"]
    chosen = ports.choose(names, seed="", kept=dict.fromkeys(names, free))
    assert len(set(chosen.values())) == 3


def test_the_same_folder_gets_the_same_ports_and_another_folder_others() -> None:
    assert ports.choose(["a"], seed="/one") == ports.choose(["a"], seed="/one")
    assert ports.choose(["a"], seed="/one") != ports.choose(["a"], seed="/two")


def test_a_port_that_outgoing_connections_use_is_never_chosen() -> None:
    with socket.socket() as client:
        client.bind(("127.0.0.1", 0))
        outgoing = client.getsockname()[1]
    chosen = ports.choose([str(number) for number in range(50)], seed="many")
    assert max(chosen.values()) < outgoing
