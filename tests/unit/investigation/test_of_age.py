"""By when a child of the home is an adult."""

from datetime import date

import pytest

from services.investigation.homes.of_age import of_age_on


@pytest.mark.parametrize(
    ("years", "today", "by"),
    [
        ([], date(2027, 1, 1), None),
        ([2009], date(2026, 12, 31), None),
        ([2009], date(2027, 1, 1), date(2027, 12, 31)),
        ([2015, 2009, 2010], date(2027, 1, 1), date(2027, 12, 31)),
        ([2009], date(2028, 2, 29), date(2027, 12, 31)),
    ],
)
def test_the_oldest_is_one_by_the_end_of_the_year_that_has_begun(
    years: list[int], today: date, by: date | None
) -> None:
    assert of_age_on(years, today) == by
