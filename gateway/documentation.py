"""The interface's own description: OpenAPI 3.1, a readable page of it, and what DIGG's profile wants at `/api-info`."""

from collections.abc import Callable
from typing import Any

from flask import Flask, jsonify
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint
from marshmallow import fields

from gateway.auth import IdentityProviderUnavailable, TokenInvalid, TokenMissing
from gateway.client import ServiceTooSlow
from gateway.endpoints import Endpoints, Route
from gateway.limits import TooManyRequests
from gateway.problems import BodyTooLarge, MalformedRequest, Problem, UnsupportedMediaType, example
from services.kernel.contracts import Schema
from services.kernel.errors import (
    AlreadyExists,
    Fault,
    IdempotencyKeyReused,
    InternalFault,
    InvalidInput,
    MissingRole,
    NotFound,
    PreconditionRequired,
    ServiceUnavailable,
    Stale,
)

VERSION = "1.0.0"
ROOT = "/hemvist/v1"

TAGS = {
    "intake": "Interests and applications. Intresseanmälningar.",
    "investigation": "Investigations and approvals. Utredningar och godkännanden.",
    "placement": "Homes, requests, inquiries and placements. Hem, behov, förfrågningar och placeringar.",
    "mentorship": "Mentor families. Mentorsfamiljer.",
    "compensation": "Tariffs, agreements and pay. Taxor, avtal och ersättning.",
}

CONFIG = {
    "API_TITLE": "Hemvist",
    "API_VERSION": VERSION,
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": ROOT,
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": "Recruit, investigate, match, support and pay family homes. "
            "Rekrytera, utreda, matcha, stödja och ersätta familjehem.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            "contact": {"name": "The municipality's own administration"},
        },
        "servers": [{"url": "/"}],
        "security": [{"login": []}],
        "components": {
            "securitySchemes": {
                "login": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token of the municipality's own login. En token från kommunens egen inloggning.",
                }
            }
        },
    },
}


def of(blueprint: Endpoints, route: Route) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Documents a route: texts in both languages, every status with an example, headers in and out."""
    operation = route.operation

    def document(view: Callable[..., Any]) -> Callable[..., Any]:
        documented = blueprint.doc(
            summary=operation.en.split(". ")[0].rstrip("."),
            description=_description(route),
            operationId=operation.name,
            parameters=_headers_in(route),
            security=[{"login": []}] if operation.roles else [],
        )(view)
        documented = blueprint.response(
            route.status,
            _page_of(operation.answer) if operation.paged else operation.answer,
            description="Done. Utfört.",
            example=_page_example(operation.answer) if operation.paged else operation.answer.example,
            headers=_headers_out(route),
        )(documented)
        by_status: dict[int, list[type[Fault]]] = {}
        for fault in faults(route):
            by_status.setdefault(fault.status, []).append(fault)
        for status, some in by_status.items():
            documented = blueprint.alt_response(
                status,
                schema=Problem,
                content_type="application/problem+json",
                description=" ".join(dict.fromkeys(f"{fault.title()} (`{fault.code()}`)" for fault in some)),
                examples={fault.code(): {"value": example(fault)} for fault in some},
            )(documented)
        return documented  # type: ignore[no-any-return]

    return document


def faults(route: Route) -> tuple[type[Fault], ...]:
    """Everything that a route can refuse with."""
    operation = route.operation
    found: list[type[Fault]] = [TooManyRequests, InternalFault, ServiceUnavailable, ServiceTooSlow]
    if not operation.tenantless:
        found.append(NotFound)
    if operation.roles:
        found += [TokenMissing, TokenInvalid, MissingRole, IdentityProviderUnavailable]
    if operation.body is not None or operation.query is not None or operation.paged:
        found.append(InvalidInput)
    if operation.body is not None:
        found += [MalformedRequest, BodyTooLarge, UnsupportedMediaType]
    if route.method == "POST":
        found.append(IdempotencyKeyReused)
    if operation.conditional:
        found += [PreconditionRequired, Stale]
    if operation.creates:
        found.append(AlreadyExists)
    return (*found, *operation.faults)


def serve(app: Flask, api: Api) -> None:
    """`/docs` from files of our own, and `/api-info`."""
    page = get_swaggerui_blueprint(f"{ROOT}/docs", f"{ROOT}/openapi.json", config={"app_name": "Hemvist"})
    app.register_blueprint(page)
    api.spec.components.schema("Problem", schema=Problem) if "Problem" not in api.spec.components.schemas else None

    @app.get(f"{ROOT}/api-info")
    def api_info() -> Any:
        return jsonify(
            {
                "apiName": "Hemvist",
                "apiVersion": VERSION,
                "apiReleased": "2026-11-22",
                "apiDocumentation": f"{ROOT}/docs/",
                "apiStatus": "active",
            }
        )


def _description(route: Route) -> str:
    who = ", ".join(sorted(route.operation.roles)) or "open to all (öppen för alla)"
    return f"{route.operation.en}\n\n{route.operation.sv}\n\nRoles (roller): {who}."


def _headers_in(route: Route) -> list[dict[str, Any]]:
    headers: list[tuple[str, str, bool]] = [
        ("X-Request-ID", "Found again in every log line and event. Återfinns i loggar och händelser.", False)
    ]
    if route.method == "POST":
        headers.append(
            ("Idempotency-Key", "The same key and body is done once. Samma nyckel och innehåll utförs en gång.", False)
        )
    if route.operation.conditional:
        must = not route.operation.creates
        headers.append(("If-Match", "The ETag that was read. Den ETag som lästes.", must))
    if route.operation.creates and route.operation.conditional:
        headers.append(("If-None-Match", "`*` to create. `*` för att skapa.", False))
    return [
        {"in": "header", "name": name, "description": text, "required": required, "schema": {"type": "string"}}
        for name, text, required in headers
    ]


def _headers_out(route: Route) -> dict[str, Any]:
    names = {"X-Request-ID": "The request's id.", "RateLimit": "What is left of the limit."}
    if route.location:
        names["Location"] = "Where it is read."
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in names.items()}


_pages: dict[type[Schema], type[Schema]] = {}


def _page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a page of items."""
    if item not in _pages:
        _pages[item] = type(
            f"{item.__name__}Page",
            (Schema,),
            {
                "__doc__": "A page of a list.",
                "items": fields.List(fields.Nested(item), required=True),
                "page": fields.Integer(required=True),
                "limit": fields.Integer(required=True),
                "total": fields.Integer(required=True),
            },
        )
    return _pages[item]


def _page_example(item: type[Schema]) -> dict[str, Any]:
    return {"items": [item.example], "page": 1, "limit": 20, "total": 1}
