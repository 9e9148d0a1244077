"""DIGG's national REST API profile (1.2.0), as far as a description can show it: each rule over every operation,
parameter and property, so that a new one that breaks it fails here. The rules' ids are the profile's."""

import copy
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from gateway.interface import ROOT
from services.kernel.contracts.settings import CHANGE_SETTING
from tests.unit.gateway.factories import Visitor, some_settings

Spec = dict[str, Any]

VERBS = {"get", "post", "put", "patch", "delete"}
#: Names of the national fee and cost tables, by the tables' own columns and ages (DECISIONS.md).
WITH_DIGITS = {"raised_1", "raised_2", "raised_3", "0-12", "13-19", "20+", "1", "2", "3", "4", "1/*", "2/*", "3/*"}
OF_A_PROBLEM = {"type", "title", "status", "detail", "instance"}
#: What a setting may be says the setting itself, in `GET …/settings`.
BOUNDED_ELSEWHERE = {
    f"{CHANGE_SETTING.name}.value",
    *(f"{name}.answers/*.answers/*.answer" for name in ("submit_application", "amend_application")),
}
#: Forms other than JSON in which something is answered that is no file, with the reason.
WRITTEN = {"application/atom+xml": "what readers of feeds know"}


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return Visitor(tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="module")
def spec(visitor: Visitor) -> Spec:
    """As it is served."""
    found: Spec = visitor.ask("GET", "/openapi.json", token=None).get_json()
    return found


def operations(spec: Spec) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in spec["paths"].items():
        for operation in item.values():
            yield operation["operationId"], path, operation


def responses(spec: Spec) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for name, _, operation in operations(spec):
        for status, response in operation["responses"].items():
            yield name, int(status), response


def resolved(spec: Spec, part: dict[str, Any]) -> dict[str, Any]:
    """The part itself where another one refers to it."""
    while "$ref" in part:
        found: Any = spec
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def schemas(spec: Spec, schema: dict[str, Any], name: str, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """A schema and all inside it, with the names that lead there."""
    if "$ref" in schema:
        if schema["$ref"] not in seen:
            yield from schemas(spec, resolved(spec, schema), name, (*seen, schema["$ref"]))
        return
    yield name, schema
    for either in ("anyOf", "allOf", "oneOf"):
        for one in schema.get(either, ()):
            yield from schemas(spec, one, name, seen)
    if isinstance(schema.get("items"), dict):
        yield from schemas(spec, schema["items"], f"{name}/*", seen)
    for field, inside in schema.get("properties", {}).items():
        yield from schemas(spec, inside, f"{name}.{field}", seen)


def every_schema(spec: Spec) -> Iterator[tuple[str, Any]]:
    for name, schema in spec["components"]["schemas"].items():
        yield from schemas(spec, schema, name)


def coming_in(spec: Spec) -> Iterator[tuple[str, Any]]:
    """The schemas of everything that is sent: parameters and bodies."""
    for name, _, operation in operations(spec):
        for parameter in operation["parameters"]:
            yield from schemas(spec, parameter["schema"], f"{name}:{parameter['name']}")
        for media in operation.get("requestBody", {}).get("content", {}).values():
            yield from schemas(spec, media["schema"], name)


def is_bounded(schema: dict[str, Any]) -> bool:
    """Whether a string, a list or a number is held within limits."""
    said = schema.get("type")
    kinds = set(said if isinstance(said, list) else [said])
    text = "string" not in kinds or bool({"enum", "maxLength", "format", "pattern"} & set(schema))
    many = "array" not in kinds or "maxItems" in schema
    number = not kinds & {"integer", "number"} or {"minimum", "maximum"} <= set(schema) or "enum" in schema
    return text and many and number


def unbounded(spec: Spec) -> set[str]:
    return {name for name, schema in coming_in(spec) if not is_bounded(schema)}


def bad_examples(spec: Spec) -> list[str]:
    """The days and instants without an example that is one, of an instant with its zone."""
    forms = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}
    wrong = []
    for name, schema in every_schema(spec):
        read = forms.get(schema.get("format", ""))
        if read is None:
            continue
        try:
            found: Any = read(schema.get("example", ""))
        except ValueError:
            wrong.append(name)
        else:
            if isinstance(found, datetime) and found.tzinfo is None:
                wrong.append(name)
    return wrong


def without_trace(spec: Spec) -> list[str]:
    """The operations and answers that do not describe `traceparent`."""
    asked = [
        name
        for name, _, operation in operations(spec)
        if ("header", "traceparent", False)
        not in [(given["in"], given["name"], given.get("required", False)) for given in operation["parameters"]]
    ]
    said = [
        f"{name} {status}"
        for name, status, response in responses(spec)
        if "schema" not in resolved(spec, response["headers"].get("traceparent", {}))
    ]
    return asked + said


