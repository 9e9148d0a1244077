"""Files of an investigation: another board's report, a certificate. Never a register's extract."""

from services.investigation.contract.common import INVESTIGATOR, READERS, InvestigationNotOpen
from services.kernel.contracts import Fault, Nothing, Operation
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import PAPERS, FileAlreadyAttached, FileView

MOST = 50  #: files of one investigation


class TooManyAttachments(Fault):
    """The investigation has as many files as it can have."""


ATTACH_TO_INVESTIGATION = Operation(
    name="attach_to_investigation",
    route="POST /investigations/<investigation_id>/attachments",
    en="Attach a file to an open investigation, the body itself: another board's or an agency's report, a certificate. "
    "Never a register's extract: of that only the outcome is written down.",
    sv="Bifoga en fil till en pågående utredning, som själva innehållet i anropet: en annan nämnds eller ett företags "
    "utredning, ett intyg. Aldrig ett registerutdrag: av det antecknas bara utfallet.",
    roles=INVESTIGATOR,
    takes_file=PAPERS,
    answer=FileView,
    shows={"investigation": "investigation_id"},
    status=201,
    location="/investigations/{investigation_id}/attachments/{id}",
    faults=(InvestigationNotOpen, FileAlreadyAttached, TooManyAttachments),
)
GET_INVESTIGATION_ATTACHMENT = Operation(
    name="get_investigation_attachment",
    route="GET /investigations/<investigation_id>/attachments/<attachment_id>",
    en="A file of an investigation. Of a protected identity only with the role `protected` and a reason.",
    sv="En fil som hör till en utredning. Från den som har skyddade personuppgifter bara med rollen `protected` "
    "och ett skäl.",
    roles=READERS,
    gives_file=PAPERS,
    shows={"investigation": "investigation_id"},
    answer=Nothing,
    reads=True,
    faults=(IdentityProtected,),
)
