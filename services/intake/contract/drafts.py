"""Drafts of the open form: text that only the applicant's own code opens. The form seals it; here lie bytes."""

from services.intake.contract.applications import OPEN
from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields

DAYS = 30  #: for which a draft is kept after it was last sent


class TooManyDrafts(Fault):
    """The municipality has as many drafts as it can have: send the form, or try again tomorrow."""

    status = 429


class KeepDraft(Schema):
    """A draft, sealed by whoever wrote it, in base64."""

    sealed = fields.form(
        r"^[A-Za-z0-9+/=_-]{1,100000}$(?!\n)", Rule("sealed_form", "Sealed bytes in base64."), required=True
    )

    example = {"sealed": "3q2+7wABAgM="}


class DraftView(KeepDraft):
    """A draft as it was sent, and its last day."""

    kept_until = fields.Day(required=True)

    shows = {}  # nobody here can open it
    example = {**KeepDraft.example, "kept_until": "2026-05-01"}


KEEP_DRAFT = Operation(
    name="keep_draft",
    route="PUT /application-drafts/<key>",
    en="Keep a draft of the form for thirty days, under a key that follows from the applicant's own code: at least 22 "
    "letters, digits, hyphens and underscores that nobody guesses.",
    sv="Spara ett utkast till formuläret i trettio dagar, under en nyckel som följer av den sökandes egen kod: minst "
    "22 bokstäver, siffror, bindestreck och understreck som ingen gissar.",
    roles=OPEN,
    body=KeepDraft,
    answer=DraftView,
    conditional=True,
    creates=True,
    faults=(TooManyDrafts,),
)
GET_DRAFT = Operation(
    name="get_draft",
    route="GET /application-drafts/<key>",
    en="A draft as it was sent.",
    sv="Ett utkast som det skickades.",
    roles=OPEN,
    answer=DraftView,
    reads=True,
)
DROP_DRAFT = Operation(
    name="drop_draft",
    route="DELETE /application-drafts/<key>",
    en="Delete a draft.",
    sv="Radera ett utkast.",
    roles=OPEN,
    answer=Nothing,
)
