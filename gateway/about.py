"""What the gateway says about itself: `/openapi.json` and `/asyncapi.json`, as pages `/docs` and `/asyncapi` from files
of our own, and `/api-info` as DIGG's profile wants it (VER.06)."""

import json
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, redirect, request
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

from gateway import asyncapi, events_page
from gateway.documentation import RELEASED, ROOT, VERSION

#: Swagger UI's page has a script of its own inside; nothing may come from, or go to, anywhere else.
_DOCS_SECURITY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_INFO_EXAMPLE = {
    "apiName": "hemvist",
    "apiVersion": VERSION,
    "apiReleased": RELEASED,
    "apiDocumentation": f"https://hemvist.example{ROOT}/docs/",
    "apiStatus": "active",
}
_READY_EXAMPLE = {"status": "ready", "services": {"intake": "up"}}
_NOT_READY_EXAMPLE = {"status": "not_ready", "services": {"intake": "down"}}


def serve(app: Flask, api: Api) -> None:
    """Serves all of it."""
    app.register_blueprint(_page())
    about = Blueprint("about", __name__)
    described: dict[str, str] = {}

    @about.get("/openapi.json")
    def openapi() -> Response:
        if "openapi" not in described:
            described["openapi"] = json.dumps(description(api), ensure_ascii=False)
        return Response(described["openapi"], content_type="application/json")

    @about.get("/asyncapi.json")
    def events() -> Response:
        if "asyncapi" not in described:
            described["asyncapi"] = json.dumps(asyncapi.description(), ensure_ascii=False)
        return Response(described["asyncapi"], content_type="application/json")

    @about.get("/asyncapi")
    def events_read() -> Response:
        if "events" not in described:
            described["events"] = events_page.page(asyncapi.description())
        answer = Response(described["events"], content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = events_page.SECURITY
        return answer

    @about.get("/docs")
    def docs() -> Any:
        return redirect(f"{request.script_root}{ROOT}/docs/", 308)

    @about.get("/api-info")
    def api_info() -> Response:
        where = f"{request.host_url.rstrip('/')}{request.script_root}{ROOT}/docs/"
        return jsonify({**_INFO_EXAMPLE, "apiDocumentation": where})

    app.register_blueprint(about, url_prefix=ROOT)


def _page() -> Blueprint:
    config = {
        "app_name": "Hemvist",
        "validatorUrl": None,  # otherwise it sends the address of our description to somebody else's server
        "oauth2RedirectUrl": f"{ROOT}/docs/oauth2-redirect.html",
    }
    page: Blueprint = get_swaggerui_blueprint(f"{ROOT}/docs", f"{ROOT}/openapi.json", config=config)

    @page.after_request
    def _secured(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = _DOCS_SECURITY
        return answer

    return page


def description(api: Api) -> dict[str, Any]:
    """OpenAPI's description of the routes, and of what is here."""
    spec: dict[str, Any] = api.spec.to_dict()
    spec["components"]["schemas"].pop("PaginationMetadataSchema", None)  # of flask-smorest's own paging
    spec["tags"].append({"name": "about", "description": "The interface itself. Gränssnittet självt."})
    described = (
        ("api-info", "api_info", "The interface's name, version and state. Gränssnittets namn, version och status.",
         {200: _INFO_EXAMPLE}),
        ("health/live", "live", "Whether the gateway lives. Om gatewayen lever.", {200: {"status": "live"}}),
        ("health/ready", "ready", "Whether every service answers. Om alla tjänster svarar.",
         {200: _READY_EXAMPLE, 503: _NOT_READY_EXAMPLE}),
    )  # fmt: skip
    for path, name, text, answers in described:
        operation = {
            "tags": ["about"],
            "operationId": name,
            "summary": text.split(". ")[0],
            "description": text,
            "security": [],
            "responses": {str(status): _response(example) for status, example in answers.items()},
        }
        spec["paths"][f"{ROOT}/{path}"] = {"get": operation}
    return spec


def _response(example: dict[str, Any]) -> dict[str, Any]:
    properties = {
        name: {"type": "string"} if isinstance(value, str) else {"type": "object"} for name, value in example.items()
    }
    schema = {"type": "object", "properties": properties, "required": list(example)}
    content = {"application/json": {"schema": schema, "examples": {"example": {"value": example}}}}
    return {"description": "What it says. Vad det är.", "content": content}
