"""How an investigation comes to its end: proposed by one person and decided by another, broken off, told."""

from datetime import date, datetime
from typing import Any

from services.investigation.approvals.model import Approval
from services.investigation.contract.approvals import Standing
from services.investigation.contract.common import DAY_NOT_COME, InvestigationNotOpen, Kind, Status
from services.investigation.contract.decisions import (
    LAST_DAY,
    RENEWAL_HAS_NO_BOUNDS,
    AgencyNotEnough,
    DecidedOutcome,
    DecisionDiffersFromProposal,
    InvestigationBlocked,
    InvestigationNotProposed,
    Investigator,
    ProposalOutdated,
    ProposedOutcome,
    ProposerMayNotDecide,
    RefusalNotDecided,
)
from services.investigation.investigations.decisions import Decision, Proposal, wanted_by
from services.investigation.investigations.model import Investigation
from services.investigation.investigations.rules import Demands, Wanted
from services.kernel.basics import clock
from services.kernel.basics.days import anniversary
from services.kernel.basics.ids import new_id
from services.kernel.contracts import rules
from services.kernel.contracts.faults import InvalidInput

_BOUNDS = ("assignments", "age_from", "age_to", "places", "valid_until")
_WRITTEN = (*_BOUNDS, "outcome")  #: of a proposal; all else of it is sealed
_OF_APPROVAL = ("child_name", "child_personal_number", "conditions", "investigated_by", "board")
_STATUSES = {
    DecidedOutcome.APPROVE: Status.APPROVED,
    DecidedOutcome.REJECT: Status.REJECTED,
    DecidedOutcome.RETURN: Status.OPEN,
}


def propose(
    investigation: Investigation, body: dict[str, Any], *, demands: Demands, years: int, by: str, at: datetime
) -> None:
    """Proposes a decision from a loaded `ProposeDecision`. A rejection may be proposed whatever is missing.

    Raises `InvestigationNotOpen`, `AgencyNotEnough`, `InvestigationBlocked`, `InvalidInput` for bounds that are
    missing, or that a renewal can not have, and for a last day that is not after today or more than so many years away.
    """
    if investigation.status != Status.OPEN:
        raise InvestigationNotOpen
    today = clock.local_date(at)
    if body["outcome"] == ProposedOutcome.APPROVE:
        _must_be_bounded(investigation, body)
        if investigation.kind == Kind.APPLICATION and not today < body["valid_until"] <= anniversary(today, years):
            raise LAST_DAY.refusal("/valid_until", years=years)
        if body["investigated_by"] == Investigator.AGENCY:
            raise AgencyNotEnough
        _must_not_be_blocked(investigation, today, demands, wanted_by(body))
    investigation.proposals.append(
        Proposal(
            id=new_id(),
            number=len(investigation.proposals) + 1,
            texts={name: value for name, value in body.items() if name not in _WRITTEN},
            proposed_by=by,
            proposed_at=at,
            **{name: body[name] for name in _WRITTEN},
        )
    )
    investigation.status = Status.PROPOSED
    investigation.touch(at)


def decide(
    investigation: Investigation, outcome: str, *, demands: Demands, reasons: str, by: str, at: datetime
) -> Approval | None:
    """Decides on the proposal, by another person than its proposer; the approval when that is the decision.

    Checks may have grown too old since the proposal, so what stands in the way is looked at again. Raises
    `InvestigationNotProposed`, `ProposerMayNotDecide`, `DecisionDiffersFromProposal`, `InvestigationBlocked`,
    `ProposalOutdated`.
    """
    proposal = investigation.proposal
    if investigation.status != Status.PROPOSED or proposal is None:
        raise InvestigationNotProposed
    if proposal.proposed_by == by:
        raise ProposerMayNotDecide
    if outcome not in (DecidedOutcome.RETURN, proposal.outcome):
        raise DecisionDiffersFromProposal
    approval = None
    if outcome == DecidedOutcome.APPROVE:
        _must_not_be_blocked(investigation, clock.local_date(at), demands, proposal.wanted)
        approval = _approval(investigation, proposal, at) if investigation.kind == Kind.APPLICATION else None
        if investigation.kind != Kind.RECHECK:
            investigation.home.clear(investigation.examined, is_visited=investigation.has_visited)
    proposal.decision = Decision(id=new_id(), outcome=outcome, reasons=reasons, decided_by=by, decided_at=at)
    investigation.status = _STATUSES[DecidedOutcome(outcome)]
    investigation.decided_at = None if investigation.is_open else at
    investigation.touch(at)
    return approval


