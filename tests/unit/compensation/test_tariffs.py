"""A tariff gives the amounts that SKR printed, and says all that is wrong with it at once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.compensation.tariffs import (
    AgeBand,
    BirthdayRule,
    CostLevel,
    FeeLevel,
    InvalidTariff,
    LevelNotInTariff,
    NoBandForAge,
    PartMonth,
    Tariff,
    Unpayable,
    age_band,
)
from tests.unit.compensation.factories import make_tariff_body


def problems_of(body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidTariff) as refused:
        Tariff.from_body(body)
    return {problem["pointer"]: problem["detail"] for problem in refused.value.problems}


class TestMonthlyFee:
    @pytest.mark.parametrize(
        ("level", "fee"),
        [
            (FeeLevel.BASE, "11417.00"),
            (FeeLevel.RAISED_1, "13342.00"),
            (FeeLevel.RAISED_2, "15281.00"),
            (FeeLevel.RAISED_3, "17531.00"),
        ],
    )
    def test_each_level_pays_what_the_tariff_says(self, level: FeeLevel, fee: str) -> None:
        assert Tariff.from_body(make_tariff_body()).monthly_fee(level) == Decimal(fee)

    def test_a_level_that_the_tariff_lacks_is_a_fault_and_never_the_base(self) -> None:
        body = make_tariff_body()
        del body["family_home"]["fee"]["raised_2"]
        with pytest.raises(LevelNotInTariff, match="raised_2"):
            Tariff.from_body(body).monthly_fee(FeeLevel.RAISED_2)


class TestMonthlyCost:
    @pytest.mark.parametrize(
        ("price_base_amount", "younger_base", "younger_full", "older_base", "older_full"),
        [
            ("47600", 4363, 6148, 4958, 6942),  # 2021, as SKR printed them
            ("52500", 4813, 6781, 5469, 7656),  # 2023: 4812.50, 6781.25, 5468.75, 7656.25
            ("57300", 5253, 7401, 5969, 8356),  # 2024: 5252.50, 7401.25, 5968.75, 8356.25
            ("58800", 5390, 7595, 6125, 8575),  # 2025, without a remainder
            ("59200", 5427, 7647, 6167, 8633),  # 2026: 5426.67, 7646.67, 6166.67, 8633.33
        ],
    )
    def test_the_per_cent_of_the_price_base_amount_over_twelve_rounded_to_whole_kronor(
        self, price_base_amount: str, younger_base: int, younger_full: int, older_base: int, older_full: int
    ) -> None:
        tariff = Tariff.from_body(make_tariff_body(price_base_amount=price_base_amount))
        assert tariff.monthly_cost(AgeBand.UP_TO_12, CostLevel.BASE) == younger_base
        assert tariff.monthly_cost(AgeBand.UP_TO_12, CostLevel.FULL) == younger_full
        assert tariff.monthly_cost(AgeBand.FROM_13, CostLevel.BASE) == older_base
        assert tariff.monthly_cost(AgeBand.FROM_13, CostLevel.FULL) == older_full

    def test_a_percentage_may_have_decimals(self) -> None:
        body = make_tariff_body()
        body["family_home"]["cost_percent"]["0-12"]["base"] = "112.5"
        # 1.125 x 57300 / 12 = 5371.875
        assert Tariff.from_body(body).monthly_cost(AgeBand.UP_TO_12, CostLevel.BASE) == 5372

    def test_a_level_that_the_tariff_lacks_is_a_fault(self) -> None:
        body = make_tariff_body()
        del body["family_home"]["cost_percent"]["13-19"]["full"]
        tariff = Tariff.from_body(body)
        assert tariff.monthly_cost(AgeBand.UP_TO_12, CostLevel.FULL) == 7401
        with pytest.raises(LevelNotInTariff, match="13-19"):
            tariff.monthly_cost(AgeBand.FROM_13, CostLevel.FULL)


class TestAgeBand:
    @pytest.mark.parametrize(
        ("age", "band"),
        [(0, AgeBand.UP_TO_12), (12, AgeBand.UP_TO_12), (13, AgeBand.FROM_13), (19, AgeBand.FROM_13)],
    )
    def test_the_band_changes_at_thirteen(self, age: int, band: AgeBand) -> None:
        assert age_band(age) is band

    @pytest.mark.parametrize("age", [20, 21, 135])
    def test_from_twenty_on_there_is_no_band(self, age: int) -> None:
        with pytest.raises(NoBandForAge, match=str(age)):
            age_band(age)

    def test_nobody_has_a_negative_age(self) -> None:
        with pytest.raises(ValueError, match="before being born"):
            age_band(-1)


class TestReasonCodes:
    def test_what_can_not_be_paid_has_the_code_of_its_name(self) -> None:
        assert LevelNotInTariff.code() == "level_not_in_tariff"
        assert NoBandForAge.code() == "no_band_for_age"

    def test_both_are_reasons_to_hold_a_line(self) -> None:
        assert issubclass(LevelNotInTariff, Unpayable)
        assert issubclass(NoBandForAge, Unpayable)


class TestFromBody:
    def test_a_whole_body_is_read(self) -> None:
        tariff = Tariff.from_body(make_tariff_body(part_month="thirtieths", birthday_rule="next_month"))
        assert tariff.price_base_amount == Decimal(57300)
        assert tariff.source == "SKR 2024"
        assert tariff.adopted_on == date(2023, 12, 12)
        assert tariff.part_month is PartMonth.THIRTIETHS
        assert tariff.birthday_rule is BirthdayRule.NEXT_MONTH
        assert tariff.arrival_day_counts is True
        assert tariff.departure_day_counts is True

    def test_only_the_base_of_a_fee_and_of_each_band_is_obligatory(self) -> None:
        tariff = Tariff.from_body(
            make_tariff_body(
                family_home={
                    "fee": {"base": "11417.00"},
                    "cost_percent": {"0-12": {"base": "110"}, "13-19": {"base": "125"}},
                }
            )
        )
        assert tariff.monthly_fee(FeeLevel.BASE) == Decimal(11417)

    def test_loaded_decimals_and_dates_are_read_like_text(self) -> None:
        loaded = make_tariff_body(price_base_amount=Decimal("57300.00"), adopted_on=date(2023, 12, 12))
        assert Tariff.from_body(loaded) == Tariff.from_body(make_tariff_body())

    def test_parts_for_other_assignments_are_left_alone(self) -> None:
        assert Tariff.from_body(make_tariff_body(contact_family={"day": {}})) == Tariff.from_body(make_tariff_body())

    def test_a_tariff_can_not_be_changed_after_it_was_read(self) -> None:
        body = make_tariff_body()
        tariff = Tariff.from_body(body)
        body["family_home"]["fee"]["base"] = "1.00"
        assert tariff.monthly_fee(FeeLevel.BASE) == Decimal(11417)
        with pytest.raises(TypeError):
            tariff.family_home.fee[FeeLevel.BASE] = Decimal(1)  # type: ignore[index]

    def test_an_empty_body_names_every_missing_field(self) -> None:
        assert set(problems_of({})) == {
            "/price_base_amount",
            "/source",
            "/adopted_on",
            "/family_home/fee/base",
            "/family_home/cost_percent/0-12/base",
            "/family_home/cost_percent/13-19/base",
            "/part_month",
            "/arrival_day_counts",
            "/departure_day_counts",
            "/birthday_rule",
        }

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("price_base_amount", 57300.0),
            ("price_base_amount", 57300),
            ("price_base_amount", "57 300"),
            ("price_base_amount", "57300.005"),
            ("price_base_amount", Decimal("57300.005")),
            ("price_base_amount", Decimal("NaN")),
            ("price_base_amount", "0"),
            ("price_base_amount", "-57300"),
            ("source", " "),
            ("adopted_on", "12 December 2023"),
            ("adopted_on", 20231212),
            ("part_month", "weeks"),
            ("part_month", ["calendar_days"]),
            ("arrival_day_counts", "true"),
            ("departure_day_counts", 1),
            ("birthday_rule", None),
        ],
    )
    def test_a_field_that_makes_no_sense_is_named(self, field: str, value: Any) -> None:
        assert set(problems_of(make_tariff_body(**{field: value}))) == {f"/{field}"}

    def test_a_level_that_nobody_knows_is_named(self) -> None:
        body = make_tariff_body()
        body["family_home"]["fee"]["raised_9"] = "99999.00"
        body["family_home"]["cost_percent"]["13-19"]["extra"] = "180"
        body["family_home"]["cost_percent"]["20-25"] = {"base": "130"}
        assert set(problems_of(body)) == {
            "/family_home/fee/raised_9",
            "/family_home/cost_percent/13-19/extra",
            "/family_home/cost_percent/20-25",
        }

    def test_a_negative_fee_is_named(self) -> None:
        body = make_tariff_body()
        body["family_home"]["fee"]["raised_1"] = "-1.00"
        assert problems_of(body) == {"/family_home/fee/raised_1": "must not be negative"}

    def test_a_part_that_is_no_object_is_named_by_its_missing_fields(self) -> None:
        assert "/family_home/fee/base" in problems_of(make_tariff_body(family_home="as last year"))
