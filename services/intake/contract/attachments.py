"""Files that belong to an application, whether the applicant sent them along or staff were handed them."""

from services.intake.contract.applications import RECRUITER, ApplicationAlreadyClosed
from services.kernel.contracts import Fault, Nothing, Operation
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import PAPERS, FileAlreadyAttached, FileView

MOST = 50  #: files of one application


class TooManyAttachments(Fault):
    """The application has as many files as it can have."""


_REFUSED = (ApplicationAlreadyClosed, FileAlreadyAttached, TooManyAttachments)

ATTACH_TO_APPLICATION = Operation(
    name="attach_to_application",
    route="POST /applications/<application_id>/attachments",
    en="Attach a file to an open application: a document or a picture, the body itself.",
    sv="Bifoga en fil till en öppen intresseanmälan: ett dokument eller en bild, som själva innehållet i anropet.",
    roles=RECRUITER,
    takes_file=PAPERS,
    answer=FileView,
    shows={"application": "application_id"},
    status=201,
    location="/applications/{application_id}/attachments/{id}",
    faults=_REFUSED,
)
GET_APPLICATION_ATTACHMENT = Operation(
    name="get_application_attachment",
    route="GET /applications/<application_id>/attachments/<attachment_id>",
    en="A file of an application, as it was sent; a picture without what its camera wrote into it. Of a protected "
    "identity only with the role `protected` and a reason.",
    sv="En fil som hör till en intresseanmälan, som den skickades; en bild utan det som kameran skrev i den. Från den "
    "som har skyddade personuppgifter bara med rollen `protected` och ett skäl.",
    roles=RECRUITER,
    gives_file=PAPERS,
    shows={"application": "application_id"},
    answer=Nothing,
    reads=True,
    faults=(IdentityProtected,),
)
