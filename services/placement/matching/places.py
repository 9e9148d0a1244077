"""Which approvals cover a person, under which of them the stay counts, and how many places the home has left. Values
in, values out.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from services.placement.matching.values import ApprovedFor, HomeOffer, Need, Taken
from services.placement.placements.occupancy import Stay, taken_on

_DAY = timedelta(days=1)


class Left(NamedTuple):
    """What a home has left on a day."""

    free: int
    on: date
    taken: int
    places: int


def counts_under(covering: Iterable[ApprovedFor]) -> ApprovedFor:
    """Of the approvals that cover a person the one under which the stay counts: the one that names the person; else the
    board's last word, the one that was decided last (of one day the highest id). How many may come is another question:
    the home has the places of the largest."""
    return max(covering, key=lambda one: (one.child is not None, one.decided_on, one.approval_id))


def covers(approval: ApprovedFor, need: Need) -> bool:
    """Whether somebody could come under it on the days on which it holds."""
    of_age = approval.covers_age(need.age) and lasts(approval, need)
    return of_age and approval.is_for(need.assignment, need.person)


def lasts(approval: ApprovedFor, need: Need) -> bool:
    """Whether the approval's ages hold for as long as the home is likely to be needed."""
    return need.age_then is None or need.age_then <= approval.age_to


def places_on(approvals: Iterable[ApprovedFor], day: date, *, came_with: int) -> int:
    """How many places these give on a day: as many as the largest that holds. Where none does, those with which the
    person came: nobody is moved because an approval ends."""
    return max((one.places for one in approvals if one.is_valid_on(day)), default=came_with)


def fewest_left(approvals: Collection[ApprovedFor], home: HomeOffer, need: Need) -> Left:
    """The first day, from that of the need on, on which a home has the fewest places left under these approvals.

    On each day it has the places of that day. Whoever comes later has been promised one of them. That it has fewer
    from a day on stands in the way only where somebody has said that the home is likely to be needed for so long.
    """
    came_with = places_on(approvals, need.on, came_with=0)
    later = (one for one in home.taken_later if one.somebody_comes or (need.until and one.on <= need.until))
    days = ((need.on, home.occupied), *((one.on, one.taken) for one in later))
    return min(_left(day, taken, places_on(approvals, day, came_with=came_with)) for day, taken in days)


def _left(day: date, taken: int, places: int) -> Left:
    return Left(free=places - taken, on=day, taken=taken, places=places)


def taken_later(stays: Collection[Stay], approvals: Collection[ApprovedFor], day: date) -> tuple[Taken, ...]:
    """The days after one on which a home may have fewer places left than before, because somebody comes or one of
    several approvals has ended, in their order."""
    comes = {stay.starts_on for stay in stays if stay.starts_on > day}
    days = sorted(comes.union(one for one in _changing_days(approvals) if one > day))
    return tuple(Taken(on=one, taken=taken_on(stays, one), somebody_comes=one in comes) for one in days)


def _changing_days(approvals: Collection[ApprovedFor]) -> Iterator[date]:
    """The days from which on a home has other places than before: those after the last ones of its approvals, where it
    has several."""
    if len(approvals) > 1:
        yield from (one.valid_until + _DAY for one in approvals if one.valid_until is not None)
