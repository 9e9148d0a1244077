"""Copies of placements, which pay depends on."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.compensation.model.base import Base
from services.compensation.pay.allowance import request_due
from services.kernel.contracts.about import About, By
from services.kernel.contracts.keep import Keep, With
from services.kernel.rows.tables import SealedJson, Tenanted
from services.vocabulary.assignments import LIVING, Assignment


class Placement(Tenanted, Base):
    """The copy of a placement as placement records it, also of one that no agreement is made for; its id is the
    placement's."""

    __tablename__ = "placement"
    __table_args__ = (
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "person_key"),
        Index(None, "tenant", "allowance_due_on", "id", postgresql_where=text("allowance_due_on is not null")),
    )
    keep = Keep(years=5, after="its last day, and its last line of pay is gone", law="SoL 16:1, 16:2")
    about = About(
        (By(column="id", of="agreement", at="placement_id", tells=("home_id", "assignment", "starts_on", "ends_on")),),
        leaves_out={
            "birth_date": "the placed person's, who is told by placement",
            "adult_ids": "the home's adults",
            "person_key": "by which a person's several placements are known to be one person's",
            "allowance_due_on": "by when the municipality asks for the child allowance: its own task",
        },
    )

    home_id: Mapped[str]
    assignment: Mapped[str]
    birth_date: Mapped[str] = mapped_column(SealedJson("placement.birth_date"))  #: the placed person's, `yyyy-mm-dd`
    adult_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))  #: the home's, the applicant first
    #: by which a person's placements are known to be one person's: the keyed hash of the number, else the need
    person_key: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    #: of a child in a contracted home: by when the municipality asks that the allowance is paid to the home; None once
    #: it has, or need not
    allowance_due_on: Mapped[date | None]

    @property
    def request_due_on(self) -> date | None:
        """By when the municipality asks that the child allowance is paid to the home; None where there is none."""
        lives = Assignment(self.assignment) in LIVING
        return request_due(date.fromisoformat(self.birth_date), self.starts_on) if lives else None

    def learn(self, started: dict[str, Any], *, lookup: Callable[[str], bytes]) -> None:
        """Takes over what `placement_started` says."""
        number = started.get("personal_number")
        self.person_key = lookup(number).hex() if number else started["placement_request_id"]
        self.home_id = started["home_id"]
        self.assignment = started["assignment"]
        self.birth_date = started["birth_date"].isoformat()
        self.adult_ids = started["adult_ids"]
        self.starts_on = started["starts_on"]

    def expect_allowance(self, *, is_new: bool) -> None:
        """Sets by when the allowance of a child in a contracted home is asked for, while it has not been."""
        if is_new or self.allowance_due_on is not None:
            is_contracted = self.assignment == Assignment.CONTRACTED_EMERGENCY_HOME
            self.allowance_due_on = self.request_due_on if is_contracted else None


class Visit(Tenanted, Base):
    """The copy of days that a contact family or a contact person has reported and staff have confirmed; its id is the
    visit's."""

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_id"], ["placement.tenant", "placement.id"]),
        Index(None, "tenant", "placement_id"),
    )
    keep = With("placement", "placement_id")
    about = About(
        (
            By(
                column="placement_id",
                of="agreement",
                at="placement_id",
                tells=("starts_on", "ends_on", "half_first_day", "half_last_day", "reported_on", "withdrawn"),
            ),
        ),
        leaves_out={"home_id": "an id"},
    )

    placement_id: Mapped[str]
    home_id: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    half_first_day: Mapped[bool]
    half_last_day: Mapped[bool]
    reported_on: Mapped[date]
    withdrawn: Mapped[bool]

    def learn(self, confirmed: dict[str, Any]) -> None:
        """Takes over what `visit_confirmed` says."""
        names = ("placement_id", "home_id", "starts_on", "ends_on", "half_first_day", "half_last_day", "reported_on")
        for name in names:
            setattr(self, name, confirmed[name])
        self.withdrawn = False
