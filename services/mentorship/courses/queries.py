"""What is shown of courses."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import MediaType
from services.kernel.files.documents import Frame, typeset
from services.kernel.rows.listing import OWN, Listing, gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.contract.courses import NothingAttended
from services.mentorship.courses import certificate
from services.mentorship.courses.model import Course, Enrolment, dates_of
from services.mentorship.homes.finding import is_protected
from services.mentorship.homes.model import Adult, Approval, Home, name_of

_TEXTS = ARRAY(Text)


class _ListedCourse:
    """What a row of the list knows of itself as a course does."""

    __slots__ = ()
    later: list[dict[str, str]]

    @property
    def more_dates(self) -> list[dict[str, Any]]:
        return [dict(one) for one in dates_of(self.later)]


class _ListedEnrolment:
    """What a row of the list knows of itself as an enrolment does."""

    __slots__ = ()
    people: list[dict[str, Any] | None] | None

    @property
    def home_name(self) -> str | None:
        return name_of(self.people)


_COURSES = Listing(
    select(
        Course.id,
        Course.kind,
        Course.title,
        Course.place,
        Course.starts_at,
        Course.ends_at,
        Course.later,
        Course.seats,
        Course.taken,
        Course.supervisor,
        Course.for_assignments,
        Course.status,
    ),
    order=(Course.starts_at.desc(), Course.id.desc()),
    row=_ListedCourse,
    kind=Course.kind == bindparam("kind"),
    own=or_(
        func.cardinality(Course.for_assignments) == 0,
        Course.for_assignments.overlap(bindparam(OWN, type_=_TEXTS)),
    )
    & (func.cardinality(bindparam("homes", type_=_TEXTS)) > 0),
)
_ENROLMENTS = Listing(
    select(
        Enrolment.id,
        Enrolment.course_id,
        Enrolment.home_id,
        Enrolment.adults,
        Enrolment.status,
        Enrolment.attended_on,
        Enrolment.created_at,
        is_protected(Enrolment.home_id),
        gathered(Adult.person, Adult.home_id == Enrolment.home_id, order=Adult.id).label("people"),
    ),
    order=(Enrolment.id,),
    row=_ListedEnrolment,
    course=Enrolment.course_id == bindparam("course"),
)


def list_courses(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """All courses for the coordinator; those that are for homes like the own one for a home's own user."""
    if not unit.for_home:
        found, total = unit.list(_COURSES, page, query)
        return paged((Shown(one, own=[]) for one in found), total)
    homes = list(unit.own_homes(Home))
    given = {**query, OWN: sorted(assignments_of(unit, homes))}
    found, total = unit.list(_COURSES, page, given, homes=homes)
    own = _own(unit, [one.id for one in found])
    return paged((Shown(one, own=own.get(one.id, [])) for one in found), total)


def get_course(unit: Unit, course_id: str) -> Answer:
    """One course."""
    return answer(unit, read(unit, course_id))


def list_enrolments(unit: Unit, course_id: str, page: Page) -> Answer:
    """Who is enrolled."""
    return paged(*unit.list(_ENROLMENTS, page, {"course": read(unit, course_id).id}))


def get_certificate(unit: Unit, course_id: str, enrolment_id: str) -> Answer:
    """What a home attended, as PDF. No row refers to it: who asked has it, and what lies in the store is swept."""
    enrolment = unit.read(Enrolment, enrolment_id)
    if enrolment.course_id != course_id:
        raise NotFound
    if not enrolment.attended_on:
        raise NothingAttended
    is_own = enrolment.home_id in unit.homes_known
    unit.must_see(is_protected=enrolment.protected_identity and not is_own)
    course = read(unit, course_id)
    frame = Frame(
        municipality=unit.municipality, title=certificate.TITLE, reference=enrolment.id, dated=enrolment.attended_on[-1]
    )
    content = certificate.content_of(
        course.kind, course.title, course.supervisor, enrolment.home_name or "", enrolment.attended_on
    )
    pdf = typeset(certificate.TEMPLATE, frame, content)
    return Answer({}, file=unit.shelf.put([pdf], name=f"intyg-{enrolment.id}.pdf", media_type=MediaType.PDF))


def answer(unit: Unit, course: Course) -> Answer:
    """A course for whoever asks, with its ETag."""
    return Answer(Shown(course, own=_own(unit, [course.id]).get(course.id, [])), version_of=course)


def read(unit: Unit, course_id: str) -> Course:
    """The course, of those that are for homes like the caller's own, where somebody acts for one."""
    course = unit.session.get(Course, (unit.context.tenant, course_id))
    if course is None or (unit.for_home and not _is_for_own(unit, course)):
        raise NotFound
    return course


def assignments_of(unit: Unit, home_ids: Collection[str]) -> set[str]:
    """For what homes are approved today."""
    approvals = unit.session.scalars(select(Approval).where(Approval.home_id.in_(home_ids)))
    return {name for one in approvals if one.is_valid_on(unit.today) for name in one.assignments}


def _is_for_own(unit: Unit, course: Course) -> bool:
    homes = unit.own_homes(Home)
    wanted = set(course.for_assignments)
    return bool(homes) and (not wanted or bool(wanted & assignments_of(unit, homes)))


def _own(unit: Unit, course_ids: Collection[str]) -> dict[str, list[Enrolment]]:
    """The enrolments of the caller's own homes, by course; none of the municipality's staff."""
    found: dict[str, list[Enrolment]] = {}
    if unit.for_home:
        mine = select(Enrolment).where(
            Enrolment.course_id.in_(course_ids), Enrolment.home_id.in_(unit.own_homes(Enrolment))
        )
        for one in unit.session.scalars(mine.order_by(Enrolment.id)):
            found.setdefault(one.course_id, []).append(one)
    return found
