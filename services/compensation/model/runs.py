"""Pay runs and their lines, what has changed since they were computed, and what is recovered."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.compensation.contract.pay_runs import (
    PayRunAlreadyApproved,
    PayRunAlreadyDiscarded,
    PayRunIncomplete,
    PayRunOutdated,
    RunStatus,
)
from services.compensation.contract.recoveries import RecoveryNotOpen, RecoveryNotProposed, RecoveryStatus
from services.compensation.model.base import AMOUNT, QUANTITY, TOTAL, Base
from services.compensation.pay.shares import divided
from services.kernel.basics.days import Month, add_months, month_of, month_with
from services.kernel.contracts.about import About, By, FreeText, Nobody, Official
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.keep import Keep, Platform, With
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned


class PayRun(Versioned, Base):
    """A month's pay run. A month has at most one that is not discarded."""

    __tablename__ = "pay_run"
    __table_args__ = (
        Index(
            "uq_pay_run_tenant_month", "tenant", "month", unique=True, postgresql_where=text("status <> 'discarded'")
        ),
        Index(None, "tenant", "month", "id"),
        CheckConstraint("expected = paid + held", name="expected_is_paid_and_held"),
    )
    keep = Keep(years=7, after="the calendar year of its month", law="Act 2018:597 on municipal accounting, chapter 3")
    about = Nobody("a month's sums: its lines say whose they are")

    month: Mapped[str]
    status: Mapped[str]
    expected: Mapped[int]
    paid: Mapped[int]
    held: Mapped[int]
    total: Mapped[Decimal] = mapped_column(TOTAL)
    outdated: Mapped[bool]  #: something has changed since that is not in it
    after_home: Mapped[str | None]  #: the last home that has been computed, while it is being computed
    computed_by: Mapped[str]
    computed_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    discarded_by: Mapped[str | None]
    discarded_at: Mapped[datetime | None]

    def settle(self, sums: "Sums", *, lines_changed: bool, by: str, at: datetime) -> None:
        """Takes the sums of a computation. Whoever computed last counts as the computer, also when nothing changed."""
        same = (self.sums, self.status, self.outdated, self.computed_by) == (sums, RunStatus.COMPUTED, False, by)
        if same and not lines_changed:
            return
        self.status, self.outdated, self.after_home = RunStatus.COMPUTED, False, None
        self.take(sums)
        self.computed_by, self.computed_at = by, at
        self.touch(at)

    def go_on(self, sums: "Sums", after_home: str, *, by: str, at: datetime) -> None:
        """So far it has been computed; the rest follows by itself."""
        self.status, self.outdated, self.after_home = RunStatus.COMPUTING, False, after_home
        self.take(sums)
        self.computed_by, self.computed_at = by, at
        self.touch(at)

    @property
    def sums(self) -> "Sums":
        """What has been computed of it."""
        return Sums(paid=self.paid, held=self.held, total=self.total)

    def take(self, sums: "Sums") -> None:
        """Holds the sums."""
        self.expected, self.paid, self.held, self.total = sums.paid + sums.held, sums.paid, sums.held, sums.total

    def approve(self, *, expected: int, by: str, at: datetime) -> dict[str, Any]:
        """Settles the month, of which so many agreements and claims are expected; returns the data of
        `pay_run_approved`. Raises `PayRunAlreadyApproved`, `PayRunAlreadyDiscarded`, `SecondPersonNeeded`,
        `PayRunOutdated`, `PayRunIncomplete`.
        """
        self.must_be_open()
        if by == self.computed_by:
            raise SecondPersonNeeded
        if self.status == RunStatus.COMPUTING or self.outdated:
            raise PayRunOutdated
        if not expected == self.expected == self.paid + self.held:
            raise PayRunIncomplete
        self.status = RunStatus.APPROVED
        self.approved_by, self.approved_at = by, at
        self.touch(at)
        return self.approved()

    def approved(self) -> dict[str, Any]:
        """The event `pay_run_approved`."""
        return {"pay_run_id": self.id, "month": self.month, "total": self.total}

    def discard(self, *, by: str, at: datetime) -> None:
        """Puts the run aside. Raises `PayRunAlreadyApproved`, `PayRunAlreadyDiscarded`."""
        self.must_be_open()
        self.status = RunStatus.DISCARDED
        self.discarded_by, self.discarded_at = by, at
        self.touch(at)

    def must_be_open(self) -> None:
        """Raises `PayRunAlreadyApproved` or `PayRunAlreadyDiscarded` when nothing may change any more."""
        if self.status == RunStatus.APPROVED:
            raise PayRunAlreadyApproved
        if self.status == RunStatus.DISCARDED:
            raise PayRunAlreadyDiscarded


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """How many agreements and claims are paid and held, and what it comes to."""

    paid: int = 0
    held: int = 0
    total: Decimal = Decimal(0)


