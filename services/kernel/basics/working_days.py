"""Swedish working days and holidays, as the law counts them for statutory time. Knows no clock.

Public holidays are the Act's (1989:253), Sundays among them. Where a time ends, Saturdays, Midsummer Eve, Christmas Eve
and New Year's Eve count as holidays too: the Act (1930:173) on the computation of statutory time, section 2.
"""

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_FRIDAY, _SUNDAY = 4, 6


def is_public_holiday(day: date) -> bool:
    """Whether it is a Sunday or another public holiday (allmän helgdag: Act 1989:253)."""
    return day.weekday() == _SUNDAY or day in _known(day.year, "public")


def is_holiday_eve(day: date) -> bool:
    """Whether it is Midsummer Eve, Christmas Eve or New Year's Eve, which are holidays by other laws than their own."""
    return day in _known(day.year, "de_facto")


def is_working_day(day: date) -> bool:
    """Whether a time that ends on that day ends there (vardag: Act 1930:173, section 2)."""
    return day.weekday() <= _FRIDAY and not is_public_holiday(day) and not is_holiday_eve(day)


def working_day_on_or_after(day: date) -> date:
    """The day, or the next working day: where a time ends that would end on a holiday."""
    return _first_working_day(day, _DAY)


def working_day_on_or_before(day: date) -> date:
    """The day, or the last working day before it: when that must be done which is to be there on a holiday."""
    return _first_working_day(day, -_DAY)


def add_working_days(day: date, number: int) -> date:
    """The working day that is so many after the day, which is not counted itself; before it when negative.

    Nought is the day itself, be it a working day or not.
    """
    step = _DAY if number > 0 else -_DAY
    for _ in range(abs(number)):
        day = _first_working_day(day + step, step)
    return day


def _first_working_day(day: date, step: timedelta) -> date:
    while not is_working_day(day):
        day += step
    return day


@cache
def _known(year: int, category: str) -> frozenset[date]:
    """The year's holidays of one of the package's categories; only some of the Sundays are among them."""
    # Loads every country of the world, 12 MB and 0.1 s: paid by the processes that ask, when they first do.
    from holidays.countries.sweden import Sweden  # noqa: PLC0415

    if year < Sweden.start_year:
        raise ValueError(f"the holidays of {year} are not known")
    return frozenset(Sweden(years=year, categories=category))
