"""People as they travel in events, always inside a sealed part."""

from collections.abc import Mapping

from services.kernel.contracts import EventData, fields


class Person(EventData):
    """An adult of a home."""

    id = fields.String(required=True)
    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
    personal_number = fields.String(required=True)
    relation = fields.String(required=True)


def full_name(person: Mapping[str, str]) -> str:
    """Given and family name."""
    return f"{person['given_name']} {person['family_name']}"
