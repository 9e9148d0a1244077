"""Which terms of an agreement hold on a day: one rule, for what is paid and for what is told."""

from dataclasses import dataclass
from datetime import date

import pytest

from services.compensation.pay.terms import in_order, terms_on


@dataclass(frozen=True)
class Version:
    number: int
    since: date


FIRST = Version(0, date(2024, 4, 1))
IN_JUNE, IN_MAY = Version(1, date(2024, 6, 1)), Version(2, date(2024, 5, 1))
BEFORE_THE_FIRST_DAY, IN_JUNE_AGAIN = Version(3, date(2024, 3, 20)), Version(4, date(2024, 6, 1))


@pytest.mark.parametrize(
    ("agreed", "day", "holds"),
    [
        ([IN_JUNE, FIRST], date(2024, 5, 31), FIRST),
        ([IN_JUNE, FIRST], date(2024, 6, 1), IN_JUNE),
        ([IN_JUNE, IN_MAY, FIRST], date(2024, 5, 1), IN_MAY),
        ([IN_JUNE, IN_MAY, FIRST], date(2024, 6, 1), IN_JUNE),
        ([BEFORE_THE_FIRST_DAY, FIRST], date(2024, 4, 1), BEFORE_THE_FIRST_DAY),
        ([IN_JUNE_AGAIN, IN_JUNE, FIRST], date(2024, 6, 1), IN_JUNE_AGAIN),
        ([FIRST], date(2024, 1, 1), FIRST),
    ],
    ids=[
        "the day before an amendment",
        "its first day",
        "one agreed later that holds earlier",
        "and ends where the other begins",
        "one from a day before the first ones",
        "of two from one day the later",
        "the first ones from the beginning",
    ],
)
def test_an_amendment_holds_from_its_day_on_until_the_next_one(
    agreed: list[Version], day: date, holds: Version
) -> None:
    assert terms_on(in_order(agreed), day) is holds
