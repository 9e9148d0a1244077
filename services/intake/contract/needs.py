"""What a municipality needs now: published for anybody to read, also as an Atom feed."""

from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.intake.contract.applications import OPEN, RECRUITER
from services.kernel.contracts import Nothing, Operation, Schema, Text, fields, rules
from services.vocabulary.assignments import Assignment

MOST = 100  #: needs that are shown
CACHED = 60  #: seconds for which a cache may keep them


class PublishNeed(Schema):
    """A need, as whoever may become a home reads it: plain text, without any person's data."""

    title = fields.text(200, required=True)
    text = fields.text(4_000, required=True)
    assignments = fields.List(fields.one_of(Assignment), required=True, validate=validate.Length(1, len(Assignment)))
    age_from = fields.Integer(strict=True, validate=validate.Range(0, 20), load_default=None, allow_none=True)
    age_to = fields.Integer(strict=True, validate=validate.Range(0, 20), load_default=None, allow_none=True)
    until = fields.Day(load_default=None, allow_none=True)

    rules = (rules.AGES_IN_ORDER,)

    @validates_schema(skip_on_field_errors=True)
    def _ages_in_order(self, values: dict[str, Any], **_: object) -> None:
        youngest, oldest = values["age_from"], values["age_to"]
        if None not in (youngest, oldest) and youngest > oldest:
            raise ValidationError(rules.AGES_IN_ORDER, "age_from")

    example = {
        "title": "Familjehem för tonåringar",
        "text": "Vi söker familjer som har plats för en tonåring och bor i eller nära kommunen.",
        "assignments": ["family_home"],
        "age_from": 13,
        "age_to": 17,
        "until": "2026-08-31",
    }


class NeedView(PublishNeed):
    """A need that is published."""

    id = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "For If-Match. Till If-Match."})
    published_at = fields.Instant(required=True)
    changed_at = fields.Instant(required=True)

    shows = {}
    example = {
        "id": "teenagers-2026",
        "version": 1,
        **PublishNeed.example,
        "published_at": "2026-04-01T08:00:00.000000Z",
        "changed_at": "2026-04-01T08:00:00.000000Z",
    }


class Needs(Schema):
    """What the municipality needs now, the newest first."""

    items = fields.List(fields.Nested(NeedView), required=True)

    shows = {}
    example = {"items": [NeedView.example]}


class NeedsFeed(Text):
    """What the municipality needs now, as an Atom feed (RFC 4287)."""

    example = {"text": '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">…</feed>'}


LIST_NEEDS = Operation(
    name="list_needs",
    route="GET /needs",
    en="What the municipality needs now: which homes, for which ages. A need whose last day has passed is not shown.",
    sv="Vad kommunen behöver nu: vilka hem, för vilka åldrar. Ett behov vars sista dag har passerat visas inte.",
    roles=OPEN,
    answer=Needs,
    reads=True,
    cached_for=CACHED,
)
READ_NEEDS_FEED = Operation(
    name="read_needs_feed",
    route="GET /needs/feed",
    en="What the municipality needs now as an Atom feed, for web pages and feed readers.",
    sv="Vad kommunen behöver nu som ett Atom-flöde, för webbplatser och flödesläsare.",
    roles=OPEN,
    answer=NeedsFeed,
    written_as="application/atom+xml",
    reads=True,
    cached_for=CACHED,
)
GET_NEED = Operation(
    name="get_need",
    route="GET /needs/<need_id>",
    en="One need, also when its last day has passed.",
    sv="Ett behov, även när dess sista dag har passerat.",
    roles=RECRUITER,
    answer=NeedView,
    reads=True,
)
PUBLISH_NEED = Operation(
    name="publish_need",
    route="PUT /needs/<need_id>",
    en="Publish a need, or change one that is published.",
    sv="Publicera ett behov, eller ändra ett som är publicerat.",
    roles=RECRUITER,
    body=PublishNeed,
    answer=NeedView,
    conditional=True,
    creates=True,
)
WITHDRAW_NEED = Operation(
    name="withdraw_need",
    route="DELETE /needs/<need_id>",
    en="Take a need back: nobody reads it any more.",
    sv="Ta tillbaka ett behov: ingen kan läsa det längre.",
    roles=RECRUITER,
    answer=Nothing,
)
