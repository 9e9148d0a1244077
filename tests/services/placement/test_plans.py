"""How the database finds the homes that a small municipality lists, beside a large one."""

import re
from collections.abc import Callable
from datetime import date

import psycopg
import pytest
from sqlalchemy import ColumnElement, select

from services.kernel.contracts import Page
from services.kernel.testing import Harness
from services.kernel.work import counts
from services.kernel.work.counts import Dated, Days
from services.placement.across import INQUIRY_ANSWER, QUEUES
from services.placement.clocks.queries import UNEXECUTED, VISITS
from services.placement.homes.queries import HOMES
from services.placement.placements.model import Placement
from services.placement.visits.silent import is_silent
from tests.conftest import Urls
from tests.plans import plan_of, plans_of, reader_of, written
from tests.services.placement.conftest import Desk

MAY = Days(date(2026, 5, 1), date(2026, 5, 31))
_MORE = """insert into home (id, languages, protected_identity, version, changed_at)
    select 'home-' || number, '{sv}', false, 1, now() from generate_series(1, 20000) number"""


@pytest.fixture
def reader(placement: Harness, desk: Desk, database_of: Callable[[str], Urls]) -> psycopg.Connection:
    """A connection to the database of a municipality with one home, beside one with 20,000."""
    desk.home()
    urls = database_of("placement")
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (placement.new_tenant(),))
        connection.execute(_MORE)
        connection.execute("vacuum analyze home")
    return reader_of(urls, placement.tenant)


@pytest.mark.parametrize(("kind", "table"), [(INQUIRY_ANSWER, "inquiry"), (VISITS, "visit")])
def test_what_is_only_shown_of_a_deadline_is_not_read_by_whoever_counts(
    reader: psycopg.Connection, kind: Dated, table: str
) -> None:
    with reader:
        plan = plan_of(reader, written(counts.number(kind.rows)))
    assert f" on {table} " in plan
    assert not re.search(r" on (home|placement|placement_request) ", plan)


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (MAY.hold(Placement.ends_on), "ix_placement_tenant_ends_on"),
        (is_silent(MAY.first, MAY.last)[0], "ix_placement_supports"),
    ],
)
def test_those_stays_are_read_that_are_asked_for(
    reader: psycopg.Connection, which: ColumnElement[bool], index: str
) -> None:
    with reader:
        reader.execute("set enable_seqscan = off")  # of few rows it would read all
        plan = plan_of(reader, written(select(Placement.home_id).where(which)))
    assert index in plan


def test_decisions_that_are_not_carried_out_are_found_in_the_order_of_their_days(reader: psycopg.Connection) -> None:
    twenty = UNEXECUTED.rows.order_by(UNEXECUTED.due, UNEXECUTED.order).limit(20)
    with reader:
        reader.execute("set enable_seqscan = off; set enable_sort = off")  # few rows it would read, and sort
        plan = plan_of(reader, written(twenty))
    assert "ix_placement_request_tenant_execution_due_on_id" in plan
    assert "Sort" not in plan


def test_needs_that_wait_for_a_home_are_counted_in_an_index_of_their_own(reader: psycopg.Connection) -> None:
    (needs,) = (one for one in QUEUES if one.kind == "placement_request")
    with reader:
        reader.execute("set enable_seqscan = off; set enable_sort = off")  # few rows it would read, and sort
        plan = plan_of(reader, written(counts.waits(needs.rows)))
    assert "ix_placement_request_open" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("number", [1, 3])
def test_homes_are_listed_and_counted_without_reading_those_of_others(
    placement: Harness, reader: psycopg.Connection, number: int
) -> None:
    with reader:
        plans = plans_of(reader, HOMES, Page(number=number), {"approved": True}, tenant=placement.tenant)
    assert plans
    for plan in plans:
        assert "on home" in plan
        assert "Seq Scan on home" not in plan
