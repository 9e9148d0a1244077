"""How the database would find what is shown: its plans, asked for as a service's own role."""

from typing import Any

import psycopg
from sqlalchemy import Select

from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.tables import DIALECT
from tests.conftest import Urls


def reader_of(urls: Urls, tenant: str) -> psycopg.Connection:
    """A connection with the service's rights, for the municipality."""
    connection = psycopg.connect(urls.service, autocommit=True)
    connection.execute("select set_config('hemvist.tenant', %s, false)", (tenant,))
    return connection


def written(statement: Select[Any]) -> str:
    """A statement as SQL, its values in it."""
    return str(statement.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))


def plan_of(reader: psycopg.Connection, statement: str, values: dict[str, Any] | None = None) -> str:
    """The plan of a statement."""
    return "\n".join(line for (line,) in reader.execute(f"explain {statement}", values).fetchall())


def plans_of(
    reader: psycopg.Connection, listing: Listing, page: Page, filters: dict[str, Any], *, tenant: str
) -> list[str]:
    """The plans of what a list asks, when it finds nothing: for the rows, and for how many there are."""
    plans: list[str] = []

    def explained(statement: str, values: dict[str, Any]) -> list[Any]:
        plans.append(plan_of(reader, statement, values))
        return [[0]] if plans[1:] else []  # no row, and then that there is none

    listing.page(explained, page, filters, tenant=tenant)
    return plans
