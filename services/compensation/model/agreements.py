"""Agreements (avtal) with homes: what was agreed, from which day on, and who has signed it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, and_, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship
from sqlalchemy.types import Text

from services.compensation.contract.agreements import (
    AgreementAlreadySigned,
    AgreementEnded,
    AgreementKind,
    AgreementStatus,
    EndsWithPlacement,
    Signatures,
)
from services.compensation.model.base import Base
from services.compensation.model.homes import Home, HomeAdult, payee_name
from services.compensation.pay.terms import Allowance, AllowanceKind, ExtraCost, Payee, Terms, in_order, terms_on
from services.kernel.basics.days import month_with
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, ByNumber, FreeText, Official
from services.kernel.contracts.keep import Keep, With
from services.kernel.files.stored import StoredFile
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned


class AgreementTerms(Tenanted, Base):
    """Terms of an agreement from a day on: those that it began with, and each amendment (tilläggsavtal)."""

    __tablename__ = "agreement_terms"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "agreement_id"], ["agreement.tenant", "agreement.id"]),
        Index(None, "tenant", "agreement_id", "number", unique=True),
    )
    keep = With("agreement", "agreement_id")
    about = About(
        (
            By(
                column="agreement_id",
                of="agreement",
                tells=(
                    *("number", "since", "terms", FreeText("private"), "payee_ids", "home_adult_id", "is_agreed"),
                    *("home_signed_on", Official("signed_by"), "signed_on"),
                ),
            ),
        )
    )

    agreement_id: Mapped[str]
    number: Mapped[int]  #: 0 for the terms that the agreement began with
    since: Mapped[date]
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)  #: levels, percentages and amounts as text
    #: what says something of the placed person or the home: extra costs, the reason of a reduction
    private: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("agreement_terms.private"))
    payee_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    signed_by: Mapped[str | None]  #: for the municipality
    signed_on: Mapped[date | None]
    home_adult_id: Mapped[str | None]  #: of who has signed for the home
    home_signed_on: Mapped[date | None]
    is_agreed: Mapped[bool]  #: everybody has signed whom the municipality wants to

    @property
    def body(self) -> dict[str, Any]:
        """What was set."""
        return {**self.terms, **(self.private or {})}

    def set(self, body: dict[str, Any], *, since: date) -> None:
        """Holds what was agreed; whoever has signed something else has not signed this."""
        private = ("extra_costs", "fee_reduction")
        self.since = since
        self.terms = {name: value for name, value in body.items() if name not in private}
        self.private = {name: body[name] for name in private if name in body}
        self.payee_ids = [one["adult_id"] for one in body["payees"]]
        self.signed_by = self.signed_on = self.home_adult_id = self.home_signed_on = None
        self.is_agreed = False


def terms_of(since: date, body: Mapping[str, Any]) -> Terms:
    """Terms as pay reads them, from the body that set them."""
    reduction, percent = body.get("fee_reduction"), body.get("fee_percent")
    return Terms(
        since=since,
        payees=tuple(Payee(adult_id=one["adult_id"], percent=Decimal(one["percent"])) for one in body["payees"]),
        fee_level=body["fee_level"],
        cost_level=body["cost_level"],
        fee_percent=None if percent is None else Decimal(percent),
        reduction_percent=Decimal(reduction["percent"]) if reduction else Decimal(0),
        extra_costs=tuple(map(_extra_cost, body.get("extra_costs") or ())),
        allowance=_allowance(body["allowance"]) if body.get("allowance") else None,
        places=body.get("places"),
        supplements=tuple(body.get("supplements") or ()),
        allowances=tuple(map(_allowance, body.get("allowances") or ())),
    )


def _extra_cost(body: Mapping[str, Any]) -> ExtraCost:
    return ExtraCost(name=body["name"], amount=Decimal(body["amount"]), has_basis=body["has_basis"])


def _allowance(body: Mapping[str, Any]) -> Allowance:
    return Allowance(
        kind=AllowanceKind(body["kind"]),
        requested_on=date.fromisoformat(body["requested_on"]),
        amount=Decimal(body["amount"]),
        placement_id=body.get("placement_id"),
    )


class Agreement(OfHome, Versioned, Base):
    """An agreement (avtal) with a home on pay: for one placement, or for being a contracted emergency home, a mentor
    family, or a guardian who was the family home."""

    __tablename__ = "agreement"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_id"], ["placement.tenant", "placement.id"]),
        Index(
            "uq_agreement_tenant_placement_id",
            "tenant",
            "placement_id",
            unique=True,
            postgresql_where=text("kind = 'placement'"),
        ),
        Index(None, "tenant", "home_id", "id"),
        Index(None, "tenant", "status", "id"),
        Index(None, "tenant", "payee_lookup"),
        Index(None, "tenant", "drafted_for"),
        Index(None, "tenant", "placement_id", postgresql_where=text("kind = 'guardian'")),
        Index(None, "tenant", "allowance_due_on", "id", postgresql_where=text("allowance_due_on is not null")),
    )
    keep = Keep(years=5, after="its last day, and its last line of pay is gone", law="SoL 16:1, 16:2")
    about = About(
        (
            ByNumber(
                column="payee_lookup",  # to whoever is paid; what one is paid is not the other adults'
                tells=(
                    *("home_id", "placement_id", "kind", "status", "starts_on", "ends_on", "fee_level", "cost_level"),
                    *("payee_adult_id", "signed_on", Official("signed_by"), "notice_given_on"),
                ),
                names={"agreement": "id", "home": "home_id", "adult": "payee_adult_id"},
            ),
        ),
        leaves_out={
            "drafted_for": "the id of what it was drafted for",
            "allowance_due_on": "by when the municipality asks for the child allowance: its own task",
        },
    )

    home_id: Mapped[str]
    placement_id: Mapped[str | None]
    drafted_for: Mapped[str | None]  #: the approval or the mentor that it was drafted for by event
    kind: Mapped[str]
    status: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    notice_given_on: Mapped[date | None]
    #: by when the municipality asks that the child allowance is paid to the home; None once it has, or need not
    allowance_due_on: Mapped[date | None]
    #: of the terms that were agreed last; of a draft those that are proposed
    fee_level: Mapped[str]
    cost_level: Mapped[str]
    payee_adult_id: Mapped[str | None]
    payee_lookup: Mapped[bytes | None] = mapped_column(LargeBinary)  #: also of a payee who has moved out since
    signed_on: Mapped[date | None]
    signed_by: Mapped[str | None]

    terms: Mapped[list[AgreementTerms]] = relationship(
        order_by=AgreementTerms.number, cascade="all, delete-orphan", lazy="select"
    )
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

    @property
    def unsigned(self) -> AgreementTerms | None:
        """The terms that wait for signatures: those of a draft, or an amendment."""
        return next((one for one in self.terms if not one.is_agreed), None)

    def begin(self, on: date, *, at: datetime) -> None:
        """Pay begins with the placement, also when its first day is corrected."""
        if self.starts_on != on:
            self.starts_on = on
            if self.allowance_due_on is not None:
                self.allowance_due_on = month_with(on).last
            self.touch(at)

    def end(self, on: date, *, at: datetime) -> None:
        """Pay ends with the placement, also when its end is corrected."""
        if self.ends_on != on:
            self.ends_on = on
            self.touch(at)

    def give_notice(self, on: date, *, given_on: date, at: datetime) -> None:
        """Ends an agreement that is not about a placement. Raises `EndsWithPlacement`, `AgreementEnded`."""
        if self.kind == AgreementKind.PLACEMENT:
            raise EndsWithPlacement
        if self.ends_on is not None and self.ends_on < given_on:
            raise AgreementEnded
        self.notice_given_on = given_on
        self.end(on, at=at)

    def propose(self, body: dict[str, Any], *, since: date, at: datetime) -> None:
        """Sets the terms of a draft, or those of an amendment that waits for its signatures."""
        waiting = self.unsigned
        if waiting is None:
            waiting = AgreementTerms(id=new_id(), agreement_id=self.id, number=len(self.terms))
            self.terms.append(waiting)
        waiting.set(body, since=self.starts_on if waiting.number == 0 else since)
        if body.get("allowance"):
            self.allowance_due_on = None
        if self.status == AgreementStatus.DRAFT:  # of what is signed, an amendment shows when it is signed, too
            self._show(waiting)
        self.touch(at)

    def _show(self, terms: AgreementTerms) -> None:
        """The agreement is listed with these terms."""
        self.fee_level, self.cost_level = terms.terms["fee_level"], terms.terms["cost_level"]
        self.payee_adult_id = next(iter(terms.payee_ids), None)

    def sign(
        self, *, by: str, on: date, at: datetime, adult_id: str | None, wanted: Signatures
    ) -> AgreementTerms | None:
        """Records a signature: of the home's adult, or of the municipality. Returns the terms when with it everybody
        has signed whom the municipality wants to. Raises `AgreementAlreadySigned`.

        An agreement that has ended can be signed too: what was held of it is paid by the next run.
        """
        waiting = self.unsigned
        if waiting is None or (waiting.signed_by if adult_id is None else waiting.home_adult_id):
            raise AgreementAlreadySigned
        if adult_id is None:
            waiting.signed_by, waiting.signed_on = by, on
        else:
            waiting.home_adult_id, waiting.home_signed_on = adult_id, on
        self.touch(at)
        home_has = waiting.home_adult_id is not None or wanted is Signatures.MUNICIPALITY
        if waiting.signed_by is None or not home_has:
            return None
        waiting.is_agreed = True
        self._show(waiting)
        self.status = AgreementStatus.SIGNED
        self.signed_by, self.signed_on = waiting.signed_by, on
        return waiting

    def signed(self) -> dict[str, Any]:
        """The event `agreement_signed`."""
        return {
            "agreement_id": self.id,
            "placement_id": self.placement_id or "",
            "home_id": self.home_id,
            "signed_on": self.signed_on,
            "kind": self.kind,
        }

    def contract(self, on: date) -> dict[str, Any]:
        """The event `contract_agreed`: what a contracted emergency home has bound itself to, as it holds on a day."""
        agreed = terms_on(in_order(one for one in self.terms if one.is_agreed), on).terms
        return {
            "agreement_id": self.id,
            "home_id": self.home_id,
            "places": agreed["places"],
            "age_from": agreed.get("age_from", 0),
            "age_to": agreed.get("age_to", 17),
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
        }


class AgreementPaper(StoredFile, Base):
    """What was signed, as a document; its hash says that it is the same."""

    __tablename__ = "agreement_paper"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "agreement_id"], ["agreement.tenant", "agreement.id"]),
        Index(None, "tenant", "agreement_id"),
    )
    keep = With("agreement", "agreement_id")
    about = About(
        (
            By(
                column="agreement_id",
                of="agreement",
                tells=(FreeText("name"), "media_type", "size", "created_at", "sha256"),
            ),
        ),
        leaves_out={
            "created_by": "nobody's doing: it follows from the signatures",
            "file_key": "what opens the file, which is read by itself",
            "content_hash": "a keyed hash",
            "terms_number": "of the terms",
        },
    )

    agreement_id: Mapped[str]
    terms_number: Mapped[int]
    sha256: Mapped[str]  #: of the document


def draft(
    *,
    home_id: str,
    kind: AgreementKind,
    starts_on: date,
    body: dict[str, Any],
    at: datetime,
    placement_id: str | None = None,
    drafted_for: str | None = None,
    allowance_due_on: date | None = None,
) -> Agreement:
    """An agreement that nobody has signed yet, with the terms that are proposed."""
    agreement = Agreement(
        id=new_id(),
        changed_at=at,
        home_id=home_id,
        placement_id=placement_id,
        drafted_for=drafted_for,
        allowance_due_on=allowance_due_on,
        kind=kind,
        status=AgreementStatus.DRAFT,
        starts_on=starts_on,
        terms=[],
    )
    agreement.propose(body, since=starts_on, at=at)
    return agreement


def payees_of(adult_ids: Sequence[str]) -> list[dict[str, str]]:
    """One payee, the first of the home's adults, where any is known."""
    return [{"adult_id": one, "percent": "100"} for one in adult_ids[:1]]
