"""How the database finds what is shown of an application, in a municipality where many have applied with one number."""

from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.orm import InstrumentedAttribute

from services.intake.model import Application
from services.kernel.rows.tables import DIALECT
from services.kernel.testing import Harness
from tests.conftest import Urls
from tests.plans import plan_of, reader_of
from tests.services.intake.conftest import ANNA
from tests.services.intake.test_known_homes import apply

_MORE = """insert into {table} (tenant, id, {columns})
    select tenant, id || '-' || number, {values} from {table}, generate_series(1, 3000) number"""
APPLICATION = (
    "home_id, reference, kind, status, received_at, contact_by, changed_at, details, assignments, version, "
    "protected_identity, has_attachments"
)


@pytest.fixture
def reader(intake: Harness, database_of: Callable[[str], Urls]) -> psycopg.Connection:
    """A connection to the database of a municipality with 3,001 applications of one adult."""
    apply(intake, ANNA)
    urls = database_of("intake")
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (intake.tenant,))
        values = APPLICATION.replace("reference", "reference || number")
        connection.execute(_MORE.format(table="application", columns=APPLICATION, values=values))
        connection.execute(
            _MORE.format(
                table="applicant", columns="application_id, lookup", values="application_id || '-' || number, lookup"
            )
        )
        connection.execute("analyze application, applicant, protected_person")
    return reader_of(urls, intake.tenant)


@pytest.mark.parametrize("known", [Application.is_repeated, Application.names_protected])
def test_what_is_known_of_its_adults_is_looked_up_and_not_searched(
    reader: psycopg.Connection, known: InstrumentedAttribute[bool]
) -> None:
    twenty = sqlalchemy.select(Application.id, known).order_by(Application.contact_by, Application.id).limit(20)
    statement = str(twenty.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))
    with reader:
        plan = plan_of(reader, statement)
    assert "using ix_applicant_tenant_application_id" in plan
    assert "Seq Scan on applicant" not in plan
