"""Where a home is for counting distances: its own position; without one the middle of its postcode, as far as the
municipality has said where that is; else the middle of the municipality. Knows no table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.kernel.basics.geo import Place


class PlaceFrom(StrEnum):
    """From where it is known where a home is."""

    ADDRESS = "address"
    POSTCODE = "postcode"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class Middles:
    """What stands in for positions that are not known."""

    postcodes: Mapping[str, Place] = field(default_factory=dict)  #: by the five digits
    municipality: Place | None = None

    def of(self, postcode: str | None) -> tuple[Place | None, PlaceFrom]:
        """Where a home without a position is taken to be, if anywhere."""
        if postcode is not None and postcode in self.postcodes:
            return self.postcodes[postcode], PlaceFrom.POSTCODE
        return self.municipality, PlaceFrom.MUNICIPALITY
