"""What holds for every month, every tariff and every agreement."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from services.compensation.pay import contact_family
from services.compensation.pay.contact_family import Visit, Visited
from services.compensation.pay.days import Days, Stay, paid_days
from services.compensation.pay.family_home import Placed
from services.compensation.pay.family_home import lines as pay_of
from services.compensation.pay.lines import PayKind
from services.compensation.pay.shares import divided
from services.compensation.runs.agreed import Lived, paid_once
from services.compensation.runs.corrections import Outstanding, Settled
from services.compensation.runs.entries import Codes, Entry
from services.compensation.runs.reckoning import Book, Run, reckon
from services.compensation.tariffs.tariff import Tariff
from services.kernel.basics.days import Month, add_months, anniversary, month_of, month_with
from services.kernel.basics.money import to_ore
from tests.unit.compensation.factories import make_placed, make_tariff, make_terms
from tests.unit.compensation.test_reckoning import as_settled, make_agreed

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
def placed_around(draw: st.DrawFn, month: Month) -> Placed:
    """A placement that starts or ends in or around the month, of a child of 11 to 14."""
    starts_on = month.first + timedelta(days=draw(st.integers(-20, month.days - 1)))
    length = draw(st.none() | st.integers(0, 60))
    return make_placed(
        starts_on=starts_on,
        ends_on=None if length is None else starts_on + timedelta(days=length),
        birth_date=month.first - timedelta(days=draw(st.integers(11 * 365, 15 * 365))),
    )


class TestEveryMonth:
    @given(st.data(), months, tariffs())
    def test_whoever_multiplies_the_quantity_gets_the_amount(
        self, data: st.DataObject, month: Month, tariff: Tariff
    ) -> None:
        for line in pay_of(data.draw(placed_around(month)), month, tariff):
            assert to_ore(line.unit_amount * line.quantity) == line.amount

    @given(st.data(), months, tariffs())
    def test_no_part_pays_more_than_the_month(self, data: st.DataObject, month: Month, tariff: Tariff) -> None:
        for line in pay_of(data.draw(placed_around(month)), month, tariff):
            assert 0 <= line.amount <= line.unit_amount

    @given(st.data(), months, tariffs())
    def test_the_lines_of_the_costs_join_without_a_gap_and_cover_the_days_of_the_fee(
        self, data: st.DataObject, month: Month, tariff: Tariff
    ) -> None:
        lines = pay_of(data.draw(placed_around(month)), month, tariff)
        if not lines:
            return
        fee, *parts = lines
        assert parts[0].period_from == fee.period_from
        assert parts[-1].period_to == fee.period_to
        for earlier, later in pairwise(parts):
            assert later.period_from == earlier.period_to + timedelta(days=1)

    @given(months, st.integers(0, 30), tariffs())
    def test_a_month_of_the_raise_pays_between_the_lower_and_the_higher_month(
        self, month: Month, offset: int, tariff: Tariff
    ) -> None:
        birthday = min(month.first + timedelta(days=offset), month.last)
        placed = make_placed(starts_on=anniversary(birthday, -1), birth_date=anniversary(birthday, -13))
        paid = sum(line.amount for line in pay_of(placed, month, tariff) if line.kind is PayKind.COST_REIMBURSEMENT)
        assert 5253 <= paid <= 5969

    @given(months, tariffs(), st.lists(st.integers(1, 40), max_size=4, unique=True))
    def test_any_splitting_of_the_terms_gives_the_same_sum(self, month: Month, tariff: Tariff, cuts: list[int]) -> None:
        begins = [month.first - timedelta(days=5) + timedelta(days=cut) for cut in sorted(cuts)]
        born = month.first - timedelta(days=9 * 365)
        agreed = (make_terms(), *(make_terms(since=day) for day in begins))
        starts_on = month.first - timedelta(days=400)
        split = pay_of(make_placed(starts_on=starts_on, birth_date=born, agreed=agreed), month, tariff)
        assert split == pay_of(make_placed(starts_on=starts_on, birth_date=born), month, tariff)

    @given(months, fees)
    def test_the_days_of_a_month_one_by_one_are_the_whole_month_but_for_the_rounding(
        self, month: Month, fee: str
    ) -> None:
        tariff = make_tariff(fee={"base": fee})
        born = month.first - timedelta(days=8 * 365)
        days = [month.first + timedelta(days=number) for number in range(month.days)]
        each = [pay_of(make_placed(birth_date=born, starts_on=day, ends_on=day), month, tariff)[0] for day in days]
        assert abs(sum(line.amount for line in each) - Decimal(fee)) <= Decimal("0.005") * month.days

    @given(st.data(), months, tariffs())
    def test_one_day_more_never_pays_less(self, data: st.DataObject, month: Month, tariff: Tariff) -> None:
        first = data.draw(st.integers(0, month.days - 2))
        last = data.draw(st.integers(first, month.days - 2))
        starts_on = month.first + timedelta(days=first)
        ends = [month.first + timedelta(days=last), month.first + timedelta(days=last + 1)]
        sums = [
            sum(line.amount for line in pay_of(make_placed(starts_on=starts_on, ends_on=end), month, tariff)
                if line.kind is PayKind.FEE)
            for end in ends
        ]  # fmt: skip
        assert sums[0] <= sums[1]


class TestSomebodyWhoMoves:
    @given(
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ABC"), st.integers(0, 1)), min_size=1, max_size=6),
        st.integers(1, 31),
    )
    def test_each_day_in_some_home_is_paid_once_in_whichever_and_however_often_they_lived(
        self, said: list[tuple[int, str, int]], leaving_from: int
    ) -> None:
        month, day, some = month_of("2024-04"), date(2024, 4, 1), []
        for number, (length, home_id, later) in enumerate(said):
            stay = Stay(starts_on=day, ends_on=day + timedelta(days=length))
            some.append(Lived(str(number), home_id, stay))
            day += timedelta(days=length + later)
        stays = paid_once(some, to_receiving=lambda moved_on: moved_on.day < leaving_from).values()
        paid = [one for stay in stays for one in paid_days(stay, month, make_tariff()) or ()]
        last = some[-1].stay.ends_on
        assert sorted(paid) == [one for one in days_of(month) if last is not None and one <= last]


def days_of(month: Month) -> Days:
    return Days(first=month.first, last=month.last)


class TestVisits:
    @settings(deadline=None)  # whoever asks first loads the calendar of holidays
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.randoms())
    def test_any_order_and_any_splitting_of_visits_pay_the_same(self, starts: list[int], random: object) -> None:
        first = date(2024, 3, 20)
        visits = [
            Visit(starts_on=first + timedelta(days=day), ends_on=first + timedelta(days=day + 2)) for day in starts
        ]
        single = [Visit(starts_on=day, ends_on=day) for one in visits for day in _days(one)]
        shuffled = sorted(single, key=lambda _: random.random())  # type: ignore[attr-defined]
        assert _paid(visits) == _paid(shuffled)


def _days(visit: Visit) -> list[date]:
    return [visit.starts_on + timedelta(days=number) for number in range((visit.ends_on - visit.starts_on).days + 1)]


def _paid(visits: Sequence[Visit]) -> list[tuple[str, Decimal]]:
    stay = Stay(starts_on=date(2024, 1, 1))
    visited = Visited(stay=stay, birth_date=date(2014, 1, 1), agreed=(make_terms(),), visits=visits)
    every = [contact_family.lines(visited, month_of(month), make_tariff()) for month in ("2024-03", "2024-04")]
    return [(str(line.kind), line.amount) for lines in every for line in lines]


class TestShares:
    @given(
        st.integers(-10_000_00, 10_000_00).map(lambda ore: Decimal(ore).scaleb(-2)),
        st.lists(st.integers(1, 100).map(Decimal), min_size=1, max_size=5),
    )
    def test_shares_are_the_whole(self, amount: Decimal, weights: list[Decimal]) -> None:
        parts = divided(amount, weights)
        assert sum(parts) == amount
        assert all(part == 0 or (part > 0) == (amount > 0) for part in parts)


#: What becomes known of a placement after the first run: its end, as it is said then; None: it goes on.
ends = st.none() | st.dates(date(2024, 3, 1), date(2024, 8, 31))


class TestRunsOverTime:
    @given(st.lists(ends, min_size=1, max_size=5))
    def test_whatever_is_said_of_the_end_all_runs_together_pay_what_holds_at_last_and_take_nothing_unasked(
        self, said: list[date | None]
    ) -> None:
        approved: list[Month] = []
        every: list[Entry] = []
        settled: dict[Month, list[Settled]] = {}
        month = month_of("2024-03")
        recoveries: dict[str, Decimal] = {}
        for ends_on in said:
            found = _run(month, ends_on, approved, settled, recoveries)
            assert sum((one.amount or Decimal(0) for one in found), Decimal(0)) >= 0
            _settle(found, month, recoveries)
            settled = as_settled(found, of=month, known=settled)
            every += found
            approved.append(month)
            month = month_with(add_months(month.first, 1))
        last = [one for one in every if one.agreement_id is not None and one.amount is not None]
        owed = sum((_owed(one, said[-1]) for one in approved), Decimal(0))
        assert sum((one.amount or Decimal(0) for one in last), Decimal(0)) == owed
        paid = sum((one.amount or Decimal(0) for one in every), Decimal(0))
        assert paid - owed == sum(recoveries.values(), Decimal(0))
        assert all(left >= 0 for left in recoveries.values())


def _run(
    month: Month,
    ends_on: date | None,
    approved: list[Month],
    settled: dict[Month, list[Settled]],
    recoveries: dict[str, Decimal],
) -> list[Entry]:
    outstanding = [
        Outstanding(recovery_id=name, payee_adult_id="anna", amount=left, pay_run_id=f"run-{name}")
        for name, left in sorted(recoveries.items())
    ]
    book = Book(
        home_id="home-1",
        agreements=(make_agreed(ends_on=ends_on),),
        outstanding={"anna": outstanding},
        settled=settled,
    )
    run = Run(month=month, tariffs={2024: make_tariff()}, codes=Codes(codes={}, channels={}), approved=approved)
    return list(reckon(book, run).entries)


def _settle(found: list[Entry], month: Month, recoveries: dict[str, Decimal]) -> None:
    """A recovery is known by the month of the run that it came about in."""
    for one in found:
        if one.kind == "recovery_carried" and one.amount is not None:
            name = one.recovery_id or month.text
            recoveries[name] = recoveries.get(name, Decimal(0)) + one.amount


def _owed(month: Month, ends_on: date | None) -> Decimal:
    agreed = make_agreed(ends_on=ends_on)
    lines = agreed.lines(month, make_tariff()) if agreed.runs_in(month) else []
    return sum((line.amount for line in lines), Decimal(0))
