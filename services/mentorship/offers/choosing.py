"""Who is offered to whom. Every choice of a municipality is made under one lock, so that the last place of a mentor is
offered once, a home gets one offer, and no home is left waiting beside a mentor who was registered meanwhile."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, or_, select

from services.kernel.rows.unit import Unit
from services.mentorship import news
from services.mentorship.contract import events
from services.mentorship.contract.mentorships import MentorHasNoRoom, MentorshipOpen, Status
from services.mentorship.homes import finding
from services.mentorship.homes.model import Home, place_of
from services.mentorship.mentors import nearest
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.model import OPEN, TAKING, Mentorship, wait


def choose_alone(unit: Unit) -> None:
    """Waits until no other choice of this municipality is under way, and keeps others waiting until the unit ends.

    Locking the mentors' rows would not do: a mentor and a home that come at the same moment would not see each other.
    Whatever may come to a choice waits here first: whoever keeps a row before would wait for one who waits for the row.
    """
    unit.alone("mentors")


def homes_of(unit: Unit) -> dict[str | None, int]:
    """How many homes each mentor supports or has been offered to, by the mentor's id."""
    return dict(unit.session.execute(_TAKEN).all())


def candidates(unit: Unit) -> list[nearest.Mentor]:
    """All mentors as the choice of the nearest sees them: of plain rows, because there may be thousands."""
    middle = finding.middle(unit)
    return [
        nearest.Mentor(
            mentor_id, home_id, place_of(position) or middle, capacity, current, paused, available, position is not None
        )
        for mentor_id, home_id, position, capacity, current, paused, available in unit.session.execute(_WEIGHED)
    ]


_TAKEN = (
    select(Mentorship.mentor_id, func.count().label("homes"))
    .where(Mentorship.status.in_(TAKING))
    .group_by(Mentorship.mentor_id)
)
_COUNTED = _TAKEN.subquery()
_WEIGHED = (
    select(
        Mentor.id,
        Mentor.home_id,
        Home.position,
        Mentor.capacity,
        func.coalesce(_COUNTED.c.homes, 0),
        Mentor.paused,
        Mentor.available,
    )
    .join(Home, Home.id == Mentor.home_id)
    .outerjoin(_COUNTED, _COUNTED.c.mentor_id == Mentor.id)
)


def offer_unasked(unit: Unit, home: Home) -> None:
    """Offers a home a mentor as a part of the basic support, unless it has or had one, waits, has said no, or is a
    mentor itself."""
    known = select(Mentorship.id).where(Mentorship.home_id == home.id).limit(1)
    mentors = select(Mentor.id).where(Mentor.home_id == home.id)
    if unit.session.scalar(known) is None and unit.session.scalar(mentors) is None:
        offer_nearest(unit, home)


def offer_nearest(unit: Unit, home: Home) -> Mentorship:
    """Offers a home the nearest mentor with room, or lets it wait. Raises `MentorshipOpen`."""
    mentorship = _begin(unit, home)
    chosen = nearest.nearest_mentor(finding.place(unit, home), candidates(unit), household=_household(unit, home))
    if chosen is not None:
        _offer(unit, mentorship, chosen.mentor_id)
    return mentorship


def offer_this(unit: Unit, home: Home, mentor: Mentor) -> Mentorship:
    """Offers a home a certain mentor. Raises `MentorshipOpen`, `MentorHasNoRoom`."""
    mentorship = _begin(unit, home)
    if mentor.candidate(homes_of(unit).get(mentor.id, 0)).obstacles(_household(unit, home)):
        raise MentorHasNoRoom
    _offer(unit, mentorship, mentor.id)
    return mentorship


