"""How the database finds what is shown of an application, in a municipality where many have applied with one number."""

from collections.abc import Callable
from datetime import date

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.orm import InstrumentedAttribute

from services.intake.across import QUEUES, steps
from services.intake.model import Application
from services.kernel.testing import Harness
from services.kernel.work import counts
from services.kernel.work.counts import Days
from tests.conftest import Urls
from tests.plans import plan_of, reader_of, written
from tests.services.intake.conftest import ANNA
from tests.services.intake.test_known_homes import apply

_MORE = """insert into {table} (tenant, id, {columns})
    select tenant, id || '-' || number, {values} from {table}, generate_series(1, 3000) number"""
APPLICATION = (
    "home_id, reference, kind, status, received_at, reached_at, qualified_at, contact_by, changed_at, details, "
    "assignments, version, protected_identity, has_attachments"
)
A_DAY_EACH = "received_at - number * interval '1 day'"


@pytest.fixture
def reader(intake: Harness, database_of: Callable[[str], Urls]) -> psycopg.Connection:
    """A connection to the database of a municipality with 3,001 applications of one adult, one a day, each reached and
    qualified at once."""
    apply(intake, ANNA)
    urls = database_of("intake")
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (intake.tenant,))
        values = APPLICATION.replace("reference", "reference || number").replace(
            "received_at, reached_at, qualified_at", ", ".join([A_DAY_EACH] * 3)
        )
        connection.execute(_MORE.format(table="application", columns=APPLICATION, values=values))
        connection.execute(
            _MORE.format(
                table="applicant", columns="application_id, lookup", values="application_id || '-' || number, lookup"
            )
        )
        connection.execute("vacuum analyze application, applicant, protected_person")
    return reader_of(urls, intake.tenant)


@pytest.mark.parametrize("known", [Application.is_repeated, Application.names_protected])
def test_what_is_known_of_its_adults_is_looked_up_and_not_searched(
    reader: psycopg.Connection, known: InstrumentedAttribute[bool]
) -> None:
    twenty = sqlalchemy.select(Application.id, known).order_by(Application.contact_by, Application.id).limit(20)
    with reader:
        plan = plan_of(reader, written(twenty))
    assert "using ix_applicant_tenant_application_id" in plan
    assert "Seq Scan on applicant" not in plan


@pytest.mark.parametrize(
    ("step", "instant"), [("interest", "received_at"), ("contact", "reached_at"), ("qualified", "qualified_at")]
)
def test_the_overview_reads_no_more_than_the_period_that_is_asked_for(
    reader: psycopg.Connection, step: str, instant: str
) -> None:
    a_month = Days(date(2025, 3, 1), date(2025, 3, 31))
    with reader:
        plan = plan_of(reader, written(steps(a_month)[step]))
    assert f"ix_application_tenant_{instant}" in plan
    assert "contact_attempt" not in plan


def test_interests_that_nobody_has_answered_are_counted_in_an_index_of_their_own(reader: psycopg.Connection) -> None:
    (unanswered,) = (one for one in QUEUES if one.kind == "application")
    with reader:
        plan = plan_of(reader, written(counts.waits(unanswered.rows)))
    assert "ix_application_unanswered" in plan
    assert "Sort" not in plan
