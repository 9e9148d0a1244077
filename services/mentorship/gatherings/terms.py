"""Terms of a year, in each of which a municipality brings its homes together: spring to the end of June, autumn to the
end of the year."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """A half of a year."""

    year: int
    name: str  #: spring or autumn

    @property
    def id(self) -> str:
        """`2026-autumn`."""
        return f"{self.year}-{self.name}"

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.name == "spring" else 7, 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.name == "spring" else date(self.year, 12, 31)


def term_of(day: date) -> Term:
    """The term in which a day lies."""
    return Term(day.year, "spring" if day.month <= 6 else "autumn")
