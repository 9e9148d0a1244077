"""How the database finds what the overview counts, and what waits, where a municipality has decided much."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest

from services.investigation.across import QUEUES, of_age, steps
from services.kernel.testing import Harness
from services.kernel.work import counts
from services.kernel.work.counts import Days
from tests.conftest import Urls
from tests.plans import plan_of, reader_of, written

A_MONTH = Days(date(2025, 3, 1), date(2025, 3, 31))
_MORE = """insert into {table} (tenant, id, {columns})
    select tenant, id || '-' || day, {values} from {table}, generate_series(1, 3000) day"""
INVESTIGATION = "home_id, kind, status, assignments, visits, version, changed_at"
APPROVAL = "home_id, assignments, age_from, age_to, places, texts, valid_until, standing, version, changed_at"
DECISION = "outcome, reasons, decided_by, told_on, told_way, told_by"
PROPOSAL = (
    "investigation_id, outcome, assignments, age_from, age_to, places, valid_until, texts, proposed_by, proposed_at"
)


@pytest.fixture
def reader(investigation: Harness, approved: dict[str, Any], database_of: Callable[[str], Urls]) -> psycopg.Connection:
    """A connection to the database of a municipality that has decided on an application, and approved a home, each day
    for eight years."""
    urls = database_of("investigation")
    earlier = "opened_at - day * interval '1 day', decided_at - day * interval '1 day'"
    more = [
        ("investigation", f"opened_at, decided_at, {INVESTIGATION}", f"{earlier}, {INVESTIGATION}"),
        ("proposal", f"number, {PROPOSAL}", f"number + day, {PROPOSAL}"),
        (
            "decision",
            f"proposal_id, decided_at, {DECISION}",
            f"proposal_id || '-' || day, decided_at - day * interval '1 day', {DECISION}",
        ),
        (
            "approval",
            f"investigation_id, decided_on, {APPROVAL}",
            f"investigation_id || '-' || day, decided_on - day, {APPROVAL}",
        ),
    ]
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (investigation.tenant,))
        for table, columns, values in more:
            connection.execute(_MORE.format(table=table, columns=columns, values=values))
        connection.execute("analyze investigation, proposal, decision, approval")
    return reader_of(urls, investigation.tenant)


@pytest.mark.parametrize(
    ("step", "index"),
    [
        ("investigation", "ix_investigation_tenant_opened_at_id"),
        ("decision", "ix_investigation_tenant_decided_at"),
        ("approval", "ix_approval_tenant_decided_on"),
    ],
)
def test_the_overview_reads_no_more_than_the_period_that_is_asked_for(
    reader: psycopg.Connection, step: str, index: str
) -> None:
    with reader:
        plan = plan_of(reader, written(steps(A_MONTH)[step]))
    assert index in plan
    assert "Seq Scan" not in plan


def test_refusals_that_are_still_to_be_told_are_found_without_reading_every_decision(
    reader: psycopg.Connection,
) -> None:
    (to_tell,) = (one for one in QUEUES if one.kind == "refusal_to_tell")
    with reader:
        plan = plan_of(reader, written(counts.waits(to_tell.rows)))
    assert "ix_decision_to_tell" in plan
    assert "Seq Scan on decision" not in plan


def test_children_who_come_of_age_are_counted_home_by_home_and_not_by_all_approvals(reader: psycopg.Connection) -> None:
    with reader:
        reader.execute("set enable_seqscan = off")  # of few homes it would read all
        plan = plan_of(reader, written(counts.number(of_age(A_MONTH.last).rows)))
    assert "ix_home_of_age" in plan
    assert "using ix_approval_tenant_home_id" in plan
