"""When a child of the home is an adult who lives there, and is looked up as every other one. Values in, values out."""

from collections.abc import Iterable
from datetime import date

from services.vocabulary.people import MAJORITY


def of_age_on(birth_years: Iterable[int], today: date) -> date | None:
    """The last day of the year in which the oldest of them comes of age, from the first day of that year on: of a child
    the file knows no more than the year."""
    year = min(birth_years, default=today.year) + MAJORITY
    return date(year, 12, 31) if year <= today.year else None
