"""Contact families (kontaktfamiljer): a fee and a reimbursement for each day of a visit that was confirmed. Friday
evening is half a day; Saturdays, Sundays and public holidays have double fee, of a stay that is longer than two weeks
only as far as its first fourteen days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.compensation.pay.days import ONE_DAY, Days, Stay, band_on
from services.compensation.pay.lines import PayKind, PayLine, counted, written
from services.compensation.pay.terms import Payee, Terms, terms_on
from services.compensation.tariffs.tariff import ContactFamilyPart, Tariff, band_of, level_of
from services.kernel.basics.days import Month, month_with
from services.kernel.basics.money import to_ore
from services.kernel.basics.working_days import is_holiday_eve, is_public_holiday

_SATURDAY = 5
_WHOLE, _HALF, _NOTHING = Decimal(1), Decimal("0.5"), Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Days that were reported and confirmed, the first and the last included."""

    starts_on: date
    ends_on: date
    half_first_day: bool = False
    half_last_day: bool = False
    reported_on: date | None = None  #: None: not before the run that first knows of it
    is_paid: bool = True  #: False: reported too late; its days are days of the stay all the same

    def months(self) -> Iterator[Month]:
        """The months that it touches."""
        month = month_with(self.starts_on)
        while month.first <= self.ends_on:
            yield month
            month = month.next()

    def day(self, day: date) -> Decimal:
        """How much of a day it is paid."""
        if not self.is_paid:
            return _NOTHING
        is_half = (self.half_first_day and day == self.starts_on) or (self.half_last_day and day == self.ends_on)
        return _HALF if is_half else _WHOLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Visited:
    """A contact family's assignment, and the visits of it. Days outside it, as when its end is told late, are none."""

    stay: Stay  #: from when to when the assignment runs
    birth_date: date
    agreed: Sequence[Terms]
    visits: Sequence[Visit]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Day:
    """A day of a stay: how much of it, how many times the fee, and the daily rates."""

    day: date
    part: Decimal
    times: int
    fee: Decimal
    cost: Decimal
    words: str  #: where the reimbursement comes from
    payees: Sequence[Payee]


def lines(visited: Visited, month: Month, tariff: Tariff) -> list[PayLine]:
    """What the days of one month are paid, stay by stay. Raises `Unpayable` where the tariff does not say."""
    part = tariff.part(tariff.contact_family, "contact_family")
    found: list[PayLine] = []
    for stay in stays(visited):
        every = [_rated(visited, stay, day, tariff, part) for day in sorted(stay) if day in month and stay[day]]
        for some in _alike(every):
            found += _lines(some)
    return found


def stays(visited: Visited) -> Iterator[dict[date, Decimal]]:
    """The days of each continuous stay, and how much of each is paid: visits on adjoining days are one stay, whether
    they are paid or not. A day that was reported twice is one day."""
    days: dict[date, Decimal] = {}
    running = Days(first=visited.stay.starts_on, last=visited.stay.ends_on or date.max)
    for visit in visited.visits:
        for day in Days(first=visit.starts_on, last=visit.ends_on).within(running) or ():
            days[day] = max(days.get(day, _NOTHING), visit.day(day))
    stay: dict[date, Decimal] = {}
    for day in sorted(days):
        if stay and day - ONE_DAY not in stay:
            yield stay
            stay = {}
        stay[day] = days[day]
    if stay:
        yield stay


def _rated(visited: Visited, stay: dict[date, Decimal], day: date, tariff: Tariff, part: ContactFamilyPart) -> _Day:
    terms = terms_on(visited.agreed, day)
    band = band_on(visited.birth_date, day, tariff.birthday_rule)
    percent = level_of(band_of(part.cost_percent, band, "cost per day"), terms.cost_level, "cost per day")
    return _Day(
        day=day,
        part=stay[day],
        times=2 if _is_double(stay, day, part) else 1,
        fee=level_of(band_of(part.fee_per_day, band, "fee per day"), terms.fee_level, "fee per day"),
        cost=tariff.daily(percent),
        words=f"{band.swedish}: {tariff.cost_words(percent, divided_by=365)}",
        payees=terms.payees,
    )


def _is_double(stay: dict[date, Decimal], day: date, part: ContactFamilyPart) -> bool:
    number = (day - min(stay)).days + 1  # the day of arrival is the first, also as half a day
    if len(stay) > part.double_pay_limit_days and number > part.double_pay_limit_days:
        return False
    return pays_double(day, part)


def pays_double(day: date, part: ContactFamilyPart) -> bool:
    """Whether a day has double fee: Saturdays, Sundays, public holidays; eves where the tariff says so."""
    return day.weekday() == _SATURDAY or is_public_holiday(day) or (part.eves_pay_double and is_holiday_eve(day))


def _alike(every: Sequence[_Day]) -> Iterator[list[_Day]]:
    """Consecutive days with the same rates and payees."""
    some: list[_Day] = []
    for one in every:
        if some and not _goes_on(one, some[-1]):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _goes_on(one: _Day, before: _Day) -> bool:
    is_alike = (one.fee, one.cost, one.payees) == (before.fee, before.cost, before.payees)
    return is_alike and one.day - ONE_DAY == before.day


def _lines(some: Sequence[_Day]) -> Iterator[PayLine]:
    days = sum((one.part for one in some), Decimal(0))
    units = sum((one.part * one.times for one in some), Decimal(0))
    first, last, fee, cost = some[0].day, some[-1].day, some[0].fee, some[0].cost
    twice = ", dubbelt lördag, söndag och helgdag" if units != days else ""
    for kind, number, rate, words in (
        (PayKind.CONTACT_FAMILY_FEE, units, fee, f"arvodesdagar à {written(fee)} kr ({counted(days)} dagar{twice})"),
        (PayKind.CONTACT_FAMILY_COST, days, cost, f"dagar à {written(cost)} kr ({some[0].words})"),
    ):
        yield PayLine(
            kind=kind,
            period_from=first,
            period_to=last,
            quantity=number,
            unit_amount=rate,
            amount=to_ore(number * rate),
            explanation=f"{counted(number)} {words}",
        )
