"""How the municipality's own systems know payees and kinds of pay: changes of payees need a second person."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.compensation.contract.payees import PayeeChangeNotWaiting, PayeeChangeStatus
from services.compensation.model.base import Base
from services.compensation.model.homes import Payee
from services.kernel.contracts.about import About, By, Nobody, Official
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.keep import ForEver, With
from services.kernel.rows.tables import Tenanted, Versioned


class PayeeChange(Tenanted, Base):
    """A change of how a payee is paid: who proposed it and who confirmed it. The history is added to only."""

    __tablename__ = "payee_change"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "adult_id"], ["payee.tenant", "payee.id"]),
        Index(None, "tenant", "adult_id", "id"),
    )
    keep = With("payee", "adult_id")
    about = About(
        (
            By(
                column="adult_id",
                of="payee",
                tells=(
                    *("payroll_id", "channel", "status", Official("by"), "at"),
                    *(Official("confirmed_by"), "confirmed_at"),
                ),
            ),
        )
    )

    adult_id: Mapped[str]
    payroll_id: Mapped[str | None]
    channel: Mapped[str]
    status: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]

    def confirm(self, payee: Payee, *, by: str, at: datetime) -> None:
        """Another person has it in force. Raises `PayeeChangeNotWaiting`, `SecondPersonNeeded`."""
        if self.status != PayeeChangeStatus.WAITING:
            raise PayeeChangeNotWaiting
        if by == self.by:
            raise SecondPersonNeeded
        self.status, self.confirmed_by, self.confirmed_at = PayeeChangeStatus.DONE, by, at
        payee.payroll_id, payee.channel = self.payroll_id, self.channel
        payee.touch(at)


class PayCodes(Versioned, Base):
    """What a kind of line is called in payroll and in the ledger; its id is the kind."""

    __tablename__ = "pay_code"
    keep = ForEver("the municipality's own table: nobody's file")
    about = Nobody("the municipality's own table")

    wage_type: Mapped[str | None]
    account: Mapped[str | None]
    cost_centre: Mapped[str | None]


class ExportLayout(Versioned, Base):
    """The columns of a municipality's own file of lines; its id is the name."""

    __tablename__ = "export_layout"
    keep = ForEver("the municipality's own table: nobody's file")
    about = Nobody("the municipality's own table")

    layout: Mapped[dict[str, Any]] = mapped_column(JSONB)
