"""The interface's description: valid, complete, in two languages, and with examples that are true."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import referencing
import referencing.jsonschema
from jsonschema import Draft202012Validator
from marshmallow import fields
from openapi_spec_validator import OpenAPIV31SpecValidator

from deploy.cli.names import ROOT
from gateway.describing import openapi
from gateway.describing.operations import faults
from gateway.endpoints import query_schema
from gateway.routes import ROUTES, Route
from gateway.wholes import forms
from services.kernel.contracts import Schema
from services.kernel.contracts.files import MediaType
from services.kernel.contracts.schema import names_in
from tests.contract.house import below
from tests.unit.gateway.factories import Visitor

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation.name)


#: what the gateway says of itself; the names in `ApiInfo` are the profile's (VER.06)
OF_THE_GATEWAY = {"ApiInfo", "Live", "Ready", "NotReadyProblem"}
A_FILE = {"type": "string", "format": "binary"}
A_FILE_BODY = {"schema": A_FILE}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """As it is served."""
    folder: Path = tmp_path_factory.mktemp("openapi")
    found: dict[str, Any] = Visitor(folder).ask("GET", "/openapi.json", token=None).get_json()
    return found


def operation_of(spec: dict[str, Any], route: Route) -> dict[str, Any]:
    path = re.sub(r"<(\w+)>", lambda named: "{" + hyphened(named[1]) + "}", route.operation.path)
    found: dict[str, Any] = spec["paths"][path][route.operation.method.lower()]
    return found


def hyphened(name: str) -> str:
    return name.replace("_", "-")


def each_operation(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            yield f"{method} {path}", operation


def said_beside(source: str) -> Iterator[tuple[str, str]]:
    """The names that refusals are given beside their text, `extra={…}`, each with the refusal."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for given in node.keywords:
                if given.arg == "extra" and isinstance(given.value, ast.Dict):
                    names = [str(ast.literal_eval(name)) for name in given.value.keys if name is not None]
                    yield from ((name, ast.unparse(node.func)) for name in names)


def every_schema(routes: Iterable[Route]) -> Iterator[type[Schema]]:
    """The schemas of what comes in and goes out, and those inside them."""
    for route in routes:
        operation = route.operation
        for schema in (operation.body, operation.waits, forms.answer_of(route)):
            if schema is not None:
                yield schema
                yield from (type(field.schema) for _, field in below(schema()) if isinstance(field, fields.Nested))


class Examples:
    """Validates examples against the description's own schemas."""

    def __init__(self, spec: dict[str, Any]) -> None:
        absolute = json.loads(json.dumps(spec).replace('"#/components', '"urn:spec#/components'))
        resource = referencing.Resource(absolute, referencing.jsonschema.DRAFT202012)
        self._registry: Any = referencing.Registry().with_resource("urn:spec", resource)

    def problems(self, media: dict[str, Any]) -> list[str]:
        schema = json.loads(json.dumps(media["schema"]).replace('"#/components', '"urn:spec#/components'))
        checker = Draft202012Validator.FORMAT_CHECKER
        validator = Draft202012Validator(schema, registry=self._registry, format_checker=checker)
        return [
            f"{name}: {error.json_path} {error.message}"
            for name, example in media["examples"].items()
            for error in validator.iter_errors(example["value"])
        ]


class TestDescription:
    def test_it_is_what_the_routes_say_and_what_the_operator_says(self, spec: dict[str, Any]) -> None:
        written = openapi.description()  # a warning, of two schemas with one name, is an error in this test run
        said = {name: spec["info"].pop(name) for name in ("termsOfService", "contact", "x-sla")}
        assert {name: spec[name] for name in written} == json.loads(json.dumps(written))
        spec["info"] |= said

    def test_it_is_valid_openapi(self, spec: dict[str, Any]) -> None:
        assert spec["openapi"].startswith("3.1.")
        assert [error.message for error in OpenAPIV31SpecValidator(spec).iter_errors()] == []

    def test_it_says_what_the_national_profile_asks_for(self, spec: dict[str, Any]) -> None:
        info = spec["info"]
        assert info["title"]
        assert re.fullmatch(r"\d+\.\d+\.\d+", info["version"])
        assert {"name", "url"} <= set(info["license"])
        assert "Limits" in info["description"]
        assert "Begränsningar" in info["description"]
        login = spec["components"]["securitySchemes"]["login"]
        assert (login["type"], login["scheme"], login["bearerFormat"]) == ("http", "bearer", "JWT")

    def test_every_route_is_in_it_and_nothing_else(self, spec: dict[str, Any]) -> None:
        described = {operation["operationId"] for _, operation in each_operation(spec)}
        assert described == {route.operation.name for route in ROUTES} | {"api_info", "live", "ready"}

    def test_every_operation_has_an_id_of_its_own(self, spec: dict[str, Any]) -> None:
        ids = Counter(operation["operationId"] for _, operation in each_operation(spec))
        assert [name for name, count in ids.items() if count > 1] == []

    def test_every_example_is_true(self, spec: dict[str, Any]) -> None:
        examples = Examples(spec)
        wrong = []
        for name, operation in each_operation(spec):
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for part in [*bodies, *operation["responses"].values()]:
                for media in part.get("content", {}).values():
                    if media["schema"] == A_FILE:
                        continue
                    wrong += [f"{name}: {problem}" for problem in examples.problems(media)]
        assert wrong == []

    def test_an_untrue_example_would_be_seen(self, spec: dict[str, Any]) -> None:
        schema = {"$ref": "#/components/schemas/Problem"}
        media = {"schema": schema, "examples": {"wrong": {"value": {"status": "late"}}}}
        assert any("late" in problem for problem in Examples(spec).problems(media))

    def test_whatever_a_refusal_says_beside_its_text_is_in_it(self, spec: dict[str, Any]) -> None:
        sources = [path.read_text() for part in ("services", "gateway") for path in (ROOT / part).rglob("*.py")]
        said = {one for source in sources for one in said_beside(source) if one[0] != "headers"}
        always = {"type", "title", "status", "detail", "instance", "errors"}
        described = set(spec["components"]["schemas"]["NotReadyProblem"]["properties"]) - always
        assert {name for name, _ in said} == described
        assert len(said) == len(described), f"a name means one thing: {sorted(said)}"

    def test_schemas_are_named_by_their_service(self, spec: dict[str, Any]) -> None:
        services = {service.capitalize() for route in ROUTES for service in route.parts}
        whose = {schema.__name__: schema.__module__.split(".")[1] for schema in every_schema(ROUTES)}
        shared = {name for name, room in whose.items() if room in {"kernel", "vocabulary", "wholes"}}
        for name in spec["components"]["schemas"]:
            ours = name.removesuffix("Part") in {"Problem", "ProblemError", *OF_THE_GATEWAY} | shared
            assert ours or name.startswith(tuple(services)), name

    def test_field_names_are_in_snake_case(self, spec: dict[str, Any]) -> None:
        for name, schema in spec["components"]["schemas"].items():
            for field in schema.get("properties", {}) if name != "ApiInfo" else ():
                assert re.fullmatch(r"[a-z]+[a-z0-9]*(_[a-z0-9]+)*|\d+(-\d+|\+)?", field), f"{name}.{field}"


