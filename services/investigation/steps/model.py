"""What was held and heard in an investigation, and what a municipality asks for."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.investigation.base import Base, below
from services.investigation.steps.rules import Held, Step
from services.kernel.contracts.about import About, By, Nobody, Official
from services.kernel.contracts.keep import ForEver, With
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned


class Meeting(Tenanted, Base):
    """A step that was held. Where, with whom else and what was said is sealed."""

    __tablename__ = "meeting"
    __table_args__ = (below("investigation"), Index(None, "tenant", "investigation_id"))
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="investigation_id",
                of="investigation",
                tells=("step", "held_on", Official("recorded_by"), "recorded_at"),
            ),
        ),
        leaves_out={
            "adult_ids": "the other adults of the home",
            "account": "it may hold what one says of another, or a child says: it is read in the file",
        },
    )

    investigation_id: Mapped[str]
    step: Mapped[str]
    held_on: Mapped[date]
    adult_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    account: Mapped[dict[str, Any]] = mapped_column(SealedJson("meeting.account"))  #: place, present, notes
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    def as_held(self) -> Held:
        """What the rules ask of it."""
        return Held(step=Step(self.step), on=self.held_on, adult_ids=frozenset(self.adult_ids))


class GivenReference(Tenanted, Base):
    """What somebody who knows an adult has said of that one; sealed."""

    __tablename__ = "given_reference"
    __table_args__ = (
        below("investigation"),
        below("adult"),
        Index(None, "tenant", "investigation_id"),
        Index(None, "tenant", "adult_id"),
    )
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="adult_id",
                of="adult",
                tells=("investigation_id", "given_on", Official("recorded_by"), "recorded_at"),
            ),
        ),
        leaves_out={"account": "what somebody else says in confidence, and who it is (OSL 26:1)"},
    )

    investigation_id: Mapped[str]
    adult_id: Mapped[str]
    given_on: Mapped[date]
    account: Mapped[dict[str, str]] = mapped_column(SealedJson("given_reference.account"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class RequiredSteps(Versioned, Base):
    """What a municipality asks for in the investigation of an assignment, which is its id."""

    __tablename__ = "required_steps"
    keep = ForEver("the board's own decisions: nobody's file")
    about = Nobody("what a board asks for, of nobody")

    steps: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reason: Mapped[str]
    changed_by: Mapped[str]
    history: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  #: what held before, the first first

    def replace(self, steps: Iterable[str], reason: str, *, by: str, at: datetime) -> None:
        """Asks for these from now on, and keeps what was asked for before."""
        past = {"steps": self.steps, "reason": self.reason, "changed_by": self.changed_by}
        self.history = [*self.history, {**past, "changed_at": self.changed_at.isoformat()}]
        self.steps, self.reason, self.changed_by = sorted(set(steps)), reason, by
        self.touch(at)