def break_off(investigation: Investigation, said: dict[str, str], *, by: str, at: datetime) -> None:
    """Ends it without a decision, also while a proposal waits, from a loaded `BreakOff`. Raises
    `InvestigationNotOpen`."""
    if not investigation.is_open:
        raise InvestigationNotOpen
    investigation.broken_off = {name: said[name] for name in ("by", "reason")}
    investigation.ended_by, investigation.ended_at = by, at
    investigation.cancel(at=at)


def tell(investigation: Investigation, said: dict[str, Any], *, by: str, at: datetime) -> None:
    """The family has been told of a refusal, from a loaded `TellFamily`. Raises `RefusalNotDecided`, `InvalidInput`
    for a day that has not come, or that lies before the decision."""
    decision = investigation.proposal.decision if investigation.proposal else None
    if investigation.status != Status.REJECTED or decision is None or decision.told_on is not None:
        raise RefusalNotDecided
    if not clock.local_date(decision.decided_at) <= said["told_on"] <= clock.local_date(at):
        raise DAY_NOT_COME.refusal("/told_on")
    decision.told_on, decision.told_way, decision.told_by = said["told_on"], said["way"], by
    investigation.touch(at)


def approved(investigation: Investigation, approval: Approval) -> dict[str, Any]:
    """The data of `home_approved`."""
    bounds = ("home_id", "assignments", "age_from", "age_to", "places", "decided_on", "valid_until")
    texts = ("child_name", "child_personal_number", "conditions")
    home = investigation.home
    return {
        "approval_id": approval.id,
        "investigation_id": investigation.id,
        "application_id": investigation.application_id,
        **{name: getattr(approval, name) for name in bounds},
        **{name: approval.texts.get(name) for name in texts},
        "adults": [{"id": adult.id, **adult.person} for adult in investigation.household],
        "position": home.details["position"],
        "languages": home.languages,
        "protected_identity": home.protected_identity,
    }


def _must_be_bounded(investigation: Investigation, body: dict[str, Any]) -> None:
    keeps = investigation.kind != Kind.APPLICATION
    wrong = [name for name in _BOUNDS if (body[name] in (None, [])) is not keeps]
    if wrong:
        rule = RENEWAL_HAS_NO_BOUNDS if keeps else rules.REQUIRED
        raise InvalidInput(errors=[rule.at(f"/{name}") for name in wrong])


def _must_not_be_blocked(investigation: Investigation, day: date, demands: Demands, wanted: Wanted) -> None:
    found = investigation.blockers_on(day, demands, wanted)
    if found:
        raise InvestigationBlocked(extra={"blockers": [{"code": one.code, "detail": one.detail} for one in found]})


def _approval(investigation: Investigation, proposal: Proposal, at: datetime) -> Approval:
    today = clock.local_date(at)
    if proposal.valid_until is None or proposal.valid_until <= today:
        raise ProposalOutdated
    return Approval(
        id=new_id(),
        investigation_id=investigation.id,
        home_id=investigation.home_id,
        changed_at=at,
        decided_on=today,
        standing=Standing.STANDS,
        texts={name: proposal.texts.get(name) for name in _OF_APPROVAL},
        **{name: getattr(proposal, name) for name in _BOUNDS},
    )
