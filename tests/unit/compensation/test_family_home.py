"""A month's pay, to the öre and to the day. The tariff is that of 2024; the sums in comments were worked out by hand.

A month: fee 11 417, cost reimbursement 5 253 up to 12 years (110 % of 57 300 / 12) and 5 969 from 13 (125 %).
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.compensation.pay.family_home import lines as pay_of
from services.compensation.pay.lines import PayKind, PayLine
from services.compensation.pay.terms import Allowance, AllowanceKind, ExtraCost
from services.compensation.tariffs.levels import CostLevel, FeeLevel, PartMonth
from services.compensation.tariffs.tariff import Tariff
from services.compensation.tariffs.unpayable import LevelNotInTariff, TariffPartMissing
from services.kernel.basics.days import month_of
from tests.unit.compensation.factories import make_placed, make_tariff, make_tariff_body, make_terms


def pay(month: str = "2024-04", *, tariff: Tariff | None = None, **placed: Any) -> list[PayLine]:
    return pay_of(make_placed(**placed), month_of(month), tariff or make_tariff())


def amounts(lines: list[PayLine]) -> list[tuple[str, str]]:
    return [(str(line.kind), str(line.amount)) for line in lines]


def costs(lines: list[PayLine]) -> list[tuple[int, int, str]]:
    """First day, last day and amount of each line of cost reimbursement."""
    return [
        (line.period_from.day, line.period_to.day, str(line.amount))
        for line in lines
        if line.kind is PayKind.COST_REIMBURSEMENT
    ]


def days_paid(lines: list[PayLine]) -> tuple[int, int]:
    return lines[0].period_from.day, lines[0].period_to.day


class TestWholeMonth:
    @pytest.mark.parametrize("method", list(PartMonth))
    @pytest.mark.parametrize("month", ["2024-01", "2024-02", "2024-04", "2025-02"])
    def test_a_whole_month_pays_the_exact_monthly_amounts_by_every_method(self, month: str, method: PartMonth) -> None:
        lines = pay(month, tariff=make_tariff(part_month=method))
        assert amounts(lines) == [("fee", "11417.00"), ("cost_reimbursement", "5253.00")]

    def test_the_fee_is_taxable_and_the_cost_reimbursement_is_not(self) -> None:
        assert [line.taxable for line in pay()] == [True, False]

    def test_the_quantity_is_one_month_of_the_monthly_amount(self) -> None:
        fee, cost = pay()
        assert (fee.quantity, fee.unit_amount) == (Decimal(1), Decimal(11417))
        assert (cost.quantity, cost.unit_amount) == (Decimal(1), Decimal(5253))

    def test_the_period_is_the_month(self) -> None:
        for line in pay():
            assert (line.period_from, line.period_to) == (date(2024, 4, 1), date(2024, 4, 30))

    def test_from_the_first_to_the_last_day_is_a_whole_month(self) -> None:
        lines = pay(starts_on=date(2024, 4, 1), ends_on=date(2024, 4, 30))
        assert amounts(lines) == [("fee", "11417.00"), ("cost_reimbursement", "5253.00")]

    def test_the_agreed_levels_are_paid(self) -> None:
        # 155 % of 57 300 / 12 = 7 401.25, in whole kronor 7 401
        lines = pay(fee_level=FeeLevel.RAISED_3, cost_level=CostLevel.FULL)
        assert amounts(lines) == [("fee", "17531.00"), ("cost_reimbursement", "7401.00")]


class TestPartMonth:
    def test_nineteen_of_thirty_days_of_april_2024_pay_7230_77(self) -> None:
        # 11 417 x 19 / 30 = 7 230.766…; 5 253 x 19 / 30 = 3 326.90
        lines = pay(starts_on=date(2024, 4, 12))
        assert amounts(lines) == [("fee", "7230.77"), ("cost_reimbursement", "3326.90")]

    def test_a_start_and_an_end_in_one_month_pay_the_days_between_both_included(self) -> None:
        # 12 to 20 April, nine days: 11 417 x 9 / 30 = 3 425.10; 5 253 x 9 / 30 = 1 575.90
        lines = pay(starts_on=date(2024, 4, 12), ends_on=date(2024, 4, 20))
        assert amounts(lines) == [("fee", "3425.10"), ("cost_reimbursement", "1575.90")]

    def test_a_start_on_the_last_day_pays_one_day(self) -> None:
        # 11 417 / 30 = 380.566…; 5 253 / 30 = 175.10
        assert amounts(pay(starts_on=date(2024, 4, 30))) == [("fee", "380.57"), ("cost_reimbursement", "175.10")]

    def test_an_end_on_the_first_pays_one_day(self) -> None:
        # May has 31 days: 11 417 / 31 = 368.290…; 5 253 / 31 = 169.451…
        lines = pay("2024-05", ends_on=date(2024, 5, 1))
        assert amounts(lines) == [("fee", "368.29"), ("cost_reimbursement", "169.45")]

    def test_february_has_29_days_in_a_leap_year(self) -> None:
        # 11 417 / 29 = 393.689…; 5 253 / 29 = 181.137…
        lines = pay("2024-02", starts_on=date(2024, 2, 29))
        assert amounts(lines) == [("fee", "393.69"), ("cost_reimbursement", "181.14")]

    def test_february_has_28_days_in_a_common_year(self) -> None:
        # 11 417 / 28 = 407.75; 5 253 / 28 = 187.607…
        lines = pay("2025-02", starts_on=date(2025, 2, 28))
        assert amounts(lines) == [("fee", "407.75"), ("cost_reimbursement", "187.61")]

    def test_half_an_ore_is_rounded_up(self) -> None:
        # 100.05 / 30 = 3.335
        lines = pay(starts_on=date(2024, 4, 30), tariff=make_tariff(fee={"base": "100.05"}))
        assert lines[0].amount == Decimal("3.34")

    def test_the_quantity_is_the_part_of_a_month(self) -> None:
        fee, cost = pay(starts_on=date(2024, 4, 12))
        # 19 / 30 = 0.6333…, the twelfth decimal rounded upwards
        assert fee.quantity == cost.quantity == Decimal("0.633333333334")
        assert (fee.unit_amount, cost.unit_amount) == (Decimal(11417), Decimal(5253))

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"), [(date(2024, 5, 1), None), (date(2023, 6, 1), date(2024, 3, 31))]
    )
    def test_a_month_outside_the_agreement_pays_nothing(self, starts_on: date, ends_on: date | None) -> None:
        assert pay("2024-04", starts_on=starts_on, ends_on=ends_on) == []


class TestThirtieths:
    def test_twenty_days_of_may_are_twenty_thirtieths(self) -> None:
        # 12 to 31 May: 11 417 x 20 / 30 = 7 611.333…; 5 253 x 20 / 30 = 3 502.00
        lines = pay("2024-05", starts_on=date(2024, 5, 12), tariff=make_tariff(part_month="thirtieths"))
        assert amounts(lines) == [("fee", "7611.33"), ("cost_reimbursement", "3502.00")]

    def test_thirty_of_31_days_are_a_whole_month_and_never_more(self) -> None:
        lines = pay("2024-05", starts_on=date(2024, 5, 2), tariff=make_tariff(part_month="thirtieths"))
        assert amounts(lines) == [("fee", "11417.00"), ("cost_reimbursement", "5253.00")]

    def test_27_of_28_days_of_february_are_27_thirtieths(self) -> None:
        # 11 417 x 27 / 30 = 10 275.30; 5 253 x 27 / 30 = 4 727.70
        lines = pay("2025-02", starts_on=date(2025, 2, 2), tariff=make_tariff(part_month="thirtieths"))
        assert amounts(lines) == [("fee", "10275.30"), ("cost_reimbursement", "4727.70")]


class TestDaysOfYear:
    def test_nineteen_days_of_a_common_year_pay_7131_72(self) -> None:
        # 11 417 x 12 / 365 x 19 = 7 131.715…; 5 253 x 12 / 365 x 19 = 3 281.326…
        lines = pay("2025-04", starts_on=date(2025, 4, 12), tariff=make_tariff(part_month="days_of_year"))
        assert amounts(lines) == [("fee", "7131.72"), ("cost_reimbursement", "3281.33")]

    def test_a_leap_year_is_divided_by_365_too(self) -> None:
        # 11 417 x 12 / 365 x 19 = 7 131.715…; 5 253 x 12 / 365 x 19 = 3 281.326…
        lines = pay("2024-04", starts_on=date(2024, 4, 12), tariff=make_tariff(part_month="days_of_year"))
        assert amounts(lines) == [("fee", "7131.72"), ("cost_reimbursement", "3281.33")]


class TestArrivalAndDeparture:
    def test_the_day_of_arrival_may_not_count(self) -> None:
        lines = pay(starts_on=date(2024, 4, 12), tariff=make_tariff(arrival_day_counts=False))
        # 18 days: 11 417 x 18 / 30 = 6 850.20; 5 253 x 18 / 30 = 3 151.80
        assert amounts(lines) == [("fee", "6850.20"), ("cost_reimbursement", "3151.80")]
        assert days_paid(lines) == (13, 30)

    def test_the_day_of_departure_may_not_count(self) -> None:
        lines = pay(ends_on=date(2024, 4, 12), tariff=make_tariff(departure_day_counts=False))
        # 11 days: 11 417 x 11 / 30 = 4 186.233…; 5 253 x 11 / 30 = 1 926.10
        assert amounts(lines) == [("fee", "4186.23"), ("cost_reimbursement", "1926.10")]
        assert days_paid(lines) == (1, 11)

    def test_an_arrival_on_the_last_day_that_does_not_count_pays_nothing_and_the_next_month_whole(self) -> None:
        tariff = make_tariff(arrival_day_counts=False)
        assert pay("2024-04", starts_on=date(2024, 4, 30), tariff=tariff) == []
        assert pay("2024-05", starts_on=date(2024, 4, 30), tariff=tariff)[0].amount == Decimal(11417)

    def test_a_departure_on_the_first_that_does_not_count_pays_nothing(self) -> None:
        assert pay(ends_on=date(2024, 4, 1), tariff=make_tariff(departure_day_counts=False)) == []

    def test_a_departure_on_the_first_leaves_the_month_before_whole(self) -> None:
        lines = pay("2024-03", ends_on=date(2024, 4, 1), tariff=make_tariff(departure_day_counts=False))
        assert lines[0].amount == Decimal(11417)

    @pytest.mark.parametrize(("arrival", "departure"), [(True, True), (True, False), (False, True)])
    def test_who_comes_and_goes_on_one_day_is_paid_one_day_where_either_counts(
        self, arrival: bool, departure: bool
    ) -> None:
        tariff = make_tariff(arrival_day_counts=arrival, departure_day_counts=departure)
        lines = pay(starts_on=date(2024, 4, 12), ends_on=date(2024, 4, 12), tariff=tariff)
        assert amounts(lines) == [("fee", "380.57"), ("cost_reimbursement", "175.10")]

    def test_who_comes_and_goes_on_one_day_is_not_paid_where_neither_counts(self) -> None:
        tariff = make_tariff(arrival_day_counts=False, departure_day_counts=False)
        assert pay(starts_on=date(2024, 4, 12), ends_on=date(2024, 4, 12), tariff=tariff) == []

    def test_one_day_that_counts_as_both_pays_one_day(self) -> None:
        lines = pay(starts_on=date(2024, 4, 12), ends_on=date(2024, 4, 12))
        assert amounts(lines) == [("fee", "380.57"), ("cost_reimbursement", "175.10")]


class TestTurningThirteen:
    def test_the_month_is_split_at_the_birthday(self) -> None:
        # 15 days of 5 253: 2 626.50; 15 days of 5 969: 2 984.50
        assert costs(pay(birth_date=date(2011, 4, 16))) == [(1, 15, "2626.50"), (16, 30, "2984.50")]

    def test_the_fee_has_no_age_and_is_not_split(self) -> None:
        lines = pay(birth_date=date(2011, 4, 16))
        assert [line.amount for line in lines if line.kind is PayKind.FEE] == [Decimal(11417)]

    def test_a_part_of_a_month_is_split_too(self) -> None:
        # 4 of 30 days of 5 253: 700.40; 15 of 30 days of 5 969: 2 984.50
        lines = pay(starts_on=date(2024, 4, 12), birth_date=date(2011, 4, 16))
        assert costs(lines) == [(12, 15, "700.40"), (16, 30, "2984.50")]

    def test_a_birthday_on_the_first_raises_the_whole_month(self) -> None:
        assert costs(pay(birth_date=date(2011, 4, 1))) == [(1, 30, "5969.00")]

    def test_a_birthday_on_the_last_day_raises_that_day(self) -> None:
        # 5 253 x 29 / 30 = 5 077.90; 5 969 / 30 = 198.966…
        assert costs(pay(birth_date=date(2011, 4, 30))) == [(1, 29, "5077.90"), (30, 30, "198.97")]

    def test_a_birthday_on_the_day_of_arrival_pays_the_raised_rate_only(self) -> None:
        # 15 of 30 days of 5 969
        lines = pay(starts_on=date(2024, 4, 16), birth_date=date(2011, 4, 16))
        assert costs(lines) == [(16, 30, "2984.50")]

    def test_a_birthday_after_the_departure_changes_nothing(self) -> None:
        # 15 of 30 days of 5 253
        assert costs(pay(ends_on=date(2024, 4, 15), birth_date=date(2011, 4, 16))) == [(1, 15, "2626.50")]

    def test_a_birthday_on_a_day_of_departure_that_does_not_count_changes_nothing(self) -> None:
        tariff = make_tariff(departure_day_counts=False)
        lines = pay(ends_on=date(2024, 4, 16), birth_date=date(2011, 4, 16), tariff=tariff)
        assert costs(lines) == [(1, 15, "2626.50")]

    def test_a_child_of_29_february_turns_thirteen_on_the_28th(self) -> None:
        # 5 253 x 27 / 28 = 5 065.392…; 5 969 / 28 = 213.178…
        lines = pay("2025-02", birth_date=date(2012, 2, 29))
        assert costs(lines) == [(1, 27, "5065.39"), (28, 28, "213.18")]

    def test_the_full_level_is_split_at_its_own_rates(self) -> None:
        # 15 of 30 days of 7 401: 3 700.50; of 8 356 (175 %: 8 356.25): 4 178.00
        lines = pay(birth_date=date(2011, 4, 16), cost_level=CostLevel.FULL)
        assert costs(lines) == [(1, 15, "3700.50"), (16, 30, "4178.00")]

    @pytest.mark.parametrize("method", ["thirtieths", "days_of_year"])
    def test_a_whole_month_stays_one_month_and_is_split_by_calendar_days(self, method: str) -> None:
        # May: 5 253 x 15 / 31 = 2 541.774…; 5 969 x 16 / 31 = 3 080.774…
        lines = pay("2024-05", birth_date=date(2011, 5, 16), tariff=make_tariff(part_month=method))
        assert costs(lines) == [(1, 15, "2541.77"), (16, 31, "3080.77")]

    def test_a_part_of_a_month_is_split_by_its_own_method(self) -> None:
        # 10 to 31 May, birthday on the 16th: 5 253 x 6 / 30 = 1 050.60; 5 969 x 16 / 30 = 3 183.466…
        tariff = make_tariff(part_month="thirtieths")
        lines = pay("2024-05", starts_on=date(2024, 5, 10), birth_date=date(2011, 5, 16), tariff=tariff)
        assert costs(lines) == [(10, 15, "1050.60"), (16, 31, "3183.47")]


class TestTurningThirteenWithTheNextMonth:
    def test_the_month_of_the_birthday_keeps_the_lower_rate_and_the_next_is_raised(self) -> None:
        tariff = make_tariff(birthday_rule="next_month")
        assert costs(pay("2024-04", birth_date=date(2011, 4, 16), tariff=tariff)) == [(1, 30, "5253.00")]
        assert costs(pay("2024-05", birth_date=date(2011, 4, 16), tariff=tariff)) == [(1, 31, "5969.00")]

    def test_a_birthday_on_the_first_waits_for_the_next_first_too(self) -> None:
        tariff = make_tariff(birthday_rule="next_month")
        assert costs(pay("2024-04", birth_date=date(2011, 4, 1), tariff=tariff)) == [(1, 30, "5253.00")]
        assert costs(pay("2024-05", birth_date=date(2011, 4, 1), tariff=tariff)) == [(1, 31, "5969.00")]

    def test_a_birthday_in_december_raises_january(self) -> None:
        tariff = make_tariff(birthday_rule="next_month")
        assert costs(pay("2024-12", birth_date=date(2011, 12, 31), tariff=tariff)) == [(1, 31, "5253.00")]
        assert costs(pay("2025-01", birth_date=date(2011, 12, 31), tariff=tariff)) == [(1, 31, "5969.00")]


class TestTurningTwenty:
    def test_from_the_birthday_on_the_part_for_adults_pays_fee_and_reimbursement(self) -> None:
        lines = pay(birth_date=date(2004, 4, 16))
        # fee: 15 of 30 days of 11 417: 5 708.50, of 10 934: 5 467.00; costs: 5 969 is 125 % of both bands
        assert amounts(lines)[:2] == [("fee", "5708.50"), ("fee", "5467.00")]
        assert sum(line.amount for line in lines if line.kind is PayKind.COST_REIMBURSEMENT) == Decimal("5969.00")

    def test_without_a_part_for_adults_it_is_held_and_the_part_named(self) -> None:
        with pytest.raises(TariffPartMissing, match="adult_home"):
            pay(birth_date=date(2004, 4, 10), tariff=make_tariff(adult_home=None))

    def test_a_departure_before_the_birthday_needs_no_part_for_adults(self) -> None:
        # 9 of 30 days of 5 969: 1 790.70
        tariff = make_tariff(adult_home=None)
        lines = pay(birth_date=date(2004, 4, 10), ends_on=date(2024, 4, 9), tariff=tariff)
        assert costs(lines) == [(1, 9, "1790.70")]

    def test_where_birthdays_count_from_the_next_month_the_month_itself_is_a_childs(self) -> None:
        tariff = make_tariff(birthday_rule="next_month", adult_home=None)
        assert costs(pay(birth_date=date(2004, 4, 10), tariff=tariff)) == [(1, 30, "5969.00")]
        with pytest.raises(TariffPartMissing):
            pay("2024-05", birth_date=date(2004, 4, 10), tariff=tariff)

    def test_a_month_that_pays_nothing_needs_no_part(self) -> None:
        assert pay(birth_date=date(1980, 1, 1), ends_on=date(2024, 3, 31), tariff=make_tariff(adult_home=None)) == []


class TestLevelNotInTariff:
    def test_a_fee_level_without_an_amount_is_reasoned_and_never_replaced_by_the_base(self) -> None:
        tariff = make_tariff(fee={"base": "11417.00"})
        with pytest.raises(LevelNotInTariff, match="raised_1"):
            pay(fee_level=FeeLevel.RAISED_1, tariff=tariff)


class TestExplanation:
    def test_a_part_names_its_days_and_the_monthly_amount(self) -> None:
        assert pay(starts_on=date(2024, 4, 12))[0].explanation == "19 av 30 dagar av 11 417,00 kr (arvode grundnivå)"

    def test_a_whole_month_says_so(self) -> None:
        assert pay()[0].explanation == "hela månaden av 11 417,00 kr (arvode grundnivå)"

    def test_the_cost_reimbursement_says_where_its_rate_comes_from(self) -> None:
        assert pay(starts_on=date(2024, 4, 12))[1].explanation == (
            "19 av 30 dagar av 5 253,00 kr (0–12 år: 110 % av prisbasbeloppet 57300 kr / 12, i hela kronor)"
        )

    def test_thirtieths_are_called_so(self) -> None:
        lines = pay("2024-05", starts_on=date(2024, 5, 12), tariff=make_tariff(part_month="thirtieths"))
        assert lines[0].explanation.startswith("20 trettiondelar av 11 417,00 kr")

    def test_days_of_the_year_name_their_divisor(self) -> None:
        lines = pay(starts_on=date(2024, 4, 12), tariff=make_tariff(part_month="days_of_year"))
        assert lines[0].explanation.startswith("19 dagar à 12/365 av 11 417,00 kr")


class TestAmendments:
    def test_a_raised_fee_from_the_16th_pays_each_half_at_its_own_level(self) -> None:
        agreed = (make_terms(), make_terms(since=date(2024, 4, 16), fee_level="raised_1"))
        # 11 417 x 15 / 30 = 5 708.50; 13 342 x 15 / 30 = 6 671.00
        assert amounts(pay(agreed=agreed))[:2] == [("fee", "5708.50"), ("fee", "6671.00")]

    def test_an_amendment_that_changes_nothing_divides_nothing(self) -> None:
        agreed = (make_terms(), make_terms(since=date(2024, 4, 11)), make_terms(since=date(2024, 4, 20)))
        assert amounts(pay(agreed=agreed)) == amounts(pay())

    def test_a_reduced_fee_is_the_fee_less_its_percent(self) -> None:
        # 11 417 x 80 % = 9 133.60
        (fee, _) = pay(reduction_percent=Decimal(20))
        assert (fee.amount, fee.explanation) == (
            Decimal("9133.60"),
            "hela månaden av 9 133,60 kr (arvode grundnivå, sänkt med 20 %)",
        )


class TestExtraCosts:
    def test_within_the_tax_free_level_an_extra_cost_is_reimbursement(self) -> None:
        # 5 253 + 1 000 is less than 7 401, the highest tax-free amount of these ages
        extra = ExtraCost(name="Ridning", amount=Decimal(1000), has_basis=False)
        assert amounts(pay(extra_costs=(extra,)))[1:] == [("cost_reimbursement", "5253.00"), ("extra_cost", "1000.00")]

    def test_above_the_tax_free_level_the_rest_is_its_own_taxable_line(self) -> None:
        # 7 401 - 5 253 = 2 148 are free; 3 000 - 2 148 = 852 are pay
        lines = pay(extra_costs=(ExtraCost(name="Ridning", amount=Decimal(3000), has_basis=False),))
        assert amounts(lines)[1:] == [
            ("cost_reimbursement", "5253.00"),
            ("extra_cost", "2148.00"),
            ("taxable_reimbursement", "852.00"),
        ]
        assert [line.taxable for line in lines] == [True, False, False, True]

    def test_a_cost_with_its_own_basis_is_never_taxed(self) -> None:
        lines = pay(extra_costs=(ExtraCost(name="Specialkost", amount=Decimal(3000), has_basis=True),))
        assert amounts(lines)[1:] == [("cost_reimbursement", "5253.00"), ("extra_cost", "3000.00")]

    def test_where_the_tariff_says_a_lower_tax_free_level_the_level_itself_is_split(self) -> None:
        # 100 % of 57 300 / 12 = 4 775; 5 253 - 4 775 = 478
        part = {**make_tariff_body()["family_home"], "tax_free_cost_percent": {"0-12": "100"}}
        lines = pay(tariff=make_tariff(family_home=part))
        assert amounts(lines)[1:] == [("cost_reimbursement", "4775.00"), ("taxable_reimbursement", "478.00")]


class TestAllowance:
    def pay(self, month: str, kind: str = "child", **overrides: Any) -> list[PayLine]:
        return self.pay_by(make_tariff(deduct_child_allowance=True), month, kind, **overrides)

    def pay_by(self, tariff: Tariff, month: str, kind: str = "child", **overrides: Any) -> list[PayLine]:
        allowance = Allowance(
            kind=AllowanceKind(kind),
            requested_on=overrides.pop("requested_on", date(2024, 3, 20)),
            amount=overrides.pop("amount", Decimal(1250)),
        )
        return pay(month, tariff=tariff, allowance=allowance, **overrides)

    def test_the_month_of_the_request_is_whole_and_the_next_one_is_4003(self) -> None:
        assert amounts(self.pay("2024-03"))[1:] == [("cost_reimbursement", "5253.00")]
        # 5 253 - 1 250 = 4 003; what is declared stays 5 253
        lines = self.pay("2024-04")[1:]
        assert sum(line.amount for line in lines) == Decimal("4003.00")
        assert [line.kind.declaration_field for line in lines] == ["FK020", None]

    @pytest.mark.parametrize(("month", "deducted"), [("2024-06", True), ("2024-07", False), ("2024-08", False)])
    def test_study_allowance_is_not_deducted_in_july_and_august(self, month: str, deducted: bool) -> None:
        assert (len(self.pay(month, "study")) == 3) is deducted

    @pytest.mark.parametrize(
        ("born", "last", "next_month"),
        [
            (date(2008, 1, 1), "2024-03", "2024-04"),
            (date(2008, 3, 31), "2024-03", "2024-04"),
            (date(2008, 4, 1), "2024-06", "2024-07"),
            (date(2008, 2, 29), "2024-03", "2024-04"),
        ],
    )
    def test_child_allowance_is_deducted_to_the_quarter_of_the_sixteenth_birthday(
        self, born: date, last: str, next_month: str
    ) -> None:
        of_child: dict[str, Any] = {"birth_date": born, "requested_on": date(2024, 1, 10)}
        assert amounts(self.pay(last, **of_child))[-1] == ("allowance_deduction", "-1250.00")
        assert [kind for kind, _ in amounts(self.pay(next_month, **of_child))] == ["fee", "cost_reimbursement"]

    def test_study_allowance_goes_on_after_that_quarter(self) -> None:
        lines = self.pay("2024-04", "study", birth_date=date(2008, 1, 1))
        assert amounts(lines)[-1] == ("allowance_deduction", "-1250.00")

    @pytest.mark.parametrize(
        ("born", "month", "deducted"),
        [
            (date(2008, 3, 31), "2024-03", True),
            (date(2008, 3, 31), "2024-04", True),
            (date(2008, 3, 31), "2024-07", True),
            (date(2004, 2, 29), "2024-06", True),
            (date(2004, 12, 31), "2024-07", False),
        ],
        ids=["its last quarter", "the first month after", "a July", "June of the year of twenty", "the month after"],
    )
    def test_extended_child_allowance_is_deducted_to_june_of_the_year_of_the_twentieth_birthday(
        self, born: date, month: str, deducted: bool
    ) -> None:
        lines = self.pay(month, "extended_child", birth_date=born, requested_on=date(2024, 1, 10))
        assert (("allowance_deduction", "-1250.00") in amounts(lines)) is deducted

    def test_of_two_of_one_age_band_each_has_its_own_last_quarter(self) -> None:
        tariff = make_tariff(deduct_child_allowance=True)
        number = [
            len(self.pay_by(tariff, "2024-04", birth_date=born)) for born in (date(2008, 4, 1), date(2008, 3, 31))
        ]
        assert number == [3, 2]

    def test_a_part_of_the_month_deducts_the_same_part(self) -> None:
        # 1 250 x 9 / 30 = 375.00
        assert amounts(self.pay("2024-04", ends_on=date(2024, 4, 9)))[-1] == ("allowance_deduction", "-375.00")

    def test_it_never_takes_more_than_is_reimbursed(self) -> None:
        lines = self.pay("2024-04", amount=Decimal(9000))
        assert sum(line.amount for line in lines[1:]) == 0

    def test_a_municipality_that_does_not_deduct_does_not(self) -> None:
        allowance = Allowance(kind=AllowanceKind.CHILD, requested_on=date(2024, 3, 20), amount=Decimal(1250))
        assert len(pay(allowance=allowance)) == 2
