"""How an investigation comes to its end: proposed, decided."""

from services.investigation.contract.common import DECIDER, INVESTIGATOR, InvestigationNotOpen
from services.investigation.contract.decisions import (
    LAST_DAY,
    RENEWAL_HAS_NO_BOUNDS,
    DecideInvestigation,
    DecisionDiffersFromProposal,
    InvestigationBlocked,
    InvestigationNotProposed,
    ProposalOutdated,
    ProposeDecision,
    ProposerMayNotDecide,
)
from services.investigation.contract.investigations import InvestigationView
from services.kernel.contracts import Operation

PROPOSE_DECISION = Operation(
    name="propose_decision",
    route="POST /investigations/<investigation_id>/proposal",
    en="Propose to approve the home within bounds, or to reject it with reasons. "
    "An approval is refused with the list of what stands in its way.",
    sv="Föreslå att hemmet godkänns inom vissa ramar, eller avslås med skäl. "
    "Ett godkännande nekas med en lista över det som hindrar det.",
    roles=INVESTIGATOR,
    body=ProposeDecision,
    answer=InvestigationView,
    faults=(InvestigationNotOpen, InvestigationBlocked),
    rules=(LAST_DAY, RENEWAL_HAS_NO_BOUNDS),
)
DECIDE_INVESTIGATION = Operation(
    name="decide_investigation",
    route="POST /investigations/<investigation_id>/decision",
    en="Decide as proposed, or return the investigation. By another person than the proposer. "
    "What stands in the way of an approval is looked at again.",
    sv="Besluta enligt förslaget, eller lämna tillbaka utredningen. Av en annan person än den som föreslog. "
    "Det som hindrar ett godkännande prövas igen.",
    roles=DECIDER,
    body=DecideInvestigation,
    answer=InvestigationView,
    faults=(
        InvestigationNotProposed,
        ProposerMayNotDecide,
        DecisionDiffersFromProposal,
        InvestigationBlocked,
        ProposalOutdated,
    ),
)
