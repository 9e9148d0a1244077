"""Who can take somebody tonight, in which order. Values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from services.kernel.basics.geo import Place, distance_km
from services.placement.matching.codes import WarningCode
from services.placement.matching.values import Caution, Period

_COARSE_KM = 10  #: as in matching: of a protected identity a distance finds nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An emergency home whose approval covers the age today."""

    home_id: str
    places: int
    occupied: int
    contracted: bool
    night: bool  #: it may be called at night
    place: Place | None
    protected_identity: bool
    periods: tuple[Period, ...] = ()
    last_asked_at: datetime | None = None
    open_concern: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One that has room, as it is shown."""

    home_id: str
    distance_km: float | None
    free_places: int
    must_accept: bool
    may_be_called_at_night: bool
    last_asked_at: datetime | None
    warnings: tuple[Caution, ...]


def who_can(homes: Iterable[Ready], *, children: int, near: Place | None, today: date, coarse: bool) -> list[Offered]:
    """Those with room for so many tonight: first who may be called, of them who must say yes, then the nearest. Where
    `coarse`, distances to a protected identity are told in steps."""
    found = [
        _offered(home, free, near, coarse=coarse) for home in homes if (free := free_tonight(home, today)) >= children
    ]
    return sorted(found, key=_order)


def free_tonight(home: Ready, today: date) -> int:
    """The places that are free, by the approval and by the home's own word."""
    said = [period.places for period in home.periods if period.first <= today <= period.last]
    return max(0, min([home.places, *said]) - home.occupied)


def _offered(home: Ready, free: int, near: Place | None, *, coarse: bool) -> Offered:
    concern = Caution(
        code=WarningCode.OPEN_CONCERN, detail="There is a concern about the home that has not been settled."
    )
    return Offered(
        home_id=home.home_id,
        distance_km=_distance(home, near, coarse=coarse),
        free_places=free,
        must_accept=home.contracted,
        may_be_called_at_night=home.night,
        last_asked_at=home.last_asked_at,
        warnings=(concern,) if home.open_concern else (),
    )


def _distance(home: Ready, near: Place | None, *, coarse: bool) -> float | None:
    if near is None or home.place is None:
        return None
    distance = distance_km(near, home.place)
    if coarse and home.protected_identity:
        return float(_COARSE_KM * max(1, ceil(distance / _COARSE_KM)))
    return round(distance, 1)


def _order(one: Offered) -> tuple[bool, bool, bool, float, str]:
    distance = one.distance_km
    return (not one.may_be_called_at_night, not one.must_accept, distance is None, distance or 0.0, one.home_id)
