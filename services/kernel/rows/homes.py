"""Whose a row is: what a home's own user may reach. Whoever acts for a home reaches rows of that home and no other row,
also of the same municipality, whatever the code of an operation forgets.

A mapped class whose rows belong to homes is `OfHome`; the class that says who lives in which home is a `Resident`.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped

from services.kernel.rows.people import Findable


class Resident(Findable):
    """That a person lives in a home. A service that homes may ask has one class of it."""

    home_id: Mapped[str]


class OfHome:
    """A row of a home, or of several. Others are as good as not there for whoever acts for a home."""

    @property
    def of_homes(self) -> Collection[str | None]:
        """The ids of the homes that it belongs to."""
        return (self.home_id,)  # type: ignore[attr-defined]  # where it is called otherwise, the class says so


def homes_of_resident(row_type: Any, lookup: bytes) -> Select[str]:
    """The homes in which a person lives, by the class of residents that belongs to the same service as `row_type`."""
    residents = [mapper.class_ for mapper in row_type.registry.mappers if issubclass(mapper.class_, Resident)]
    if len(residents) != 1:
        raise TypeError(f"{row_type.__name__}: its service has {len(residents)} classes of residents")
    return select(residents[0].home_id).where(residents[0].lookup == lookup)
