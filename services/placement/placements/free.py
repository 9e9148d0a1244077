"""Free places by assignment and age. Numbers in, numbers out."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

AGES = ((0, 6), (7, 12), (13, 17), (18, 20))  #: both included; whoever is older is counted with the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a home is approved for today by one approval."""

    home_id: str
    assignments: Collection[str]
    age_from: int
    age_to: int
    places: int


def free_places(offers: Iterable[Offered], occupied: Counter[str]) -> Counter[tuple[str, int, int]]:
    """The places that are free by assignment, first age and last age. `occupied` are the places taken in each home,
    whatever for. A home with two approvals for one thing has the places of the larger one."""
    best: Counter[tuple[str, str, int, int]] = Counter()
    for offer in offers:
        left = offer.places - occupied[offer.home_id]
        for assignment in offer.assignments:
            for first, last in _ages_of(offer):
                key = (offer.home_id, assignment, first, last)
                best[key] = max(best[key], left)
    found: Counter[tuple[str, int, int]] = Counter()
    for (_, assignment, first, last), left in best.items():
        if left > 0:
            found[assignment, first, last] += left
    return found


def _ages_of(offer: Offered) -> Iterable[tuple[int, int]]:
    oldest = AGES[-1]
    for ages in AGES:
        reaches = offer.age_to >= ages[0]
        if reaches and (offer.age_from <= ages[1] or ages is oldest):
            yield ages
