"""Courses, theme days and supervision groups: planned, enrolled in, attended, and certified."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields, rules
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import MediaType
from services.mentorship.contract.common import COORDINATOR, COORDINATOR_OR_HOME, HOME_ID, one_line
from services.vocabulary.assignments import Assignment

COURSE_ID = "019a0000-0000-7000-8000-000000000061"
ENROLMENT_ID = "019a0000-0000-7000-8000-000000000062"


class CourseKind(StrEnum):
    """What kind of training."""

    COURSE = "course"
    THEME_DAY = "theme_day"
    SUPERVISION = "supervision"  #: a group with a supervisor of its own and regular dates


class CourseStatus(StrEnum):
    """Where a course stands."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class EnrolmentStatus(StrEnum):
    """Where an enrolment stands."""

    ENROLLED = "enrolled"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


DATES_IN_ORDER = Rule("dates_in_order", "Each date starts before it ends, and after the one before.")
DATE_PASSED = Rule("date_passed", "The date has passed.")
NOT_A_DATE_OF_IT = Rule("not_a_date_of_it", "The course is not held on that day.")
NOT_ENROLLED = Rule("not_enrolled", "The home is not enrolled.")


class CourseCancelled(Fault):
    """The course has been cancelled."""


class CourseIsOver(Fault):
    """The last date of the course has passed."""


class CourseNotHeldYet(Fault):
    """Who attended is written down when it has begun."""


class AlreadyEnrolled(Fault):
    """The home is enrolled already, or waits for seats."""


class CourseNotForHome(Fault):
    """The course is for homes with other assignments."""


class NothingAttended(Fault):
    """The home has attended nothing of it yet: there is nothing to certify."""


# --- bodies ---------------------------------------------------------------------------------------------------------


class CourseDate(Schema):
    """One date."""

    starts_at = fields.Instant(required=True)
    ends_at = fields.Instant(required=True)

    example = {"starts_at": "2027-10-02T08:00:00Z", "ends_at": "2027-10-02T15:00:00Z"}


class PlanCourse(Schema):
    """What is held, when, for how many adults, by whom and for whom. `more_dates` are the others of a course or a group
    that meets several times."""

    kind = fields.one_of(CourseKind, required=True)
    title = one_line(required=True)
    place = one_line(allow_none=True, load_default=None)
    starts_at = fields.Instant(required=True)
    ends_at = fields.Instant(required=True)
    more_dates = fields.List(fields.Nested(CourseDate), load_default=list, validate=validate.Length(max=60))
    seats = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    supervisor = one_line(allow_none=True, load_default=None)
    for_assignments = fields.List(
        fields.one_of(Assignment), load_default=list, validate=validate.Length(max=len(Assignment))
    )

    rules = (DATES_IN_ORDER,)

    @validates_schema
    def _in_order(self, values: dict[str, Any], **_: object) -> None:
        dates = [values, *values["more_dates"]]
        edges = [edge for one in dates for edge in (one["starts_at"], one["ends_at"])]
        if edges != sorted(set(edges)):
            raise ValidationError(DATES_IN_ORDER, "starts_at")

    example = {
        "kind": "course",
        "title": "Grundutbildning för familjehem",
        "place": "Medborgarhuset",
        "starts_at": "2027-09-25T08:00:00Z",
        "ends_at": "2027-09-25T15:00:00Z",
        "more_dates": [CourseDate.example],
        "seats": 24,
        "supervisor": None,
        "for_assignments": ["family_home"],
    }


class Enrol(Schema):
    """Which home, and how many adults of it."""

    home_id = fields.reference(required=True)
    adults = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 10))

    example = {"home_id": HOME_ID, "adults": 2}


class Present(Schema):
    """Whether a home was there."""

    home_id = fields.reference(required=True)
    attended = fields.Flag(required=True)

    example = {"home_id": HOME_ID, "attended": True}


class RecordCourseAttendance(Schema):
    """Who was there on one of the days."""

    held_on = fields.Day(required=True)
    homes = fields.List(fields.Nested(Present), required=True, validate=validate.Length(1, 500))

    example = {"held_on": "2027-09-25", "homes": [Present.example]}


class CourseFilter(Schema):
    """Which courses."""

    kind = fields.one_of(CourseKind, metadata={"description": "Only of this kind. Bara av detta slag."})


# --- views ----------------------------------------------------------------------------------------------------------


class EnrolmentView(Schema):
    """A home's enrolment, and the days that it attended."""

    id = fields.String(required=True)
    course_id = fields.String(required=True)
    home_id = fields.String(required=True)
    home_name = fields.String(required=True, allow_none=True)
    adults = fields.Integer(required=True)
    status = fields.one_of(EnrolmentStatus, required=True)
    attended_on = fields.List(fields.Day(), required=True)
    created_at = fields.Instant(required=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"enrolment": "id", "home": "home_id"}
    hides = (Hides("protected_identity", ("home_name",), home="home_id"),)
    example = {
        "id": ENROLMENT_ID,
        "course_id": COURSE_ID,
        "home_id": HOME_ID,
        "home_name": "Bertil Berg",
        "adults": 2,
        "status": "enrolled",
        "attended_on": ["2027-09-25"],
        "created_at": "2027-08-01T08:00:00Z",
        "protected_identity": False,
    }


