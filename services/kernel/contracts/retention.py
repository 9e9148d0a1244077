"""Weeding (gallring): a dry run that says what is due and what is kept and why, a run that another person orders, and
holds. Operations that every service has; they are asked of all at once, and answered by all or by none.
"""

from collections.abc import Iterable
from typing import Any

from marshmallow import ValidationError, validates_schema

from services.kernel.contracts import fields
from services.kernel.contracts.faults import Fault, SecondPersonNeeded
from services.kernel.contracts.join import Alike, Work
from services.kernel.contracts.long_work import WorkView
from services.kernel.contracts.operation import Operation
from services.kernel.contracts.rules import NOT_FOUND, Rule
from services.kernel.contracts.schema import Nothing, Schema
from services.kernel.contracts.settings import ADMINS

MOST_IDS = 100  #: that a preview names of each kind

ONE_OF_TWO = Rule("subject_or_person", "Either the id of what is held, or a personal number.")


class PreviewAlreadyRun(Fault):
    """What this preview found has been weeded, or is being weeded: make another preview."""


class HoldAlreadyReleased(Fault):
    """This hold has been released already."""


class DueFiles(Schema):
    """Files of a kind whose time has come."""

    kind = fields.String(required=True)
    count = fields.Integer(required=True)
    finish_by = fields.Day(
        required=True, metadata={"description": "The first of their last days. Den tidigaste sista dagen."}
    )
    ids = fields.List(fields.String(), required=True, metadata={"description": "Some of them. Några av dem."})

    example = {
        "kind": "application",
        "count": 2,
        "finish_by": "2032-12-31",
        "ids": ["019a0000-0000-7000-8000-000000000001"],
    }


class KeptFiles(Schema):
    """Files of a kind that stay, and why: `in_use`, `held`, `time_has_not_come`, or the law's reason with its
    paragraph."""

    kind = fields.String(required=True)
    why = fields.String(required=True)
    law = fields.String(required=True)
    count = fields.Integer(required=True)

    example = {"kind": "application", "why": "born_on_5_15_25", "law": "SoL 16:4, SoF 13:1", "count": 1}


class FilesCounted(Schema):
    """How many of something."""

    kind = fields.String(required=True)
    count = fields.Integer(required=True)

    example = {"kind": "application", "count": 2}


class RetentionPreviewView(WorkView):
    """A service's part of a dry run: what is due, and what is kept and why."""

    due = fields.List(fields.Nested(DueFiles), required=True)
    kept = fields.List(fields.Nested(KeptFiles), required=True)
    created_by = fields.Staff(required=True)

    shows = {}  # ids of files, and what kind they are
    example = {
        **WorkView.example,
        "problems": [],
        "due": [DueFiles.example],
        "kept": [KeptFiles.example],
        "created_by": "anna",
    }


class RunRetention(Schema):
    """The preview whose files are to be weeded, and why now."""

    preview_id = fields.reference(required=True)
    reason = fields.text(500, required=True)

    example = {"preview_id": "019a0000-0000-7000-8000-0000000000a1", "reason": "Nämndens gallringsbeslut 2032."}


