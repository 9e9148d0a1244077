"""How an application ends without an investigation, and how one that has ended is taken up again."""

from services.intake.contract.applications import RECRUITER, ApplicationAlreadyClosed, ApplicationView
from services.kernel.contracts import Fault, Operation, Schema, fields


class ApplicationNotClosed(Fault):
    """Only an application that was declined or withdrawn can be taken up again."""


class WithReason(Schema):
    """Why."""

    reason = fields.text(2_000, required=True)

    example = {"reason": "The family has moved to another country."}


DECLINE_APPLICATION = Operation(
    name="decline_application",
    route="POST /applications/<application_id>/decline",
    en="Decline an application, with the reason. It can be taken up again.",
    sv="Avböj en intresseanmälan, med skälet. Den kan tas upp igen.",
    roles=RECRUITER,
    body=WithReason,
    answer=ApplicationView,
    faults=(ApplicationAlreadyClosed,),
)
WITHDRAW_APPLICATION = Operation(
    name="withdraw_application",
    route="POST /applications/<application_id>/withdraw",
    en="Note that the family has withdrawn its application, with the reason. It can be taken up again.",
    sv="Anteckna att familjen har tagit tillbaka sin intresseanmälan, med skälet. Den kan tas upp igen.",
    roles=RECRUITER,
    body=WithReason,
    answer=ApplicationView,
    faults=(ApplicationAlreadyClosed,),
)
REOPEN_APPLICATION = Operation(
    name="reopen_application",
    route="POST /applications/<application_id>/reopen",
    en="Take up an application that was declined or withdrawn. Where nobody had reached the family the clock begins "
    "anew.",
    sv="Ta upp en intresseanmälan som avböjts eller tagits tillbaka. Om ingen hade nått familjen börjar klockan om.",
    roles=RECRUITER,
    body=WithReason,
    answer=ApplicationView,
    faults=(ApplicationNotClosed,),
)
