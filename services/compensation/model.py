"""Compensation's tables, and what may become of an agreement and of a pay run."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Numeric, UniqueConstraint, and_, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, foreign, mapped_column, relationship
from sqlalchemy.types import Text

from services.compensation.contract.agreements import AgreementAlreadySigned, AgreementKind, AgreementStatus
from services.compensation.contract.pay_runs import PayRunAlreadyApproved, PayRunAlreadyDiscarded, RunStatus
from services.compensation.reckoning import Agreed, Reckoning
from services.compensation.tariffs import CostLevel, FeeLevel
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, ByNumber, Nobody, Official
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.keep import ForEver, Keep, With
from services.kernel.rows.homes import OfHome, Resident
from services.kernel.rows.tables import TYPES, SealedJson, Tenanted, Versioned, new_metadata
from services.vocabulary.found import FoundInHome
from services.vocabulary.people import full_name

AMOUNT = Numeric(14, 2)  #: kronor
TOTAL = Numeric(20, 2)  #: kronor, of any number of amounts
QUANTITY = Numeric(15, 12)  #: months


class Base(DeclarativeBase):
    """The own tables of compensation."""

    metadata = new_metadata()
    type_annotation_map = TYPES


class AdoptedTariff(Versioned, Base):
    """A year's tariff as the board adopted it; its id is the year. What it pays is worked out by `tariffs.Tariff`."""

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

    @property
    def year(self) -> int:
        return int(self.id)

    @property
    def body(self) -> dict[str, Any]:
        """What was set, for `Tariff.from_body` and for the view."""
        return {name: getattr(self, name) for name in TARIFF_BODY}

    def replace(self, body: dict[str, Any], *, at: datetime) -> None:
        """Sets the year's tariff anew."""
        for name in TARIFF_BODY:
            setattr(self, name, body[name])
        self.touch(at)


TARIFF_BODY = (
    "price_base_amount",
    "source",
    "adopted_on",
    "family_home",
    "part_month",
    "arrival_day_counts",
    "departure_day_counts",
    "birthday_rule",
)


class Home(Tenanted, Base):
    """A home whose people are known, approved or not."""

    __tablename__ = "home"
    keep = Keep(years=0, after="its original and its last agreement here are gone", law="SoL 16:1")
    about = About(
        (
            By(
                column="id",
                of="home_adult",
                at="home_id",
                tells=("id", "protected_identity"),
                protected="protected_identity",
            ),
        ),
        leaves_out={"weeded_on": "when another copy of it was weeded"},
    )

    protected_identity: Mapped[bool]
    weeded_on: Mapped[date | None]  #: investigation has nothing of it any more; here it is named by agreements still

    adults: Mapped[list["HomeAdult"]] = relationship(cascade="all, delete-orphan", back_populates="home")

    def learn(self, changed: dict[str, Any], *, lookup: Callable[[str], bytes]) -> None:
        """Takes over what `home_changed` says. Who has moved out is not kept."""
        self.protected_identity = changed["protected_identity"]
        names = ("given_name", "family_name")
        self.adults = [
            HomeAdult(
                id=adult["id"],
                lookup=lookup(adult["personal_number"]),
                person={name: adult[name] for name in names},
            )
            for adult in changed["adults"]
        ]


class HomeAdult(FoundInHome, Resident, Base):
    """An adult who lives in a home, and can be paid."""

    __tablename__ = "home_adult"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "lookup"),
    )
    keep = With("home", "home_id")
    about = About((ByNumber(tells=("home_id", "person"), names={"home": "home_id", "adult": "id"}),))

    home: Mapped[Home] = relationship(back_populates="adults", lazy="joined", innerjoin=True)


