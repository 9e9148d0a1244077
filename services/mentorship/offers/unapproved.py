"""Mentorships of homes that are homes no more: they take a mentor's place until the coordinator has looked at them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, or_, select, update

from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit
from services.mentorship.homes.model import Approval, Home
from services.mentorship.offers import choosing
from services.mentorship.offers.model import TAKING, Mentorship

FIND_UNAPPROVED = Duty(name="find_unapproved", each_night_at=0)


def find_unapproved(unit: Unit, _subject: str) -> None:
    """Notes of each mentorship that takes a mentor's place whether its home has no approval that holds and nobody lives
    there, and takes it back where that is so no more."""
    choosing.choose_alone(unit)
    found = set(unit.session.scalars(_unapproved(unit.today)))
    known = set(unit.session.scalars(select(Mentorship.id).where(Mentorship.unapproved_since.is_not(None))))
    _note(unit, found - known, unit.today)
    _note(unit, known - found, None)


def _note(unit: Unit, ids: Collection[str], since: date | None) -> None:
    unit.session.execute(update(Mentorship).where(Mentorship.id.in_(ids)).values(unapproved_since=since))


def _unapproved(today: date) -> Select[str]:
    nobody = or_(Home.lived_in_since.is_(None), Home.lived_in_until < today)
    homes = select(Home.id).where(nobody, Home.id.in_(Approval.lost_on(today)))
    return select(Mentorship.id).where(Mentorship.status.in_(TAKING), Mentorship.home_id.in_(homes))
