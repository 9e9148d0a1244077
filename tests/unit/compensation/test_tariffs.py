"""A tariff gives the amounts that SKR printed."""

from decimal import Decimal

import pytest

from services.compensation.tariffs.levels import AgeBand
from services.compensation.tariffs.recommended import figures_of
from services.compensation.tariffs.tariff import Tariff, band_of, level_of
from services.compensation.tariffs.unpayable import LevelNotInTariff, Unpayable
from services.kernel.basics.money import whole_kronor
from tests.unit.compensation.factories import make_tariff, make_tariff_body


def monthly(tariff: Tariff, band: AgeBand, level: str) -> Decimal:
    levels = band_of(tariff.family_home.cost_percent, band, "cost")
    return tariff.monthly(level_of(levels, level, "cost"))


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
        tariff = make_tariff(price_base_amount=price_base_amount)
        assert monthly(tariff, AgeBand.UP_TO_12, "base") == younger_base
        assert monthly(tariff, AgeBand.UP_TO_12, "full") == younger_full
        assert monthly(tariff, AgeBand.FROM_13, "base") == older_base
        assert monthly(tariff, AgeBand.FROM_13, "full") == older_full

    @pytest.mark.parametrize(("percent", "amount"), [("25", 1194), ("50", 2388), ("10", 478), ("40", 1910)])
    def test_of_2024_a_readiness_and_a_contact_persons_amounts_are_those_that_were_printed(
        self, percent: str, amount: int
    ) -> None:
        assert make_tariff().monthly(Decimal(percent)) == amount

    def test_the_fees_of_2024_are_those_that_were_printed_for_2023_raised_by_1_6_per_cent(self) -> None:
        prefix = "family_home.fee."
        fees = {
            year: {one.field: Decimal(str(one.value)) for one in figures_of(year) if one.field.startswith(prefix)}
            for year in (2023, 2024)
        }
        assert (fees[2023][f"{prefix}base"], fees[2024][f"{prefix}base"]) == (11237, 11417)  # 11 416.79
        assert {name: whole_kronor(fee * Decimal("1.016")) for name, fee in fees[2023].items()} == fees[2024]

    def test_a_percentage_may_have_decimals(self) -> None:
        # 1.125 x 57300 / 12 = 5371.875
        assert make_tariff().monthly(Decimal("112.5")) == 5372


class TestLevels:
    def test_a_level_that_the_tariff_lacks_is_named_and_never_the_base(self) -> None:
        tariff = make_tariff(fee={"base": "11417.00"})
        with pytest.raises(LevelNotInTariff, match="raised_2"):
            level_of(tariff.family_home.fee, "raised_2", "fee")

    def test_what_can_not_be_paid_has_the_code_of_its_name(self) -> None:
        assert LevelNotInTariff.code() == "level_not_in_tariff"
        assert issubclass(LevelNotInTariff, Unpayable)


class TestFromBody:
    def test_every_part_but_the_family_homes_may_be_absent(self) -> None:
        tariff = Tariff.from_body(2024, make_tariff_body())
        assert (tariff.adult_home, tariff.contact_family, tariff.mentor, tariff.holiday_pay_percent) == (None,) * 4
        assert tariff.family_home.fee["base"] == Decimal(11417)

    def test_what_is_there_is_read_as_exact_numbers(self) -> None:
        tariff = make_tariff()
        assert tariff.contact_person is not None
        assert tariff.contact_person.fee_percent["3"] == (Decimal(30), Decimal(55))
        assert tariff.holiday_pay_percent == Decimal(12)
