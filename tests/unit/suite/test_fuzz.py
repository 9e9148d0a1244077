"""What is wrong with an answer is seen: by a description of one operation, and answers that are put into its mouth."""

import io
import json
from typing import Any

import pypdf
import pytest
import requests
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from requests.adapters import HTTPAdapter
from schemathesis import Case
from urllib3 import HTTPResponse

from services.kernel.basics.ids import new_id
from tests.fuzz.answers import Secrets, wrong
from tests.fuzz.description import Description
from tests.fuzz.town import corrected, with_ids

SECRET, TODAY = new_id(), "2026-03-02"
SECRETS = Secrets([SECRET], ["Endastdaer"])
HOME = {"id": "7", "name": "Anna"}
REFUSED = {"type": "urn:hemvist:problem:not_found", "title": "Nothing.", "status": 404}
_JSON = "application/json"


def an_answer(schema: Any, kind: str = _JSON) -> dict[str, Any]:
    return {"description": "", "content": {kind: {"schema": schema}}}


TEXT = {"type": "string", "maxLength": 100}
THE_HOME = {
    "type": "object",
    "properties": {"id": TEXT, "name": TEXT},
    "required": ["id"],
    "additionalProperties": False,
}
A_PROBLEM = {"type": "object", "required": ["type", "title", "status"]}
SENT = {"type": "object", "properties": {"name": TEXT, "phone": {**TEXT, "pattern": "^[0-9]+$"}}}
SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "", "version": "1.0.0"},
    "components": {"schemas": {"Home": SENT}},
    "paths": {
        "/{municipality}/homes/{home-id}": {
            "put": {
                "operationId": "put_home",
                "parameters": [
                    {"in": "path", "name": name, "required": True, "schema": TEXT}
                    for name in ("municipality", "home-id")
                ],
                "requestBody": {"content": {_JSON: {"schema": {"$ref": "#/components/schemas/Home"}}}},
                "responses": {"200": an_answer(THE_HOME), "404": an_answer(A_PROBLEM, "application/problem+json")},
            }
        }
    },
}


class Said(HTTPAdapter):
    """A server that always answers the same."""

    def __init__(self, status: int, body: Any, kind: str, header: str) -> None:
        super().__init__()
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.said = {"status": status, "body": io.BytesIO(content)}
        self.headers = {"Content-Type": kind, "Location": header}

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        return self.build_response(request, HTTPResponse(**self.said, headers=self.headers, preload_content=False))


def a_document(words: str) -> bytes:
    """A PDF whose words its bytes do not show."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    kind = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(name): NameObject(value) for name, value in kind.items()})
    fonts = DictionaryObject({NameObject("/F"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    drawn = DecodedStreamObject()
    drawn.set_data(f"BT /F 9 Tf ({words}) Tj ET".encode())
    page[NameObject("/Contents")] = drawn.flate_encode()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def description() -> Description:
    return Description(SPEC)


@pytest.fixture
def case(description: Description) -> Case:
    (operation,) = description.operations
    path = {"municipality": "habo", "home-id": "7"}
    return operation.Case(path_parameters=path, body={"name": "Anna"}, media_type=_JSON)


def found(case: Case, status: int, body: Any, kind: str = _JSON, header: str = "") -> str:
    with requests.Session() as session:
        session.mount("http://", Said(status, body, kind, header))
        return "; ".join(wrong(case, case.call("http://house.example", session), SECRETS))


class TestAnswer:
    def test_one_that_is_described_is_right(self, case: Case) -> None:
        assert found(case, 200, HOME) == ""
        assert found(case, 404, REFUSED, "application/problem+json") == ""

    def test_a_failure_is_seen_also_where_it_is_described(self, case: Case) -> None:
        assert "it failed with 500" in found(case, 500, {**REFUSED, "status": 500}, "application/problem+json")

    def test_a_status_that_is_not_described_is_seen(self, case: Case) -> None:
        assert "Undocumented status code" in found(case, 201, HOME)

    def test_another_type_of_content_is_seen(self, case: Case) -> None:
        assert "Undocumented Content-Type" in found(case, 200, HOME, "text/html")

    def test_another_form_is_seen(self, case: Case) -> None:
        assert "'shoe' was unexpected" in found(case, 200, {**HOME, "shoe": 41})
        assert '"id" is a required property' in found(case, 200, {})

    def test_a_refusal_that_is_no_problem_or_says_another_status_is_seen(self, case: Case) -> None:
        assert "is no problem (RFC 9457)" in found(case, 404, REFUSED)
        assert "is no problem (RFC 9457)" in found(case, 404, {**REFUSED, "status": 409}, "application/problem+json")

    @pytest.mark.parametrize("told", [{"id": SECRET}, {"id": "7", "name": "Anna Endastdaer"}], ids=["an id", "a word"])
    def test_what_is_anothers_is_seen(self, case: Case, told: dict[str, str]) -> None:
        assert "another municipality's" in found(case, 200, told)

    def test_what_is_anothers_is_seen_in_a_document(self, case: Case) -> None:
        assert b"Endastdaer" not in a_document("Anna Endastdaer")
        told = found(case, 200, a_document("Anna Endastdaer"), "application/pdf")
        assert "another municipality's 'Endastdaer'" in told
        assert "another municipality's" not in found(case, 200, a_document("Anna"), "application/pdf")

    def test_what_is_anothers_is_seen_in_a_header(self, case: Case) -> None:
        assert "another municipality's" in found(case, 200, HOME, header=f"/habo/homes/{SECRET}")

    def test_what_was_said_in_the_request_may_be_said_again(self, case: Case) -> None:
        case.path_parameters["home-id"] = SECRET
        assert found(case, 200, {"id": SECRET}) == ""


class TestDescription:
    def test_words_are_written_into_free_text_only(self, description: Description) -> None:
        (operation,) = description.operations
        body = {"name": "Anna", "phone": "0701740605"}
        worded = description.with_texts(operation, body, "Endastdaer")
        assert worded == {"name": "Anna Endastdaer", "phone": "0701740605"}
        assert corrected(worded, ["/phone"], words="Endastdaer", today=TODAY) == worded
        assert corrected(worded, ["/name"], words="Endastdaer", today=TODAY) == body

    def test_a_day_that_was_found_wrong_is_said_to_be_today(self) -> None:
        body = {"ends_on": "2020-01-31", "told": [{"on": "2020-01-31"}]}
        assert corrected(body, ["/told/0/on"], words="", today=TODAY) == {**body, "told": [{"on": TODAY}]}

    def test_an_answer_tells_what_a_path_can_name(self, description: Description) -> None:
        answer = {"items": [{"id": "1", "adult_id": "2"}], "total": 1}
        assert set(description.names_in("/{municipality}/homes", answer)) == {("home-id", "1"), ("adult-id", "2")}

    def test_what_is_known_stands_in_the_place_of_ids(self) -> None:
        known = {"home-id": ["1", "2"]}
        assert with_ids({"home_id": "x", "home_ids": ["y"], "name": "z"}, known, -1) == {
            "home_id": "2",
            "home_ids": ["2"],
            "name": "z",
        }

    def test_an_operation_is_found_by_where_it_is_asked(self, description: Description) -> None:
        assert description.operation_at("PUT", "/homes/7?x=1").label == "PUT /{municipality}/homes/{home-id}"
