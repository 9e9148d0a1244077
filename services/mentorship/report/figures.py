"""The figures of the network, area by area, from what is known of each home in it. Pure: values in, values out."""

from collections.abc import Callable, Iterable, Sequence
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
    contacts: dict[str, int | None] | None
    gatherings: int | None
    attendance: int | None
    respite_nights: int | None
    homes_at_start: int | None
    homes_that_stayed: int | None
    masked: bool = False


#: Every figure.
_FIGURES = (
    *("homes", "offered", "accepted", "days_to_first_contact", "contacts", "gatherings", "attendance"),
    *("respite_nights", "homes_at_start", "homes_that_stayed"),
)
#: What counts homes, and of what each is a part.
_COUNTS = (
    ("homes", "homes"),
    ("offered", "offered"),
    ("accepted", "offered"),
    ("homes_at_start", "homes"),  # the rest came in the period
    ("homes_that_stayed", "homes_at_start"),
)
#: What the homes that had a mentor did: hidden with their number, or a single one's would stand there.
_DONE = ("contacts", "gatherings", "attendance", "respite_nights")
#: And where few homes did it, whatever their number is: which figures, and how much of it one home did.
_DOERS: tuple[tuple[tuple[str, ...], Callable[[HomeFigures], int]], ...] = (
    *(((f"contacts.{part}",), lambda one, part=part: one.contacts.get(part, 0)) for part in PARTS),
    (("gatherings", "attendance"), lambda one: one.attendance),
    (("respite_nights",), lambda one: one.respite_nights),
)


def by_area(homes: Iterable[HomeFigures]) -> tuple[list[AreaFigures], AreaFigures]:
    """Each area's figures in the order of their names, those without one last, and those of all; masked."""
    every = list(homes)
    names = sorted({one.area for one in every}, key=lambda area: (area is None, area or ""))
    groups = [[one for one in every if one.area == area] for area in names]
    summed = [_summed(area, group) for area, group in zip(names, groups, strict=True)]
    *areas, total = _masked([*summed, _summed(None, every)], groups)
    return areas, total


def _masked(table: Sequence[AreaFigures], groups: Sequence[Sequence[HomeFigures]]) -> list[AreaFigures]:
    """The figures of the areas, whose homes the groups are, and last of all, without what speaks of small groups."""
    areas, shown = table[:-1], list(table)
    _hide(shown, _FIGURES, hidden_rows(list(map(len, groups))))
    for name, whole in _COUNTS:
        counts, wholes = [getattr(area, name) for area in areas], [getattr(area, whole) for area in areas]
        _hide(shown, (name, *(_DONE if name == "homes" else ())), hidden_cells(counts, wholes))
    for names, done in _DOERS:
        _hide(shown, names, hidden_rows([sum(done(one) > 0 for one in group) for group in groups]))
    return shown


def _hide(shown: list[AreaFigures], names: Sequence[str], hidden: tuple[frozenset[int], bool]) -> None:
    """Hides figures in some rows and, where it is said, in the last one, which is of all."""
    rows, hides_sum = hidden
    for place in [*rows, *([len(shown) - 1] if hides_sum else [])]:
        for name in names:
            shown[place] = _without(shown[place], name)


def _without(area: AreaFigures, name: str) -> AreaFigures:
    column, _, part = name.partition(".")
    found = getattr(area, column)
    left: Any = {**found, part: None} if part and found is not None else None
    return replace(area, **{column: left}, masked=True)


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
