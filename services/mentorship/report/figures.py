"""The figures of the network, area by area, from what is known of each home in it. Pure: values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from services.mentorship.report.masking import SMALL, hidden_cells, hidden_rows

PARTS = ("day", "evening", "weekend")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFigures:
    """What a period has to say of one home of the network."""

    area: str | None  #: of its mentor
    in_network: bool
    offered: bool
    accepted: bool
    days_to_first_contact: int | None = None
    contacts: dict[str, int] = field(default_factory=dict)
    gatherings: frozenset[str] = frozenset()  #: the ids of those that somebody of it was at
    attendance: int = 0
    respite_nights: int = 0
    was_there: bool = False  #: in the network when the period began
    stayed: bool = False  #: and has an assignment when it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFigures:
    """What a period has to say of an area; null where it is masked."""

    area: str | None
    homes: int | None
    offered: int | None
    accepted: int | None
    days_to_first_contact: float | None
    contacts: dict[str, int] | None
    gatherings: int | None
    attendance: int | None
    respite_nights: int | None
    homes_at_start: int | None
    homes_that_stayed: int | None
    masked: bool = False


NOTHING: dict[str, Any] = dict.fromkeys(
    (
        *("homes", "offered", "accepted", "days_to_first_contact", "contacts", "gatherings", "attendance"),
        *("respite_nights", "homes_at_start", "homes_that_stayed"),
    )
)
#: What counts homes, and of what each is a part.
_COUNTS = (
    ("homes", "homes"),
    ("offered", "offered"),
    ("accepted", "offered"),
    ("homes_at_start", "homes_at_start"),
    ("homes_that_stayed", "homes_at_start"),
)
#: What the homes that had a mentor did: hidden with their number, or a single one's would stand there.
_DONE = dict.fromkeys(("contacts", "gatherings", "attendance", "respite_nights"))


def by_area(homes: Iterable[HomeFigures]) -> tuple[list[AreaFigures], AreaFigures]:
    """Each area's figures in the order of their names, those without one last, and those of all; masked."""
    every = list(homes)
    names = sorted({one.area for one in every}, key=lambda area: (area is None, area or ""))
    areas = [_summed(area, [one for one in every if one.area == area]) for area in names]
    sizes = [sum(one.area == area for one in every) for area in names]
    return masked(areas, _summed(None, every), sizes)


def masked(
    areas: Sequence[AreaFigures], total: AreaFigures, sizes: Sequence[int]
) -> tuple[list[AreaFigures], AreaFigures]:
    """The same without what speaks of small groups; `sizes` are the homes that an area's figures are about."""
    rows, hides_sums = hidden_rows(sizes)
    shown = [replace(area, **NOTHING, masked=True) if place in rows else area for place, area in enumerate(areas)]
    if hides_sums:
        total = replace(total, **NOTHING, masked=True)
    for name, whole in _COUNTS:
        counts, wholes = [getattr(area, name) for area in areas], [getattr(area, whole) for area in areas]
        cells, hides_sum = hidden_cells(counts, wholes)
        shown = [_without(area, name) if place in cells else area for place, area in enumerate(shown)]
        total = _without(total, name) if hides_sum else total
    return shown, total


def _without(area: AreaFigures, name: str) -> AreaFigures:
    beside: dict[str, Any] = _DONE if name == "homes" else {}
    return replace(area, **{name: None}, **beside, masked=True)


def _summed(area: str | None, homes: Sequence[HomeFigures]) -> AreaFigures:
    days = [one.days_to_first_contact for one in homes if one.days_to_first_contact is not None]
    return AreaFigures(
        area=area,
        homes=sum(one.in_network for one in homes),
        offered=sum(one.offered for one in homes),
        accepted=sum(one.accepted for one in homes),
        days_to_first_contact=round(float(median(days)), 1) if len(days) >= SMALL else None,
        contacts={part: sum(one.contacts.get(part, 0) for one in homes) for part in PARTS},
        gatherings=len(frozenset().union(*(one.gatherings for one in homes))),
        attendance=sum(one.attendance for one in homes),
        respite_nights=sum(one.respite_nights for one in homes),
        homes_at_start=sum(one.was_there for one in homes),
        homes_that_stayed=sum(one.was_there and one.stayed for one in homes),
    )
