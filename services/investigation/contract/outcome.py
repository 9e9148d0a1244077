"""How an investigation comes to its end: proposed, decided."""

from services.investigation.contract.common import DAY_NOT_COME, DECIDER, INVESTIGATOR, READERS, InvestigationNotOpen
from services.investigation.contract.decisions import (
    LAST_DAY,
    RENEWAL_HAS_NO_BOUNDS,
    AgencyNotEnough,
    BreakOff,
    DecideInvestigation,
    DecisionDiffersFromProposal,
    InvestigationBlocked,
    InvestigationNotProposed,
    ProposalOutdated,
    ProposeDecision,
    ProposerMayNotDecide,
    RefusalNotDecided,
    TellFamily,
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
    faults=(InvestigationNotOpen, InvestigationBlocked, AgencyNotEnough),
    rules=(LAST_DAY, RENEWAL_HAS_NO_BOUNDS),
)
DECIDE_INVESTIGATION = Operation(
    name="decide_investigation",
    route="POST /investigations/<investigation_id>/decision",
    en="Decide as proposed, or return the investigation. By another person than the proposer. "
    "What stands in the way of an approval is looked at again. "
    "A refused re-check suspends the home's approvals.",
    sv="Besluta enligt förslaget, eller lämna tillbaka utredningen. Av en annan person än den som föreslog. "
    "Det som hindrar ett godkännande prövas igen. "
    "Ett avslag efter en ny registerkontroll ställer in hemmets godkännanden tills vidare.",
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
BREAK_OFF_INVESTIGATION = Operation(
    name="break_off_investigation",
    route="POST /investigations/<investigation_id>/break-off",
    en="Break an investigation off: it ends without a decision, and keeps its reason.",
    sv="Avbryt en utredning: den avslutas utan beslut, och skälet står kvar.",
    roles=INVESTIGATOR,
    body=BreakOff,
    answer=InvestigationView,
    faults=(InvestigationNotOpen,),
)
TELL_FAMILY = Operation(
    name="tell_family",
    route="POST /investigations/<investigation_id>/told",
    en="Write down that the family has been told of a refusal and its reasons.",
    sv="Anteckna att familjen har fått veta att den inte godkänns, och varför.",
    roles=READERS,
    body=TellFamily,
    answer=InvestigationView,
    faults=(RefusalNotDecided,),
    rules=(DAY_NOT_COME,),
)
