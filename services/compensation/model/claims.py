"""Claims of the homes, and the papers that belong to them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.compensation.contract.claims import (
    MORE_THAN_CLAIMED,
    PART_REASON,
    ClaimAlreadyDecided,
    ClaimKind,
    ClaimStatus,
    ReceiptMissing,
)
from services.compensation.model.base import AMOUNT, Base
from services.compensation.pay.claims import LostIncome, Purchase, mileage_lines
from services.compensation.pay.lines import PayLine
from services.compensation.pay.respite import Respite
from services.compensation.pay.respite import line as respite_line
from services.compensation.tariffs.tariff import Tariff
from services.compensation.tariffs.unpayable import TariffMissing
from services.kernel.basics.days import Month, month_with
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import Keep, With
from services.kernel.files.stored import StoredFile
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Versioned

Tariffs = Mapping[int, Tariff]


class Receipt(StoredFile, Base):
    """A paper of a claim."""

    __tablename__ = "receipt"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "claim_id"], ["claim.tenant", "claim.id"]),
        Index(None, "tenant", "claim_id"),
        Index(None, "tenant", "content_hash"),
    )
    keep = With("claim", "claim_id")
    about = About(
        (By(column="claim_id", of="claim", tells=(FreeText("name"), "media_type", "size", "created_at")),),
        leaves_out={
            "created_by": "the login of whoever sent it, perhaps another adult",
            "file_key": "what opens the file, which is read by itself",
            "content_hash": "a keyed hash",
        },
    )

    claim_id: Mapped[str]


class Claim(OfHome, Versioned, Base):
    """What a home claims, and what was approved of it."""

    __tablename__ = "claim"
    __table_args__ = (
        Index(None, "tenant", "home_id", "id"),
        Index(None, "tenant", "home_id", "status", "id"),
        Index(None, "tenant", "status", "id"),
        Index("ix_claim_waiting", "tenant", "made_at", postgresql_where=text("status = 'waiting'")),
    )
    keep = Keep(years=7, after="the calendar year in which it was decided", law="Act 2018:597, chapter 3; SoL 16:1")
    about = About(
        (
            By(
                column="payee_adult_id",
                of="payee",
                tells=(
                    *("home_id", "kind", "status", "amount", "kilometres", "salary_per_month", "percent", "nights"),
                    *("period_from", "period_to", FreeText("description"), "approved_amount", "approved_kilometres"),
                    *("approved_percent", FreeText("reason"), "made_at", Official("decided_by"), "decided_at"),
                ),
            ),
        ),
        leaves_out={
            "placement_id": "an id",
            "wish_id": "an id",
            "pay_run_id": "an id",
            "made_by": "the login of whoever made it, perhaps another adult",
        },
    )

    home_id: Mapped[str]
    placement_id: Mapped[str | None]
    payee_adult_id: Mapped[str | None]
    kind: Mapped[str]
    status: Mapped[str]
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    kilometres: Mapped[Decimal | None] = mapped_column(AMOUNT)
    salary_per_month: Mapped[Decimal | None] = mapped_column(AMOUNT)
    percent: Mapped[Decimal | None] = mapped_column(AMOUNT)
    nights: Mapped[int | None]
    period_from: Mapped[date]
    period_to: Mapped[date]
    wish_id: Mapped[str | None]
    description: Mapped[str | None] = mapped_column(SealedJson("claim.description"))
    approved_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    approved_kilometres: Mapped[Decimal | None] = mapped_column(AMOUNT)
    approved_percent: Mapped[Decimal | None] = mapped_column(AMOUNT)
    reason: Mapped[str | None] = mapped_column(SealedJson("claim.reason"))
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    pay_run_id: Mapped[str | None]  #: that paid it, or the last of it

    receipts: Mapped[list[Receipt]] = relationship(order_by=Receipt.id, cascade="all, delete-orphan")

    def must_wait(self) -> None:
        """Raises `ClaimAlreadyDecided`."""
        if self.status != ClaimStatus.WAITING:
            raise ClaimAlreadyDecided

    def approve(self, body: dict[str, Any], *, by: str, at: datetime) -> None:
        """All of it, or the part that is said. Raises `ClaimAlreadyDecided`, `ReceiptMissing`, `InvalidInput`."""
        self.must_wait()
        if self.kind == ClaimKind.RECEIPT and not self.receipts:
            raise ReceiptMissing
        for name in ("amount", "kilometres", "percent"):
            claimed, said = getattr(self, name), body.get(name)
            if said is not None and (claimed is None or said > claimed):
                raise MORE_THAN_CLAIMED.refusal(f"/{name}")
            if said is not None and said != claimed and not body["reason"]:
                raise PART_REASON.refusal("/reason")
            setattr(self, f"approved_{name}", claimed if said is None else said)
        self._decide(ClaimStatus.APPROVED, body["reason"], by=by, at=at)

    def decline(self, reason: str, *, by: str, at: datetime) -> None:
        """Nothing of it. Raises `ClaimAlreadyDecided`."""
        self.must_wait()
        self._decide(ClaimStatus.DECLINED, reason, by=by, at=at)

    def _decide(self, status: ClaimStatus, reason: str, *, by: str, at: datetime) -> None:
        self.status, self.reason, self.decided_by, self.decided_at = status, reason or None, by, at
        self.touch(at)


def claim_lines(claim: Any, until: Month, paid: Sequence[Month], tariffs: Tariffs) -> list[PayLine]:
    """What the run of a month pays of an approved claim (a row with the columns of one), but for the months that have
    been paid. Raises `Unpayable`."""
    match ClaimKind(claim.kind):
        case ClaimKind.RECEIPT:
            return Purchase(on=claim.period_from, amount=claim.approved_amount or Decimal(0)).lines()
        case ClaimKind.MILEAGE:
            kilometres = claim.approved_kilometres or Decimal(0)
            return mileage_lines(claim.period_from, claim.period_to, kilometres, _of(tariffs, claim.period_from))
        case ClaimKind.LOST_INCOME:
            return _lost(claim, until, paid, tariffs)
        case ClaimKind.RESPITE:
            respite = Respite(starts_on=claim.period_from, ends_on=claim.period_to, nights=claim.nights or 0)
            return [respite_line(respite, _of(tariffs, claim.period_from))]
        case _:
            return []


def _lost(claim: Any, until: Month, paid: Sequence[Month], tariffs: Tariffs) -> list[PayLine]:
    lost = LostIncome(
        first=claim.period_from,
        last=claim.period_to,
        salary_per_month=claim.salary_per_month or Decimal(0),
        percent=claim.approved_percent or Decimal(0),
    )
    found: list[PayLine] = []
    for month in lost.months():
        if month <= until and month not in paid:
            tariff = _of(tariffs, month.first)
            holiday_pay = tariff.part(tariff.holiday_pay_percent, "lost_income")
            found += lost.lines(month, tariff, holiday_pay)
    return found


def _of(tariffs: Tariffs, day: date) -> Tariff:
    month = month_with(day)
    if month.year not in tariffs:
        raise TariffMissing(f"There is no tariff for {month.year}.")
    return tariffs[month.year]
