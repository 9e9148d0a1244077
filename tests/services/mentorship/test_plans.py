"""How the database finds the mentors that a small municipality lists, beside a large one."""

from collections.abc import Callable

import psycopg
import pytest

from services.kernel.contracts import Page
from services.kernel.testing import Harness
from services.mentorship.mentors.queries import MENTORS
from tests.conftest import Urls
from tests.plans import plans_of, reader_of
from tests.services.mentorship.conftest import approve_home, register

_MORE = """
    insert into home (id, approval_id, decided_on, protected_identity)
    select 'home-' || number, 'approval-' || number, '2026-05-01', false from generate_series(1, 40000) number;
    insert into mentor (id, home_id, capacity, paused, version, changed_at)
    select 'mentor-' || number, 'home-' || number, 2, false, 1, now() from generate_series(1, 40000) number"""


@pytest.fixture
def reader(mentorship: Harness, database_of: Callable[[str], Urls]) -> psycopg.Connection:
    """A connection to the database of a municipality with one mentor, beside one with 40,000."""
    register(mentorship, approve_home(mentorship))
    urls = database_of("mentorship")
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (mentorship.new_tenant(),))
        connection.execute(_MORE)
        connection.execute("vacuum analyze home, mentor")
    return reader_of(urls, mentorship.tenant)


@pytest.mark.parametrize("number", [1, 3])
def test_mentors_are_listed_and_counted_without_reading_those_of_others(
    mentorship: Harness, reader: psycopg.Connection, number: int
) -> None:
    with reader:
        plans = plans_of(reader, MENTORS, Page(number=number), {}, tenant=mentorship.tenant)
    assert plans
    for plan in plans:
        assert "on mentor" in plan
        assert "Seq Scan on mentor" not in plan
