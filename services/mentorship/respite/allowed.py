"""Whether a home's approval, and who lives there, allow it to give respite. Values in, values out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from services.mentorship.respite.nights import Lives, Span, most_taken
from services.vocabulary.assignments import Assignment

#: Who may take other homes' children for some nights: a contact person takes nobody home.
GIVING = frozenset(
    {
        Assignment.FAMILY_HOME,
        Assignment.EMERGENCY_HOME,
        Assignment.CONTRACTED_EMERGENCY_HOME,
        Assignment.CONTACT_FAMILY,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an approval allows."""

    assignments: frozenset[str]
    age_from: int
    age_to: int
    places: int
    valid_from: date
    valid_until: date
    holds: bool

    @property
    def is_for_one(self) -> bool:
        """Whether it is for a named child only, as that of a network home is, whatever else it is approved for."""
        return Assignment.NETWORK_HOME in self.assignments


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """For how many children of which ages, on which days."""

    children: int
    age_from: int
    age_to: int
    starts_on: date
    ends_on: date


def allows(approvals: Iterable[Bounds], wanted: Wanted, lives: Collection[Lives] = ()) -> bool:
    """Whether one of the approvals allows it whole, beside those who live in the home: they take its places, too."""
    places = wanted.children + most_taken(lives, Span(wanted.starts_on, wanted.ends_on))
    return any(_allows(one, wanted, places) for one in approvals)


def _allows(one: Bounds, wanted: Wanted, places: int) -> bool:
    return (
        one.holds
        and not one.is_for_one
        and bool(one.assignments & GIVING)
        and one.age_from <= wanted.age_from
        and wanted.age_to <= one.age_to
        and places <= one.places
        and one.valid_from <= wanted.starts_on
        and wanted.ends_on <= one.valid_until
    )
