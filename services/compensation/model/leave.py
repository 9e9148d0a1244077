"""Paid leave of contracted emergency homes."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from services.compensation.contract.leave import LeaveAlreadyCancelled
from services.compensation.model.base import Base
from services.kernel.contracts.about import About, By
from services.kernel.contracts.keep import With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import Versioned


class Leave(OfHome, Versioned, Base):
    """Days on which a contracted home is not asked, and is paid its fee."""

    __tablename__ = "leave"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "agreement_id"], ["agreement.tenant", "agreement.id"]),
        Index(None, "tenant", "agreement_id"),
        Index(None, "tenant", "home_id", "id"),
    )
    keep = With("agreement", "agreement_id")
    about = About(
        (By(column="agreement_id", of="agreement", tells=("starts_on", "ends_on", "days", "cancelled_at")),),
        leaves_out={"home_id": "an id", "taken_by": "the login of whoever wrote it down, perhaps another adult"},
    )

    agreement_id: Mapped[str]
    home_id: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days: Mapped[int]  #: that count, by the unit of the tariff
    taken_by: Mapped[str]
    cancelled_at: Mapped[datetime | None]

    def cancel(self, *, at: datetime) -> None:
        """It is not taken after all. Raises `LeaveAlreadyCancelled`."""
        if self.cancelled_at is not None:
            raise LeaveAlreadyCancelled
        self.cancelled_at = at
        self.touch(at)

    def taken(self) -> dict[str, object]:
        """The event `leave_taken`."""
        return {
            "leave_id": self.id,
            "agreement_id": self.agreement_id,
            "home_id": self.home_id,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "cancelled": self.cancelled_at is not None,
        }
