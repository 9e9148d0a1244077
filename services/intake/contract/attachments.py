"""Files that belong to an application: what the applicant sends along, and what staff are handed."""

from services.intake.contract.applications import OPEN, RECRUITER, ApplicationAlreadyClosed
from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import PAPERS, FileAlreadyAttached, FileView

MOST = 50  #: files of one application


class TooManyAttachments(Fault):
    """The application has as many files as it can have."""


class OwnApplication(Schema):
    """By what an applicant is known without logging in. In headers, because the body is the file."""

    reference = fields.form(
        r"^[2-9A-Za-z]{4}-[2-9A-Za-z]{4}-[2-9A-Za-z]{4}$(?!\n)",
        Rule("application_reference_form", "A reference, like ABCD-EFGH-JKMN."),
        required=True,
        data_key="Application-Reference",
        metadata={"description": "The reference of the receipt. Referensen i kvittot.", "example": "ABCD-EFGH-JKMN"},
    )
    phone_last_four = fields.form(
        r"^[0-9]{4}$(?!\n)",
        Rule("phone_last_four_form", "Four digits."),
        required=True,
        data_key="Phone-Last-Four",
        metadata={
            "description": "The last four digits of the phone number in the application. "
            "De sista fyra siffrorna i det telefonnummer som står i anmälan.",
            "example": "4567",
        },
    )

    example = {"Application-Reference": "ABCD-EFGH-JKMN", "Phone-Last-Four": "4567"}


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
ATTACH_TO_OWN_APPLICATION = Operation(
    name="attach_to_own_application",
    route="POST /application-status/attachments",
    en="Attach a file to one's own application, known by its reference and the phone number's last four digits.",
    sv="Bifoga en fil till sin egen intresseanmälan, med referensen och telefonnumrets sista fyra siffror.",
    roles=OPEN,
    headers=OwnApplication,
    takes_file=PAPERS,
    answer=FileView,
    status=201,
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
