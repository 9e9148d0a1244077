"""The municipality's tariffs, each year's as it is in force, and every version that it has had."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.compensation.model.base import AMOUNT, Base
from services.compensation.tariffs.tariff import Tariff
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.keep import ForEver
from services.kernel.rows.tables import Tenanted, Versioned

_COLUMNS = (
    "price_base_amount",
    "source",
    "adopted_on",
    "family_home",
    "part_month",
    "arrival_day_counts",
    "departure_day_counts",
    "birthday_rule",
)


class VersionStatus(StrEnum):
    """What became of a version of a tariff."""

    IN_FORCE = "in_force"
    WAITING = "waiting"  #: for another person: a run has been approved by the version before
    REPLACED = "replaced"


class TariffVersion(Tenanted, Base):
    """A version of a year's tariff, as it was set. Never changed but for what became of it."""

    __tablename__ = "tariff_version"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "year"], ["tariff.tenant", "tariff.id"]),
        Index(None, "tenant", "year", "number"),
    )
    keep = ForEver("the board's own decisions: nobody's file")
    about = Nobody("the board's own decisions")

    year: Mapped[str]
    number: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str]
    status: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class AdoptedTariff(Versioned, Base):
    """A year's tariff as it is in force; its id is the year. What it pays is worked out by `tariffs.tariff.Tariff`."""

    __tablename__ = "tariff"
    keep = ForEver("the board's own decisions: nobody's file")
    about = Nobody("the board's own decisions")

    price_base_amount: Mapped[Decimal] = mapped_column(AMOUNT)
    source: Mapped[str]
    adopted_on: Mapped[date]
    family_home: Mapped[dict[str, Any]] = mapped_column(JSONB)  #: amounts as text, as the interface writes them
    part_month: Mapped[str]
    arrival_day_counts: Mapped[bool]
    departure_day_counts: Mapped[bool]
    birthday_rule: Mapped[str]
    parts: Mapped[dict[str, Any]] = mapped_column(JSONB)  #: the other parts of the body, as far as it has them
    number: Mapped[int]  #: of the version in force

    versions: Mapped[list[TariffVersion]] = relationship(order_by=TariffVersion.number)

    @property
    def year(self) -> int:
        return int(self.id)

    @property
    def body(self) -> dict[str, Any]:
        """What was set."""
        return {**{name: getattr(self, name) for name in _COLUMNS}, **self.parts}

    @property
    def tariff(self) -> Tariff:
        """What it pays."""
        return Tariff.from_body(self.year, self.body)

    def take(self, version: TariffVersion, *, at: datetime) -> None:
        """The version is in force from now on."""
        for one in self.versions:
            if one is not version and one.status != VersionStatus.REPLACED:
                one.status = VersionStatus.REPLACED
        version.status = VersionStatus.IN_FORCE
        self.set(version.body)
        self.number = version.number
        self.touch(at)

    def set(self, body: dict[str, Any]) -> None:
        """Holds what a body, as JSON says it, states."""
        for name in _COLUMNS:
            setattr(self, name, body[name])
        self.adopted_on = date.fromisoformat(body["adopted_on"])
        self.price_base_amount = Decimal(body["price_base_amount"])
        self.parts = {name: value for name, value in body.items() if name not in _COLUMNS and value is not None}

    def confirm(self, version: TariffVersion, *, by: str, at: datetime) -> None:
        """Another person than who set it has it in force. Raises `SecondPersonNeeded`."""
        if by == version.set_by:
            raise SecondPersonNeeded
        version.confirmed_by, version.confirmed_at = by, at
        self.take(version, at=at)
