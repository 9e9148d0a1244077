"""What can be done with mentorships: one function per use case, each one unit of work."""

from typing import Any

from services.kernel.contracts import rules
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship.contract import events
from services.mentorship.contract.mentorships import CoordinatorChooses
from services.mentorship.homes import finding
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers import choosing, queries
from services.mentorship.offers.model import Mentorship


def offer_mentorship(unit: Unit, body: dict[str, Any]) -> Answer:
    """A home asks for a mentor, or the coordinator offers one."""
    choosing.choose_alone(unit)
    home = finding.named(unit, body["home_id"])
    if body["mentor_id"] is None:
        mentorship = choosing.offer_nearest(unit, home)
    else:
        mentorship = choosing.offer_this(unit, home, _chosen(unit, body["mentor_id"]))
    unit.session.flush()
    unit.session.refresh(mentorship)
    return queries.answer(unit, mentorship)


def _chosen(unit: Unit, mentor_id: str) -> Mentor:
    if unit.for_home:
        raise CoordinatorChooses
    try:
        return unit.read(Mentor, mentor_id)
    except NotFound:
        raise rules.NOT_FOUND.refusal("/mentor_id") from None


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


def agree_meetings(unit: Unit, mentorship_id: str, body: dict[str, Any]) -> Answer:
    """A side says how the two meet; the coordinator says it for both."""
    mentorship = unit.lock_matching(Mentorship, mentorship_id)
    mentorship.agree(body, _sides(unit, mentorship), at=unit.now)
    return queries.answer(unit, mentorship)


def end_mentorship(unit: Unit, mentorship_id: str, body: dict[str, Any]) -> Answer:
    """Either side ends it; the place goes to the nearest home that waits."""
    choosing.choose_alone(unit)
    mentorship = unit.lock(Mentorship, mentorship_id)
    happened = mentorship.end(body["reason"], by=unit.actor, at=unit.now)
    unit.record(events.MENTORSHIP_ENDED, subject=mentorship, data=happened)
    if mentorship.mentor is not None:
        choosing.fill(unit, mentorship.mentor)
    return queries.answer(unit, mentorship)


def _sides(unit: Unit, mentorship: Mentorship) -> set[str]:
    """For whom of the two the caller speaks."""
    if not unit.for_home:
        return {"home", "mentor"}
    homes = {"home": mentorship.home_id, "mentor": mentorship.mentor_home_id}
    return {side for side, home_id in homes.items() if home_id in unit.own_homes(Mentorship)}


def _load_to_answer(unit: Unit, mentorship_id: str) -> Mentorship:
    """The locked mentorship, when the caller may answer it."""
    mentorship = unit.lock(Mentorship, mentorship_id)
    if unit.for_home:
        mentorship.must_be_answerable_from(unit.own_homes(Mentorship))
    return mentorship