def fill(unit: Unit, mentor: Mentor) -> None:
    """Offers a mentor that has got room to the nearest homes that wait."""
    rows = unit.session.scalars(
        select(Mentorship).where(Mentorship.status == Status.WAITING).with_for_update(of=Mentorship)
    )
    waiting = {mentorship.id: mentorship for mentorship in rows}
    middle = finding.middle(unit)
    households = finding.households(unit, [one.home_id for one in waiting.values()])
    chosen = nearest.nearest_waiting(
        mentor.candidate(homes_of(unit).get(mentor.id, 0), middle),
        [
            nearest.Waiting(
                mentorship_id=one.id,
                home_id=one.home_id,
                place=one.home.place or middle,
                household=households[one.home_id],
            )
            for one in waiting.values()
        ],
    )
    for home in chosen:
        _offer(unit, waiting[home.mentorship_id], mentor.id)


def hand_over(unit: Unit, mentor: Mentor, reason: str | None) -> list[Mentorship]:
    """Each home of a mentor that takes none any more is offered its nearest other one with room, or waits. Of what had
    been accepted it is told that it has ended."""
    unit.session.flush()
    return _leave(unit, _taking(unit, Mentorship.mentor_id == mentor.id), reason)


def part(unit: Unit, home: Home) -> None:
    """Who moves into a home may live with its mentor, or with a home whose mentor it is: that is one household then,
    and none is the mentor of its own. It is as if the mentor had gone, whose place another home gets."""
    unit.session.flush()
    household = _household(unit, home)
    mentors = select(Mentor.id).where(Mentor.home_id.in_(household))
    own = select(Mentor.id).where(Mentor.home_id == home.id)
    of_home = and_(Mentorship.home_id == home.id, Mentorship.mentor_id.in_(mentors))
    of_mentor = and_(Mentorship.home_id.in_(household), Mentorship.mentor_id.in_(own))
    found = _taking(unit, or_(of_home, of_mentor))
    left = [one.mentor for one in found if one.mentor is not None]
    _leave(unit, found, None)
    for mentor in left:
        fill(unit, mentor)


def _leave(unit: Unit, found: Collection[Mentorship], reason: str | None) -> list[Mentorship]:
    left: list[tuple[Home, str | None, Mentorship | None]] = []
    for one in found:
        mentor_id = one.mentor_id
        if one.status == Status.ACCEPTED:
            unit.record(events.MENTORSHIP_ENDED, subject=one, data=one.end(reason, by=unit.actor, at=unit.now))
            left.append((one.home, mentor_id, None))
        else:
            one.wait_again(at=unit.now)
            left.append((one.home, mentor_id, one))
    unit.session.flush()
    return [_again(unit, home, mentor_id, waits) for home, mentor_id, waits in left]


def _again(unit: Unit, home: Home, mentor_id: str | None, waits: Mentorship | None) -> Mentorship:
    others = [one for one in candidates(unit) if one.mentor_id != mentor_id]
    mentorship = waits or _begin(unit, home)
    chosen = nearest.nearest_mentor(finding.place(unit, home), others, household=_household(unit, home))
    if chosen is not None:
        _offer(unit, mentorship, chosen.mentor_id)
    unit.session.flush()  # the next home counts it
    return mentorship


def _taking(unit: Unit, which: Any) -> Collection[Mentorship]:
    """Those of the mentorships that take a mentor's place, those that began first before."""
    found = select(Mentorship).where(which, Mentorship.status.in_(TAKING))
    return unit.session.scalars(
        found.order_by(Mentorship.created_at, Mentorship.id).with_for_update(of=Mentorship)
    ).all()


def _begin(unit: Unit, home: Home) -> Mentorship:
    is_open = select(Mentorship.id).where(Mentorship.home_id == home.id, Mentorship.status.in_(OPEN)).limit(1)
    if unit.session.scalar(is_open) is not None:
        raise MentorshipOpen
    mentorship = wait(home.id, at=unit.now)
    unit.add(mentorship)
    return mentorship


def _offer(unit: Unit, mentorship: Mentorship, mentor_id: str) -> None:
    mentorship.offer(mentor_id, at=unit.now)
    news.tell(unit, mentorship, mentorship.home_id, news.News.MENTORSHIP)


def _household(unit: Unit, home: Home) -> frozenset[str]:
    return finding.households(unit, [home.id])[home.id]
