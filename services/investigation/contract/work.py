"""What is done in an open investigation: registers, steps, areas."""

from services.investigation.contract.assessments import AssessArea
from services.investigation.contract.checks import RecordRegisterCheck
from services.investigation.contract.common import DAY_NOT_COME, INVESTIGATOR, InvestigationNotOpen
from services.investigation.contract.investigations import InvestigationView
from services.kernel.contracts import Operation

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
    faults=(InvestigationNotOpen,),
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