class PayRunLine(Tenanted, Base):
    """A line of a pay run, paid or held: the columns of `runs.entries.Entry`. The database itself refuses to change one
    of an approved run."""

    __tablename__ = "pay_run_line"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "pay_run_id"], ["pay_run.tenant", "pay_run.id"]),
        ForeignKeyConstraint(["tenant", "agreement_id"], ["agreement.tenant", "agreement.id"]),
        Index(
            "ix_pay_run_line_in_order",
            "tenant",
            "pay_run_id",
            text("reason_code nulls first"),
            "home_id",
            "agreement_id",
            text("kind desc"),
            "period_from",
            "id",
        ),
        Index(None, "tenant", "home_id", "pay_run_id"),
        CheckConstraint(
            "case when reason_code is null then num_nonnulls(payee_adult_id, kind, period_from, period_to, quantity, "
            "unit_amount, amount, taxable, explanation) = 9 and detail is null "
            "else num_nonnulls(payee_adult_id, kind, quantity, unit_amount, amount, taxable, explanation, channel) = 0 "
            "and detail is not null end",
            name="paid_or_held",
        ),
    )
    keep = With("pay_run", "pay_run_id")
    about = About(
        (
            By(
                column="agreement_id",
                of="agreement",
                tells=(
                    *("pay_run_id", "home_id", "payee_adult_id", "kind", "period_from", "period_to", "quantity"),
                    *("unit_amount", "amount", "taxable", "explanation", "reason_code", "detail", "corrects"),
                ),
            ),
            By(
                column="payee_adult_id",
                of="payee",
                tells=(
                    *("pay_run_id", "home_id", "kind", "period_from", "period_to", "quantity"),
                    *("unit_amount", "amount", "taxable", "explanation"),
                ),
            ),
        ),
        leaves_out={
            "placement_id": "an id",
            "claim_id": "an id",
            "recovery_id": "an id",
            "channel": "by which of the municipality's systems it left",
            "wage_type": "the municipality's own bookkeeping",
            "account": "the municipality's own bookkeeping",
            "cost_centre": "the municipality's own bookkeeping",
            "declaration_field": "the municipality's own bookkeeping",
        },
    )

    pay_run_id: Mapped[str]
    home_id: Mapped[str]
    agreement_id: Mapped[str | None]
    placement_id: Mapped[str | None]
    claim_id: Mapped[str | None]
    recovery_id: Mapped[str | None]
    payee_adult_id: Mapped[str | None]
    kind: Mapped[str | None]
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    quantity: Mapped[Decimal | None] = mapped_column(QUANTITY)
    unit_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    taxable: Mapped[bool | None]
    explanation: Mapped[str | None]
    channel: Mapped[str | None]
    wage_type: Mapped[str | None]
    account: Mapped[str | None]
    cost_centre: Mapped[str | None]
    declaration_field: Mapped[str | None]
    corrects: Mapped[str | None]
    reason_code: Mapped[str | None]
    detail: Mapped[str | None]


class PayChange(Tenanted, Base):
    """That something has changed which pay depends on: of a home, or of all. The database's own triggers write it, with
    whatever changes, so that no code can forget to; a run that was computed before is outdated."""

    __tablename__ = "pay_change"
    __table_args__ = (Index(None, "tenant", "home_id"),)
    keep = Platform("until the next pay run has been approved: ids only")
    about = Nobody("that something changed, not what")

    home_id: Mapped[str | None]  #: None: of all
    until: Mapped[date | None]  #: the last day that it is about: a run of an earlier month leaves it to a later one
    taken: Mapped[bool]  #: a run has been computed with it


