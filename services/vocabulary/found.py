"""People by whom something is found, as mapped classes keep them. For models only: contracts speak of `people`."""

from typing import ClassVar

from services.kernel.rows.people import Person
from services.kernel.rows.search import KnownBy, Lookup, Searchable
from services.vocabulary.people import full_name


class Found(Person, Searchable):
    """A person who is found by name and number."""

    searched_by: ClassVar[tuple[str, ...]] = ("person", "lookup")

    def known_by(self, lookup: Lookup) -> KnownBy:  # noqa: ARG002
        """The names, as far as they are known, and the number."""
        return KnownBy(names=(full_name(self.person),) if self.person else (), lookups=(self.lookup,))


class FoundInHome(Found):
    """An adult by whom a home is found."""

    found_as = "home"
    searched_by = ("person", "lookup", "home_id")

    @property
    def found_id(self) -> str:
        """The home."""
        home_id: str = self.home_id  # type: ignore[attr-defined]  # each of them has one
        return home_id
