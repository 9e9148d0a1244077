"""What the gateway says about itself: `/openapi.json` and `/asyncapi.json`, as pages `/docs` and `/asyncapi` from files
of our own, and `/api-info` as DIGG's profile wants it (VER.06)."""

import json
from functools import cached_property
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, redirect, request
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint
from marshmallow import fields, validate
from werkzeug.routing import Rule

from gateway import asyncapi, events_page, headers, profile
from gateway.documentation import RELEASED, ROOT, VERSION
from gateway.health import NotReady
from gateway.problems import Problem, example_of
from gateway.routes import ROUTES
from gateway.settings import GatewaySettings
from services.kernel.contracts import Schema
from services.kernel.contracts.faults import Fault, InternalFault

#: Swagger UI's page has a script of its own inside; nothing may come from, or go to, anywhere else.
_DOCS_SECURITY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class ApiInfo(Schema):
    """The interface's name, version and state (VER.06)."""

    apiName = fields.String(required=True, validate=validate.OneOf(["hemvist"]))  # noqa: N815  as the profile names it
    apiVersion = fields.String(required=True, validate=validate.Regexp(r"^\d+\.\d+\.\d+$"))  # noqa: N815
    apiReleased = fields.Date(required=True)  # noqa: N815
    apiDocumentation = fields.Url(required=True)  # noqa: N815
    apiStatus = fields.String(required=True, validate=validate.OneOf(["active"]))  # noqa: N815

    example = {
        "apiName": "hemvist",
        "apiVersion": VERSION,
        "apiReleased": RELEASED,
        "apiDocumentation": f"https://hemvist.example{ROOT}/docs/",
        "apiStatus": "active",
    }


class Live(Schema):
    """The gateway lives."""

    status = fields.String(required=True, validate=validate.OneOf(["live"]))

    example = {"status": "live"}


def _states() -> fields.Dict:
    state = fields.String(validate=validate.OneOf(["up", "down"]))
    return fields.Dict(keys=fields.String(), values=state, required=True)


class Ready(Schema):
    """Every service answers."""

    status = fields.String(required=True, validate=validate.OneOf(["ready"]))
    services = _states()

    example = {"status": "ready", "services": {"intake": "up"}}


class NotReadyProblem(Problem):
    """Not every service answers: a problem that says which."""

    services = _states()


_DESCRIBED: tuple[tuple[str, str, str, type[Schema]], ...] = (
    ("api-info", "api_info", "The interface's name, version and state. Gränssnittets namn, version och status.",
     ApiInfo),
    ("health/live", "live", "Whether the gateway lives. Om gatewayen lever.", Live),
    ("health/ready", "ready", "Whether every service answers. Om alla tjänster svarar.", Ready),
)  # fmt: skip


