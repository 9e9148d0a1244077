"""The contract's examples are what they are examples of."""

from typing import Any

import pytest

from services.compensation.contract.pay_runs import ComputePayRun, WrittenMonth
from services.compensation.contract.tariffs import SetTariff
from services.kernel.basics.days import month_of
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.schema import load
from tests.unit.compensation.factories import PARTS, make_tariff_body


class TestExamples:
    def test_an_example_of_a_tariff_names_every_field(self) -> None:
        assert SetTariff.example.keys() == SetTariff().fields.keys() - {"reason"}

    def test_the_examples_of_the_parts_are_a_tariff(self) -> None:
        body = make_tariff_body(**PARTS, deduct_child_allowance=False)
        assert load(SetTariff, body) == load(SetTariff, {**SetTariff.example, **{k: body[k] for k in _OWN}})

    @pytest.mark.parametrize("band", [["35", "10"], ["10"], ["10", "35", "40"], ["10", "1001"]])
    def test_a_band_of_a_contact_persons_fee_has_a_lowest_and_a_highest_in_this_order(self, band: list[str]) -> None:
        part = {**PARTS["contact_person"], "fee_percent": {**PARTS["contact_person"]["fee_percent"], "1": band}}
        with pytest.raises(InvalidInput) as refused:
            load(SetTariff, make_tariff_body(contact_person=part))
        assert all(problem["pointer"].startswith("/contact_person/fee_percent/1") for problem in refused.value.errors)


_OWN = ("source", "adopted_on", "price_base_amount")


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
            load(ComputePayRun, {"month": wrong})
        assert [problem["pointer"] for problem in refused.value.errors] == ["/month"]