class Placement(Tenanted, Base):
    """The copy of a placement as placement records it, also of one that no agreement is made for; its id is the
    placement's."""

    __tablename__ = "placement"
    keep = Keep(years=5, after="its last day, and its last line of pay is gone", law="SoL 16:1, 16:2")
    about = About(
        (By(column="id", of="agreement", at="placement_id", tells=("home_id", "assignment", "starts_on", "ends_on")),),
        leaves_out={"birth_date": "the placed person's, who is told by placement", "adult_ids": "the home's adults"},
    )

    home_id: Mapped[str]
    assignment: Mapped[str]
    birth_date: Mapped[str] = mapped_column(SealedJson("placement.birth_date"))  #: the placed person's, `yyyy-mm-dd`
    adult_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))  #: the home's, the applicant first
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    def learn(self, started: dict[str, Any]) -> None:
        """Takes over what `placement_started` says."""
        self.home_id = started["home_id"]
        self.assignment = started["assignment"]
        self.birth_date = started["birth_date"].isoformat()
        self.adult_ids = started["adult_ids"]
        self.starts_on = started["starts_on"]


class Agreement(OfHome, Versioned, Base):
    """An agreement (avtal) with a home on the pay for one placement."""

    __tablename__ = "agreement"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_id"], ["placement.tenant", "placement.id"]),
        UniqueConstraint("tenant", "placement_id"),
        Index(None, "tenant", "home_id", "id"),
        Index(None, "tenant", "status", "id"),
        Index(None, "tenant", "payee_lookup"),
    )
    keep = With("placement", "placement_id")
    about = About(
        (
            ByNumber(
                column="payee_lookup",  # to whoever is paid; what one is paid is not the other adults'
                tells=(
                    *("home_id", "placement_id", "kind", "status", "starts_on", "ends_on", "fee_level", "cost_level"),
                    *("payee_adult_id", "signed_on", Official("signed_by")),
                ),
                names={"agreement": "id", "home": "home_id", "adult": "payee_adult_id"},
            ),
        )
    )

    home_id: Mapped[str]
    placement_id: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    fee_level: Mapped[str]
    cost_level: Mapped[str]
    payee_adult_id: Mapped[str]
    payee_lookup: Mapped[bytes | None] = mapped_column(LargeBinary)  #: also of a payee who has moved out since
    signed_on: Mapped[date | None]
    signed_by: Mapped[str | None]

    payee: Mapped[HomeAdult | None] = relationship(
        viewonly=True,
        primaryjoin=lambda: and_(
            HomeAdult.tenant == foreign(Agreement.tenant), HomeAdult.id == foreign(Agreement.payee_adult_id)
        ),
    )

    home: Mapped[Home | None] = relationship(
        viewonly=True,
        primaryjoin=lambda: and_(Home.tenant == foreign(Agreement.tenant), Home.id == foreign(Agreement.home_id)),
    )

    @property
    def payee_name(self) -> str | None:
        """The payee's name; none of somebody who does not live in the home any more."""
        return None if self.payee is None else payee_name(self.payee.person)

    @property
    def protected_identity(self) -> bool:
        """Whether the home's identity is protected (skyddade personuppgifter), as far as the home is known."""
        return self.home is not None and self.home.protected_identity

    def begin(self, on: date, *, at: datetime) -> None:
        """Pay begins with the placement, also when its first day is corrected."""
        if self.starts_on != on:
            self.starts_on = on
            self.touch(at)

    def end(self, on: date, *, at: datetime) -> None:
        """Pay ends with the placement, also when its end is corrected."""
        if self.ends_on != on:
            self.ends_on = on
            self.touch(at)

    def sign(self, *, by: str, on: date, at: datetime) -> dict[str, Any]:
        """Records the signature; returns the data of `agreement_signed`. Raises `AgreementAlreadySigned`.

        An agreement that has ended can be signed too: what was held of it is paid when its month is computed again.
        """
        if self.status == AgreementStatus.SIGNED:
            raise AgreementAlreadySigned
        self.status = AgreementStatus.SIGNED
        self.signed_on = on
        self.signed_by = by
        self.touch(at)
        return self.signed()

    def signed(self) -> dict[str, Any]:
        """The event `agreement_signed`."""
        return {
            "agreement_id": self.id,
            "placement_id": self.placement_id,
            "home_id": self.home_id,
            "signed_on": self.signed_on,
        }

    def agreed(self, birth_date: str) -> Agreed:
        """What a pay run needs, with the placed child's day of birth."""
        return Agreed(
            agreement_id=self.id,
            home_id=self.home_id,
            payee_adult_id=self.payee_adult_id,
            signed=self.status == AgreementStatus.SIGNED,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            fee_level=FeeLevel(self.fee_level),
            cost_level=CostLevel(self.cost_level),
            birth_date=date.fromisoformat(birth_date),
        )


