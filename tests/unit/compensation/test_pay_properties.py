"""What holds for every month, every tariff and every agreement."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.compensation.pay import AgreementTerms, PayKind, pay_of
from services.compensation.tariffs import Tariff
from services.kernel.basics.days import Month, anniversary
from services.kernel.basics.money import to_ore
from tests.unit.compensation.factories import make_tariff, make_terms

months = st.builds(Month, year=st.integers(2018, 2032), number=st.integers(1, 12))
fees = st.integers(min_value=1, max_value=50_000_00).map(lambda ore: str(Decimal(ore).scaleb(-2)))


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    return make_tariff(
        fee={"base": draw(fees)},
        part_month=draw(st.sampled_from(["calendar_days", "thirtieths", "days_of_year"])),
        birthday_rule=draw(st.sampled_from(["same_day", "next_month"])),
        arrival_day_counts=draw(st.booleans()),
        departure_day_counts=draw(st.booleans()),
    )


@st.composite
def terms_touching(draw: st.DrawFn, month: Month) -> AgreementTerms:
    """An agreement that starts or ends in or around the month, on a child of 11 to 14."""
    starts_on = month.first + timedelta(days=draw(st.integers(-20, month.days - 1)))
    length = draw(st.none() | st.integers(0, 60))
    return make_terms(
        starts_on=starts_on,
        ends_on=None if length is None else starts_on + timedelta(days=length),
        birth_date=month.first - timedelta(days=draw(st.integers(11 * 365, 15 * 365))),
    )


class TestEveryMonth:
    @given(st.data(), months, tariffs())
    def test_whoever_multiplies_the_quantity_gets_the_amount(
        self, data: st.DataObject, month: Month, tariff: Tariff
    ) -> None:
        for line in pay_of(data.draw(terms_touching(month)), month, tariff):
            assert to_ore(line.unit_amount * line.quantity) == line.amount

    @given(st.data(), months, tariffs())
    def test_no_part_pays_more_than_the_month(self, data: st.DataObject, month: Month, tariff: Tariff) -> None:
        for line in pay_of(data.draw(terms_touching(month)), month, tariff):
            assert 0 <= line.amount <= line.unit_amount

    @given(st.data(), months, tariffs())
    def test_the_lines_of_the_costs_join_without_a_gap_and_cover_the_days_of_the_fee(
        self, data: st.DataObject, month: Month, tariff: Tariff
    ) -> None:
        lines = pay_of(data.draw(terms_touching(month)), month, tariff)
        if not lines:
            return
        fee, *parts = lines
        assert parts[0].period_from == fee.period_from
        assert parts[-1].period_to == fee.period_to
        assert fee.period_from in month
        assert fee.period_to in month
        for earlier, later in pairwise(parts):
            assert later.period_from == earlier.period_to + timedelta(days=1)

    @given(months, st.integers(0, 30), tariffs())
    def test_a_month_of_the_raise_pays_between_the_lower_and_the_higher_month(
        self, month: Month, offset: int, tariff: Tariff
    ) -> None:
        birthday = min(month.first + timedelta(days=offset), month.last)
        terms = make_terms(starts_on=anniversary(birthday, -1), birth_date=anniversary(birthday, -13))
        paid = sum(line.amount for line in pay_of(terms, month, tariff) if line.kind is PayKind.COST_REIMBURSEMENT)
        assert 5253 <= paid <= 5969

    @given(months, st.integers(1, 27), fees)
    def test_a_month_shared_by_two_homes_pays_one_month_but_for_the_rounding(
        self, month: Month, offset: int, fee: str
    ) -> None:
        moved_on = month.first + timedelta(days=offset)
        tariff = make_tariff(fee={"base": fee}, departure_day_counts=False)
        born = month.first - timedelta(days=8 * 365)
        first_home = make_terms(birth_date=born, starts_on=month.first, ends_on=moved_on)
        second_home = make_terms(birth_date=born, starts_on=moved_on)
        before, after = pay_of(first_home, month, tariff)[0], pay_of(second_home, month, tariff)[0]
        assert abs(before.amount + after.amount - Decimal(fee)) <= Decimal("0.01")

    @given(st.data(), months, tariffs())
    def test_one_day_more_never_pays_less(self, data: st.DataObject, month: Month, tariff: Tariff) -> None:
        first = data.draw(st.integers(0, month.days - 2))
        last = data.draw(st.integers(first, month.days - 2))
        starts_on = month.first + timedelta(days=first)
        ends_on = month.first + timedelta(days=last)
        fee = [
            sum(
                line.amount
                for line in pay_of(make_terms(starts_on=starts_on, ends_on=end), month, tariff)
                if line.kind is PayKind.FEE
            )
            for end in (ends_on, ends_on + timedelta(days=1))
        ]
        assert fee[0] <= fee[1]
