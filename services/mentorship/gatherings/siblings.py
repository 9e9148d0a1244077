"""Homes in which siblings live apart: both are to be invited. Knows ids of needs and homes, and nobody's name."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lives:
    """That somebody lives in a home: by which need, and the need of which sibling that names."""

    home_id: str
    request_id: str
    sibling_of: str | None


def apart(lives: Iterable[Lives]) -> list[tuple[str, ...]]:
    """The homes of each group of siblings who live in more than one, in order."""
    every = list(lives)
    groups = _groups(every)
    homes: dict[str, set[str]] = {}
    for one in every:
        homes.setdefault(groups[one.request_id], set()).add(one.home_id)
    return sorted({tuple(sorted(found)) for found in homes.values() if len(found) > 1})


def _groups(lives: Iterable[Lives]) -> dict[str, str]:
    """Of each need the one that stands for its group of siblings."""
    leads: dict[str, str] = {}

    def lead(request_id: str) -> str:
        while leads.setdefault(request_id, request_id) != request_id:
            request_id = leads[request_id]
        return request_id

    for one in lives:
        own = lead(one.request_id)
        if one.sibling_of is not None:
            leads[own] = lead(one.sibling_of)
    return {request_id: lead(request_id) for request_id in list(leads)}
