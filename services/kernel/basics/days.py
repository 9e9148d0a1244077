"""Calendar days, months and ages, counted as the law counts them. Knows no clock: what day it is comes from outside."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_WRITTEN_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Month:
    """One month of the calendar."""

    year: int
    #: 1 is January.
    number: int

    def __post_init__(self) -> None:
        """Refuse a month that the calendar does not have."""
        date(self.year, self.number, 1)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, self.days)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def days_of_year(self) -> int:
        """365, or 366 in a leap year."""
        return 366 if calendar.isleap(self.year) else 365

    @property
    def text(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def next(self) -> "Month":
        """The month after this one."""
        return month_with(add_months(self.first, 1))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def month_of(text: str) -> Month:
    """The month that is written `2026-06`."""
    written = _WRITTEN_MONTH.fullmatch(text)
    if not written:
        raise ValueError(f"a month is written as 2026-06, not as {text!r}")
    return Month(year=int(written[1]), number=int(written[2]))


def month_with(day: date) -> Month:
    """The month in which the day lies."""
    return Month(year=day.year, number=day.month)


def add_months(day: date, months: int) -> date:
    """The day with the same number so many months later, or the month's last day where that number is missing.

    The Act (1930:173) on the computation of statutory time, section 1.
    """
    year, month_index = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    month = Month(year=year, number=month_index + 1)
    return date(month.year, month.number, min(day.day, month.days))


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February in a common year (Act 1930:173, section 1)."""
    return add_months(day, years * _MONTHS_A_YEAR)


def age_on(birth_date: date, day: date) -> int:
    """Whole years lived on that day; a year is complete on the anniversary itself."""
    if day < birth_date:
        raise ValueError("nobody has an age before being born")
    years = day.year - birth_date.year
    return years if anniversary(birth_date, years) <= day else years - 1
