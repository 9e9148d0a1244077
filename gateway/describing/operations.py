"""What OpenAPI 3.1 says of each route, drawn from the services' contracts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask_smorest import Api, Blueprint
from marshmallow import fields, validate

from gateway.auth import TokenInvalid, TokenMissing
from gateway.client import ServiceTooSlow
from gateway.describing import headers
from gateway.endpoints import query_schema
from gateway.interface import TAGS, VERSION
from gateway.limits import TooManyRequests
from gateway.problems import BodyTooLarge, MalformedRequest, Problem, UnsupportedMediaType, example_of
from gateway.providers import IdentityProviderUnavailable
from gateway.routes import Route
from gateway.uploads import UploadTooSlow
from gateway.wholes import forms
from services.kernel.contracts import Operation, Schema
from services.kernel.contracts.faults import (
    AlreadyExists,
    BeingChanged,
    DeadlinePassed,
    Fault,
    IdempotencyKeyReused,
    InternalFault,
    InvalidInput,
    MissingRole,
    MunicipalityBusy,
    NotFound,
    PreconditionRequired,
    RequestInProgress,
    ServiceUnavailable,
    Stale,
)
from services.kernel.contracts.files import (
    TABLES,
    FileBroken,
    FilesBusy,
    FileStoreUnavailable,
    MediaType,
    PictureTooLarge,
    ScannerUnavailable,
    TextNotReadable,
    UnsupportedFileType,
    VirusFound,
)
from services.kernel.contracts.page import LONGEST_CURSOR, LONGEST_PART, MOST, PageTooFar

CONFIG = {
    "API_TITLE": "Hemvist",
    "API_VERSION": VERSION,
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": "Recruit, investigate, match, support and pay family homes. "
            "Rekrytera, utreda, matcha, stödja och ersätta familjehem.\n\n"
            "Limits: a body is at most 1 MiB, a file 10 MiB; requests a minute are limited per client and per "
            "municipality (RateLimit headers, 429). Begränsningar: ett meddelande får vara högst 1 MiB, en fil 10 MiB; "
            "antalet anrop per minut är begränsat per klient och per kommun.",
            "license": {"name": "EUPL-1.2", "url": "https://spdx.org/licenses/EUPL-1.2.html"},
        },
        "security": [{"login": []}],
        "components": {
            "headers": headers.COMPONENTS,
            "securitySchemes": {
                "login": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token of the municipality's own login, checked as RFC 8725 says. "
                    "En token från kommunens egen inloggning, kontrollerad enligt RFC 8725.",
                }
            },
        },
    },
}


class Description(Api):  # type: ignore[misc]
    """OpenAPI's description with our problems instead of flask-smorest's own errors."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None