class Recovery(Versioned, Base):
    """What was paid too much to somebody (återkrav): nothing is taken before two people have decided how."""

    __tablename__ = "recovery"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "pay_run_id"], ["pay_run.tenant", "pay_run.id"]),
        Index(None, "tenant", "home_id", "id"),
        Index(None, "tenant", "home_id", "status", "id"),
        Index(None, "tenant", "status", "id"),
        CheckConstraint("recovered between 0 and amount", name="never_more_than_was_paid"),
    )
    keep = With("pay_run", "pay_run_id")
    about = About(
        (
            By(
                column="payee_adult_id",
                of="payee",
                tells=(
                    *("home_id", "amount", "recovered", "status", "plan", FreeText("reason")),
                    *(Official("proposed_by"), Official("decided_by"), "decided_at", FreeText("decision_reason")),
                ),
            ),
        ),
        leaves_out={"pay_run_id": "an id"},
    )

    pay_run_id: Mapped[str]  #: in which it came about
    home_id: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    recovered: Mapped[Decimal] = mapped_column(AMOUNT)
    payee_adult_id: Mapped[str]
    status: Mapped[str]
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  #: instalments and first month, or that it is waived
    reason: Mapped[str | None] = mapped_column(SealedJson("recovery.reason"))
    proposed_by: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(SealedJson("recovery.decision_reason"))

    @property
    def left(self) -> Decimal:
        """Kronor that are outstanding."""
        return self.amount - self.recovered if self.status not in _OVER else Decimal(0)

    def propose(self, plan: dict[str, Any], reason: str, *, by: str, at: datetime) -> None:
        """Proposes instalments, or to waive it. Raises `RecoveryNotOpen`."""
        if self.status not in (RecoveryStatus.OPEN, RecoveryStatus.PROPOSED):
            raise RecoveryNotOpen
        self.status, self.plan, self.reason, self.proposed_by = RecoveryStatus.PROPOSED, plan, reason, by
        self.touch(at)

    def decide(self, *, approves: bool, reason: str, first_open: Month, by: str, at: datetime) -> None:
        """Another person decides on what was proposed. Instalments begin with the first month whose run is open, where
        the month that was proposed has passed: none of them is taken together with the next. Raises
        `RecoveryNotProposed`, `SecondPersonNeeded`.
        """
        if self.status != RecoveryStatus.PROPOSED or self.plan is None:
            raise RecoveryNotProposed
        if by == self.proposed_by:
            raise SecondPersonNeeded
        decided = RecoveryStatus.WAIVED if self.plan["waived"] else RecoveryStatus.DECIDED
        self.status = decided if approves else RecoveryStatus.OPEN
        if self.status == RecoveryStatus.DECIDED:
            self.plan = {**self.plan, "first_month": max(self.plan["first_month"], first_open.text)}
        self.decided_by, self.decided_at, self.decision_reason = by, at, reason or None
        self.touch(at)

    def due_by(self, month: Month) -> Decimal:
        """Kronor that are to be taken by a month: equal instalments, the odd öre in the first. What was taken before,
        and what corrections have settled, is counted off."""
        if self.status != RecoveryStatus.DECIDED or self.plan is None:
            return Decimal(0)
        first, number = month_of(self.plan["first_month"]), self.plan["instalments"]
        begun = sum(1 for one in range(number) if month_with(add_months(first.first, one)) <= month)
        parts = divided(self.amount, [Decimal(1)] * number)
        return max(Decimal(0), sum(parts[:begun], Decimal(0)) - self.recovered)

    def take(self, amount: Decimal, *, at: datetime) -> None:
        """So much has been taken, or settled by a correction upwards."""
        self.recovered += amount
        if self.recovered == self.amount:
            self.status = RecoveryStatus.SETTLED
        self.touch(at)


_OVER = frozenset({RecoveryStatus.SETTLED, RecoveryStatus.WAIVED})
