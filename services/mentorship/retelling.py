"""How mentorship's events are told again when they are older than what is kept."""

from collections.abc import Sequence

from sqlalchemy import func, true

from services.kernel.rows.unit import Unit
from services.kernel.work.retelling import Happened, OnlyWhileKept, from_rows
from services.mentorship.contract.mentorships import Status
from services.mentorship.contract.respite import RespiteStatus
from services.mentorship.model import Course, Enrolment, Mentor, Mentorship, RespiteRequest


@from_rows(Mentor, where=true())
def mentor_changed(_unit: Unit, mentors: Sequence[Mentor]) -> Happened:
    """Each mentor as it stands."""
    return [(mentor, mentor.changed()) for mentor in mentors]


@from_rows(Mentorship, where=Mentorship.status.in_([Status.ACCEPTED, Status.ENDED]))
def mentorship_accepted(_unit: Unit, mentorships: Sequence[Mentorship]) -> Happened:
    """Each home that has said yes to its mentor."""
    return [(mentorship, mentorship.accepted()) for mentorship in mentorships]


@from_rows(Mentorship, where=Mentorship.status == Status.ENDED)
def mentorship_ended(_unit: Unit, mentorships: Sequence[Mentorship]) -> Happened:
    """Each mentorship that has come to its end."""
    return [(mentorship, mentorship.ended()) for mentorship in mentorships]


@from_rows(RespiteRequest, where=(RespiteRequest.status == RespiteStatus.DONE) & RespiteRequest.given_by.is_not(None))
def respite_completed(_unit: Unit, requests: Sequence[RespiteRequest]) -> Happened:
    """Each respite that has been given."""
    return [(request, request.completed()) for request in requests]


@from_rows(Enrolment, where=func.cardinality(Enrolment.attended_on) > 0)
def training_attended(unit: Unit, enrolments: Sequence[Enrolment]) -> Happened:
    """Each home that has attended something, by its last day there."""
    courses = {one.course_id: unit.read(Course, one.course_id) for one in enrolments}
    return [(one, one.told(courses[one.course_id], one.attended_on[-1])) for one in enrolments]


home_has_news = OnlyWhileKept("It nudges: what waits for a home stands in its lists.")
news_settled = OnlyWhileKept("It ends a nudge: an old one is sent no more.")
message_unanswered = OnlyWhileKept("It reminds of an answer: who waits for one stands among the deadlines.")
