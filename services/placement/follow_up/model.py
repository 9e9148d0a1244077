"""Plans, and what was considered of a placement. Neither is changed: what is said later is beside it."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted
from services.placement.base import Base
from services.placement.contract.plans import ReviewKind

PARTS = ("parents_contact", "siblings_contact", "school", "care")


class PlacementPlan(Tenanted, Base):
    """A placement's plans as they were said at a time: care plan and implementation plan (vårdplan,
    genomförandeplan)."""

    __tablename__ = "placement_plan"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_id"], ["placement.tenant", "placement.id"]),
        Index(None, "tenant", "placement_id"),
    )
    keep = With("placement", "placement_id")
    about = About(
        (
            By(
                column="placement_request_id",
                of="placement_request",
                tells=(
                    *(FreeText("parts"), "care_plan_on", "implementation_plan_on", "next_review_on"),
                    *("child_investigation_ended_on", Official("said_by"), "said_at"),
                ),
            ),
        ),
        leaves_out={"placement_id": "the placement is told by itself"},
    )

    placement_id: Mapped[str]
    placement_request_id: Mapped[str]
    parts: Mapped[dict[str, str]] = mapped_column(SealedJson("placement_plan.parts"))  #: the texts, by `PARTS`
    care_plan_on: Mapped[date | None]
    implementation_plan_on: Mapped[date | None]
    next_review_on: Mapped[date | None]
    child_investigation_ended_on: Mapped[date | None]
    said_by: Mapped[str]
    said_at: Mapped[datetime]

    @property
    def is_whole(self) -> bool:
        """Whether both plans are there (SoL 9:12, SoF 10:2-3)."""
        return self.care_plan_on is not None and self.implementation_plan_on is not None

    @property
    def parents_contact(self) -> str:
        return self.parts["parents_contact"]

    @property
    def siblings_contact(self) -> str:
        return self.parts["siblings_contact"]

    @property
    def school(self) -> str:
        return self.parts["school"]

    @property
    def care(self) -> str:
        return self.parts["care"]


class Review(Tenanted, Base):
    """What was considered, or done because a clock said so, and when."""

    __tablename__ = "placement_review"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_id"], ["placement.tenant", "placement.id"]),
        Index(None, "tenant", "placement_id", "kind", "held_on"),
    )
    keep = With("placement", "placement_id")
    about = About(
        (
            By(
                column="placement_request_id",
                of="placement_request",
                tells=("kind", "held_on", "until", FreeText("note"), Official("recorded_by"), "recorded_at"),
            ),
        ),
        leaves_out={"placement_id": "the placement is told by itself"},
    )

    placement_id: Mapped[str]
    placement_request_id: Mapped[str]
    kind: Mapped[str]
    held_on: Mapped[date]
    until: Mapped[date | None]  #: up to when an emergency stay goes on, for special reasons
    note: Mapped[str] = mapped_column(SealedJson("placement_review.note"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


def last_considered(reviews: Iterable[Review]) -> date:
    """When the care was considered last, of reviews among which it was."""
    return max(one.held_on for one in reviews if one.kind == ReviewKind.CARE_CONSIDERATION)