class TestAddresses:
    def test_it_is_served_over_https_below_a_name_and_a_version(self, spec: Spec) -> None:
        (server,) = spec["servers"]  # UFN.01, UFN.02, VER.05, SAK.01
        assert server["url"] == "https://{host}/hemvist/v1"
        assert server["variables"]["host"]["default"] == "localhost"

    def test_its_host_is_the_one_that_was_asked(self, visitor: Visitor) -> None:
        asked = visitor.ask("GET", "/openapi.json", token=None, headers={"Host": "vard.example:8443"}).get_json()
        assert asked["servers"][0]["variables"]["host"]["default"] == "vard.example:8443"
        assert asked["externalDocs"]["url"] == f"http://vard.example:8443{ROOT}/docs/"

    def test_what_is_no_host_is_not_repeated(self, visitor: Visitor) -> None:
        asked = visitor.ask("GET", "/openapi.json", token=None, headers={"Host": 'a"}],"paths":{'})
        assert asked.get_json()["servers"][0]["variables"]["host"]["default"] == ""
        assert "/api-info" in asked.get_json()["paths"]

    def test_paths_are_written_below_the_server(self, spec: Spec) -> None:
        assert "/api-info" in spec["paths"]  # VER.06
        for path in spec["paths"]:
            for part in path.removeprefix("/").split("/"):  # UFN.07, UFN.08, UFN.09, RES.06
                assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|\{[a-z]+(-[a-z]+)*\}", part), path

    def test_an_operation_has_all_its_parameters_itself(self, spec: Spec) -> None:  # DOK.19
        for path, item in spec["paths"].items():
            assert set(item) <= VERBS, path
        for name, path, operation in operations(spec):
            named = [given["name"] for given in operation["parameters"] if given["in"] == "path"]
            assert named == re.findall(r"\{([\w-]+)\}", path), name
            assert all(given["description"] for given in operation["parameters"]), name
            assert operation["summary"], name
            assert operation["description"], name

    def test_the_readable_page_asks_where_it_came_from(self, visitor: Visitor, spec: Spec) -> None:
        page = visitor.ask("GET", "/docs/", token=None)
        assert f'"{ROOT}/docs/openapi.json"' in page.get_data(as_text=True)
        assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
        read = visitor.ask("GET", "/docs/openapi.json", token=None).get_json()
        assert read["servers"] == [{"url": ROOT}]
        assert {**read, "servers": spec["servers"]} == spec

    def test_where_it_lies_below_another_path_the_addresses_say_so(self, visitor: Visitor) -> None:
        below = {"environ_overrides": {"SCRIPT_NAME": "/barn"}, "token": None}
        read = [visitor.ask("GET", path, **below).get_json() for path in ("/openapi.json", "/docs/openapi.json")]
        assert [each["servers"][0]["url"] for each in read] == [f"https://{{host}}/barn{ROOT}", f"/barn{ROOT}"]


class TestInfo:
    def test_it_says_what_the_operator_has_said(self, spec: Spec, visitor: Visitor) -> None:  # DOK.03, DOK.08
        settings, info = some_settings(visitor.folder), spec["info"]
        assert info["termsOfService"] == settings.terms_url
        assert (info["contact"]["email"], info["contact"]["url"]) == (settings.contact_email, settings.contact_url)
        assert info["contact"]["name"]
        assert info["x-sla"] == {
            "availability": settings.availability,
            "responseTime": settings.response_time,
            "support": settings.support,
        }

    def test_it_says_how_a_token_is_checked(self, spec: Spec) -> None:  # SAK.10
        login = spec["components"]["securitySchemes"]["login"]
        assert login["scheme"] == "bearer"
        assert "RFC 8725" in login["description"]


class TestTrace:
    def test_every_operation_takes_it_and_every_answer_says_it(self, spec: Spec) -> None:  # SPA.02, .04, .07
        assert without_trace(spec) == []

    def test_one_that_does_not_would_be_seen(self, spec: Spec) -> None:
        broken = copy.deepcopy(spec)
        live = broken["paths"]["/health/live"]["get"]
        live["parameters"], live["responses"]["200"]["headers"] = [], {}
        assert without_trace(broken) == ["live", "live 200"]


