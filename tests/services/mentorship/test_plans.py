"""How the database finds what a small municipality lists, or invites, beside a large one."""

from collections.abc import Callable
from datetime import date

import psycopg
import pytest

from services.kernel.contracts import Page
from services.kernel.rows.tables import DIALECT
from services.kernel.testing import Harness
from services.kernel.work import counts
from services.kernel.work.counts import Days
from services.mentorship.across import accepted_in
from services.mentorship.deadlines import UNAPPROVED
from services.mentorship.gatherings.inviting import AT_ONCE
from services.mentorship.homes.model import Approval
from services.mentorship.mentors.queries import MENTORS
from tests.conftest import Urls
from tests.plans import plan_of, plans_of, reader_of, written
from tests.services.mentorship.conftest import approve_home, register

_MORE = """
    insert into home (id, approval_id, decided_on, protected_identity)
    select 'home-' || number, 'approval-' || number, '2026-05-01', false from generate_series(1, 40000) number;
    insert into approval (id, home_id, assignments, age_from, age_to, places, decided_on, valid_until, holds)
    select 'approval-' || number, 'home-' || number, '{family_home}', 0, 12, 2, '2026-05-01', '2029-05-01', true
        from generate_series(1, 40000) number;
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
        connection.execute("vacuum analyze home, approval, mentor")
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


def test_the_homes_of_a_step_are_invited_without_reading_the_approvals_of_all(reader: psycopg.Connection) -> None:
    some = Approval.home_id.in_([f"home-{number}" for number in range(AT_ONCE)])
    lost = Approval.lost_on(date(2026, 6, 1), some).compile(dialect=DIALECT, compile_kwargs={"literal_binds": True})
    with reader:
        plan = plan_of(reader, str(lost))
    assert "on approval" in plan
    assert "Seq Scan" not in plan


def test_the_overview_reads_no_more_mentorships_than_were_answered_in_the_period(reader: psycopg.Connection) -> None:
    a_month = Days(date(2026, 5, 1), date(2026, 5, 31))
    with reader:
        reader.execute("set enable_seqscan = off")  # of few rows it would read all
        plan = plan_of(reader, written(accepted_in(a_month)))
    assert "ix_mentorship_tenant_answered_at" in plan


def test_mentorships_of_homes_that_are_none_any_more_are_counted_without_reading_a_home(
    reader: psycopg.Connection,
) -> None:
    with reader:
        reader.execute("set enable_seqscan = off")  # of few rows it would read all
        plan = plan_of(reader, written(counts.number(UNAPPROVED.rows)))
    assert "ix_mentorship_unapproved" in plan
    assert " on home" not in plan
