"""What mentorship does when an event of another service comes: one function per event."""

from typing import Any

from sqlalchemy import bindparam, delete, select

from services.kernel.rows import staff, weeding
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each, newest
from services.mentorship.homes.model import Home
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers import choosing
from services.mentorship.offers.model import Mentorship


@newest
def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps that the home is approved, and of one whose people nobody has told of who lives there."""
    _home(unit, data["home_id"]).learn(data, lookup=unit.lookup_person)


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps who lives in a home and where it is."""
    _home(unit, data["home_id"]).follow(data, lookup=unit.lookup_person)


@newest
def on_staff_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether the identity of one of the staff is protected."""
    staff.learn(unit, data["staff_id"], data["actor"], is_protected=data["protected_identity"])


def _home(unit: Unit, home_id: str) -> Home:
    home, is_new = unit.ensure(Home, home_id)
    if is_new:
        home.begin()
    return home


@newest
def on_home_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Weeds the copy of a home: its mentorship, and those in which it is the mentor."""
    choosing.choose_alone(unit)
    home = unit.session.scalars(_LOCKED, {"home_id": data["home_id"]}).one_or_none()
    if home is not None:
        mentors = select(Mentor.id).where(Mentor.home_id == home.id)
        unit.session.execute(delete(Mentorship).where(Mentorship.mentor_id.in_(mentors)))
        weeding.weed(unit, weeding.tree_of(unit, home), ())
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


_LOCKED = select(Home).where(Home.id == bindparam("home_id")).with_for_update()


@newest
def on_placement_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Forgets, in its time, that a placement was seen; nothing else is kept of one."""
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


@each
def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Offers the home a mentor as a part of the basic support."""
    choosing.choose_alone(unit)
    choosing.offer_to(unit, unit.known(Home, data["home_id"]))
