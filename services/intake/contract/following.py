"""What whoever applied may do without logging in, known by the reference of the receipt and the phone number's last
four digits. In the body, or where that is a file in headers: an address stays in histories."""

from services.intake.contract.applications import OPEN, ApplicationAlreadyClosed, Status
from services.intake.contract.attachments import TooManyAttachments
from services.kernel.contracts import Fault, Operation, Rule, Schema, fields
from services.kernel.contracts.files import PAPERS, FileAlreadyAttached, FileView

MOST_TRIES = 10  #: wrong ones for a reference and day


class TooManyTries(Fault):
    """This reference has been tried with wrong digits too often today: try again tomorrow, or ring the municipality."""

    status = 429


def _reference(**kwargs: object) -> fields.String:
    return fields.form(
        r"^[2-9A-Za-z]{4}-[2-9A-Za-z]{4}-[2-9A-Za-z]{4}$(?!\n)",
        Rule("application_reference_form", "A reference, like ABCD-EFGH-JKMN."),
        required=True,
        metadata={"description": "The reference of the receipt. Referensen i kvittot.", "example": "ABCD-EFGH-JKMN"},
        **kwargs,
    )


def _phone_last_four(**kwargs: object) -> fields.String:
    return fields.form(
        r"^[0-9]{4}$(?!\n)",
        Rule("phone_last_four_form", "Four digits."),
        required=True,
        metadata={
            "description": "The last four digits of the phone number in the application. "
            "De sista fyra siffrorna i det telefonnummer som står i anmälan.",
            "example": "4567",
        },
        **kwargs,
    )


class OwnApplication(Schema):
    """By what an applicant is known, in headers."""

    reference = _reference(data_key="Application-Reference")
    phone_last_four = _phone_last_four(data_key="Phone-Last-Four")

    example = {"Application-Reference": "ABCD-EFGH-JKMN", "Phone-Last-Four": "4567"}


class FollowApplication(Schema):
    """By what an applicant is known."""

    reference = _reference()
    phone_last_four = _phone_last_four()

    example = {"reference": "ABCD-EFGH-JKMN", "phone_last_four": "4567"}


class WithdrawOwnApplication(FollowApplication):
    """By what an applicant is known, and why, if it is said."""

    reason = fields.text(2_000, shortest=0, load_default="")

    example = {**FollowApplication.example, "reason": "We are expecting a child."}


class PlainText(Schema):
    """What comes next, in plain words."""

    sv = fields.String(required=True)
    en = fields.String(required=True)

    example = {
        "sv": "Kommunen hör av sig till dig senast 2026-04-22.",
        "en": "The municipality gets in touch with you by 2026-04-22.",
    }


class FollowView(Schema):
    """How one's own application stands. Nothing that anybody has noted about it."""

    reference = fields.String(required=True)
    status = fields.one_of(Status, required=True)
    received_at = fields.Instant(required=True)
    contact_by = fields.Day(required=True)
    next_step = fields.Nested(PlainText, required=True)
    files = fields.Integer(required=True)
    is_open = fields.Boolean(required=True)  #: files may be added
    can_be_withdrawn = fields.Boolean(required=True)  #: also while another municipality has still to answer

    shows = {}  # whoever applied reads it; who that is nobody knows
    example = {
        "reference": "ABCD-EFGH-JKMN",
        "status": "received",
        "received_at": "2026-04-01T08:00:00.000000Z",
        "contact_by": "2026-04-22",
        "next_step": PlainText.example,
        "files": 1,
        "is_open": True,
        "can_be_withdrawn": True,
    }


FOLLOW_APPLICATION = Operation(
    name="follow_application",
    route="POST /application-status",
    en="How one's own application stands and what comes next. A wrong reference and wrong digits are answered alike.",
    sv="Hur den egna intresseanmälan ligger till och vad som händer härnäst. "
    "Fel referens och fel siffror besvaras lika.",
    roles=OPEN,
    body=FollowApplication,
    answer=FollowView,
    faults=(TooManyTries,),
)
WITHDRAW_OWN_APPLICATION = Operation(
    name="withdraw_own_application",
    route="POST /application-status/withdraw",
    en="Withdraw one's own application.",
    sv="Ta tillbaka sin egen intresseanmälan.",
    roles=OPEN,
    body=WithdrawOwnApplication,
    answer=FollowView,
    faults=(TooManyTries, ApplicationAlreadyClosed),
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
    faults=(TooManyTries, ApplicationAlreadyClosed, FileAlreadyAttached, TooManyAttachments),
)