def payee_name(person: dict[str, Any] | None) -> str | None:
    """The name of whoever is paid, as far as it is known."""
    return None if person is None else full_name(person)


def draft(started: dict[str, Any], *, fee_level: FeeLevel, cost_level: CostLevel, at: datetime) -> Agreement:
    """The agreement that a started placement needs, paid to the home's first adult."""
    return Agreement(
        id=new_id(),
        changed_at=at,
        home_id=started["home_id"],
        placement_id=started["placement_id"],
        kind=AgreementKind.PLACEMENT,
        status=AgreementStatus.DRAFT,
        starts_on=started["starts_on"],
        fee_level=fee_level,
        cost_level=cost_level,
        payee_adult_id=started["adult_ids"][0],
    )


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
    computed_by: Mapped[str]
    computed_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    discarded_by: Mapped[str | None]
    discarded_at: Mapped[datetime | None]

    def settle(self, reckoning: Reckoning, *, lines_changed: bool, by: str, at: datetime) -> None:
        """Takes the sums of a computation. Whoever computed last counts as the computer, also when nothing changed.

        Raises `PayRunAlreadyApproved`, `PayRunAlreadyDiscarded`.
        """
        self.must_be_computed()
        sums = (reckoning.expected, reckoning.paid, reckoning.held, reckoning.total)
        if not lines_changed and by == self.computed_by and sums == (self.expected, self.paid, self.held, self.total):
            return
        self.expected, self.paid, self.held, self.total = sums
        self.computed_by, self.computed_at = by, at
        self.touch(at)

    def approve(self, *, by: str, at: datetime) -> dict[str, Any]:
        """Settles the month; returns the data of `pay_run_approved`.

        Raises `PayRunAlreadyApproved`, `PayRunAlreadyDiscarded`, `SecondPersonNeeded`.
        """
        self.must_be_computed()
        if by == self.computed_by:
            raise SecondPersonNeeded
        self.status = RunStatus.APPROVED
        self.approved_by, self.approved_at = by, at
        self.touch(at)
        return self.approved()

    def approved(self) -> dict[str, Any]:
        """The event `pay_run_approved`."""
        return {"pay_run_id": self.id, "month": self.month, "total": self.total}

    def discard(self, *, by: str, at: datetime) -> None:
        """Puts the run aside. Raises `PayRunAlreadyApproved`, `PayRunAlreadyDiscarded`."""
        self.must_be_computed()
        self.status = RunStatus.DISCARDED
        self.discarded_by, self.discarded_at = by, at
        self.touch(at)

    def must_be_computed(self) -> None:
        """Raises `PayRunAlreadyApproved` or `PayRunAlreadyDiscarded` when nothing may change any more."""
        if self.status == RunStatus.APPROVED:
            raise PayRunAlreadyApproved
        if self.status == RunStatus.DISCARDED:
            raise PayRunAlreadyDiscarded


class PayRunLine(Tenanted, Base):
    """A line of a pay run, paid or held: the columns of `reckoning.Entry`."""

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
            "num_nonnulls(payee_adult_id, kind, period_from, period_to, quantity, unit_amount, amount, taxable, "
            "explanation) = case when reason_code is null then 9 else 0 end "
            "and (reason_code is null) = (detail is null)",
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
                    *("unit_amount", "amount", "taxable", "explanation", "reason_code", "detail"),
                ),
            ),
        )
    )

    pay_run_id: Mapped[str]
    agreement_id: Mapped[str]
    home_id: Mapped[str]
    payee_adult_id: Mapped[str | None]
    kind: Mapped[str | None]
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    quantity: Mapped[Decimal | None] = mapped_column(QUANTITY)
    unit_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    taxable: Mapped[bool | None]
    explanation: Mapped[str | None]
    reason_code: Mapped[str | None]
    detail: Mapped[str | None]
