"""What is done in an open investigation: registers, steps, areas."""

from services.investigation.contract.assessments import AssessArea
from services.investigation.contract.checks import (
    ProtectedAskedByHand,
    RecordConsent,
    RecordRegisterCheck,
    RegisterConsentMissing,
    RegisterNotConnected,
    RequestRegisterChecks,
)
from services.investigation.contract.common import DAY_NOT_COME, INVESTIGATOR, AdultHasLeft, InvestigationNotOpen
from services.investigation.contract.investigations import InvestigationView
from services.investigation.contract.objections import NoteObjection
from services.investigation.contract.steps import RecordMeeting, RecordReference
from services.kernel.contracts import Operation, rules

RECORD_REGISTER_CHECK = Operation(
    name="record_register_check",
    route="PUT /investigations/<investigation_id>/register-checks/<check_id>",
    en="Record by hand what a register check came to. It replaces the earlier outcome, which is kept. "
    "The extract itself is never stored. If-Match takes the investigation's ETag.",
    sv="Anteckna utfallet av en registerkontroll. Det ersätter det tidigare, som sparas. "
    "Själva registerutdraget lagras aldrig. If-Match tar utredningens ETag.",
    roles=INVESTIGATOR,
    body=RecordRegisterCheck,
    answer=InvestigationView,
    conditional=True,
    faults=(InvestigationNotOpen, AdultHasLeft),
    rules=(DAY_NOT_COME,),
)
ASSESS_AREA = Operation(
    name="assess_area",
    route="PUT /investigations/<investigation_id>/assessments/<area>",
    en="Assess one of the seven areas. It replaces the earlier assessment, which is kept. "
    "If-Match takes the investigation's ETag.",
    sv="Bedöm ett av de sju områdena. Det ersätter den tidigare bedömningen, som sparas. "
    "If-Match tar utredningens ETag.",
    roles=INVESTIGATOR,
    body=AssessArea,
    answer=InvestigationView,
    conditional=True,
    faults=(InvestigationNotOpen,),
)
REQUEST_REGISTER_CHECKS = Operation(
    name="request_register_checks",
    route="POST /investigations/<investigation_id>/register-checks",
    en="Let the registers be asked to which the municipality has a connection, about every adult of whom nothing that "
    "is good is known. They answer by themselves, sooner or later; one that does not in the end has failed. A remark "
    "is assessed by a person. Of a home whose identity is protected none is asked.",
    sv="Låt de register frågas som kommunen har en koppling till, om varje vuxen vars kontroll inte är aktuell. De "
    "svarar av sig själva, förr eller senare; det som till slut inte svarar har misslyckats. En anmärkning bedöms av "
    "en person. Om ett hem med skyddade personuppgifter frågas inget register.",
    roles=INVESTIGATOR,
    body=RequestRegisterChecks,
    answer=InvestigationView,
    faults=(InvestigationNotOpen, ProtectedAskedByHand, RegisterConsentMissing, RegisterNotConnected),
)
RECORD_CONSENT = Operation(
    name="record_consent",
    route="POST /investigations/<investigation_id>/consents",
    en="Write down that an adult consents to a register being asked, or does not any more: then it is asked in no "
    "other open investigation of the home either.",
    sv="Anteckna att en vuxen samtycker till att ett register frågas, eller inte längre gör det: då frågas det inte "
    "heller i någon annan pågående utredning av hemmet.",
    roles=INVESTIGATOR,
    body=RecordConsent,
    answer=InvestigationView,
    faults=(InvestigationNotOpen, AdultHasLeft),
    rules=(DAY_NOT_COME, rules.NOT_FOUND),
)
RECORD_MEETING = Operation(
    name="record_meeting",
    route="POST /investigations/<investigation_id>/meetings",
    en="Write down a step that was held: a call, a visit, an interview. What is still missing stands among "
    "the blockers.",
    sv="Anteckna ett steg som har tagits: ett samtal, ett besök, en intervju. Det som saknas står bland hindren.",
    roles=INVESTIGATOR,
    body=RecordMeeting,
    answer=InvestigationView,
    faults=(InvestigationNotOpen, AdultHasLeft),
    rules=(DAY_NOT_COME, rules.NOT_FOUND),
)
RECORD_REFERENCE = Operation(
    name="record_reference",
    route="POST /investigations/<investigation_id>/references",
    en="Write down what somebody who knows an adult has said of that one.",
    sv="Anteckna vad en referensperson har sagt om en vuxen.",
    roles=INVESTIGATOR,
    body=RecordReference,
    answer=InvestigationView,
    faults=(InvestigationNotOpen, AdultHasLeft),
    rules=(DAY_NOT_COME, rules.NOT_FOUND),
)
NOTE_OBJECTION = Operation(
    name="note_objection",
    route="POST /investigations/<investigation_id>/objections",
    en="Note what an adult disputes of what is written. It stands beside that, which stays as it is (SoL 14:6); also "
    "when the investigation is closed.",
    sv="Anteckna vad en vuxen anser är oriktigt i det som står. Det står bredvid texten, som blir kvar (SoL 14:6); "
    "också när utredningen är avslutad.",
    roles=INVESTIGATOR,
    body=NoteObjection,
    answer=InvestigationView,
    rules=(DAY_NOT_COME, rules.NOT_FOUND),
)