def of(blueprint: Blueprint, route: Route) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Documents a route: texts in both languages, every status with an example, headers in and out."""
    operation = replace(route.operation, answer=forms.answer_of(route))

    def document(view: Callable[..., Any]) -> Callable[..., Any]:
        documented = _answered(blueprint, route, operation, _asked(blueprint, route, operation, view))
        # Each decorator copies all that earlier ones wrote; one on top of the other took a second at each start.
        written = documented._apidoc.setdefault("response", {}).setdefault("responses", {})  # type: ignore[attr-defined]
        for refusing in _refused(blueprint, route, operation):
            written |= refusing._apidoc["response"]["responses"]  # type: ignore[attr-defined]
        return documented

    return document


def _asked(blueprint: Blueprint, route: Route, operation: Operation, view: Callable[..., Any]) -> Callable[..., Any]:
    """The texts, and what is sent."""
    documented = view
    if operation.body is not None:
        example = {"example": {"value": operation.body.example}}
        documented = blueprint.arguments(operation.body, examples=example)(documented)
    query = query_schema(operation)
    if query is not None:
        documented = blueprint.arguments(query, location="query")(documented)
    documented = blueprint.arguments(headers.asked(route), location="headers")(documented)
    if operation.takes_file:
        body = {"required": True, "content": _content(operation.takes_file)}
        documented = blueprint.doc(requestBody=body)(documented)
    return blueprint.doc(  # type: ignore[no-any-return]
        summary=operation.en.split(". ")[0].rstrip("."),
        description=_description(route),
        operationId=operation.name,
        security=_security(route),
    )(documented)


def _answered(blueprint: Blueprint, route: Route, operation: Operation, view: Callable[..., Any]) -> Callable[..., Any]:
    """What is answered when it is done, when it waits, and when something was made."""
    said = headers.answered(route)
    if operation.gives_file:
        done = {"description": "The file. Filen.", "content": _content(operation.gives_file), "headers": said}
        documented = blueprint.doc(responses={str(operation.status): done})(view)
    elif operation.written_as:
        example = {"example": {"value": operation.answer.example["text"]}}
        content = {"schema": {"type": "string"}, "examples": example}
        done = {"description": "Done. Utfört.", "content": {operation.written_as: content}, "headers": said}
        documented = blueprint.doc(responses={str(operation.status): done})(view)
    else:
        documented = blueprint.response(
            operation.status,
            _frame_of(operation, forms.missing_of(route)),
            description="Done. Utfört.",
            examples={"example": {"value": _example(operation)}},
            headers=said,
        )(view)
    others: list[tuple[int, type[Schema], str, Any]] = []
    if operation.waits is not None:
        text = "It waits for another person. Det väntar på en annan person."
        others.append((202, operation.waits, text, operation.waits.example))
    if operation.creates:
        others.append((201, operation.answer, "Created. Skapat.", _example(operation)))
    for status, schema, text, value in others:
        documented = blueprint.alt_response(
            status, schema=schema, description=text, examples={"example": {"value": value}}, headers=said
        )(documented)
    if operation.cached_for:
        text = "The reader has it already. Läsaren har den redan."
        documented = blueprint.alt_response(304, description=text, headers=said)(documented)
    return documented  # type: ignore[no-any-return]


def _refused(blueprint: Blueprint, route: Route, operation: Operation) -> Iterator[Callable[..., Any]]:
    """For each status with which it can be refused a function on which that is written."""
    by_status: dict[int, list[type[Fault]]] = {}
    for fault in faults(route):
        by_status.setdefault(fault.status, []).append(fault)
    for status, some in by_status.items():
        yield blueprint.alt_response(
            status,
            schema=Problem,
            content_type="application/problem+json",
            description=" ".join(dict.fromkeys(f"{fault.title()} (`{fault.code()}`)" for fault in some))
            + (_rules_said(operation) if status == InvalidInput.status else ""),
            examples={fault.code(): {"value": example_of(fault)} for fault in some},
            headers=headers.refused(status),
        )(lambda: None)


_BYTES = {"schema": {"type": "string", "format": "binary"}}
#: A file that is read as what it holds: what each service has gathered.
_GATHERED = {
    "schema": {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {"gathered_at": {"type": "string", "format": "date-time"}, "items": {"type": "array"}},
            "required": ["gathered_at", "items"],
        },
    },
    "examples": {"example": {"value": {"intake": {"gathered_at": "2026-05-02T08:00:00Z", "items": []}}}},
}


def _content(types: Iterable[MediaType]) -> dict[str, Any]:
    """A body that is a file of one of these types."""
    return {str(kind): _GATHERED if kind == MediaType.JSON else _BYTES for kind in sorted(types)}


def _rules_said(operation: Operation) -> str:
    """Every rule that the input can break: a page finds its own words by the code and the parameters."""
    said = [f"- `{code}`: {rule}" for code, rule in sorted(operation.all_rules().items())]
    return (
        "\n\nThe codes of `errors`, each with its text and, in braces, its parameters. Koderna i `errors`:\n\n"
        + "\n".join(said)
    )


_OF_FILES_IN: tuple[type[Fault], ...] = (
    UploadTooSlow,
    BodyTooLarge,
    UnsupportedFileType,
    FileBroken,
    VirusFound,
    ScannerUnavailable,
    FileStoreUnavailable,
    FilesBusy,
)


def faults(route: Route) -> tuple[type[Fault], ...]:
    """Everything that a route can refuse with."""
    operation = route.operation
    found: list[type[Fault]] = [TooManyRequests, InternalFault, InvalidInput]
    found += [ServiceUnavailable, ServiceTooSlow, DeadlinePassed]
    if not operation.tenantless:
        found.append(MunicipalityBusy)
    if not operation.reads:
        found.append(BeingChanged)
    if not operation.tenantless:
        found += [NotFound, TokenInvalid, IdentityProviderUnavailable]
    if operation.roles:
        found += [TokenMissing, MissingRole]
    if operation.body is not None:
        found += [MalformedRequest, BodyTooLarge, UnsupportedMediaType]
    if operation.takes_file:
        found += _OF_FILES_IN
        found.append(TextNotReadable if operation.takes_file == TABLES else PictureTooLarge)
    if operation.gives_file:
        found += [FileStoreUnavailable, FilesBusy]
    if route.operation.method == "POST":
        found += [IdempotencyKeyReused, RequestInProgress]
    if operation.conditional:
        found += [PreconditionRequired, Stale]
    if operation.creates:
        found.append(AlreadyExists)
    if operation.paged:
        found.append(PageTooFar)
    return (*found, *operation.faults)


_DAY, _INSTANT = "2026-06-01", "2026-06-01T20:00:00Z"


class _Converter(OpenAPIConverter):
    """Writes schemas; also parts of a whole, which may be unavailable, and how days and instants look (DOT.02, .04)."""

    def init_attribute_functions(self) -> None:
        super().init_attribute_functions()  # type: ignore[no-untyped-call]
        self.attribute_functions.append(self.field2example)

    def field2example(self, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
        """An example of a day or an instant, as the example of the whole has it, or else some."""
        if not isinstance(field, fields.Date | fields.DateTime):
            return {}
        shown = getattr(field.parent, "example", {}).get(field.data_key or field.name)
        usual = _INSTANT if isinstance(field, fields.DateTime) else _DAY
        return {"example": shown if isinstance(shown, str) else usual}

    def nested2properties(self, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(field, forms.Part):
            return super().nested2properties(field, ret)
        found = super().nested2properties(field, {})  # what is said so far is what is written into
        unavailable = self.resolve_nested_schema(forms.Unavailable)  # type: ignore[no-untyped-call]
        return {"anyOf": [found, unavailable]}


class _Plugin(MarshmallowPlugin):
    Converter = _Converter


def plugin() -> MarshmallowPlugin:
    """Schemas are known by their service and name: two services may both speak of an `Adult`."""
    return _Plugin(schema_name_resolver=schema_name)


def schema_name(schema: Any) -> str:
    """The name under which a schema is described."""
    found: Any = resolve_schema_cls(schema)
    room, _, below = found.__module__.partition(".")
    service = below.split(".")[0]
    return f"{service.capitalize() if room == 'services' and service in TAGS else ''}{found.__name__}"


def _security(route: Route) -> list[dict[str, list[str]]]:
    """A token is demanded, may be given, or is not looked at."""
    if route.operation.roles:
        return [{"login": []}]
    return [] if route.operation.tenantless else [{}, {"login": []}]


def _description(route: Route) -> str:
    who = ", ".join(sorted(route.operation.roles)) or "open to all (öppen för alla)"
    return f"{route.operation.en}\n\n{route.operation.sv}\n\nRoles (roller): {who}."


_LIMIT = fields.Integer(required=True, validate=validate.Range(1, LONGEST_PART))
_PAGE = {
    "page": fields.Integer(required=True, validate=validate.Range(1, MOST)),
    "limit": _LIMIT,
    "total": fields.Integer(
        required=True,
        validate=validate.Range(0, MOST),
        metadata={"description": f"At most {MOST}, also where there are more. Högst {MOST}."},
    ),
    "total_is_exact": fields.Boolean(required=True),
}
_PART = {
    "limit": _LIMIT,
    "next": fields.String(
        required=True,
        allow_none=True,
        validate=validate.Length(1, LONGEST_CURSOR),
        metadata={"description": "Where to go on: the next `after`. Var man läser vidare: nästa `after`."},
    ),
}
_frames: dict[tuple[type[Schema], bool], type[Schema]] = {}


def _frame_of(operation: Operation, missing: Iterable[str] = ()) -> type[Schema]:
    """The schema of what an operation answers: of a list, its frame with items, and whose items may be missing."""
    item, key = operation.answer, (operation.answer, operation.paged)
    if operation.part is None:
        return item
    if key not in _frames:
        name, text, frame = ("Page", "A page of a list.", _PAGE) if operation.paged else ("Part", "A part.", _PART)
        items = fields.List(fields.Nested(item), required=True, validate=validate.Length(max=LONGEST_PART))
        away = {service: fields.Nested(forms.Unavailable) for service in missing}
        inside = {"__doc__": text, "__module__": item.__module__, "items": items, **frame, **away}
        _frames[key] = type(f"{item.__name__}{name}", (Schema,), inside)
    return _frames[key]


def _example(operation: Operation) -> dict[str, Any]:
    one = operation.answer.example
    if operation.paged:
        return {"items": [one], "page": 1, "limit": 20, "total": 1, "total_is_exact": True}
    return {"items": [one], "limit": 20, "next": "AAE1x7…"} if operation.followed else one
