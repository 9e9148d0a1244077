"""Who is offered to whom. Every choice of a municipality is made under one lock, so that the last place of a mentor is
offered once, a home gets one offer, and no home is left waiting beside a mentor who was registered meanwhile."""

from sqlalchemy import func, select

from services.kernel.rows.unit import Unit
from services.mentorship.contract.mentorships import Status
from services.mentorship.homes.model import Home
from services.mentorship.mentors import nearest
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.model import SETTLED, TAKING, Mentorship, wait


def choose_alone(unit: Unit) -> None:
    """Waits until no other choice of this municipality is under way, and keeps others waiting until the unit ends.

    Locking the mentors' rows would not do: a mentor and a home that come at the same moment would not see each other.
    """
    unit.alone("mentors")


def homes_of(unit: Unit) -> dict[str | None, int]:
    """How many homes each mentor supports or has been offered to, by the mentor's id."""
    counted = (
        select(Mentorship.mentor_id, func.count()).where(Mentorship.status.in_(TAKING)).group_by(Mentorship.mentor_id)
    )
    return dict(unit.session.execute(counted).all())


def offer_to(unit: Unit, home: Home) -> None:
    """Offers a home the nearest mentor with room, or lets it wait; a home that has one or said no is left alone."""
    settled = select(Mentorship.id).where(Mentorship.home_id == home.id, Mentorship.status.in_(SETTLED))
    if unit.session.scalars(settled).first() is not None:
        return
    homes = homes_of(unit)
    mentors = [mentor.candidate(homes.get(mentor.id, 0)) for mentor in unit.session.scalars(select(Mentor))]
    chosen = nearest.nearest_mentor(home.place, mentors, home_id=home.id)
    mentorship = wait(home.id, at=unit.now)
    if chosen is not None:
        mentorship.offer(chosen.mentor_id, at=unit.now)
    unit.add(mentorship)


def fill(unit: Unit, mentor: Mentor) -> None:
    """Offers a mentor that has got room to the nearest homes that wait."""
    waiting = {
        mentorship.id: mentorship
        for mentorship in unit.session.scalars(
            select(Mentorship).where(Mentorship.status == Status.WAITING).with_for_update(of=Mentorship)
        )
    }
    chosen = nearest.nearest_waiting(
        mentor.candidate(homes_of(unit).get(mentor.id, 0)),
        [
            nearest.Waiting(mentorship_id=mentorship.id, home_id=mentorship.home_id, place=mentorship.home.place)
            for mentorship in waiting.values()
        ],
    )
    for home in chosen:
        waiting[home.mentorship_id].offer(mentor.id, at=unit.now)
