"""The contract's examples are what they are examples of, and every operation has a route."""

from typing import Any

import pytest

from gateway.routes.compensation import ROUTES
from services.compensation import contract
from services.compensation.contract import WrittenMonth
from services.compensation.service import Compensation
from services.kernel.contracts import Operation, dump, load
from services.kernel.days import month_of
from services.kernel.errors import InvalidInput
from tests.unit.compensation.factories import make_tariff_body

OPERATIONS = list(Compensation.operations().values())


class TestExamples:
    @pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
    def test_every_example_fits_its_schema(self, operation: Operation) -> None:
        for schema in (operation.body, operation.answer):
            if schema is not None:
                loaded = load(schema, schema.example)
                if schema is not contract.ComputePayRun:
                    assert dump(schema, loaded) == schema.example

    def test_an_example_of_a_tariff_names_every_field(self) -> None:
        assert contract.SetTariff.example.keys() == make_tariff_body().keys()


class TestRoutes:
    def test_every_operation_has_one_route_and_every_route_an_operation(self) -> None:
        assert sorted(route.operation.name for route in ROUTES) == sorted(Compensation.operations())
        assert {route.service for route in ROUTES} == {Compensation.name}


class TestWrittenMonth:
    def test_a_month_is_read(self) -> None:
        assert WrittenMonth().deserialize("2026-06") == month_of("2026-06")

    @pytest.mark.parametrize(
        "wrong",
        [
            "2026-13",
            "2026-00",
            "2026-6",
            "26-06",
            "2026-06-01",
            "2026-06\n",
            "1999-12",
            "2100-01",
            "",
            202606,
            None,
            [],
        ],
    )
    def test_anything_else_is_pointed_at(self, wrong: Any) -> None:
        with pytest.raises(InvalidInput) as refused:
            load(contract.ComputePayRun, {"month": wrong})
        assert [problem["pointer"] for problem in refused.value.errors] == ["/month"]
