"""How the database finds the homes that a small municipality lists, beside a large one."""

from collections.abc import Callable

import psycopg
import pytest

from services.kernel.contracts import Page
from services.kernel.testing import Harness
from services.placement.homes.queries import HOMES
from tests.conftest import Urls
from tests.plans import plans_of, reader_of
from tests.services.placement.conftest import Desk

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
