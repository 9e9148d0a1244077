"""What the registers answered about the adults of a home."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.investigation.base import Base, below
from services.investigation.checks.status import CheckStatus, Register, status_on
from services.investigation.contract.checks import CheckWay
from services.investigation.homes.model import Adult
from services.kernel.basics import clock
from services.kernel.basics.days import add_months
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted


class ReplacedRegisterCheck(Tenanted, Base):
    """What was recorded of a register check before it was recorded again."""

    __tablename__ = "replaced_register_check"
    __table_args__ = (below("register_check"), Index(None, "tenant", "register_check_id"))
    keep = With("register_check", "register_check_id")
    about = About(
        (
            By(
                column="register_check_id",
                of="register_check",
                tells=("checked_on", "valid_until", FreeText("outcome"), Official("recorded_by"), "recorded_at"),
            ),
        )
    )

    register_check_id: Mapped[str]
    checked_on: Mapped[date]
    valid_until: Mapped[date]
    outcome: Mapped[dict[str, str]] = mapped_column(SealedJson("replaced_register_check.outcome"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class RegisterCheck(Tenanted, Base):
    """One adult in one register (registerkontroll). What it came to is sealed; the extract itself is never stored.

    All of what is recorded is None while nothing has been.
    """

    __tablename__ = "register_check"
    __table_args__ = (
        below("investigation"),
        below("adult"),
        UniqueConstraint("tenant", "investigation_id", "adult_id", "register"),
    )
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="adult_id",
                of="adult",
                tells=(
                    *("investigation_id", "register", "due_on", "checked_on", "valid_until", FreeText("outcome")),
                    *(Official("recorded_by"), "recorded_at", "way"),
                    *(Official("requested_by"), "requested_at"),
                ),
            ),
        )
    )

    investigation_id: Mapped[str]
    adult_id: Mapped[str]
    register: Mapped[str]
    due_on: Mapped[date | None]  #: by when it is to be decided, of an approved home that is looked up again
    checked_on: Mapped[date | None]
    valid_until: Mapped[date | None]  #: the last day on which the outcome is good
    outcome: Mapped[dict[str, str] | None] = mapped_column(SealedJson("register_check.outcome"))
    recorded_by: Mapped[str | None]
    recorded_at: Mapped[datetime | None]
    way: Mapped[str | None]
    requested_by: Mapped[str | None]  #: who let the register be asked, until it has answered or failed
    requested_at: Mapped[datetime | None]

    earlier: Mapped[list[ReplacedRegisterCheck]] = relationship(order_by=ReplacedRegisterCheck.id)

    @property
    def assessment(self) -> str | None:
        """How what came out is assessed."""
        return self.outcome["assessment"] if self.outcome else None

    def status_on(self, day: date) -> CheckStatus:
        """`expired` after the last day on which the recorded outcome is good."""
        recorded = CheckStatus(self.outcome["status"]) if self.outcome else None
        is_requested = self.requested_by is not None
        return status_on(day, recorded=recorded, valid_until=self.valid_until, is_requested=is_requested)

    @property
    def is_assessed(self) -> bool:
        """Whether somebody has said what a remark means; what is none needs no word."""
        is_remark = self.outcome is not None and self.outcome["status"] == CheckStatus.REMARK
        return not is_remark or bool((self.assessment or "").strip())

    @property
    def question(self) -> str:
        """What names the question that its register is asked: what is asked anew, perhaps about somebody else's number,
        is another one."""
        return f"{self.id}.{self.requested_at:%Y%m%d%H%M%S%f}"

    def is_due(self, day: date) -> bool:
        """Whether its register has still to be asked, or asked again, and is not being asked."""
        due = (CheckStatus.PENDING, CheckStatus.FAILED, CheckStatus.EXPIRED)
        return self.requested_by is None and self.status_on(day) in due

    def request(self, *, by: str, at: datetime) -> None:
        """Its register is asked from now on; what was known before is kept."""
        self.set_aside()
        self.requested_by, self.requested_at = by, at

    def take_back(self) -> None:
        """Nobody waits any more for what its register answers."""
        self.requested_by = None

    def answer(self, status: CheckStatus, *, months: int, at: datetime) -> None:
        """What the register itself has answered, or that it has not in the end. A remark is still to be assessed."""
        by = self.requested_by or ""
        outcome = {"status": str(status), "assessment": ""}
        self.record(outcome, checked_on=clock.local_date(at), months=months, by=by, at=at)
        self.way = CheckWay.CONNECTION

    def record(self, outcome: dict[str, str], *, checked_on: date, months: int, by: str, at: datetime) -> None:
        """Replaces what was recorded before, and keeps it. Whoever is still being asked is not any more. That there was
        no answer is good for no day."""
        self.set_aside()
        self.outcome = outcome
        self.way, self.requested_by = CheckWay.HAND, None
        self.checked_on = checked_on
        self.valid_until = None if outcome["status"] == CheckStatus.FAILED else add_months(checked_on, months)
        self.recorded_by = by
        self.recorded_at = at

    def set_aside(self) -> None:
        """Keeps what was recorded, if anything was, and lets the check be made anew."""
        if self.outcome is not None:
            kept = {name: getattr(self, name) for name in ("checked_on", "outcome", "recorded_by", "recorded_at")}
            until = self.valid_until or self.checked_on
            self.earlier.append(ReplacedRegisterCheck(id=new_id(), valid_until=until, **kept))
            self.outcome = self.checked_on = self.valid_until = self.recorded_by = self.recorded_at = None
            self.way = None


def checks_of(adult: Adult, registers: Iterable[Register] = tuple(Register)) -> list[RegisterCheck]:
    """The registers in which an adult is looked up, none of them asked yet."""
    return [RegisterCheck(id=new_id(), adult_id=adult.id, register=register) for register in registers]
