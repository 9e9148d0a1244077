"""psycopg under eventlet: other green threads run while one waits for the database."""

import subprocess
import sys

import psycopg
import pytest

from services.kernel.rows.green import Connection
from tests.services.kernel.conftest import ROOT, House

# The answer is larger than any socket's buffer, both ways; another green thread asks and counts meanwhile. Then the one
# waits for a lock that only the other gives back.
_PROGRAM = """
import sys
import eventlet
eventlet.monkey_patch()
import psycopg
from services.kernel.rows.green import Connection

counted, enough = 0, False

def count(other):
    global counted
    while not enough:
        other.execute("select 1")
        counted += 1
    other.execute("select pg_advisory_unlock(7)")

with (
    Connection.connect(sys.argv[1], autocommit=True) as connection,
    Connection.connect(sys.argv[1], autocommit=True) as other,
):
    other.execute("select pg_advisory_lock(7)")
    connection.execute("set lock_timeout = '20s'")
    counting = eventlet.spawn(count, other)
    large = "å" * 8_000_000
    assert connection.execute("select %s::text", (large,)).fetchone() == (large,)
    print("large", counted > 0)
    enough = True
    connection.execute("select pg_advisory_lock(7)")
    counting.wait()
    print("waited")
    with connection.pipeline():
        connection.execute("select set_config('a.b', 'c', true)")
        cursor = connection.execute("select current_setting('a.b')")
    print("pipeline", cursor.fetchone() == ("c",))
    try:
        connection.execute("select pg_terminate_backend(pg_backend_pid())")
    except psycopg.OperationalError:
        print("lost", connection.closed)
"""


@pytest.mark.timeout(60)
def test_a_green_thread_that_waits_for_the_database_lets_the_others_run(probe_house: House) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PROGRAM, probe_house.urls.service],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.stdout.split("\n") == ["large True", "waited", "pipeline True", "lost True", ""], done.stderr


@pytest.mark.timeout(60)
def test_a_refusal_in_front_of_much_that_is_still_to_be_sent_is_said_and_the_connection_goes_on(
    probe_house: House,
) -> None:
    with Connection.connect(probe_house.urls.service, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.DivisionByZero):
            _as_one(connection, ("select 1 / 0", ()), ("select %s::text", ("å" * 8_000_000,)))
        assert connection.execute("select 7").fetchone() == (7,)


def _as_one(connection: Connection, *statements: tuple[str, tuple[str, ...]]) -> None:
    with connection.one_message():
        for statement, values in statements:
            connection.execute(statement, values)
