"""The investigation (utredning) itself: from the qualified application to the decision."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.investigation.blockers import Area, Blocker, Check, Rating, Register, blockers_of
from services.investigation.contract.investigations import (
    DAY_NOT_COME,
    LAST_DAY,
    DecidedOutcome,
    DecisionDiffersFromProposal,
    InvestigationBlocked,
    InvestigationNotOpen,
    InvestigationNotProposed,
    ProposalOutdated,
    ProposedOutcome,
    ProposerMayNotDecide,
    Status,
)
from services.investigation.model.assessments import Assessment
from services.investigation.model.base import Base
from services.investigation.model.decisions import Approval, Decision, Proposal
from services.investigation.model.register_checks import Adult, RegisterCheck
from services.kernel.basics import clock
from services.kernel.basics.days import anniversary
from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.tables import SealedJson, Versioned
from services.vocabulary.people import full_name


class Investigation(Versioned, Base):
    """The investigation of a home, from the qualified application to the decision."""

    __tablename__ = "investigation"
    __table_args__ = (
        UniqueConstraint("tenant", "application_id"),
        Index(None, "tenant", "opened_at", "id"),
        Index(None, "tenant", "status", "opened_at", "id"),
    )

    application_id: Mapped[str]
    home_id: Mapped[str]
    status: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    household_complete: Mapped[bool]
    protected_identity: Mapped[bool]
    opened_at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column(SealedJson("investigation.details"))

    adults: Mapped[list[Adult]] = relationship(lazy="selectin", order_by=Adult.id)
    register_checks: Mapped[list[RegisterCheck]] = relationship(lazy="selectin")
    assessments: Mapped[list[Assessment]] = relationship(lazy="selectin")
    proposals: Mapped[list[Proposal]] = relationship(lazy="selectin", order_by=Proposal.number)

    @property
    def household(self) -> list[Adult]:
        """The adults, the applicant first."""
        return sorted(self.adults, key=lambda adult: not adult.is_applicant)

    @property
    def people(self) -> list[dict[str, str]]:
        """Who the adults are, the applicant first."""
        return [adult.person for adult in self.household]

    @property
    def name(self) -> str | None:
        """The applicant's name for lists; a protected identity (skyddade personuppgifter) has none."""
        first = min(self.people or (), key=lambda person: person["relation"] != "applicant", default=None)
        return None if self.protected_identity or first is None else full_name(first)

    @property
    def proposal(self) -> Proposal | None:
        """The latest proposal."""
        return self.proposals[-1] if self.proposals else None

    def blockers_on(self, day: date) -> tuple[Blocker, ...]:
        """What stands in the way of an approval on that day; nothing does once the investigation is closed."""
        if self.status not in (Status.OPEN, Status.PROPOSED):
            return ()
        return blockers_of(
            household_complete=self.household_complete,
            adult_ids=[adult.id for adult in self.household],
            checks=[
                Check(adult_id=check.adult_id, register=Register(check.register), status=check.status_on(day))
                for check in self.register_checks
            ],
            ratings={Area(known.area): Rating(known.judgement["rating"]) for known in self.assessments},
        )

    def record_check(
        self, check_id: str, *, status: str, checked_on: date, assessment: str, months: int, by: str, at: datetime
    ) -> None:
        """Records what a register check came to; good for so many months from its day.

        Raises `InvestigationNotOpen`, `NotFound`, `InvalidInput` for a day that has not come.
        """
        self._must_be_open()
        check = next((known for known in self.register_checks if known.id == check_id), None)
        if check is None:
            raise NotFound
        if checked_on > clock.local_date(at):
            raise DAY_NOT_COME.refusal("/checked_on")
        outcome = {"status": status, "assessment": assessment}
        check.record(outcome, checked_on=checked_on, months=months, by=by, at=at)
        self.touch(at)

    def assess(self, area: Area, *, rating: str, note: str, by: str, at: datetime) -> None:
        """Assesses an area, for the first time or anew. Raises `InvestigationNotOpen`."""
        self._must_be_open()
        judgement = {"rating": rating, "note": note}
        known = next((assessment for assessment in self.assessments if assessment.area == area), None)
        if known is None:
            self.assessments.append(
                Assessment(id=new_id(), area=area, judgement=judgement, assessed_by=by, assessed_at=at)
            )
        else:
            known.replace(judgement, by=by, at=at)
        self.touch(at)

    def propose(self, body: dict[str, Any], *, years: int, by: str, at: datetime) -> None:
        """Proposes a decision from a loaded `ProposeDecision`. A rejection may be proposed whatever is missing.

        Raises `InvestigationNotOpen`, `InvestigationBlocked`, `InvalidInput` for a last day that is not after today or
        more than so many years away.
        """
        self._must_be_open()
        today = clock.local_date(at)
        if body["outcome"] == ProposedOutcome.APPROVE:
            if not today < body["valid_until"] <= anniversary(today, years):
                raise LAST_DAY.refusal("/valid_until", years=years)
            self._must_not_be_blocked(today)
        sealed = ("child_name", "conditions", "reasons")
        self.proposals.append(
            Proposal(
                id=new_id(),
                number=len(self.proposals) + 1,
                texts={name: body[name] for name in sealed},
                proposed_by=by,
                proposed_at=at,
                **{name: value for name, value in body.items() if name not in sealed},
            )
        )
        self.status = Status.PROPOSED
        self.touch(at)

    def decide(self, outcome: str, *, reasons: str, by: str, at: datetime) -> Approval | None:
        """Decides on the proposal, by another person than its proposer; the approval when that is the decision.

        Checks may have grown too old since the proposal, so what stands in the way is looked at again. Raises
        `InvestigationNotProposed`, `ProposerMayNotDecide`, `DecisionDiffersFromProposal`, `InvestigationBlocked`,
        `ProposalOutdated`.
        """
        proposal = self.proposal
        if self.status != Status.PROPOSED or proposal is None:
            raise InvestigationNotProposed
        if proposal.proposed_by == by:
            raise ProposerMayNotDecide
        if outcome not in (DecidedOutcome.RETURN, proposal.outcome):
            raise DecisionDiffersFromProposal
        today = clock.local_date(at)
        approval = None
        if outcome == DecidedOutcome.APPROVE:
            self._must_not_be_blocked(today)
            approval = self._approval(proposal, at)
        proposal.decision = Decision(id=new_id(), outcome=outcome, reasons=reasons, decided_by=by, decided_at=at)
        self.status = {
            DecidedOutcome.APPROVE: Status.APPROVED,
            DecidedOutcome.REJECT: Status.REJECTED,
            DecidedOutcome.RETURN: Status.OPEN,
        }[DecidedOutcome(outcome)]
        self.touch(at)
        return approval

    def approved(self, approval: Approval) -> dict[str, Any]:
        """The data of `home_approved`."""
        bounds = ("home_id", "assignments", "age_from", "age_to", "places", "decided_on", "valid_until")
        return {
            "approval_id": approval.id,
            "investigation_id": self.id,
            "application_id": self.application_id,
            **{name: getattr(approval, name) for name in bounds},
            **approval.texts,
            "adults": [{"id": adult.id, **adult.person} for adult in self.household],
            "position": self.details["position"],
            "languages": self.languages,
            "protected_identity": self.protected_identity,
        }

    def _approval(self, proposal: Proposal, at: datetime) -> Approval:
        bounds = ("assignments", "age_from", "age_to", "places", "valid_until")
        today = clock.local_date(at)
        if proposal.valid_until is None or proposal.valid_until <= today:
            raise ProposalOutdated
        return Approval(
            id=new_id(),
            investigation_id=self.id,
            home_id=self.home_id,
            changed_at=at,
            decided_on=today,
            texts={name: proposal.texts[name] for name in ("child_name", "conditions")},
            **{name: getattr(proposal, name) for name in bounds},
        )

    def _must_be_open(self) -> None:
        if self.status != Status.OPEN:
            raise InvestigationNotOpen

    def _must_not_be_blocked(self, day: date) -> None:
        found = self.blockers_on(day)
        if found:
            raise InvestigationBlocked(extra={"blockers": [{"code": one.code, "detail": one.detail} for one in found]})


def open_investigation(qualified: dict[str, Any], *, lookups: dict[str, bytes], at: datetime) -> Investigation:
    """A new investigation from `application_qualified`, with every check of every adult still to be made.

    `lookups` holds the keyed hash of each adult's personal number, by the adult's id.
    """
    adults = qualified["adults"]
    return Investigation(
        id=new_id(),
        application_id=qualified["application_id"],
        home_id=qualified["home_id"],
        status=Status.OPEN,
        assignments=qualified["assignments"],
        languages=qualified["languages"],
        household_complete=qualified["household_complete"],
        protected_identity=qualified["protected_identity"],
        opened_at=at,
        changed_at=at,
        details={"position": qualified["position"], "children_birth_years": qualified["children_birth_years"]},
        adults=[
            Adult(
                id=adult["id"],
                person={name: value for name, value in adult.items() if name != "id"},
                lookup=lookups[adult["id"]],
            )
            for adult in adults
        ],
        register_checks=[
            RegisterCheck(id=new_id(), adult_id=adult["id"], register=register)
            for adult in adults
            for register in Register
        ],
    )
