"""Who lives in the nation: personal numbers and names by place, the same in each municipality."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.search import Names
from tests.prove.family import an_adult


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody grown up."""

    number: str
    given: str
    family: str


_NAMES, _KNOWN = Names(1), list[Person]()


def people(count: int) -> Sequence[Person]:
    """So many different people at least; the first are the same however many there are."""
    _KNOWN.extend(Person(an_adult(place), *_NAMES.draw()) for place in range(len(_KNOWN), count))
    return _KNOWN
