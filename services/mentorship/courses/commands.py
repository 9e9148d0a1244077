"""What can be done with courses: one function per use case, each one unit of work."""

from typing import Any

from sqlalchemy import select

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship import news
from services.mentorship.contract import events
from services.mentorship.contract.courses import (
    DATE_PASSED,
    NOT_A_DATE_OF_IT,
    NOT_ENROLLED,
    AlreadyEnrolled,
    CourseKind,
    CourseStatus,
    EnrolmentStatus,
)
from services.mentorship.courses import queries
from services.mentorship.courses.model import Course, Enrolment
from services.mentorship.homes import finding
from services.mentorship.homes.model import Home


def plan_course(unit: Unit, body: dict[str, Any]) -> Answer:
    """Plans one."""
    if body["starts_at"] <= unit.now:
        raise DATE_PASSED.refusal("/starts_at")
    later = [{name: clock.rfc3339(at) for name, at in one.items()} for one in body["more_dates"]]
    said = {name: value for name, value in body.items() if name != "more_dates"}
    course = Course(
        **{**said, "for_assignments": sorted(set(body["for_assignments"]))},
        id=new_id(),
        later=later,
        taken=0,
        status=CourseStatus.PLANNED,
        planned_by=unit.actor,
        changed_at=unit.now,
    )
    unit.add(course)
    return queries.answer(unit, course)


def cancel_course(unit: Unit, course_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """It is not held; whoever is enrolled or waits is told."""
    course = _locked(unit, course_id)
    course.must_go_on(unit.now)
    course.status = CourseStatus.CANCELLED
    course.touch(unit.now)
    for enrolment in _enrolments(unit, course, EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING):
        news.tell(unit, enrolment, enrolment.home_id, news.News.COURSE)
    return queries.answer(unit, course)


def enrol_in_course(unit: Unit, course_id: str, body: dict[str, Any]) -> Answer:
    """Enrols a home, or lets it wait for seats."""
    course = _locked(unit, course_id)
    course.must_go_on(unit.now)
    home = finding.named(unit, body["home_id"])
    course.must_be_for(queries.assignments_of(unit, [home.id]))
    if any(one.home_id == home.id for one in _enrolments(unit, course, *_OPEN)):
        raise AlreadyEnrolled
    enrolment = course.enrol(home.id, body["adults"], unit.now)
    unit.add(enrolment)
    unit.session.flush()
    unit.session.refresh(enrolment)
    return Answer(enrolment, version_of=course)


def withdraw_enrolment(unit: Unit, course_id: str, enrolment_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """A home does not come; its seats go to those that wait, who are told."""
    course = _locked(unit, course_id)
    enrolment = unit.lock(Enrolment, enrolment_id)
    if enrolment.course_id != course.id:
        raise NotFound
    course.must_go_on(unit.now)
    course.withdraw(enrolment, unit.now)
    unit.session.flush()
    for moved in course.move_up(_enrolments(unit, course, EnrolmentStatus.WAITING), unit.now):
        news.tell(unit, moved, moved.home_id, news.News.COURSE)
    return Answer(enrolment, version_of=course)


def record_course_attendance(unit: Unit, course_id: str, body: dict[str, Any]) -> Answer:
    """Writes down who was there on one of its days, and tells of each that is new."""
    course = _locked(unit, course_id)
    course.must_have_begun(unit.now)
    day = body["held_on"]
    if day not in course.days or day > unit.today:
        raise NOT_A_DATE_OF_IT.refusal("/held_on")
    enrolled = {one.home_id: one for one in _enrolments(unit, course, *_OPEN)}
    for place, one in enumerate(body["homes"]):
        enrolment = enrolled.get(one["home_id"])
        if enrolment is None:
            raise NOT_ENROLLED.refusal(f"/homes/{place}/home_id")
        if enrolment.attend(day, attended=one["attended"], at=unit.now):
            unit.record(events.TRAINING_ATTENDED, subject=enrolment, data=enrolment.told(course, day))
            _note_trained(unit, enrolment.home_id)
    course.touch(unit.now)
    return queries.answer(unit, course)


_OPEN = (EnrolmentStatus.ENROLLED, EnrolmentStatus.WAITING)


def _note_trained(unit: Unit, home_id: str) -> None:
    """Keeps since when a home has been trained as the law demands it to be offered (SoL 22:3): by a course."""
    unit.session.flush()
    attended = (
        select(Enrolment.attended_on)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.home_id == home_id, Course.kind == CourseKind.COURSE)
    )
    days = [day for found in unit.session.scalars(attended) for day in found]
    unit.lock(Home, home_id).trained_on = min(days, default=None)


def _locked(unit: Unit, course_id: str) -> Course:
    """The locked course, of those that are for the caller's home, where somebody acts for one."""
    queries.read(unit, course_id)
    found = select(Course).where(Course.id == course_id).with_for_update()
    return unit.session.scalars(found.execution_options(populate_existing=True)).one()


def _enrolments(unit: Unit, course: Course, *statuses: EnrolmentStatus) -> list[Enrolment]:
    """Those that stand so, the first enrolled first, locked."""
    found = select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.status.in_(statuses))
    ordered = found.order_by(Enrolment.created_at, Enrolment.id).with_for_update(of=Enrolment)
    return list(unit.session.scalars(ordered))
