"""Whose turn it is among the municipalities."""

import pytest

from services.kernel.work.turns import Turns


class Desk:
    """A service with its workers; what has begun stands in `begun`."""

    def __init__(self, workers: int, *, most_waiting: int = 100) -> None:
        self.turns = Turns(workers, most_waiting=most_waiting)
        self.begun: list[str] = []

    def take(self, tenant: str, name: str, *, changes: bool = False) -> bool:
        return self.turns.take(tenant, lambda: self.begun.append(name), changes=changes)

    def end(self, tenant: str, *, changes: bool = False) -> None:
        self.turns.give_back(tenant, changes=changes)


def test_a_municipality_works_with_half_of_the_workers_and_the_rest_waits() -> None:
    desk = Desk(4)
    for number in range(4):
        desk.take("orebro", f"o{number}")
    assert desk.begun == ["o0", "o1"]
    desk.take("vasteras", "v0")
    assert desk.begun == ["o0", "o1", "v0"]
    assert desk.turns.waiting() == {"orebro": 2}


def test_what_waits_is_begun_when_something_ends() -> None:
    desk = Desk(4)
    for number in range(4):
        desk.take("orebro", f"o{number}")
    desk.end("orebro")
    assert desk.begun == ["o0", "o1", "o2"]
    desk.end("orebro")
    assert desk.begun == ["o0", "o1", "o2", "o3"]
    assert desk.turns.waiting() == {}


def test_those_who_wait_are_taken_in_turn() -> None:
    desk = Desk(2)
    for number in range(3):
        for tenant in ("orebro", "vasteras", "borlange"):
            desk.take(tenant, f"{tenant[0]}{number}")
    assert desk.begun == ["o0", "v0"]
    desk.end("orebro")
    desk.end("vasteras")
    assert desk.begun == ["o0", "v0", "b0", "o1"]
    desk.end("orebro")
    assert desk.begun[4:] == ["v1"]


def test_changes_leave_a_worker_to_the_reads_of_the_same_municipality() -> None:
    desk = Desk(8)
    for number in range(6):
        desk.take("orebro", f"change{number}", changes=True)
    assert desk.begun == ["change0", "change1", "change2"]
    desk.take("orebro", "read")
    assert desk.begun[3:] == ["read"]
    desk.end("orebro", changes=True)
    assert desk.begun[4:] == ["change3"]


def test_with_one_worker_everybody_may_work() -> None:
    desk = Desk(1)
    desk.take("orebro", "o", changes=True)
    desk.take("vasteras", "v", changes=True)
    desk.end("orebro", changes=True)
    assert desk.begun == ["o", "v"]


def test_of_too_much_the_rest_is_refused_and_nobody_else_is_concerned() -> None:
    desk = Desk(2, most_waiting=2)
    assert [desk.take("orebro", f"o{number}") for number in range(5)] == [True, True, True, False, False]
    assert desk.take("vasteras", "v")
    assert desk.begun == ["o0", "v"]


@pytest.mark.parametrize("workers", [1, 2, 3, 10])
def test_in_the_end_everything_is_done_and_every_worker_is_free(workers: int) -> None:
    desk = Desk(workers)
    running: list[tuple[str, bool]] = []
    for number in range(60):
        tenant, changes = f"t{number % 4}", number % 3 == 0
        desk.turns.take(tenant, lambda one=(tenant, changes): running.append(one), changes=changes)  # type: ignore[misc]
    done = 0
    while running:
        assert len(running) <= workers
        tenant, changes = running.pop(0)
        done += 1
        desk.turns.give_back(tenant, changes=changes)
    assert done == 60
    assert desk.turns.waiting() == {}
