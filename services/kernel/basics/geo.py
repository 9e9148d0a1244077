"""Distances over the ground between two positions in WGS84. Knows no addresses and asks no map service."""

from collections.abc import Callable
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

#: The earth's mean radius (International Union of Geodesy and Geophysics), kilometres.
_EARTH_RADIUS_KM = 6371.0088


class Place(NamedTuple):
    """A position in WGS84, decimal degrees."""

    latitude: float
    longitude: float


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The great-circle distance in kilometres between two (latitude, longitude), by the haversine formula."""
    return distances_from(here)(there)


def distances_from(here: tuple[float, float]) -> Callable[[tuple[float, float]], float]:
    """The same from one place to many."""
    latitude_here, longitude_here = map(radians, here)
    narrows_here = cos(latitude_here)

    def distance_to(there: tuple[float, float]) -> float:
        latitude_there, longitude_there = radians(there[0]), radians(there[1])
        haversine = (
            sin((latitude_there - latitude_here) / 2) ** 2
            + narrows_here * cos(latitude_there) * sin((longitude_there - longitude_here) / 2) ** 2
        )
        # Rounding can push opposite points a hair past 1, where the arcsine ends.
        return 2 * _EARTH_RADIUS_KM * asin(sqrt(min(1.0, haversine)))

    return distance_to
