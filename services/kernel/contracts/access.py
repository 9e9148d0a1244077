"""Whose data an answer shows, and the log of who was shown it: access is documented and can be checked, and is checked
again and again (the act 2001:454 on personal data in social services, section 10). Each form of an answer says whose it
is (`shows`); the kernel writes the lines; auditors read them.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, NamedTuple

from marshmallow import validate

from services.kernel.contracts import fields
from services.kernel.contracts.hiding import Hides
from services.kernel.contracts.join import Log
from services.kernel.contracts.operation import Operation
from services.kernel.contracts.page import how_many
from services.kernel.contracts.schema import Schema

READ = "="  #: begins a kind that stands in the answer itself, beside the id: `"=items.kind": "items.id"`
AUDITORS = frozenset({"auditor"})


class Way(StrEnum):
    """How somebody was shown something."""

    OPENED = "opened"
    LISTED = "listed"  #: as one of many
    CHANGED = "changed"  #: as the answer to a change


class Subject(NamedTuple):
    """Whose data was shown: a home, an adult, an application, and so on."""

    kind: str
    id: str


def subjects(operation: Operation, path: Mapping[str, Any], body: Any) -> list[Subject]:
    """Whose data an answer shows, each once, in the order in which the answer names them."""
    named = [Subject(kind, path[name]) for kind, name in operation.shows.items()]
    items = body["items"] if operation.part is not None else [body]
    ways = _ways(operation.answer)
    return list(dict.fromkeys([*named, *(subject for item in items for way in ways for subject in _of(way, item))]))


class _Way(NamedTuple):
    """Where in an answer ids of a kind stand, and where the kind does if it stands there, too."""

    kind: str
    ids: list[str]
    kinds: list[str] | None


@cache
def _ways(answer: type[Schema]) -> list[_Way]:
    return [
        _Way(kind, way.split("."), kind.removeprefix(READ).split(".") if kind.startswith(READ) else None)
        for kind, way in answer.shows.items()
    ]


def _of(way: _Way, item: Any) -> list[Subject]:
    ids = _at(item, way.ids)
    kinds = [way.kind] * len(ids) if way.kinds is None else _at(item, way.kinds)
    return [Subject(*one) for one in zip(kinds, ids, strict=True) if one[1] is not None]


def _at(value: Any, way: Iterable[str]) -> list[Any]:
    """What stands there: of each element, where the way goes through a list."""
    found = [value]
    for name in way:
        below: list[Any] = []
        for one in found:
            there = None if one is None else one.get(name)
            below += there if isinstance(there, list) else [there]
        found = below
    return found


class AccessFilter(Schema):
    """Which lines of the log, the newest first."""

    actor = fields.String(
        validate=validate.Length(1, 200),
        metadata={"description": "Only of this person's looking: the token's subject. Bara denna persons läsning."},
    )
    subject = fields.reference(
        metadata={"description": "Only where this id's data was shown. Bara där dessa uppgifter visades."}
    )
    since = fields.Instant(
        data_key="from", metadata={"description": "From this instant on. Från och med denna tidpunkt."}
    )
    until = fields.Instant(data_key="to", metadata={"description": "Before this instant. Före denna tidpunkt."})
    after = fields.reference(metadata={"description": "The `next` of the answer before. `next` i föregående svar."})
    limit = how_many()


class SubjectView(Schema):
    """Whose data was shown."""

    kind = fields.String(required=True)
    id = fields.String(required=True)

    example = {"kind": "application", "id": "019a0000-0000-7000-8000-000000000001"}


class AccessLine(Schema):
    """Who was shown whose data, when, and why, where a reason was given. The open form has no actor. Who looked is null
    where that person's identity is protected (skyddade personuppgifter)."""

    id = fields.String(required=True)
    at = fields.Instant(required=True)
    actor = fields.String(required=True, allow_none=True)
    actor_name = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)
    operation = fields.String(required=True)
    subjects = fields.List(fields.Nested(SubjectView), required=True)
    reason = fields.String(required=True, allow_none=True)
    request_id = fields.String(required=True)
    protected_identity = fields.Boolean(required=True)

    hides = (Hides("protected_identity", ("actor", "actor_name")),)
    example = {
        "id": "019a0000-0000-7000-8000-000000000009",
        "at": "2026-05-02T08:00:00Z",
        "actor": "anna",
        "actor_name": "Anna Berg",
        "roles": ["recruiter"],
        "operation": "get_application",
        "subjects": [SubjectView.example],
        "reason": None,
        "request_id": "019a0000-0000-7000-8000-000000000008",
        "protected_identity": False,
    }


class AccessLog(Schema):
    """Lines of the log, the newest first, and from where to go on: null at the end."""

    items = fields.List(fields.Nested(AccessLine), required=True)
    next = fields.String(required=True, allow_none=True)

    shows: ClassVar[Mapping[str, str]] = {}  # ids, and the names of those who looked
    example = {"items": [AccessLine.example], "next": None}


LIST_ACCESS = Operation(
    name="list_access",
    route="GET /access-log",
    en="Who was shown whose data, in all services, the newest first.",
    sv="Vem som har sett vems uppgifter (åtkomstlogg), i alla tjänster, det senaste först.",
    roles=AUDITORS,
    query=AccessFilter,
    answer=AccessLog,
    reads=True,
    shared=Log(),
)
