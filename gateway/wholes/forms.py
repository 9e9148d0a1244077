"""The form of what a whole answers, for the description."""

from functools import cache
from typing import Any

import orjson
from marshmallow import fields, validate

from gateway.routes import Route
from gateway.wholes.asking import is_whole
from gateway.wholes.joining import AWAY, Parts, joined
from services.kernel.contracts import Operation, Schema
from services.kernel.contracts.join import Alike, Feed, OneFile, SideBySide, Work
from services.kernel.contracts.long_work import WorkView
from services.kernel.contracts.schema import instance


class Unavailable(Schema):
    """A part whose service does not answer now."""

    status = fields.String(required=True, validate=validate.OneOf([AWAY["status"]]))

    example = AWAY


class Part(fields.Nested):
    """What one service answers of a whole, or that it is unavailable; not there when the caller may not see it."""


def answer_of(route: Route) -> type[Schema]:
    """The form of what the route answers, one item of it where it is paged."""
    operation = route.operation
    shared = operation.shared
    if not is_whole(route) or isinstance(shared, Alike | Feed | OneFile):
        return operation.answer
    if isinstance(shared, Work):
        return _work(operation.answer, shared, tuple(route.parts))
    if isinstance(shared, SideBySide):
        return _side_by_side(operation.name, tuple(route.parts.items()))
    return _across(operation.answer, tuple(route.parts))


def missing_of(route: Route) -> tuple[str, ...]:
    """Whose part may be said to be unavailable beside the items of a feed."""
    return tuple(route.parts) if isinstance(route.operation.shared, Feed) else ()


@cache
def _work(answer: type[Schema], how: Work, services: tuple[str, ...]) -> type[Schema]:
    """The form of a work of which each does its part."""
    said = {name: field for name, field in instance(answer).fields.items() if name in ("created_by", *how.says)}
    parts = type(
        f"{answer.__name__}Parts",
        (Schema,),
        {**{service: fields.Nested(answer, required=True) for service in services}, "__doc__": "Each service's part.",
         "__module__": __name__, "example": dict.fromkeys(services, answer.example)},
    )  # fmt: skip
    form: dict[str, Any] = {
        **instance(WorkView).fields,
        **said,
        "parts": fields.Nested(parts, required=True),
        "example": joined(how, Parts(there={service: orjson.dumps(answer.example) for service in services})),
        "__doc__": f"{answer.__doc__} All parts as one, and each beside it.",
        "__module__": __name__,
    }
    return type(f"{answer.__name__}Whole", (Schema,), form)


@cache
def _across(one: type[Schema], services: tuple[str, ...]) -> type[Schema]:
    """The form of one list of many."""
    missing: dict[str, Any] = {service: fields.Nested(Unavailable) for service in services}
    text = f"{one.__doc__} Beside them each service whose part is unavailable."
    return type(f"{one.__name__}Across", (one,), {**missing, "__doc__": text, "__module__": __name__})


@cache
def _side_by_side(name: str, parts: tuple[tuple[str, Operation], ...]) -> type[Schema]:
    answers = {service: part.answer for service, part in parts}
    title = "".join(word.capitalize() for word in name.split("_"))
    form: dict[str, Any] = {
        **{service: Part(answer) for service, answer in answers.items()},
        "example": {service: answer.example for service, answer in answers.items()},
        "__doc__": "What each service answers of it.",
        "__module__": __name__,
    }
    return type(title, (Schema,), form)
