"""How large each municipality is, and which of its things are in which state: pure, so that a load knows what it may
ask without looking.

Everything has a number from 1 on, the oldest first; a thing's id is its kind and its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

YEARS = 3  #: that have been worked
CONTACTS = 6  #: of a mentorship
OPEN = 50  #: one in so many homes is investigated now, and has a child to find a home for
WAITING = 50  #: one in so many applications waits to be called or to be decided
MENTORS = 10  #: one in so many homes


@dataclass(frozen=True)
class Municipality:
    """One of the nation: its slug, how many have applied to it, how many are homes."""

    slug: str
    applications: int
    homes: int

    @property
    def waiting(self) -> range:
        """The applications that wait: the newest."""
        return range(self.applications - max(2, self.applications // WAITING) + 1, self.applications + 1)

    @property
    def opened(self) -> range:
        """The homes that are investigated now, and the children for whom a home is sought: the newest."""
        return range(self.homes - max(1, self.homes // OPEN) + 1, self.homes + 1)

    @property
    def approved(self) -> range:
        """The homes whose investigation has ended."""
        return range(1, self.opened.start)

    @property
    def mentors(self) -> int:
        """How many homes are mentor families: the oldest."""
        return max(1, len(self.approved) // MENTORS)


def shared_out(whole: int, shares: int) -> list[int]:
    """Nearly a whole number in so many parts, the n-th 1 / n of the first, as Sweden's municipalities nearly are (a
    sixth of all live in the largest); each has three at least."""
    weight = sum(1 / number for number in range(1, shares + 1))
    return [max(3, round(whole / number / weight)) for number in range(1, shares + 1)]


def municipalities(number: int, *, applications: int, homes: int) -> list[Municipality]:
    """The nation's, the largest first."""
    sizes = zip(shared_out(applications, number), shared_out(homes, number), strict=True)
    return [
        Municipality(f"kommun-{place:03}", max(applied, approved), approved)
        for place, (applied, approved) in enumerate(sizes, 1)
    ]


def tenants(some: Sequence[Municipality]) -> str:
    """The file of municipalities in which they stand (`HEMVIST_TENANTS_FILE`)."""
    return "\n".join(
        f'[[tenant]]\nslug = "{one.slug}"\nmunicipality_code = "{1000 + place}"\nname = "Kommun {place}"\n'
        f'contact = {{ email = "{one.slug}@kommun.example", phone = "+46191000" }}\n'
        'identity_provider = { kind = "development" }\n'
        for place, one in enumerate(some, 1)
    )


def named(kind: str, number: int) -> str:
    """The id of a thing; ids sort by age."""
    return f"{kind}-{number:07}"
