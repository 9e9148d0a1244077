"""The investigation (utredning) itself: from the qualified application, or the adult who has come, to the decision."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.investigation.approvals.model import Approval
from services.investigation.base import Base, below
from services.investigation.checks.model import RegisterCheck
from services.investigation.checks.status import Register
from services.investigation.contract.approvals import Standing
from services.investigation.contract.common import DAY_NOT_COME, InvestigationNotOpen, Kind, Status
from services.investigation.contract.decisions import (
    LAST_DAY,
    RENEWAL_HAS_NO_BOUNDS,
    DecidedOutcome,
    DecisionDiffersFromProposal,
    InvestigationBlocked,
    InvestigationNotProposed,
    ProposalOutdated,
    ProposedOutcome,
    ProposerMayNotDecide,
)
from services.investigation.homes.model import Adult, Home
from services.investigation.investigations.assessments import Assessment
from services.investigation.investigations.blockers import Area, Blocker, Check, Rating, blockers_of
from services.investigation.investigations.decisions import Decision, Proposal
from services.kernel.basics import clock
from services.kernel.basics.days import anniversary
from services.kernel.basics.ids import new_id
from services.kernel.contracts import rules
from services.kernel.contracts.about import About, By
from services.kernel.contracts.faults import InvalidInput, NotFound
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import Versioned
from services.vocabulary.people import Relation, full_name

_BOUNDS = ("assignments", "age_from", "age_to", "places", "valid_until")


class Investigation(Versioned, Base):
    """The investigation of a home, from the qualified application to the decision."""

    __tablename__ = "investigation"
    __table_args__ = (
        below("home"),
        UniqueConstraint("tenant", "application_id"),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "opened_at", "id"),
        Index(None, "tenant", "status", "opened_at", "id"),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="id",
                of="register_check",  # whom it looks at
                at="investigation_id",
                tells=("id", "kind", "application_id", "home_id", "status", "assignments", "opened_at"),
            ),
        )
    )

    kind: Mapped[str]
    application_id: Mapped[str | None]  #: none of a renewal
    home_id: Mapped[str]
    status: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    opened_at: Mapped[datetime]

    home: Mapped[Home] = relationship(lazy="joined", innerjoin=True)
    register_checks: Mapped[list[RegisterCheck]] = relationship(lazy="selectin")
    assessments: Mapped[list[Assessment]] = relationship(lazy="selectin")
    proposals: Mapped[list[Proposal]] = relationship(lazy="selectin", order_by=Proposal.number)

    @property
    def household(self) -> list[Adult]:
        """The adults whom it is about and who live in the home, the applicant first; of one that is decided, those who
        did when it was."""
        about = {check.adult_id for check in self.register_checks}
        return [adult for adult in self.home.everybody if adult.id in about and self._has_in_household(adult)]

    def _has_in_household(self, adult: Adult) -> bool:
        decision = self.proposal.decision if self.proposal and not self.is_open else None
        return adult.left_at is None or (decision is not None and adult.left_at > decision.decided_at)

    @property
    def household_checks(self) -> list[RegisterCheck]:
        """The checks of the household; those of whoever has moved out meanwhile are kept and not asked about."""
        adults = {adult.id for adult in self.household}
        return [check for check in self.register_checks if check.adult_id in adults]

    @property
    def household_complete(self) -> bool:
        """Whether every adult of the household is named; when a home is approved, that is known."""
        return self.status == Status.APPROVED or self.home.household_complete

    @property
    def protected_identity(self) -> bool:
        """Whether the home's identity is protected (skyddade personuppgifter)."""
        return self.home.protected_identity

    @property
    def children_birth_years(self) -> list[int]:
        """The years of birth of the children who live in the home."""
        return list(self.home.details["children_birth_years"])

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.status in (Status.OPEN, Status.PROPOSED)

    @property
    def people(self) -> list[dict[str, str]]:
        """Who the adults are, the applicant first."""
        return [adult.person for adult in self.household]

    @property
    def name(self) -> str | None:
        """The applicant's name for lists."""
        first = min(self.people or (), key=lambda person: person["relation"] != Relation.APPLICANT, default=None)
        return None if first is None else full_name(first)

    @property
    def proposal(self) -> Proposal | None:
        """The latest proposal."""
        return self.proposals[-1] if self.proposals else None

    def blockers_on(self, day: date) -> tuple[Blocker, ...]:
        """What stands in the way of an approval on that day; nothing does once the investigation is closed."""
        if not self.is_open:
            return ()
        return blockers_of(
            household_complete=self.household_complete,
            adult_ids=[adult.id for adult in self.household],
            checks=[
                Check(adult_id=check.adult_id, register=Register(check.register), status=check.status_on(day))
                for check in self.household_checks
            ],
            ratings={Area(known.area): Rating(known.judgement["rating"]) for known in self.assessments},
            needs_areas=self.kind == Kind.APPLICATION,
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

        Raises `InvestigationNotOpen`, `InvestigationBlocked`, `InvalidInput` for bounds that are missing, or that a
        renewal can not have, and for a last day that is not after today or more than so many years away.
        """
        self._must_be_open()
        today = clock.local_date(at)
        if body["outcome"] == ProposedOutcome.APPROVE:
            self._must_be_bounded(body)
            if self.kind == Kind.APPLICATION and not today < body["valid_until"] <= anniversary(today, years):
                raise LAST_DAY.refusal("/valid_until", years=years)
            self._must_not_be_blocked(today)
        sealed = ("child_name", "child_personal_number", "conditions", "reasons")
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

    def _must_be_bounded(self, body: dict[str, Any]) -> None:
        renews = self.kind == Kind.RENEWAL
        wrong = [name for name in _BOUNDS if (body[name] in (None, [])) is not renews]
        if wrong:
            rule = RENEWAL_HAS_NO_BOUNDS if renews else rules.REQUIRED
            raise InvalidInput(errors=[rule.at(f"/{name}") for name in wrong])

    def examine(self, adults: Iterable[Adult]) -> None:
        """Takes up the registers of adults whom it is not about yet, and those of one who is somebody else now."""
        for adult in adults:
            checks = [check for check in self.register_checks if check.adult_id == adult.id]
            if not checks:
                self.register_checks += checks_of(adult)
            for check in checks:
                if check.recorded_at is not None and check.recorded_at < adult.came_at:
                    check.set_aside()

    def cancel(self, *, at: datetime) -> None:
        """There is nothing left to look at."""
        self.status = Status.CANCELLED
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
            approval = self._approval(proposal, at) if self.kind == Kind.APPLICATION else None
            self.home.clear(self.household)
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
            "position": self.home.details["position"],
            "languages": self.home.languages,
            "protected_identity": self.protected_identity,
        }

    def _approval(self, proposal: Proposal, at: datetime) -> Approval:
        today = clock.local_date(at)
        if proposal.valid_until is None or proposal.valid_until <= today:
            raise ProposalOutdated
        return Approval(
            id=new_id(),
            investigation_id=self.id,
            home_id=self.home_id,
            changed_at=at,
            decided_on=today,
            standing=Standing.STANDS,
            texts={name: proposal.texts.get(name) for name in ("child_name", "child_personal_number", "conditions")},
            **{name: getattr(proposal, name) for name in _BOUNDS},
        )

    def _must_be_open(self) -> None:
        if self.status != Status.OPEN:
            raise InvestigationNotOpen

    def _must_not_be_blocked(self, day: date) -> None:
        found = self.blockers_on(day)
        if found:
            raise InvestigationBlocked(extra={"blockers": [{"code": one.code, "detail": one.detail} for one in found]})


def open_investigation(home: Home, qualified: dict[str, Any], *, at: datetime) -> Investigation:
    """A new investigation of a home from `application_qualified`, with every check of every adult still to be made."""
    return _opened(home, Kind.APPLICATION, qualified["assignments"], home.household, qualified["application_id"], at)


def open_renewal(home: Home, adults: Iterable[Adult], *, assignments: Sequence[str], at: datetime) -> Investigation:
    """A new investigation of adults who have come into an approved home, with their checks still to be made."""
    return _opened(home, Kind.RENEWAL, assignments, adults, None, at)


def _opened(
    home: Home,
    kind: Kind,
    assignments: Sequence[str],
    adults: Iterable[Adult],
    application_id: str | None,
    at: datetime,
) -> Investigation:
    return Investigation(
        id=new_id(),
        kind=kind,
        application_id=application_id,
        home_id=home.id,
        home=home,
        status=Status.OPEN,
        assignments=list(assignments),
        opened_at=at,
        changed_at=at,
        register_checks=[check for adult in adults for check in checks_of(adult)],
    )


def checks_of(adult: Adult) -> list[RegisterCheck]:
    """Every register in which an adult is looked up, none of them asked yet."""
    return [RegisterCheck(id=new_id(), adult_id=adult.id, register=register) for register in Register]
