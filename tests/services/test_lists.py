"""Every list takes every filter that its contract declares, alone and together, and has the one frame of lists."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from services.kernel.basics.ids import new_id
from services.kernel.contracts import Operation
from services.kernel.process.service import Service
from services.kernel.testing import Harness
from tests.contract.house import SERVICES, choices

#: Those below another thing (`/pay-runs/<pay_run_id>/lines`) have no filters, and tests of their own.
LISTS = [
    (service, operation)
    for service in SERVICES.values()
    for operation in service.operations().values()
    if operation.paged and "/<" not in operation.route
]
#: A value for each filter whose values are endless.
VALUES = {
    **{name: new_id() for name in ("home_id", "placement_request_id", "placement_id")},
    "month": "2026-06",
    "quarter": "2026-Q3",
    "year": "2026",
    "age": "7",
    "children": "1",
    "latitude": "59.27",
    "longitude": "15.21",
    "expiring_before": "2026-06-01",
}


def queries(operation: Operation) -> Iterator[dict[str, str]]:
    """Each combination of the filters, with each value of each."""
    declared = operation.query().fields if operation.query else {}
    each: list[list[dict[str, str]]] = [
        [{}, *({name: value} for value in choices(field) or [VALUES[name]])] for name, field in declared.items()
    ]
    for some in product(*each):
        yield {name: value for one in some for name, value in one.items()}


@pytest.mark.parametrize(("service", "operation"), LISTS, ids=lambda value: getattr(value, "name", ""))
class TestLists:
    def test_every_filter_is_known_with_every_other(
        self, harness_of: Callable[[type[Service]], Harness], service: type[Service], operation: Operation
    ) -> None:
        harness = harness_of(service)
        for role, query in product(sorted(operation.roles), queries(operation)):
            for page in ("1", "2"):
                body: Any = harness.do(operation.name, query=query, page={"page": page}, roles=[role])
                assert body == {"items": [], "page": int(page), "limit": 20, "total": 0, "total_is_exact": True}

    def test_no_page_begins_beyond_what_is_counted(
        self, harness_of: Callable[[type[Service]], Harness], service: type[Service], operation: Operation
    ) -> None:
        code = harness_of(service).code(operation.name, page={"page": "501"})
        assert code == (422, "page_too_far")


def test_a_filter_without_a_value_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = next(operation for _, operation in LISTS if operation.name == "list_placements")
    assert {"home_id"} in [set(query) for query in queries(declared)]
    monkeypatch.delitem(VALUES, "home_id")
    with pytest.raises(KeyError):
        list(queries(declared))