class RetentionRunView(WorkView):
    """A service's part of a weeding, and the proof of it: files by kind, rows by table, what was not weeded after all
    and why, and the digest of the list (SHA-256 over each one's predecessor's digest, kind and id)."""

    preview_id = fields.String(required=True)
    reason = fields.String(required=True)
    created_by = fields.Staff(required=True)
    deleted = fields.List(fields.Nested(FilesCounted), required=True)
    rows = fields.List(fields.Nested(FilesCounted), required=True)
    kept = fields.List(fields.Nested(KeptFiles), required=True)
    digest = fields.String(required=True)

    shows = {}
    example = {
        **WorkView.example,
        **RunRetention.example,
        "problems": [],
        "created_by": "bo",
        "deleted": [FilesCounted.example],
        "rows": [{"kind": "applicant", "count": 3}],
        "kept": [],
        "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }


class PlaceHold(Schema):
    """What is not to be weeded for now: a thing by its id (a home, application, placement request …), or whatever is
    about a person; and why."""

    subject = fields.reference(load_default=None, allow_none=True)
    personal_number = fields.PersonalNumber(load_default=None, allow_none=True)
    reason = fields.text(500, required=True)

    rules = (ONE_OF_TWO,)
    example = {"subject": "019a0000-0000-7000-8000-000000000001", "reason": "IVO granskar ärendet."}

    @validates_schema
    def _one_of_two(self, values: dict[str, Any], **_: object) -> None:
        if (values.get("subject") is None) is (values.get("personal_number") is None):
            raise ValidationError(ONE_OF_TWO.format(), "subject")


class HoldView(Schema):
    """A hold: of a thing, or of a person, who is not named again."""

    id = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    of_person = fields.Flag(required=True)
    reason = fields.String(required=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)
    released_by = fields.Staff(required=True)
    released_at = fields.Instant(required=True, allow_none=True)

    shows = {}
    example = {
        "id": "019a0000-0000-7000-8000-0000000000b1",
        "subject": "019a0000-0000-7000-8000-000000000001",
        "of_person": False,
        "reason": "IVO granskar ärendet.",
        "by": "anna",
        "at": "2032-05-02T08:00:00Z",
        "released_by": None,
        "released_at": None,
    }


class HoldsView(Schema):
    """Holds, those that were released last year among them."""

    items = fields.List(fields.Nested(HoldView), required=True)

    shows = {}
    example = {"items": [HoldView.example]}


PREVIEW_RETENTION = Operation(
    name="preview_retention",
    route="POST /retention/previews",
    en="Look through every file of every service: what is due to be weeded, what is kept, and why. Nothing is changed.",
    sv="Gå igenom alla akter i alla tjänster: vad som ska gallras, vad som bevaras och varför. Inget ändras.",
    roles=ADMINS,
    body=Nothing,
    answer=RetentionPreviewView,
    status=202,
    location="/retention/previews/{id}",
    shared=Work(),
)
GET_RETENTION_PREVIEW = Operation(
    name="get_retention_preview",
    route="GET /retention/previews/<preview_id>",
    en="How far a dry run is, and what it has found.",
    sv="Hur långt en genomgång har kommit, och vad den har funnit.",
    roles=ADMINS,
    answer=RetentionPreviewView,
    reads=True,
    shared=Work(),
)
RUN_RETENTION = Operation(
    name="run_retention",
    route="POST /retention/runs",
    en="Weed what a preview found, by another person than the one who made it. Each file is looked at again: one that "
    "was written in since, is held, or is kept for another reason stays. Keys and files are destroyed; what is left is "
    "the record of the run.",
    sv="Gallra det som en genomgång fann; en annan person än den som gjorde genomgången. Varje akt prövas på nytt: en "
    "som ändrats sedan dess eller ska bevaras blir kvar. Nycklar och filer förstörs; kvar blir gallringsprotokollet.",
    roles=ADMINS,
    body=RunRetention,
    answer=RetentionRunView,
    status=202,
    location="/retention/runs/{id}",
    faults=(SecondPersonNeeded, PreviewAlreadyRun),
    rules=(NOT_FOUND,),
    shared=Work(says=("preview_id", "reason")),
)
GET_RETENTION_RUN = Operation(
    name="get_retention_run",
    route="GET /retention/runs/<run_id>",
    en="How far a weeding is, and the record of it: it stays.",
    sv="Hur långt en gallring har kommit, och protokollet över den, som bevaras.",
    roles=ADMINS,
    answer=RetentionRunView,
    reads=True,
    shared=Work(says=("preview_id", "reason")),
)
PLACE_HOLD = Operation(
    name="place_hold",
    route="POST /retention/holds",
    en="Hold something back from weeding, or whatever is about a person, in every service: from the answer on.",
    sv="Undanta något från gallring, eller allt om en person, i alla tjänster. Det gäller från och med svaret.",
    roles=ADMINS,
    body=PlaceHold,
    answer=HoldView,
    status=201,
    shared=Alike(),
)
LIST_HOLDS = Operation(
    name="list_holds",
    route="GET /retention/holds",
    en="What is held back from weeding, the oldest first.",
    sv="Vad som är undantaget från gallring, det äldsta först.",
    roles=ADMINS,
    answer=HoldsView,
    reads=True,
    shared=Alike(in_list=True),
)
RELEASE_HOLD = Operation(
    name="release_hold",
    route="POST /retention/holds/<hold_id>/release",
    en="Let go of a hold: the law's time holds again.",
    sv="Häv ett undantag: lagens tid gäller igen.",
    roles=ADMINS,
    body=Nothing,
    answer=HoldView,
    faults=(HoldAlreadyReleased,),
    shared=Alike(),
)


def counted(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Counts by name, as they are shown."""
    return [{"kind": kind, "count": counts[kind]} for kind in sorted(counts)]


def kinds(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Groups in their order."""
    return sorted(found, key=lambda one: (one["kind"], one.get("why", "")))
