"""What is written down of a placement and stays as it was written: decisions on care, and last days that were said."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted
from services.placement.base import Base
from services.placement.contract.care import (
    BEFORE_THE_LAST,
    DECISION_NOT_COME,
    AuthorityNotCompetent,
    LegalGroundNotForAge,
)
from services.placement.placements import care
from services.placement.placements.care import Authority, Decision, LegalGround
from services.vocabulary.assignments import Assignment


class CareDecision(Tenanted, Base):
    """A decision on care in the home (beslut om vård). Never changed: a later one is beside it."""

    __tablename__ = "care_decision"
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
                    *("authority", "legal_ground", "decided_on", FreeText("reference"), FreeText("child_assessment")),
                    *(Official("recorded_by"), "recorded_at"),
                ),
            ),
        ),
        leaves_out={"placement_id": "the placement is told by itself"},
    )

    placement_id: Mapped[str]
    placement_request_id: Mapped[str]
    authority: Mapped[str]
    legal_ground: Mapped[str]
    decided_on: Mapped[date]
    reference: Mapped[str] = mapped_column(SealedJson("care_decision.reference"))
    child_assessment: Mapped[str] = mapped_column(SealedJson("care_decision.child_assessment"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    @property
    def decided(self) -> Decision:
        """As the gate looks at it."""
        return Decision(
            authority=Authority(self.authority), ground=LegalGround(self.legal_ground), decided_on=self.decided_on
        )


class SaidEnd(Tenanted, Base):
    """A last day of a placement as somebody said it. Never changed: a correction is beside it."""

    __tablename__ = "said_end"
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
                tells=("ends_on", FreeText("note"), Official("by"), "at"),
            ),
        ),
        leaves_out={"placement_id": "the placement is told by itself"},
    )

    placement_id: Mapped[str]
    placement_request_id: Mapped[str]
    ends_on: Mapped[date]
    note: Mapped[str] = mapped_column(SealedJson("said_end.note"))
    by: Mapped[str]
    at: Mapped[datetime]


def decide(
    body: dict[str, Any],
    *,
    pointer: str,
    assignment: Assignment,
    urgent: bool,
    age: int,
    by: str,
    at: datetime,
    today: date,
) -> CareDecision:
    """A decision from a loaded `CareDecision`, of no placement yet. `age` is the person's on the first day.

    Raises `AuthorityNotCompetent`, `LegalGroundNotForAge`, and `InvalidInput` for a day that has not come.
    """
    if body["decided_on"] > today:
        raise DECISION_NOT_COME.refusal(f"{pointer}/decided_on")
    if not care.may_decide(Authority(body["authority"]), assignment, urgent=urgent):
        raise AuthorityNotCompetent
    if not care.fits_age(LegalGround(body["legal_ground"]), age):
        raise LegalGroundNotForAge
    return CareDecision(id=new_id(), recorded_by=by, recorded_at=at, **body)


def must_follow(decision: CareDecision, earlier: list[CareDecision]) -> None:
    """A decision comes after those before it; `InvalidInput` when it is dated before one of them."""
    last = max((one.decided_on for one in earlier), default=decision.decided_on)
    if decision.decided_on < last:
        raise BEFORE_THE_LAST.refusal("/decided_on", decided_on=last.isoformat())
