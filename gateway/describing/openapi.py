"""The whole description in OpenAPI 3.1: of every route, and of what the gateway answers itself."""

from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import fields, validate
from werkzeug.routing import Rule

from gateway.describing import headers, operations, profile
from gateway.health import NotReady
from gateway.interface import ROOT, TAGS, said_of_it
from gateway.problems import Problem, example_of
from gateway.routes import ROUTES, Route
from services.kernel.contracts import Schema
from services.kernel.contracts.faults import Fault, InternalFault


class ApiInfo(Schema):
    """The interface's name, version and state (VER.06)."""

    apiName = fields.String(required=True, validate=validate.OneOf(["hemvist"]))  # noqa: N815  as the profile names it
    apiVersion = fields.String(required=True, validate=validate.Regexp(r"^\d+\.\d+\.\d+$"))  # noqa: N815
    apiReleased = fields.Date(required=True)  # noqa: N815
    apiDocumentation = fields.Url(required=True)  # noqa: N815
    apiStatus = fields.String(required=True, validate=validate.OneOf(["active"]))  # noqa: N815

    example = said_of_it(f"https://hemvist.example{ROOT}/docs/")


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


_OWN: tuple[tuple[str, str, str, type[Schema]], ...] = (
    ("api-info", "api_info", "The interface's name, version and state. Gränssnittets namn, version och status.",
     ApiInfo),
    ("health/live", "live", "Whether the gateway lives. Om gatewayen lever.", Live),
    ("health/ready", "ready", "Whether every service answers. Om alla tjänster svarar.", Ready),
)  # fmt: skip


def description(routes: Sequence[Route] = ROUTES) -> dict[str, Any]:
    """OpenAPI's description, but for what the operator says of this deployment."""
    app = Flask("described", static_folder=None)
    app.config.update(operations.CONFIG)
    api = operations.Description(app, spec_kwargs={"marshmallow_plugin": operations.plugin()})
    for tag in dict.fromkeys(route.tag for route in routes):
        api.register_blueprint(_part(tag, [route for route in routes if route.tag == tag]))
    _describe_own(api)
    spec: dict[str, Any] = api.spec.to_dict()
    spec["components"]["schemas"].pop("PaginationMetadataSchema", None)  # of flask-smorest's own paging
    spec["paths"] = profile.arranged(spec["paths"], ROOT)
    profile.link(spec["paths"], routes)
    return spec


def _part(tag: str, routes: Sequence[Route]) -> Blueprint:
    blueprint = Blueprint(tag, tag, url_prefix=ROOT, description=TAGS[tag])
    for route in routes:
        operation = route.operation
        described = operations.of(blueprint, route)(lambda **_: None)
        blueprint.route(operation.path, methods=[operation.method], endpoint=operation.name)(described)
    return blueprint


def _describe_own(api: Api) -> None:
    api.spec.tag({"name": "about", "description": "The interface itself. Gränssnittet självt."})
    for path, name, text, answer in _OWN:
        api.spec.path(rule=Rule(f"{ROOT}/{path}"), operations={"get": _operation(name, text, answer)})


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