def serve(app: Flask, api: Api, settings: GatewaySettings) -> None:
    """Serves all of it."""
    app.register_blueprint(_page())
    api.spec.tag({"name": "about", "description": "The interface itself. Gränssnittet självt."})
    for path, name, text, answer in _DESCRIBED:
        api.spec.path(rule=Rule(f"{ROOT}/{path}"), operations={"get": _operation(name, text, answer)})
    about = Blueprint("about", __name__)
    written = _Written(api, settings)

    @about.get("/openapi.json")
    def openapi() -> Response:
        return written.openapi(f"https://{{host}}{request.script_root}{ROOT}")

    @about.get("/docs/openapi.json")
    def openapi_of_the_page() -> Response:
        return written.openapi(f"{request.script_root}{ROOT}")

    @about.get("/asyncapi.json")
    def events() -> Response:
        return Response(written.events, content_type="application/json")

    @about.get("/asyncapi")
    def events_read() -> Response:
        answer = Response(written.events_page, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = events_page.SECURITY
        return answer

    @about.get("/docs")
    def docs() -> Any:
        return redirect(f"{request.script_root}{ROOT}/docs/", 308)

    @about.get("/api-info")
    def api_info() -> Response:
        return jsonify({**ApiInfo.example, "apiDocumentation": _documentation()})

    app.register_blueprint(about, url_prefix=ROOT)


def _documentation() -> str:
    """Where the readable page is, from where the request came."""
    return f"{request.host_url.rstrip('/')}{request.script_root}{ROOT}/docs/"


class _Written:
    """The descriptions, each written once; but for the addresses, which are where the request came from."""

    def __init__(self, api: Api, settings: GatewaySettings) -> None:
        self._api, self._settings = api, settings

    @cached_property
    def _openapi(self) -> str:
        return json.dumps(description(self._api, self._settings), ensure_ascii=False)

    @cached_property
    def events(self) -> str:
        return json.dumps(asyncapi.description(), ensure_ascii=False)

    @cached_property
    def events_page(self) -> str:
        return events_page.page(asyncapi.description())

    def openapi(self, url: str) -> Response:
        """OpenAPI's description of what is served below an address. The readable page names it without a host: its
        security policy lets it ask nobody else than where it came from, however that is reached."""
        host = {"default": request.host, "description": "Where the interface is reached. Där gränssnittet nås."}
        where = {
            "servers": [{"url": url, "variables": {"host": host}} if "{host}" in url else {"url": url}],
            "externalDocs": {"description": "A readable page. En läsbar sida.", "url": _documentation()},
        }
        text = f"{json.dumps(where, ensure_ascii=False)[:-1]}, {self._openapi[1:]}"
        return Response(text, content_type="application/json")


def _page() -> Blueprint:
    config = {
        "app_name": "Hemvist",
        "validatorUrl": None,  # otherwise it sends the address of our description to somebody else's server
        "oauth2RedirectUrl": f"{ROOT}/docs/oauth2-redirect.html",
    }
    page: Blueprint = get_swaggerui_blueprint(f"{ROOT}/docs", f"{ROOT}/docs/openapi.json", config=config)

    @page.after_request
    def _secured(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = _DOCS_SECURITY
        return answer

    return page


def description(api: Api, settings: GatewaySettings) -> dict[str, Any]:
    """OpenAPI's description of the routes, and of what is here."""
    spec: dict[str, Any] = api.spec.to_dict()
    spec["components"]["schemas"].pop("PaginationMetadataSchema", None)  # of flask-smorest's own paging
    spec["info"] |= _said_by_the_operator(settings)
    spec["paths"] = profile.arranged(spec["paths"], ROOT)
    profile.link(spec["paths"], ROUTES)
    return spec


def _said_by_the_operator(settings: GatewaySettings) -> dict[str, Any]:
    """Terms, contact and level of service (DOK.03, DOK.08)."""
    return {
        "termsOfService": settings.terms_url,
        "contact": {
            "name": "The municipality's own administration (kommunens förvaltning)",
            "url": settings.contact_url,
            "email": settings.contact_email,
        },
        "x-sla": {
            "availability": settings.availability,
            "responseTime": settings.response_time,
            "support": settings.support,
        },
    }


def _operation(name: str, text: str, answer: type[Schema]) -> dict[str, Any]:
    refused = _problem(InternalFault, Problem, {})
    if answer is Ready:
        refused |= _problem(NotReady, NotReadyProblem, {"services": {"intake": "down"}})
    done = {"200": _response("What it says. Vad det är.", "application/json", answer, answer.example)}
    return {
        "tags": ["about"],
        "operationId": name,
        "summary": text.split(". ", maxsplit=1)[0],
        "description": text,
        "security": [],
        "parameters": [{"in": "header", "schema": headers.asked_always()}],
        "responses": done | refused,
    }


def _problem(fault: type[Fault], schema: type[Schema], beside: dict[str, Any]) -> dict[str, Any]:
    said = _response(fault.title(), "application/problem+json", schema, example_of(fault) | beside)
    return {str(fault.status): {**said, "headers": headers.OF_REFUSALS.get(fault.status, {}) | headers.ALWAYS}}


def _response(text: str, media_type: str, schema: type[Schema], example: dict[str, Any]) -> dict[str, Any]:
    content = {media_type: {"schema": schema, "examples": {"example": {"value": example}}}}
    return {"description": text, "content": content, "headers": headers.ALWAYS}
