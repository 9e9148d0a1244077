"""The terms of an investigation as its document says them: in Swedish."""

from services.investigation.checks.status import CheckStatus, Register
from services.investigation.contract.common import Kind, Status
from services.investigation.contract.decisions import (
    AgeGroup,
    DecidedOutcome,
    EndedBy,
    Investigator,
    ProposedOutcome,
    Told,
)
from services.investigation.contract.objections import Disputed
from services.investigation.investigations.blockers import Area, BlockerCode, Rating
from services.investigation.steps.rules import Requirement, Step

STATUSES = {
    Status.OPEN: "Pågår",
    Status.PROPOSED: "Förslag lämnat, väntar på beslut",
    Status.APPROVED: "Avslutad: hemmet är godkänt",
    Status.REJECTED: "Avslutad: hemmet är inte godkänt",
    Status.CANCELLED: "Avbruten",
}
RELATIONS = {
    "applicant": "sökande",
    "partner": "partner",
    "adult_child": "vuxet barn",
    "parent": "förälder",
    "lodger": "inneboende",
    "other": "annan vuxen",
}
REGISTERS = {
    Register.POLICE: "Polisens register",
    Register.SOCIAL_REGISTER: "Socialregistret",
    Register.SOCIAL_INSURANCE: "Försäkringskassan",
    Register.ENFORCEMENT: "Kronofogden",
    Register.TRANSPORT: "Transportstyrelsen",
}
CHECK_STATUSES = {
    CheckStatus.PENDING: "Inte gjord",
    CheckStatus.REQUESTED: "Begärd",
    CheckStatus.CLEAR: "Utan anmärkning",
    CheckStatus.REMARK: "Anmärkning",
    CheckStatus.FAILED: "Inget användbart svar",
    CheckStatus.EXPIRED: "För gammal",
}
AREAS = {
    Area.HOUSING: "Boende",
    Area.ECONOMY: "Ekonomi",
    Area.NETWORK: "Nätverk",
    Area.AGE: "Ålder",
    Area.EXPERIENCE: "Erfarenhet",
    Area.HEALTH: "Hälsa",
    Area.FAMILY_SITUATION: "Familjesituation",
}
RATINGS = {
    Rating.MET: "Uppfyllt",
    Rating.MET_WITH_CONDITIONS: "Uppfyllt med villkor",
    Rating.NOT_MET: "Inte uppfyllt",
}
BLOCKERS = {
    BlockerCode.HOUSEHOLD_INCOMPLETE: "Det är inte känt att alla vuxna i hushållet är uppgivna.",
    BlockerCode.NO_ADULT: "Hushållet har ingen vuxen.",
    BlockerCode.NUMBER_UNKNOWN: "Personnummer saknas: {person}.",
    BlockerCode.REGISTER_CHECK_MISSING: "Registerkontrollen av {person} saknar utfall: {register}.",
    BlockerCode.REGISTER_CHECK_FAILED: "Registerkontrollen av {person} gav inget användbart svar: {register}.",
    BlockerCode.REGISTER_CHECK_OUTDATED: "Registerkontrollen av {person} är för gammal: {register}.",
    BlockerCode.REMARK_NOT_ASSESSED: "En anmärkning om {person} är inte bedömd: {register}.",
    BlockerCode.INTERVIEW_MISSING: "{person} har inte intervjuats.",
    BlockerCode.HOME_VISIT_MISSING: "Hemmet har inte besökts.",
    BlockerCode.REFERENCE_MISSING: "Referens saknas: {person}.",
    BlockerCode.STEP_MISSING: "Steget saknas: {step}.",
    BlockerCode.AREA_NOT_ASSESSED: "Området är inte bedömt: {area}.",
    BlockerCode.AREA_NOT_MET: "Området är bedömt som inte uppfyllt: {area}.",
    BlockerCode.EXPERIENCE_NOT_SHOWN: "Tidigare uppdrag eller jämförbar erfarenhet är inte visad.",
    BlockerCode.NOT_NEAR: "Hemmet ligger inte i eller nära kommunen.",
    BlockerCode.CONCERN_OPEN: "En oro om hemmet är inte avgjord.",
}
PROPOSALS = {ProposedOutcome.APPROVE: "Att hemmet godkänns", ProposedOutcome.REJECT: "Att hemmet inte godkänns"}
DECISIONS = {
    DecidedOutcome.APPROVE: "Hemmet godkänns",
    DecidedOutcome.REJECT: "Hemmet godkänns inte",
    DecidedOutcome.RETURN: "Återlämnad till utredaren",
}
KINDS = {
    Kind.APPLICATION: "Ansökan",
    Kind.RENEWAL: "Förändring i ett godkänt hem",
    Kind.RECHECK: "Nya registerkontroller i ett godkänt hem",
}
STEPS = {
    Step.FIRST_CALL: "Första samtal",
    Step.SCREENING: "Inledande bedömning",
    Step.HOME_VISIT: "Hembesök",
    Step.INTERVIEW_APART: "Enskild intervju",
    Step.INTERVIEW_TOGETHER: "Gemensam intervju",
    Step.CHILDREN_HEARD: "Samtal med barnen i hemmet",
    Step.DEEP_INTERVIEW: "Djupintervju",
    Step.RETURN_VISIT: "Återbesök",
    Step.OTHER: "Annat möte",
}
REQUIREMENTS = {
    Requirement.FIRST_CALL: STEPS[Step.FIRST_CALL],
    Requirement.SCREENING: STEPS[Step.SCREENING],
    Requirement.HOME_VISIT: STEPS[Step.HOME_VISIT],
    Requirement.INTERVIEW: "Intervju",
    Requirement.INTERVIEW_APART: STEPS[Step.INTERVIEW_APART],
    Requirement.INTERVIEW_TOGETHER: STEPS[Step.INTERVIEW_TOGETHER],
    Requirement.CHILDREN_HEARD: STEPS[Step.CHILDREN_HEARD],
    Requirement.REFERENCE: "Referens",
    Requirement.DEEP_INTERVIEW: STEPS[Step.DEEP_INTERVIEW],
    Requirement.RETURN_VISIT: STEPS[Step.RETURN_VISIT],
}
AGE_GROUPS = {AgeGroup.CHILD: "barn", AgeGroup.YOUTH: "ungdom", AgeGroup.ADULT: "vuxen person"}
INVESTIGATORS = {
    Investigator.OWN: "Den egna nämnden",
    Investigator.OTHER_BOARD: "En annan nämnd, vars utredning är läst och bedömd här",
    Investigator.AGENCY: "Ett konsulentföretag",
}
ENDED_BY = {EndedBy.FAMILY: "familjen", EndedBy.BOARD: "nämnden"}
TOLD = {Told.MEETING: "vid ett möte", Told.PHONE: "per telefon", Told.LETTER: "med brev", Told.DIGITAL: "digitalt"}
DISPUTED = {
    Disputed.REGISTER_CHECK: "Registerkontroll",
    Disputed.ASSESSMENT: "Bedömning",
    Disputed.MEETING: "Möte",
    Disputed.REFERENCE: "Referens",
    Disputed.PROPOSAL: "Förslag",
    Disputed.OTHER: "Annat",
}
