"""Courses and who is enrolled, as they are kept, and the rules of seats and attendance."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, Nobody
from services.kernel.contracts.keep import ForEver, With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import Versioned
from services.mentorship.base import Base
from services.mentorship.contract.courses import (
    CourseCancelled,
    CourseIsOver,
    CourseNotForHome,
    CourseNotHeldYet,
    CourseStatus,
    EnrolmentStatus,
)
from services.mentorship.gatherings.seats import Seats, Waits, moved_up
from services.mentorship.homes.model import Home


class Course(Versioned, Base):
    """A course, a theme day or a supervision group. Its row is locked by whoever enrols."""

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("taken between 0 and seats", name="seats"),
        Index(None, "tenant", "starts_at", "id"),
        Index(None, "tenant", "kind", "starts_at", "id", postgresql_include=["for_assignments"]),
    )
    keep = ForEver("what training the municipality has offered (SoL 22:3): nobody's file")
    about = Nobody("what the municipality arranged: who was enrolled stands in the enrolments")

    kind: Mapped[str]
    title: Mapped[str]
    place: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: `[{"starts_at", "ends_at"}]`, as RFC 3339 says them
    later: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    seats: Mapped[int]
    taken: Mapped[int]
    supervisor: Mapped[str | None]
    for_assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str]
    planned_by: Mapped[str]

    @property
    def more_dates(self) -> list[dict[str, datetime]]:
        """The dates after the first."""
        return dates_of(self.later)

    @property
    def days(self) -> list[date]:
        """The days in Sweden on which it is held."""
        starts = [self.starts_at, *(one["starts_at"] for one in self.more_dates)]
        return [clock.local_date(start) for start in starts]

    @property
    def is_over_at(self) -> datetime:
        """When the last date ends."""
        return self.more_dates[-1]["ends_at"] if self.later else self.ends_at

    def must_stand(self) -> None:
        """Raises `CourseCancelled`."""
        if self.status == CourseStatus.CANCELLED:
            raise CourseCancelled

    def must_go_on(self, now: datetime) -> None:
        """Raises `CourseCancelled`, `CourseIsOver`."""
        self.must_stand()
        if now >= self.is_over_at:
            raise CourseIsOver

    def must_have_begun(self, now: datetime) -> None:
        """Raises `CourseCancelled`, `CourseNotHeldYet`."""
        self.must_stand()
        if now < self.starts_at:
            raise CourseNotHeldYet

    def must_be_for(self, assignments: set[str]) -> None:
        """Raises `CourseNotForHome` for a home with other assignments than those it is for."""
        if self.for_assignments and not assignments & set(self.for_assignments):
            raise CourseNotForHome

    def enrol(self, home_id: str, adults: int, at: datetime) -> "Enrolment":
        """A home gets its seats, or waits for them."""
        fits = self.taken + adults <= self.seats
        if fits:
            self.taken += adults
        self.touch(at)
        return Enrolment(
            id=new_id(),
            course_id=self.id,
            home_id=home_id,
            adults=adults,
            status=EnrolmentStatus.ENROLLED if fits else EnrolmentStatus.WAITING,
            attended_on=[],
            created_at=at,
            changed_at=at,
        )

    def withdraw(self, enrolment: "Enrolment", at: datetime) -> None:
        """The home does not come: its seats are free."""
        if enrolment.status == EnrolmentStatus.ENROLLED:
            self.taken -= enrolment.adults
        enrolment.status = EnrolmentStatus.WITHDRAWN
        enrolment.touch(at)
        self.touch(at)

    def move_up(self, waiting: Sequence["Enrolment"], at: datetime) -> list["Enrolment"]:
        """Gives free seats to those that wait, the first of them first; whom."""
        chosen = moved_up(Seats(self.seats - self.taken, 0), [Waits(one.id, Seats(one.adults, 0)) for one in waiting])
        moved = [one for one in waiting if one.id in set(chosen)]
        for one in moved:
            self.taken += one.adults
            one.status = EnrolmentStatus.ENROLLED
            one.touch(at)
        return moved


class Enrolment(OfHome, Versioned, Base):
    """That a home is enrolled, and which days it attended."""

    __tablename__ = "enrolment"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "course_id"], ["course.tenant", "course.id"]),
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "course_id", "id"),
        Index(None, "tenant", "home_id"),
        Index(
            "uq_enrolment_open",
            "tenant",
            "course_id",
            "home_id",
            unique=True,
            postgresql_where=text("status <> 'withdrawn'"),
        ),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="home",
                tells=("home_id", "course_id", "adults", "status", "attended_on", "created_at"),
            ),
        )
    )

    course_id: Mapped[str]
    home_id: Mapped[str]
    adults: Mapped[int]
    status: Mapped[str]
    attended_on: Mapped[list[date]] = mapped_column(ARRAY(Date))
    created_at: Mapped[datetime]

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    course: Mapped[Course] = relationship(viewonly=True, lazy="select")

    @property
    def home_name(self) -> str | None:
        """The name of the home."""
        return self.home.name

    @property
    def protected_identity(self) -> bool:
        """Whether the home has one."""
        return self.home.protected_identity

    def attend(self, day: date, *, attended: bool, at: datetime) -> bool:
        """Writes down whether it was there on a day; says whether that is new."""
        days = set(self.attended_on)
        after = days | {day} if attended else days - {day}
        self.attended_on = sorted(after)
        self.touch(at)
        return after != days

    def told(self, course: Course, day: date) -> dict[str, Any]:
        """The event `training_attended` of a day. Where that one is taken back it is the last of those that stand: what
        is told last says of the enrolment whether the home has attended."""
        stands = day if day in self.attended_on else max(self.attended_on, default=day)
        return {
            "enrolment_id": self.id,
            "home_id": self.home_id,
            "course_id": self.course_id,
            "kind": course.kind,
            "attended": stands in self.attended_on,
            "held_on": stands,
        }


def dates_of(later: Sequence[dict[str, str]]) -> list[dict[str, datetime]]:
    """The dates of a course as instants."""
    return [{name: clock.instant(at) for name, at in one.items()} for one in later]
