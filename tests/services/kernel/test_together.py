"""Statements of different units that are written in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg
import pytest

from services.kernel.basics import clock
from services.kernel.contracts.faults import DeadlinePassed
from services.kernel.rows.giving_up import Terms
from services.kernel.rows.green import Connection
from services.kernel.rows.together import Together
from services.kernel.testing import Harness
from tests.services.kernel.conftest import House
from tests.waiting import eventually

STATEMENT = "insert into inbox (reaction, event_id, received_at) values (%s, %s, now())"


@pytest.fixture
def together(probe_house: House) -> Together:
    @contextmanager
    def connect() -> Iterator[Connection]:
        with Connection.connect(probe_house.urls.service, autocommit=True) as connection:
            yield connection

    return Together(connect)


def terms(tenant: str, *, seconds: float = 20) -> Terms:
    return Terms(tenant, deadline=clock.seconds() + seconds, reads=False)


def at_once(together: Together, *writes: tuple[str, Any]) -> list[BaseException | None]:
    """Writes that come while another is at work, and what each failed with."""
    problems: list[BaseException | None] = [None] * len(writes)

    def write(number: int, tenant: str, event: Any) -> None:
        try:
            together.write(terms(tenant), STATEMENT, ("r", event))
        except BaseException as problem:
            problems[number] = problem

    threads = [Thread(target=write, args=(number, *one)) for number, one in enumerate(writes)]
    with together._turn:
        for number, thread in enumerate(threads, start=1):
            thread.start()
            eventually(lambda count=number: len(together._waiting) == count)
    for thread in threads:
        thread.join()
    return problems


def written(admin: "psycopg.Connection[Any]", *tenants: str) -> list[tuple[str, str, str]]:
    """Tenant, event and transaction of each row."""
    found = "select tenant, event_id, xmin::text from inbox where tenant = any(%s) order by event_id"
    return admin.execute(found, (list(tenants),)).fetchall()


def test_who_is_alone_is_written_when_it_returns(
    probe: Harness, together: Together, admin: "psycopg.Connection[Any]"
) -> None:
    together.write(terms(probe.tenant), STATEMENT, ("r", "one"))
    assert [row[:2] for row in written(admin, probe.tenant)] == [(probe.tenant, "one")]


def test_those_who_waited_are_one_transaction_and_each_its_own_tenants(
    probe: Harness, together: Together, admin: "psycopg.Connection[Any]"
) -> None:
    other = probe.new_tenant()
    assert at_once(together, (probe.tenant, "a"), (other, "b"), (probe.tenant, "c")) == [None, None, None]
    rows = written(admin, probe.tenant, other)
    assert [row[:2] for row in rows] == [(probe.tenant, "a"), (other, "b"), (probe.tenant, "c")]
    assert len({transaction for *_, transaction in rows}) == 1


def test_one_that_fails_does_not_take_the_others_with_it(
    probe: Harness, together: Together, admin: "psycopg.Connection[Any]"
) -> None:
    before, failing, after = at_once(together, (probe.tenant, "a"), (probe.tenant, None), (probe.tenant, "c"))
    assert before is after is None
    assert isinstance(failing, psycopg.errors.NotNullViolation)
    assert [event for _, event, _ in written(admin, probe.tenant)] == ["a", "c"]


def test_who_has_no_time_left_is_not_written_and_the_others_are(
    probe: Harness, together: Together, admin: "psycopg.Connection[Any]"
) -> None:
    with pytest.raises(DeadlinePassed):
        together.write(terms(probe.tenant, seconds=-1), STATEMENT, ("r", "late"))
    with together._turn, pytest.raises(DeadlinePassed):
        together.write(terms(probe.tenant, seconds=0.05), STATEMENT, ("r", "too slow"))
    together.write(terms(probe.tenant), STATEMENT, ("r", "next"))
    assert [event for _, event, _ in written(admin, probe.tenant)] == ["next"]


def test_who_is_taken_along_by_one_that_dies_writes_for_itself(
    probe: Harness, probe_house: House, admin: "psycopg.Connection[Any]"
) -> None:
    alive = iter((False, True))

    @contextmanager
    def connect() -> Iterator[Connection]:
        if not next(alive):
            raise SystemExit  # as a worker that is killed: no failure of what is written
        with Connection.connect(probe_house.urls.service, autocommit=True) as connection:
            yield connection

    died = [isinstance(one, SystemExit) for one in at_once(Together(connect), (probe.tenant, "a"), (probe.tenant, "b"))]
    assert sorted(died) == [False, True]
    assert [event for _, event, _ in written(admin, probe.tenant)] == [["a", "b"][died.index(False)]]


def test_a_server_that_is_away_is_everybodys_trouble_once(probe: Harness) -> None:
    tried: list[str] = []

    @contextmanager
    def away() -> Iterator[Connection]:
        tried.append("once")
        raise psycopg.OperationalError("away")
        yield

    problems = at_once(Together(away), (probe.tenant, "a"), (probe.tenant, "b"))
    assert all(isinstance(problem, psycopg.OperationalError) for problem in problems)
    assert tried == ["once"]