class OwnEnrolment(Schema):
    """The enrolment of a home of the caller's own."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    adults = fields.Integer(required=True)
    status = fields.one_of(EnrolmentStatus, required=True)
    attended_on = fields.List(fields.Day(), required=True)

    example = {
        "id": ENROLMENT_ID,
        "home_id": HOME_ID,
        "adults": 2,
        "status": "enrolled",
        "attended_on": ["2027-09-25"],
    }


class CourseView(Schema):
    """A course, a theme day or a supervision group. A home's own user also sees its own enrolment."""

    id = fields.String(required=True)
    kind = fields.one_of(CourseKind, required=True)
    title = fields.String(required=True)
    place = fields.String(required=True, allow_none=True)
    starts_at = fields.Instant(required=True)
    ends_at = fields.Instant(required=True)
    more_dates = fields.List(fields.Nested(CourseDate), required=True)
    seats = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    supervisor = fields.String(required=True, allow_none=True)
    for_assignments = fields.List(fields.one_of(Assignment), required=True)
    status = fields.one_of(CourseStatus, required=True)
    own = fields.List(fields.Nested(OwnEnrolment), required=True)

    shows = {"course": "id", "enrolment": "own.id"}
    example = {"id": COURSE_ID, **PlanCourse.example, "taken": 2, "status": "planned", "own": []}


# --- operations -----------------------------------------------------------------------------------------------------

PLAN_COURSE = Operation(
    name="plan_course",
    route="POST /courses",
    en="Plan a course, a theme day or a supervision group with its dates.",
    sv="Planera en utbildning, en temadag eller en handledningsgrupp med sina datum.",
    roles=COORDINATOR,
    body=PlanCourse,
    answer=CourseView,
    status=201,
    location="/courses/{id}",
    rules=(DATE_PASSED,),
)
LIST_COURSES = Operation(
    name="list_courses",
    route="GET /courses",
    en="Courses, theme days and supervision groups, those that start last first. A home's own user sees those that are "
    "for homes like its own.",
    sv="Utbildningar, temadagar och handledningsgrupper, de som börjar sist först. Hemmets egen användare ser dem "
    "som är för hem som det.",
    roles=COORDINATOR_OR_HOME,
    query=CourseFilter,
    answer=CourseView,
    reads=True,
    paged=True,
)
GET_COURSE = Operation(
    name="get_course",
    route="GET /courses/<course_id>",
    en="One of them.",
    sv="En av dem.",
    roles=COORDINATOR_OR_HOME,
    answer=CourseView,
    reads=True,
)
ENROL_IN_COURSE = Operation(
    name="enrol_in_course",
    route="POST /courses/<course_id>/enrolments",
    en="Enrol a home. Who finds no seat waits, and moves up when seats become free.",
    sv="Anmäl ett hem. Den som inte får plats väntar, och flyttas upp när platser blir lediga.",
    roles=COORDINATOR_OR_HOME,
    body=Enrol,
    answer=EnrolmentView,
    status=201,
    faults=(CourseCancelled, CourseIsOver, AlreadyEnrolled, CourseNotForHome),
    rules=(rules.NOT_FOUND,),
)
LIST_ENROLMENTS = Operation(
    name="list_enrolments",
    route="GET /courses/<course_id>/enrolments",
    en="Which homes are enrolled, and which days they attended.",
    sv="Vilka hem som är anmälda, och vilka dagar de deltog.",
    roles=COORDINATOR,
    answer=EnrolmentView,
    reads=True,
    paged=True,
)
WITHDRAW_ENROLMENT = Operation(
    name="withdraw_enrolment",
    route="POST /courses/<course_id>/enrolments/<enrolment_id>/withdraw",
    en="Withdraw an enrolment: the seats go to those that wait.",
    sv="Dra tillbaka en anmälan: platserna går till dem som väntar.",
    roles=COORDINATOR_OR_HOME,
    body=Nothing,
    answer=EnrolmentView,
    faults=(CourseCancelled, CourseIsOver),
)
RECORD_COURSE_ATTENDANCE = Operation(
    name="record_course_attendance",
    route="POST /courses/<course_id>/attendance",
    en="Write down who was there on one of its days. What is written down again replaces it.",
    sv="Skriv ned vilka som var där en av dess dagar. Det som skrivs ned igen ersätter det förra.",
    roles=COORDINATOR,
    body=RecordCourseAttendance,
    answer=CourseView,
    faults=(CourseCancelled, CourseNotHeldYet),
    rules=(NOT_A_DATE_OF_IT, NOT_ENROLLED),
)
GET_CERTIFICATE = Operation(
    name="get_certificate",
    route="GET /courses/<course_id>/enrolments/<enrolment_id>/certificate",
    en="A certificate (intyg) of what a home attended, as PDF. Of a protected identity only for the home itself, or "
    "with the role `protected` and a reason.",
    sv="Ett intyg om vad ett hem deltog i, som PDF. Vid skyddade personuppgifter bara för hemmet självt, eller med "
    "rollen `protected` och ett skäl.",
    roles=COORDINATOR_OR_HOME,
    gives_file=frozenset({MediaType.PDF}),
    shows={"enrolment": "enrolment_id"},
    answer=Nothing,
    reads=True,
    faults=(NothingAttended, IdentityProtected),
)
CANCEL_COURSE = Operation(
    name="cancel_course",
    route="POST /courses/<course_id>/cancel",
    en="Cancel it. The homes that are enrolled or wait are told.",
    sv="Ställ in den. De hem som är anmälda eller väntar får veta det.",
    roles=COORDINATOR,
    body=Nothing,
    answer=CourseView,
    faults=(CourseCancelled, CourseIsOver),
)
