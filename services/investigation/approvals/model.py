"""The approval that comes of an investigation."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.investigation import own_data
from services.investigation.base import Base, below
from services.investigation.contract.approvals import (
    ApprovalEnded,
    ApprovalNotSuspended,
    ApprovalState,
    ApprovalSuspendedAlready,
    Standing,
)
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official, Part
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned


class StandingChange(Tenanted, Base):
    """That an approval was suspended, reinstated or revoked, by whom and why."""

    __tablename__ = "standing_change"
    __table_args__ = (below("approval"), Index(None, "tenant", "approval_id"))
    keep = With("approval", "approval_id")
    about = About(
        (
            By(
                column="approval_id",
                of="approval",
                tells=("standing", FreeText("reasons"), Official("decided_by"), "decided_at"),
            ),
        )
    )

    approval_id: Mapped[str]
    standing: Mapped[str]  #: from then on
    reasons: Mapped[str] = mapped_column(SealedJson("standing_change.reasons"))
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class Approval(Versioned, Base):
    """What a home is investigated and approved for (godkännande).

    The legal acts are the decision on a child's care and the consent (medgivande, Social Services Act 2025:400, 22:2);
    this is what they stand on.
    """

    __tablename__ = "approval"
    __table_args__ = (
        below("investigation"),
        UniqueConstraint("tenant", "investigation_id"),
        Index(None, "tenant", "valid_until", "id", postgresql_include=["standing"]),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "decided_on"),
    )
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="investigation_id",
                of="investigation",
                tells=(
                    *("id", "home_id", "assignments", "age_from", "age_to", "places"),
                    *(Part("texts", own_data.texts, free_text=True), "decided_on", "valid_until"),
                    *("standing", "revoked_on"),
                ),
            ),
        )
    )

    investigation_id: Mapped[str]
    home_id: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    age_from: Mapped[int]
    age_to: Mapped[int]
    places: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(SealedJson("approval.texts"))
    decided_on: Mapped[date]
    valid_until: Mapped[date]
    standing: Mapped[str]
    revoked_on: Mapped[date | None]

    changes: Mapped[list[StandingChange]] = relationship(order_by=StandingChange.id)

    @property
    def last_day(self) -> date:
        """The last day on which it was one."""
        return self.valid_until if self.revoked_on is None else min(self.revoked_on, self.valid_until)

    def state_on(self, day: date, *, waits: bool) -> ApprovalState:
        """Where it stands on a day; `waits` says whether its home does."""
        if self.standing == Standing.REVOKED:
            return ApprovalState.REVOKED
        if self.valid_until < day:
            return ApprovalState.EXPIRED
        if self.standing == Standing.SUSPENDED:
            return ApprovalState.SUSPENDED
        return ApprovalState.WAITING if waits else ApprovalState.VALID

    def is_in_force(self, day: date) -> bool:
        """Whether it has neither been revoked nor expired; it may be suspended, or wait."""
        return self.standing != Standing.REVOKED and self.valid_until >= day

    def suspend(self, reasons: str, *, by: str, at: datetime) -> None:
        """The home takes nobody more, until that is taken back. Raises `ApprovalEnded`, `ApprovalSuspendedAlready`."""
        self._must_be_in_force(at)
        if self.standing == Standing.SUSPENDED:
            raise ApprovalSuspendedAlready
        self._stand(Standing.SUSPENDED, reasons, by, at)

    def reinstate(self, reasons: str, *, by: str, at: datetime) -> None:
        """A suspended one holds again. Raises `ApprovalEnded`, `ApprovalNotSuspended`."""
        self._must_be_in_force(at)
        if self.standing != Standing.SUSPENDED:
            raise ApprovalNotSuspended
        self._stand(Standing.STANDS, reasons, by, at)

    def revoke(self, reasons: str, *, by: str, at: datetime) -> None:
        """Ends it for good, before its last day. Raises `ApprovalEnded`."""
        self._must_be_in_force(at)
        self.revoked_on = clock.local_date(at)
        self._stand(Standing.REVOKED, reasons, by, at)

    def _must_be_in_force(self, at: datetime) -> None:
        if not self.is_in_force(clock.local_date(at)):
            raise ApprovalEnded

    def _stand(self, standing: Standing, reasons: str, by: str, at: datetime) -> None:
        self.standing = standing
        self.changes.append(
            StandingChange(id=new_id(), standing=standing, reasons=reasons, decided_by=by, decided_at=at)
        )
        self.touch(at)

    def ending(self) -> dict[str, Any]:
        """What the events of its end say."""
        return {**self.named(), "valid_until": self.valid_until}

    def named(self) -> dict[str, Any]:
        """What it is, as events say it."""
        return {"approval_id": self.id, "home_id": self.home_id}
