"""Every list finds its rows by an index, by whichever two filters it is narrowed: it reads as many as it shows, however
many the municipality has."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from services.kernel.contracts import Operation, Page
from services.kernel.process.service import Service
from services.kernel.rows.listing import Fetch, Listing
from services.kernel.testing import Harness
from tests.conftest import Urls
from tests.plans import plans_of, reader_of
from tests.services.test_lists import LISTS, queries

#: Filters that leave so few rows that what is left is looked through, each with the reason.
FEW = {
    ("list_agreements", "home_id"): "a home has some agreements",
    ("list_informal_stays", "goes_on", "outcome"): "what goes on has no outcome",
    ("list_inquiries", "placement_request_id"): "some homes are asked for a child",
    ("list_placements", "placement_request_id"): "a child is placed a few times",
    ("list_visits", "placement_id"): "a contact family is visited some times a month",
}
#: Without these the database has no way but an index, where there is one.
OTHERWISE = ("seqscan", "bitmapscan", "sort", "incremental_sort")


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Listing, dict[str, Any], dict[str, Any]]]:
    """What was listed: by what it was narrowed, and what else its conditions hold."""
    found: list[tuple[Listing, dict[str, Any], dict[str, Any]]] = []
    page = Listing.page

    def noted(self: Listing, fetch: Fetch, of: Page, given: dict[str, Any], *, tenant: str, **values: Any) -> Any:
        found.append((self, given, values))
        return page(self, fetch, of, given, tenant=tenant, **values)

    monkeypatch.setattr(Listing, "page", noted)
    return found


def looked_through(
    harness: Harness, reader: "psycopg.Connection[Any]", operation: Operation, listed: list[Any]
) -> Iterator[str]:
    """By what a list is narrowed where no index has it all, or not in the list's order."""
    for query in queries(operation):
        if len(query) > 2 or any(name == operation.name and {*some} <= {*query} for name, *some in FEW):
            continue
        listed.clear()
        harness.do(operation.name, query=query, roles=[min(operation.roles - {"home"})])
        for listing, given, values in list(listed):
            somebodys = {name: value or ["somebody"] for name, value in values.items()}
            plan = plans_of(reader, listing, Page(number=2), given, tenant=harness.tenant, **somebodys)[-1]
            filtered = re.findall(r"^ *(?:Join )?Filter: (.*)", plan, re.MULTILINE)
            if "Sort" in plan or any(re.search(rf"\b{name}\b", one) for name in query for one in filtered):
                yield f"{operation.name} {query}:\n{plan}"


@pytest.mark.parametrize(
    ("service", "operation"),
    [(service, operation) for service, operation in LISTS if operation.roles != {"home"}],
    ids=lambda value: getattr(value, "name", ""),
)
def test_by_whatever_two_filters_a_list_is_narrowed_an_index_has_its_rows_in_their_order(
    harness_of: Callable[[type[Service]], Harness],
    database_of: Callable[[str], Urls],
    service: type[Service],
    operation: Operation,
    listed: list[Any],
) -> None:
    harness = harness_of(service)
    with reader_of(database_of(service.name), harness.tenant) as reader:
        for one in OTHERWISE:
            reader.execute(f"set enable_{one} = off")
        assert list(looked_through(harness, reader, operation, listed)) == []


def test_a_filter_without_an_index_would_be_seen(
    harness_of: Callable[[type[Service]], Harness],
    database_of: Callable[[str], Urls],
    listed: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service, operation = next(one for one in LISTS if one[1].name == "list_visits")
    monkeypatch.delitem(FEW, ("list_visits", "placement_id"))
    harness = harness_of(service)
    with reader_of(database_of(service.name), harness.tenant) as reader:
        for one in OTHERWISE:
            reader.execute(f"set enable_{one} = off")
        assert any("placement_id" in one for one in looked_through(harness, reader, operation, listed))
