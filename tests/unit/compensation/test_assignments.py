"""What the other assignments pay: contracted emergency homes, contact families, contact persons, mentors, respite,
claims. The sums in comments were worked out by hand, or stand in the municipality's own examples.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.compensation.pay import contact_family, contact_person, contracted_emergency_home, mentor
from services.compensation.pay.claims import LostIncome, Purchase, mileage_lines
from services.compensation.pay.contact_family import Visit, Visited
from services.compensation.pay.contact_person import ReportMissing, Supported
from services.compensation.pay.contracted_emergency_home import Child, Contracted
from services.compensation.pay.days import Stay
from services.compensation.pay.lines import PayLine
from services.compensation.pay.mentor import Mentoring
from services.compensation.pay.respite import Respite
from services.compensation.pay.respite import line as respite_line
from services.compensation.pay.shares import divided, shared
from services.compensation.pay.terms import Allowance, AllowanceKind, Payee
from services.compensation.tariffs.tariff import Tariff
from services.compensation.tariffs.unpayable import FeeOutsideBand, LevelNotInTariff, TariffPartMissing, Unpayable
from services.kernel.basics.days import month_of
from tests.unit.compensation.factories import PARTS, make_tariff, make_tariff_body, make_terms

MARCH, APRIL = month_of("2024-03"), month_of("2024-04")


def amounts(lines: list[PayLine]) -> list[tuple[str, str]]:
    return [(str(line.kind), str(line.amount)) for line in lines]


def total(lines: list[PayLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


def contracted_part(**overrides: Any) -> dict[str, Any]:
    return {**PARTS["contracted_emergency_home"], **overrides}


class TestContractedEmergencyHome:
    def pay(
        self,
        *children: Child,
        month: str = "2024-04",
        tariff: Tariff | None = None,
        places: int = 2,
        others: tuple[Stay, ...] = (),
        **terms: Any,
    ) -> list[PayLine]:
        agreed = (make_terms(places=places, **terms),)
        stay = Stay(starts_on=date(2024, 1, 1))
        contracted = Contracted(stay=stay, agreed=agreed, children=children, others=others)
        return contracted_emergency_home.lines(contracted, month_of(month), tariff or make_tariff())

    def child(self, born: int, starts_on: date = date(2024, 1, 1), ends_on: date | None = None) -> Child:
        stay = Stay(starts_on=starts_on, ends_on=ends_on)
        return Child(placement_id=f"born-{born}", birth_date=date(born, 1, 1), stay=stay)

    def test_two_places_without_a_child_are_25150(self) -> None:
        # 23 956 + 25 % of 57 300 / 12 = 1 193.75, in whole kronor 1 194
        lines = self.pay()
        assert amounts(lines) == [("base_fee", "23956.00"), ("readiness_cost", "1194.00")]
        assert total(lines) == Decimal("25150.00")

    def test_a_child_of_8_all_april_and_one_of_15_for_ten_days_are_31198_67(self) -> None:
        # 23 956 + 5 253 + 5 969 x 10 / 30 = 1 989.67
        lines = self.pay(
            self.child(2016),
            self.child(2009, starts_on=date(2024, 4, 11), ends_on=date(2024, 4, 20)),
            tariff=make_tariff(part_month="thirtieths"),
        )
        assert total(lines) == Decimal("31198.67")
        assert [(line.placement_id, str(line.amount)) for line in lines[1:]] == [
            ("born-2009", "1989.67"),
            ("born-2016", "5253.00"),
        ]

    def test_the_days_without_any_child_have_their_part_of_the_fixed_reimbursement(self) -> None:
        # a child from the 11th to the 20th: 1 194 x 10 / 30 = 398.00 before and after
        lines = self.pay(self.child(2016, starts_on=date(2024, 4, 11), ends_on=date(2024, 4, 20)))
        readiness = [line for line in lines if line.kind == "readiness_cost"]
        assert [(line.period_from.day, line.period_to.day, str(line.amount)) for line in readiness] == [
            (1, 10, "398.00"),
            (21, 30, "398.00"),
        ]

    def test_where_each_empty_place_counts_it_has_its_share(self) -> None:
        # one of two places is filled: half of 1 194
        tariff = make_tariff(contracted_emergency_home=contracted_part(empty_cost_when="empty_place"))
        assert amounts(self.pay(self.child(2016), tariff=tariff))[1] == ("readiness_cost", "597.00")

    @pytest.mark.parametrize(
        ("when", "paid"),
        [
            ("no_child", "398.00"),  # the first ten days without any child: 1 194 x 10 / 30
            ("empty_place", "1194.00"),  # both places of the contract are free all month
        ],
    )
    def test_a_child_who_lives_there_as_in_a_family_home_is_in_the_home_and_in_no_place_of_the_contract(
        self, when: str, paid: str
    ) -> None:
        tariff = make_tariff(contracted_emergency_home=contracted_part(empty_cost_when=when))
        lines = self.pay(tariff=tariff, others=(Stay(starts_on=date(2024, 4, 11)),))
        assert {str(line.kind) for line in lines} == {"base_fee", "readiness_cost"}
        assert str(total(lines) - 23956) == paid

    def test_where_it_is_never_paid_it_is_not(self) -> None:
        tariff = make_tariff(contracted_emergency_home=contracted_part(empty_cost_when="never"))
        assert amounts(self.pay(tariff=tariff)) == [("base_fee", "23956.00")]

    def test_pension_compensation_is_percent_of_the_fee_by_places_and_not_of_supplements(self) -> None:
        # 1.5 % of 23 956 = 359.34
        tariff = make_tariff(contracted_emergency_home=contracted_part(pension_compensation_percent="1.5"))
        lines = self.pay(tariff=tariff, supplements=("broad_target_group",))
        assert amounts(lines)[:3] == [
            ("base_fee", "23956.00"),
            ("pension_compensation", "359.34"),
            ("supplement", "4500.00"),
        ]

    def test_a_supplement_that_the_tariff_lacks_is_named(self) -> None:
        with pytest.raises(LevelNotInTariff, match="night_duty"):
            self.pay(supplements=("night_duty",))

    def test_an_allowance_that_the_home_gets_itself_is_deducted_for_the_days_of_its_child_alone(self) -> None:
        young, other = self.child(2016, starts_on=date(2024, 4, 12), ends_on=date(2024, 4, 20)), self.child(2012)
        allowance = Allowance(
            kind=AllowanceKind.CHILD, requested_on=date(2024, 3, 10), amount=Decimal(1250), placement_id="born-2016"
        )
        lines = self.pay(young, other, tariff=make_tariff(deduct_child_allowance=True), allowances=(allowance,))
        deducted = [line for line in lines if line.kind == "allowance_deduction"]
        assert [(line.placement_id, line.period_from.day, str(line.amount)) for line in deducted] == [
            ("born-2016", 12, "-375.00")  # 1 250 x 9 / 30
        ]

    def test_a_month_of_a_child_under_two_contracts_is_one_month(self) -> None:
        # 5 253 x 15 / 31 = 2 541.77 and x 16 / 31 = 2 711.23: 5 253.00 together
        tariff = make_tariff(part_month="thirtieths")
        contracts = (
            Stay(starts_on=date(2024, 1, 1), ends_on=date(2024, 3, 15)),
            Stay(starts_on=date(2024, 3, 16)),
        )
        paid = [
            contracted_emergency_home.lines(
                Contracted(stay=stay, agreed=(make_terms(places=1),), children=[self.child(2016)]),
                month_of("2024-03"),
                tariff,
            )[-1]
            for stay in contracts
        ]
        assert amounts(paid) == [("cost_reimbursement", "2541.77"), ("cost_reimbursement", "2711.23")]

    @pytest.mark.parametrize("method", ["calendar_days", "thirtieths", "days_of_year"])
    def test_a_whole_month_without_a_child_is_one_month_also_where_the_places_change(self, method: str) -> None:
        agreed = (make_terms(places=2), make_terms(since=date(2024, 3, 16), places=3))
        contracted = Contracted(stay=Stay(starts_on=date(2024, 1, 1)), agreed=agreed)
        lines = contracted_emergency_home.lines(contracted, MARCH, make_tariff(part_month=method))
        # 1 194 x 15 / 31 and 2 388 x 16 / 31
        assert [amount for kind, amount in amounts(lines) if kind == "readiness_cost"] == ["577.74", "1232.52"]

    def test_and_where_one_contract_follows_another(self) -> None:
        whole = Stay(starts_on=date(2024, 1, 1))
        first = replace(whole, ends_on=date(2024, 3, 15), part_of=whole)
        contracted = Contracted(stay=first, agreed=(make_terms(places=2),))
        lines = contracted_emergency_home.lines(contracted, MARCH, make_tariff(part_month="thirtieths"))
        assert amounts(lines)[-1] == ("readiness_cost", "577.74")  # 1 194 x 15 / 31

    @pytest.mark.parametrize("method", ["calendar_days", "thirtieths", "days_of_year"])
    def test_a_month_of_two_contracts_that_follow_each_other_is_one_month(self, method: str) -> None:
        whole = Stay(starts_on=date(2024, 1, 1))
        first = replace(whole, ends_on=date(2024, 3, 15), part_of=whole)
        second = replace(whole, starts_on=date(2024, 3, 16), part_of=whole)
        tariff = make_tariff(part_month=method, contracted_emergency_home=contracted_part(empty_cost_when="never"))
        paid = [
            total(contracted_emergency_home.lines(Contracted(stay=stay, agreed=(make_terms(places=2),)), MARCH, tariff))
            for stay in (first, second)
        ]
        # 23 956 x 15 / 31 and x 16 / 31
        assert [str(one) for one in paid] == ["11591.61", "12364.39"]

    def test_consecutive_days_without_a_child_are_one_part_of_the_month_also_under_two_contracts(self) -> None:
        whole = Stay(starts_on=date(2024, 1, 1))
        first = replace(whole, ends_on=date(2024, 3, 15), part_of=whole)
        second = replace(whole, starts_on=date(2024, 3, 16), part_of=whole)
        tariff, children = make_tariff(part_month="thirtieths"), [self.child(2016, starts_on=date(2024, 3, 21))]
        contracts = (
            Contracted(stay=stay, agreed=(make_terms(places=2),), children=children) for stay in (whole, first, second)
        )
        lines = [line for one in contracts for line in contracted_emergency_home.lines(one, MARCH, tariff)]
        # 1 194 x 20 / 30; and x 15 / 30 and x 5 / 30
        assert [amount for kind, amount in amounts(lines) if kind == "readiness_cost"] == ["796.00", "597.00", "199.00"]

    def test_a_child_brings_no_fee_of_its_own(self) -> None:
        assert "fee" not in {line.kind for line in self.pay(self.child(2016))}

    def test_without_its_part_of_the_tariff_it_is_held(self) -> None:
        with pytest.raises(TariffPartMissing, match="contracted_emergency_home"):
            self.pay(tariff=make_tariff(contracted_emergency_home=None))


TARIFF_2023 = {
    "price_base_amount": "52500",
    "contact_family": {
        **PARTS["contact_family"],
        "fee_per_day": {"0-12": {"base": "225.00"}, "13-19": {"base": "292.00"}, "20+": {"base": "359.00"}},
    },
}


class TestContactFamily:
    def pay(
        self,
        *visits: Visit,
        month: str = "2023-03",
        tariff: Tariff | None = None,
        born: date = date(2014, 1, 1),
        starts_on: date = date(2023, 1, 1),
        ends_on: date | None = None,
    ) -> list[PayLine]:
        stay = Stay(starts_on=starts_on, ends_on=ends_on)
        visited = Visited(stay=stay, birth_date=born, agreed=(make_terms(),), visits=visits)
        return contact_family.lines(visited, month_of(month), tariff or make_tariff(year=2023, **TARIFF_2023))

    def test_a_weekend_from_friday_to_sunday_2023_at_nine_years_is_1390(self) -> None:
        # 2.5 x 151 = 377.50; 0.5 x 1 + 1 x 2 + 1 x 2 = 4.5 x 225 = 1 012.50
        lines = self.pay(Visit(starts_on=date(2023, 3, 3), ends_on=date(2023, 3, 5), half_first_day=True))
        assert amounts(lines) == [("contact_family_fee", "1012.50"), ("contact_family_cost", "377.50")]
        assert total(lines) == Decimal("1390.00")
        assert lines[0].explanation == ("4,5 arvodesdagar à 225,00 kr (2,5 dagar, dubbelt lördag, söndag och helgdag)")

    def test_a_visit_over_the_months_end_pays_each_day_in_its_own_month(self) -> None:
        visit = Visit(starts_on=date(2023, 3, 31), ends_on=date(2023, 4, 2), half_first_day=True)
        # Friday the 31st: 0.5 x 225; Saturday and Sunday 1 and 2 April: 4 x 225
        assert amounts(self.pay(visit))[0] == ("contact_family_fee", "112.50")
        assert amounts(self.pay(visit, month="2023-04"))[0] == ("contact_family_fee", "900.00")

    def test_of_a_stay_of_more_than_two_weeks_only_the_first_fourteen_days_are_double(self) -> None:
        # Saturday 1 to Sunday 16 July 2023, 16 days: 1, 2, 8 and 9 are double, 15 and 16 are not: 16 + 4 = 20
        lines = self.pay(Visit(starts_on=date(2023, 7, 1), ends_on=date(2023, 7, 16)), month="2023-07")
        assert (lines[0].quantity, lines[1].quantity) == (20, 16)

    def test_a_stay_of_fourteen_days_is_double_to_its_end(self) -> None:
        # Sunday 2 to Saturday 15 July: 2, 8, 9 and 15 are double: 14 + 4
        lines = self.pay(Visit(starts_on=date(2023, 7, 2), ends_on=date(2023, 7, 15)), month="2023-07")
        assert lines[0].quantity == 18

    def test_visits_on_adjoining_days_are_one_stay(self) -> None:
        # 1 to 8 and 9 to 16 July as one stay of 16 days
        lines = self.pay(
            Visit(starts_on=date(2023, 7, 1), ends_on=date(2023, 7, 8)),
            Visit(starts_on=date(2023, 7, 9), ends_on=date(2023, 7, 16)),
            month="2023-07",
        )
        assert lines[0].quantity == 20

    def test_days_that_are_not_paid_are_days_of_the_stay_and_stand_in_no_line(self) -> None:
        # 1 to 16 July without the 3rd to the 8th: the 1st, 2nd and 9th are double, the 15th and 16th are not
        lines = self.pay(
            Visit(starts_on=date(2023, 7, 1), ends_on=date(2023, 7, 2)),
            Visit(starts_on=date(2023, 7, 3), ends_on=date(2023, 7, 8), is_paid=False),
            Visit(starts_on=date(2023, 7, 9), ends_on=date(2023, 7, 16)),
            month="2023-07",
        )
        fees = [(line.period_from.day, line.period_to.day, line.quantity) for line in lines[::2]]
        assert fees == [(1, 2, 4), (9, 16, 9)]

    def test_the_stay_goes_on_over_the_months_end_when_its_days_are_counted(self) -> None:
        # 24 June to 9 July, 16 days; the 14th is 7 July, so that 8 and 9 July are not double
        lines = self.pay(Visit(starts_on=date(2023, 6, 24), ends_on=date(2023, 7, 9)), month="2023-07")
        # 1 and 2 July are days 8 and 9: 9 days + 2
        assert lines[0].quantity == 11

    def test_a_day_that_was_reported_twice_is_one_day(self) -> None:
        visit = Visit(starts_on=date(2023, 3, 3), ends_on=date(2023, 3, 5), half_first_day=True)
        assert amounts(self.pay(visit, visit)) == amounts(self.pay(visit))

    @pytest.mark.parametrize("outside", [{"ends_on": date(2023, 3, 4)}, {"starts_on": date(2023, 3, 5)}])
    def test_days_outside_the_assignment_are_none(self, outside: dict[str, date]) -> None:
        weekend = Visit(starts_on=date(2023, 3, 4), ends_on=date(2023, 3, 5))
        # a Saturday or a Sunday: 2 x 225 and 151
        assert amounts(self.pay(weekend, **outside)) == [  # type: ignore[arg-type]
            ("contact_family_fee", "450.00"),
            ("contact_family_cost", "151.00"),
        ]

    def test_an_eve_is_double_only_where_the_tariff_says_so(self) -> None:
        midsummer_eve = Visit(starts_on=date(2023, 6, 23), ends_on=date(2023, 6, 23))  # a Friday
        assert self.pay(midsummer_eve, month="2023-06")[0].quantity == 1
        part = {**TARIFF_2023["contact_family"], "eves_pay_double": True}  # type: ignore[dict-item]
        tariff = make_tariff(year=2023, price_base_amount="52500", contact_family=part)
        assert self.pay(midsummer_eve, month="2023-06", tariff=tariff)[0].quantity == 2

    def test_a_public_holiday_on_a_weekday_is_double(self) -> None:
        good_friday = Visit(starts_on=date(2023, 4, 7), ends_on=date(2023, 4, 7))
        assert self.pay(good_friday, month="2023-04")[0].quantity == 2

    def test_turning_13_during_a_stay_changes_the_rates_from_that_day(self) -> None:
        visit = Visit(starts_on=date(2023, 3, 6), ends_on=date(2023, 3, 9))  # Monday to Thursday
        lines = self.pay(visit, born=date(2010, 3, 8))
        # 2 x 225 and 2 x 292; 2 x 151 and 2 x 173 (120 % of 52 500 / 365 = 172.60)
        assert [line.amount for line in lines] == [Decimal(450), Decimal(302), Decimal(584), Decimal(346)]

    @pytest.mark.parametrize(
        ("price_base_amount", "costs"),
        [("52500", (151, 216, 173, 245)), ("57300", (165, 235, 188, 267)), ("59200", (170, 243, 195, 276))],
    )
    def test_the_days_reimbursement_divides_by_365_in_leap_years_too(
        self, price_base_amount: str, costs: tuple[int, ...]
    ) -> None:
        tariff = make_tariff(price_base_amount=price_base_amount)
        percents = (Decimal(105), Decimal(150), Decimal(120), Decimal(170))
        assert tuple(tariff.daily(percent) for percent in percents) == costs


class TestContactPerson:
    def pay(self, *, tariff: Tariff | None = None, reported: bool = True, **terms: Any) -> list[PayLine]:
        agreed = (make_terms(**({"fee_level": "1", "cost_level": "low"} | terms)),)
        months = [APRIL] if reported else []
        supported = Supported(stay=Stay(starts_on=date(2024, 1, 1)), agreed=agreed, reported=months)
        return contact_person.lines(supported, APRIL, tariff or make_tariff())

    @pytest.mark.parametrize(("percent", "fee"), [("10", "478.00"), ("35", "1671.00"), ("25", "1194.00")])
    def test_category_1_of_2024_pays_within_478_and_1671(self, percent: str, fee: str) -> None:
        assert amounts(self.pay(fee_percent=Decimal(percent)))[0] == ("contact_person_fee", fee)

    @pytest.mark.parametrize(("level", "cost"), [("low", "478.00"), ("mid", "1194.00"), ("high", "1910.00")])
    def test_the_reimbursement_is_478_1194_or_1910(self, level: str, cost: str) -> None:
        assert amounts(self.pay(cost_level=level))[1] == ("contact_person_cost", cost)

    @pytest.mark.parametrize("percent", ["9.99", "35.01"])
    def test_a_fee_outside_its_band_is_held(self, percent: str) -> None:
        with pytest.raises(FeeOutsideBand):
            self.pay(fee_percent=Decimal(percent))

    def test_a_month_that_was_not_reported_is_held(self) -> None:
        with pytest.raises(ReportMissing, match="2024-04"):
            self.pay(reported=False)

    def test_nobody_comes_or_goes_on_its_first_and_last_day(self) -> None:
        stay, agreed = Stay(starts_on=date(2024, 4, 10), ends_on=date(2024, 4, 24)), (make_terms(fee_level="1"),)
        supported = Supported(stay=stay, agreed=(replace(agreed[0], cost_level="low"),), reported=[APRIL])
        tariff = make_tariff(arrival_day_counts=False, departure_day_counts=False)
        lines = contact_person.lines(supported, APRIL, tariff)
        # 478 x 15 / 30, twice
        assert amounts(lines) == [("contact_person_fee", "239.00"), ("contact_person_cost", "239.00")]

    def test_where_pay_comes_before_the_report_it_is_paid(self) -> None:
        tariff = make_tariff(reporting={"due_day": 3, "retroactive_months": 3, "pay_before_report": True})
        assert len(self.pay(reported=False, tariff=tariff)) == 2


class TestMentorsAndRespite:
    def pay(self, **tariff: Any) -> list[PayLine]:
        mentoring = Mentoring(stay=Stay(starts_on=date(2024, 4, 16)), agreed=(make_terms(),))
        return mentor.lines(mentoring, APRIL, make_tariff(**tariff))

    def test_a_contracted_mentor_has_its_fee_by_the_month(self) -> None:
        assert amounts(self.pay()) == [("mentor_fee", "750.00")]  # 1 500 x 15 / 30

    def test_nobody_comes_on_its_first_day(self) -> None:
        assert amounts(self.pay(arrival_day_counts=False)) == [("mentor_fee", "750.00")]

    def test_a_voluntary_mentor_has_none(self) -> None:
        assert self.pay(mentor={**PARTS["mentor"], "model": "voluntary"}) == []

    def test_two_nights_of_respite_are_1000(self) -> None:
        line = respite_line(Respite(starts_on=date(2024, 4, 5), ends_on=date(2024, 4, 7), nights=2), make_tariff())
        assert (line.kind, line.amount, line.explanation) == ("respite_fee", Decimal(1000), "2 nätter à 500,00 kr")


class TestClaims:
    def test_mileage_of_43_2_km_is_108_tax_free(self) -> None:
        lines = mileage_lines(date(2024, 4, 14), date(2024, 4, 14), Decimal("43.2"), make_tariff())
        assert amounts(lines) == [("mileage", "108.00")]

    def test_what_is_paid_beyond_the_tax_free_rate_is_pay(self) -> None:
        # 43.2 x 3.10 = 133.92; 108.00 free; 25.92 taxable
        tariff = make_tariff(mileage={"tax_free_per_km": "2.50", "paid_per_km": "3.10"})
        lines = mileage_lines(date(2024, 4, 14), date(2024, 4, 14), Decimal("43.2"), tariff)
        assert amounts(lines) == [("mileage", "108.00"), ("mileage_taxable", "25.92")]

    def test_half_of_a_salary_of_34000_with_holiday_pay_is_19040(self) -> None:
        lost = LostIncome(
            first=date(2024, 4, 1), last=date(2024, 4, 30), salary_per_month=Decimal(34000), percent=Decimal(50)
        )
        (line,) = lost.lines(APRIL, make_tariff(), Decimal(12))
        assert (line.kind, line.amount) == ("lost_income", Decimal("19040.00"))

    def test_a_part_of_a_month_is_by_the_part_month_method(self) -> None:
        # 19 040 x 10 / 31 = 6 141.935…
        lost = LostIncome(
            first=date(2024, 4, 20), last=date(2024, 5, 10), salary_per_month=Decimal(34000), percent=Decimal(50)
        )
        assert [month.text for month in lost.months()] == ["2024-04", "2024-05"]
        (line,) = lost.lines(month_of("2024-05"), make_tariff(), Decimal(12))
        assert line.amount == Decimal("6141.94")

    def test_a_purchase_is_paid_back_and_is_no_pay(self) -> None:
        (line,) = Purchase(on=date(2024, 4, 3), amount=Decimal("450.00")).lines()
        assert (line.kind, line.amount, line.taxable) == ("purchase", Decimal(450), False)


class TestShares:
    def test_an_odd_ore_is_in_the_largest_share_and_of_equal_ones_in_the_first_by_id(self) -> None:
        (line,) = Purchase(on=date(2024, 4, 3), amount=Decimal("100.01")).lines()
        both = (Payee(adult_id="b", percent=Decimal(50)), Payee(adult_id="a", percent=Decimal(50)))
        assert [(one.payee_adult_id, str(one.amount)) for one in shared(line, both)] == [("a", "50.01"), ("b", "50.00")]

    def test_three_equal_parts_of_ten_kronor_are_ten_kronor(self) -> None:
        assert divided(Decimal(10), [Decimal(1)] * 3) == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]

    def test_what_is_taken_is_divided_as_what_is_paid(self) -> None:
        assert divided(Decimal(-10), [Decimal(1)] * 3) == [Decimal("-3.34"), Decimal("-3.33"), Decimal("-3.33")]


class TestPartsOfTheTariff:
    @pytest.mark.parametrize("part", ["contact_family", "contact_person", "mentor", "mileage"])
    def test_what_needs_a_part_that_is_missing_names_it(self, part: str) -> None:
        tariff = Tariff.from_body(2024, make_tariff_body())
        visited = Visited(
            stay=Stay(starts_on=date(2024, 1, 1)), birth_date=date(2014, 1, 1), agreed=(make_terms(),), visits=()
        )
        supported = Supported(stay=Stay(starts_on=date(2024, 1, 1)), agreed=(make_terms(),))
        mentoring = Mentoring(stay=supported.stay, agreed=supported.agreed)
        asked = {
            "contact_family": lambda: contact_family.lines(visited, APRIL, tariff),
            "contact_person": lambda: contact_person.lines(supported, APRIL, tariff),
            "mentor": lambda: mentor.lines(mentoring, APRIL, tariff),
            "mileage": lambda: mileage_lines(APRIL.first, APRIL.last, Decimal(1), tariff),
        }
        with pytest.raises(TariffPartMissing, match=part) as missing:
            asked[part]()
        assert missing.value.code() == "tariff_part_missing"
        assert isinstance(missing.value, Unpayable)
