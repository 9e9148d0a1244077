"""Paid leave of contracted emergency homes."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from services.compensation.contract.leave import LeaveAlreadyCancelled, LeaveAlreadyTaken
from services.compensation.leave.balance import counted
from services.compensation.model.base import Base
from services.compensation.pay.days import ONE_DAY
from services.compensation.tariffs.levels import LeaveUnit
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

    def cancel(self, *, on: date, unit: LeaveUnit, by_home: bool, at: datetime) -> None:
        """What is left of it on a day is not taken after all: of one that has not begun all. A home cancels only such.
        Raises `LeaveAlreadyCancelled`, `LeaveAlreadyTaken`."""
        if self.cancelled_at is not None:
            raise LeaveAlreadyCancelled
        if self.ends_on < on or (by_home and self.starts_on <= on):
            raise LeaveAlreadyTaken
        if self.starts_on < on:
            self.ends_on = on - ONE_DAY
            self.days = counted(self.starts_on, self.ends_on, unit)
        else:
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
