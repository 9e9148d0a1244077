"""Free places by assignment and age. Numbers in, numbers out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from services.vocabulary.assignments import Assignment

AGES = ((0, 6), (7, 12), (13, 17), (18, 20))  #: both included; whoever is older is counted with the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a home is approved for today by one approval."""

    home_id: str
    assignments: Collection[str]
    age_from: int
    age_to: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a contracted emergency home is contracted for on a day, and how many of these places are free."""

    age_from: int
    age_to: int
    free: int


def free_places(
    offers: Iterable[Offered], occupied: Counter[str], bound: Mapping[str, Collection[Bound]]
) -> Counter[tuple[str, int, int]]:
    """The places that are free by assignment, first age and last age. `occupied` are the places taken in each home,
    whatever for; `bound` are the contracts that hold, of each home of which anybody has told one. A home with two
    approvals for one thing has the places of the larger one."""
    best: Counter[tuple[str, str, int, int]] = Counter()
    for offer in offers:
        left = offer.places - occupied[offer.home_id]
        for assignment in offer.assignments:
            for ages, free in _parts(offer, assignment, left, bound):
                key = (offer.home_id, assignment, *ages)
                best[key] = max(best[key], free)
    found: Counter[tuple[str, int, int]] = Counter()
    for (_, assignment, first, last), left in best.items():
        if left > 0:
            found[assignment, first, last] += left
    return found


def _parts(
    offer: Offered, assignment: str, left: int, bound: Mapping[str, Collection[Bound]]
) -> Iterable[tuple[tuple[int, int], int]]:
    """The ages of an approval with what is left for them: for a contracted home as far as its contract goes, too."""
    if assignment != Assignment.CONTRACTED_EMERGENCY_HOME or offer.home_id not in bound:
        yield from ((ages, left) for ages in _ages_of(offer.age_from, offer.age_to))
        return
    for one in bound[offer.home_id]:
        for ages in _ages_of(max(offer.age_from, one.age_from), min(offer.age_to, one.age_to)):
            yield ages, min(left, one.free)


def _ages_of(age_from: int, age_to: int) -> Iterable[tuple[int, int]]:
    oldest = AGES[-1]
    for ages in AGES:
        reaches = age_to >= max(ages[0], age_from)
        if reaches and (age_from <= ages[1] or ages is oldest):
            yield ages