class TestOperation:
    @each_route
    def test_it_is_described_in_both_languages(self, spec: dict[str, Any], route: Route) -> None:
        described = operation_of(spec, route)
        assert described["summary"]
        assert route.operation.en in described["description"]
        assert route.operation.sv in described["description"]
        assert all(role in described["description"] for role in route.operation.roles)

    @each_route
    def test_every_status_is_described_with_an_example(self, spec: dict[str, Any], route: Route) -> None:
        responses = operation_of(spec, route)["responses"]
        statuses = {str(fault.status) for fault in faults(route)}
        done = {str(route.operation.status)} | ({"201"} if route.operation.creates else set())
        done |= {"202"} if route.operation.waits else set()
        known = {"304"} if route.operation.cached_for else set()
        assert set(responses) == statuses | done | known
        assert all("content" not in responses[status] for status in known)
        for status, response in responses.items():
            assert response.get("description") or "$ref" in response, status
        for status in statuses:
            media = responses[status]["content"]["application/problem+json"]
            assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert {fault.code() for fault in faults(route) if str(fault.status) == status} == set(media["examples"])
        for status in done:
            content = responses[status]["content"]
            if route.operation.gives_file:
                said = dict.fromkeys(route.operation.gives_file, A_FILE_BODY)
                assert content.keys() == said.keys()
                assert all(content[kind] == said[kind] for kind in said.keys() - {MediaType.JSON})
            else:
                assert content[route.operation.written_as or "application/json"]["examples"]

    @each_route
    def test_its_body_has_an_example(self, spec: dict[str, Any], route: Route) -> None:
        described = operation_of(spec, route)
        assert ("requestBody" in described) == (route.operation.body is not None or bool(route.operation.takes_file))
        if route.operation.takes_file:
            assert described["requestBody"] == {
                "required": True,
                "content": dict.fromkeys(route.operation.takes_file, A_FILE_BODY),
            }
        if route.operation.body is not None:
            assert described["requestBody"]["content"]["application/json"]["examples"]

    @each_route
    def test_its_parameters_are_described(self, spec: dict[str, Any], route: Route) -> None:
        parameters = operation_of(spec, route)["parameters"]
        by_place = Counter((parameter["in"], parameter["name"]) for parameter in parameters)
        assert max(by_place.values()) == 1
        in_path = {name for place, name in by_place if place == "path"}
        assert in_path == {hyphened(name) for name in re.findall(r"<(\w+)>", route.operation.path)}
        query = query_schema(route.operation)
        assert {name for place, name in by_place if place == "query"} == set(names_in(query) if query else ())
        headers = {name for place, name in by_place if place == "header"}
        assert "X-Request-ID" in headers
        assert ("Access-Reason" in headers) == (route.operation.shows_somebody or route.operation.hides_somebody)
        assert ("Idempotency-Key" in headers) == (route.operation.method == "POST")
        assert ("If-Match" in headers) == route.operation.conditional
        for parameter in parameters:
            if parameter["in"] == "query":
                assert parameter["description"]
                assert not parameter.get("required"), "a parameter is voluntary (FNS.05)"
        if route.operation.paged:
            defaults = {parameter["name"]: parameter["schema"].get("default") for parameter in parameters}
            assert (defaults["page"], defaults["limit"]) == (1, 20)

    @each_route
    def test_it_says_who_may(self, spec: dict[str, Any], route: Route) -> None:
        security = operation_of(spec, route)["security"]
        if route.operation.roles:
            assert security == [{"login": []}]
        else:
            assert security in ([], [{}, {"login": []}])

    @each_route
    def test_refusals_say_their_headers(self, spec: dict[str, Any], route: Route) -> None:
        responses = operation_of(spec, route)["responses"]
        for status in ("429", "503", "504"):
            assert "Retry-After" in responses[status]["headers"]
        assert "RateLimit" in responses[str(route.operation.status)]["headers"]
        if "401" in responses:
            assert "WWW-Authenticate" in responses["401"]["headers"]
        if route.operation.location:
            assert "Location" in responses[str(route.operation.status)]["headers"]
