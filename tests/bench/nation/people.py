"""Who lives in the nation: personal numbers and names by place, the same in each municipality."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tests.bench.search import Names
from tests.prove.family import an_adult

CHILD = "201701012393"  #: every placed child is this one: what is asked of a child does not look for its number


@dataclass(frozen=True)
class Person:
    """Somebody grown up."""

    number: str
    given: str
    family: str


@cache
def people(count: int) -> Sequence[Person]:
    """So many different people; the first are the same however many there are."""
    names = Names(1)
    return [Person(an_adult(place), *names.draw()) for place in range(count)]