class TestAnswers:
    @pytest.mark.parametrize(
        ("path", "token"),
        [("/orebro/applications/7", ""), ("/orebro/applications/7", None), ("/health/ready", None), ("/nothing", None)],
    )
    def test_their_headers_have_the_form_that_is_described(
        self, visitor: Visitor, spec: Spec, path: str, token: str | None
    ) -> None:
        said = visitor.ask("GET", path, token=token).headers
        described = spec["components"]["headers"]
        shown = {name: value for name, value in said.items() if name in described}
        assert {"X-Request-ID", "traceparent"} <= set(shown)
        for name, value in shown.items():
            form = described[name]["schema"]
            if form["type"] == "integer":
                assert form["minimum"] <= int(value) <= form["maximum"]
            else:
                assert len(value) <= form["maxLength"]
                assert re.search(form["pattern"], value), name

    def test_each_header_is_described_once_and_bounded(self, spec: Spec) -> None:
        for name, _, response in responses(spec):
            assert all(set(header) == {"$ref"} for header in response["headers"].values()), name
        assert all(is_bounded(header["schema"]) for header in spec["components"]["headers"].values())

    def test_every_refusal_is_a_problem(self, spec: Spec) -> None:  # FEL.01, FEL.02
        for name, status, response in responses(spec):
            if status >= 400:
                schema = resolved(spec, response["content"]["application/problem+json"]["schema"])
                assert schema["type"] == "object", (name, status)
                assert set(schema["properties"]) >= OF_A_PROBLEM, (name, status)

    def test_what_can_happen_to_each_is_described(self, spec: Spec) -> None:  # DOK.20
        for name, path, operation in operations(spec):
            assert "500" in operation["responses"], name
            assert ("429" in operation["responses"]) != ("about" in operation["tags"]), name
            assert ("401" in operation["responses"]) == ("{municipality}" in path), name
            assert all(response["description"] for response in operation["responses"].values()), name

    def test_what_makes_something_leads_to_where_it_is_read(self, spec: Spec) -> None:  # MOG.02
        paths = {name: path for name, path, _ in operations(spec)}
        readers = {item["get"]["operationId"] for item in spec["paths"].values() if "get" in item}
        followed = 0
        for name, status, response in responses(spec):
            assert ("links" in response) >= ("Location" in response["headers"] and status < 300), name
            for link in response.get("links", {}).values():
                followed += 1
                assert link["operationId"] in readers
                assert set(link["parameters"]) == set(re.findall(r"\{([\w-]+)\}", paths[link["operationId"]]))
                answer = response["content"]["application/json"]["examples"]["example"]["value"]
                for said in link["parameters"].values():
                    source, named = re.fullmatch(r"\$(request\.path\.|response\.body#/)([\w-]+)", said).groups()  # type: ignore[union-attr]
                    assert f"{{{named}}}" in paths[name] if source == "request.path." else named in answer
        assert followed > 0


class TestValues:
    def test_days_and_instants_have_an_example_with_its_zone(self, spec: Spec) -> None:  # DOT.02, DOT.04
        assert bad_examples(spec) == []

    @pytest.mark.parametrize("example", ["2026-06-01T20:00:00", "yesterday", ""])
    def test_one_without_would_be_seen(self, spec: Spec, example: str) -> None:
        broken = copy.deepcopy(spec)
        broken["components"]["schemas"]["Strange"] = {
            "properties": {"at": {"type": "string", "format": "date-time", "example": example}}
        }
        assert bad_examples(broken) == ["Strange.at"]

    def test_what_is_sent_is_bounded(self, spec: Spec) -> None:
        assert unbounded(spec) == BOUNDED_ELSEWHERE

    @pytest.mark.parametrize(
        "form", [{"type": "string"}, {"type": ["integer", "null"], "minimum": 0}, {"type": "array"}]
    )
    def test_what_is_not_would_be_seen(self, spec: Spec, form: dict[str, Any]) -> None:
        broken = copy.deepcopy(spec)
        broken["paths"]["/api-info"]["get"]["parameters"].append({"name": "strange", "schema": form})
        assert unbounded(broken) == {"api_info:strange"} | BOUNDED_ELSEWHERE

    def test_a_list_is_as_long_as_can_be_asked_for(self, spec: Spec) -> None:
        longest = {
            given["schema"]["maximum"]
            for _, _, operation in operations(spec)
            for given in operation["parameters"]
            if given["name"] == "limit"
        }
        frames = [form["properties"] for name, form in every_schema(spec) if name.endswith(("Page", "Part"))]
        assert len(frames) > 10
        assert {form["items"]["maxItems"] for form in frames if "limit" in form} == longest == {100}

    def test_names_are_letters_but_for_those_of_the_national_tables(self, spec: Spec) -> None:  # AME.04, AME.07
        names = {name.rpartition(".")[2] for name, _ in every_schema(spec) if "." in name}
        camel = {name for name in names if name.startswith("api")}  # of `/api-info`, as the profile names them
        snake = r"[a-z]+(_[a-z]+)*(/\*)*"
        assert {name for name in names - camel if not re.fullmatch(snake, name)} == WITH_DIGITS

    def test_only_a_file_is_sent_or_answered_in_another_form_than_json(self, spec: Spec) -> None:  # AME.01, ARQ.01
        for name, _, operation in operations(spec):
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            done = [response for status, response in operation["responses"].items() if status < "400"]
            for body in [*bodies, *done]:
                content = body.get("content", {}).items()  # 304 has none
                others = {
                    kind: media["schema"] for kind, media in content if kind not in {"application/json", *WRITTEN}
                }
                assert all(schema == {"type": "string", "format": "binary"} for schema in others.values()), name
