"""What can be done with mentorships: one function per use case, each one unit of work."""

from typing import Any

from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship.contract import events
from services.mentorship.offers import choosing, queries
from services.mentorship.offers.model import Mentorship


def accept_mentorship(unit: Unit, mentorship_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """The home says yes."""
    mentorship = _load_to_answer(unit, mentorship_id)
    happened = mentorship.accept(by=unit.actor, at=unit.now)
    unit.record(events.MENTORSHIP_ACCEPTED, subject=mentorship, data=happened)
    return queries.answer(unit, mentorship)


def decline_mentorship(unit: Unit, mentorship_id: str, body: dict[str, Any]) -> Answer:
    """The home says no; the place goes to the nearest home that waits."""
    choosing.choose_alone(unit)
    mentorship = _load_to_answer(unit, mentorship_id)
    mentorship.decline(body["reason"], by=unit.actor, at=unit.now)
    if mentorship.mentor is not None:
        choosing.fill(unit, mentorship.mentor)
    return queries.answer(unit, mentorship)


def _load_to_answer(unit: Unit, mentorship_id: str) -> Mentorship:
    """The locked mentorship, when the caller may answer it."""
    mentorship = unit.lock(Mentorship, mentorship_id)
    if unit.for_home:
        mentorship.must_be_answerable_from(unit.own_homes(Mentorship))
    return mentorship
