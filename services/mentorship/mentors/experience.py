"""Whether a home is experienced enough to be a mentor family: earlier assignments or time (Stockholm, Örebro: an
experienced home). Knows days and months only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.kernel.basics.days import add_months


class MentorModel(StrEnum):
    """How a mentor family is engaged."""

    VOLUNTARY = "voluntary"  #: as in Örebro: an ordinary home, not employed
    CONTRACTED = "contracted"  #: as in Stockholm: with an agreement of its own


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment that a home has had: its last day, and whether it broke down."""

    ends_on: date | None
    broke_down: bool = False

    def ended_well(self, today: date) -> bool:
        """Whether it is over, and ended as was meant."""
        return self.ends_on is not None and self.ends_on < today and not self.broke_down


def is_experienced(approved_on: date | None, had: Iterable[Assigned], *, months: int, today: date) -> bool:
    """Whether the first approval is so many months old, or an assignment has ended well."""
    is_old = approved_on is not None and add_months(approved_on, months) <= today
    return is_old or any(one.ended_well(today) for one in had)
