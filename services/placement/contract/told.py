"""What a home was told before its answer (SoL 22:3; IVO 2017:15): by topic, so that nothing is forgotten."""

from enum import StrEnum
from typing import Any

from marshmallow import validate

from services.kernel.contracts import Schema, fields


class Topic(StrEnum):
    """Of what a home was told."""

    HEALTH = "health"
    SIBLINGS = "siblings"
    SCHOOL = "school"
    BEHAVIOUR = "behaviour"
    RISKS = "risks"
    CONTACT = "contact"
    OTHER = "other"


class Told(Schema):
    """Something that a home was told before its answer."""

    topic = fields.one_of(Topic, required=True)
    text = fields.text(2_000, required=True)

    example = {"topic": "health", "text": "Asthma: the inhaler is in the rucksack."}


class ToldView(Schema):
    """Something that a home was told before its answer: by whom, and when."""

    topic = fields.one_of(Topic, required=True)
    text = fields.String(required=True, allow_none=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)

    example = {**Told.example, "by": "karin", "at": "2026-05-20T08:30:00.000000Z"}


def told(**kwargs: Any) -> fields.List[Any]:
    """What a home is told."""
    return fields.List(fields.Nested(Told), load_default=list, validate=validate.Length(max=30), **kwargs)
