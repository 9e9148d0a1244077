"""Who can take somebody tonight, in which order. Values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.kernel.basics.geo import Place
from services.placement.matching.codes import ObstacleCode, WarningCode
from services.placement.matching.points import Way, ways_from
from services.placement.matching.values import Caution, Contract, Obstacle, Period

CONCERN = Caution(code=WarningCode.OPEN_CONCERN, detail="There is a concern about the home that has not been settled.")
_HOST = Obstacle(
    code=ObstacleCode.HOST_NOT_CONSULTED,
    detail="The home lies in another municipality, which has to be informed and consulted first (SoL 22:6).",
)


class Ready(NamedTuple):
    """An emergency home whose approval covers the age today."""

    home_id: str
    places: int  #: for which it is approved as an emergency home that may say no
    contracted_places: int  #: and as a contracted one
    occupied: int
    night: bool  #: it may be called at night
    place: Place | None
    protected_identity: bool
    occupied_by_contract: int = 0
    contracts: tuple[Contract, ...] = ()
    host_to_consult: bool = False
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For whom a home is looked for, and from where. Where `coarse`, distances to a protected identity are told in
    steps."""

    today: date
    age: int | None = None
    children: int = 1
    near: Place | None = None
    coarse: bool = True


class Offered(NamedTuple):
    """One that has room, as it is shown."""

    home_id: str
    distance_km: float | None
    free_places: int
    must_accept: bool
    may_be_called_at_night: bool
    obstacles: tuple[Obstacle, ...]  #: what has to be done before it takes anybody


def who_can(homes: Iterable[Ready], asked: Asked) -> list[Offered]:
    """Those with room for all: first who can take them at once, of them who may be called, of them who must say yes,
    then the nearest."""
    way_to = ways_from(asked.near)
    found = (_offered(home, asked, way_to) for home in homes)
    return sorted((one for one in found if one.free_places >= asked.children), key=_order)


def free_tonight(home: Ready, asked: Asked) -> tuple[int, bool]:
    """The places that are free, and whether the home must say yes: within its contract, where that has room for all;
    else as an emergency home that may say no, where it is approved as one."""
    bound = _bound(home, asked)
    if bound >= asked.children:
        return bound, True
    return max(0, _left(home, home.places, asked.today)), False


def _bound(home: Ready, asked: Asked) -> int:
    """The places for which it is paid to be ready. Of a home of whose contract nobody has told the approval counts."""
    left = _left(home, home.contracted_places, asked.today)
    if not home.contracts:
        return left
    holding = [one for one in home.contracts if one.holds_on(asked.today)]
    places = [one.places for one in holding if asked.age is None or one.covers_age(asked.age)]
    return min(left, max(places, default=0) - home.occupied_by_contract)


def _left(home: Ready, places: int, today: date) -> int:
    """Of so many places those that are free, by the home's own word, too."""
    for period in home.periods:
        if period.first <= today <= period.last:
            places = min(places, period.places)
    return places - home.occupied


def _offered(home: Ready, asked: Asked, way_to: Way) -> Offered:
    free, must_accept = free_tonight(home, asked)
    return Offered(
        home_id=home.home_id,
        distance_km=way_to(home.place, asked.coarse and home.protected_identity),
        free_places=free,
        must_accept=must_accept,
        may_be_called_at_night=home.night,
        obstacles=(_HOST,) if home.host_to_consult else (),
    )


def _order(one: Offered) -> tuple[bool, bool, bool, bool, float, str]:
    distance = one.distance_km
    asks = (bool(one.obstacles), not one.may_be_called_at_night, not one.must_accept)
    return (*asks, distance is None, distance or 0.0, one.home_id)
