"""What the gateway refuses before it asks a service, and what it hands on."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from gateway import trace
from gateway.interface import VERSION
from services.intake.contract.form import SubmitApplication
from tests.unit.gateway.factories import ROOT, SERVICES, Visitor, a_token

CALLBACK = {"kind": "callback", "phone": "+46701234567", "consent": True}
LIST = "/orebro/applications"
JSON = {"content_type": "application/json"}


class TestBody:
    @pytest.mark.parametrize(
        "data",
        [
            b"{",
            b"nonsense",
            b'{"kind": "callback",}',
            b"\xff\xfe",
            b'\xef\xbb\xbf{"kind": "callback"}',
            b'{"message": "\xed\xa0\x80"}',  # half a surrogate pair as bytes
            b'{"message": "a\x00b"}',
            b'{"birth_year": NaN}',
            b'{"birth_year": -Infinity}',
            b'{"birth_year": ' + b"9" * 5000 + b"}",
            b"[" * 100_000,
            '{"kind": "callback"}'.encode("utf-16"),
        ],
        ids=lambda data: repr(data[:24]),
    )
    def test_what_is_not_json_is_malformed(self, visitor: Visitor, data: bytes) -> None:
        assert visitor.refusal("POST", LIST, data=data, **JSON) == (400, "malformed_request")

    @pytest.mark.parametrize("data", [b"{", b'{"kind": "callback"}'])
    def test_a_connection_on_which_it_was_read_is_kept_and_any_other_is_closed(
        self, visitor: Visitor, data: bytes
    ) -> None:
        assert "Connection" not in visitor.ask("POST", LIST, data=data, **JSON).headers
        assert "Connection" not in visitor.ask("GET", LIST).headers
        for refused in ("/nowhere/applications", f"{LIST}/1/qualify"):
            answer = visitor.ask("POST", refused, token=None, data=data, **JSON)
            assert answer.status_code in (401, 404)
            assert answer.headers["Connection"] == "close"

    @pytest.mark.parametrize("data", [b"[]", b"null", b'"text"', b"1", b"true", b"[{}]"])
    def test_what_is_not_an_object_is_invalid(self, visitor: Visitor, data: bytes) -> None:
        assert visitor.refusal("POST", LIST, data=data, **JSON) == (422, "invalid_input")

    def test_one_that_is_deep_where_nothing_is_deep_is_invalid(self, visitor: Visitor) -> None:
        data = b'{"kind": ' + b"[" * 900 + b"]" * 900 + b"}"
        assert visitor.refusal("POST", LIST, data=data, **JSON) == (422, "invalid_input")

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({**CALLBACK, "message": "a\x00b"}, "/message"),
            ({**CALLBACK, "message": "\ud800"}, "/message"),
            ({**CALLBACK, "languages": ["sv", "\x00"]}, "/languages/1"),
            ({**CALLBACK, "address": {"street": "\udfff"}}, "/address/street"),
            ({**CALLBACK, "na\x00me": 1}, ""),
        ],
    )
    def test_characters_that_no_database_keeps_are_pointed_at(
        self, visitor: Visitor, body: dict[str, Any], pointer: str
    ) -> None:
        answer = visitor.ask("POST", LIST, data=json.dumps(body), **JSON)
        assert answer.status_code == 422
        assert [problem["pointer"] for problem in answer.get_json()["errors"]] == [pointer]
        assert visitor.services.asked == []

    def test_an_escaped_backslash_and_a_whole_surrogate_pair_are_text(self, visitor: Visitor) -> None:
        data = b'{"kind": "callback", "phone": "+46701234567", "consent": true, "message": "\\\\u0000 \\ud83d\\ude00"}'
        assert visitor.ask("POST", LIST, data=data, **JSON).status_code == 201
        assert visitor.services.asked[0][3]["body"]["message"] == "\\u0000 \N{GRINNING FACE}"

    def test_every_field_that_does_not_fit_is_pointed_at(self, visitor: Visitor) -> None:
        wrong = {
            **SubmitApplication.example,
            "adults": [{"given_name": "Anna", "family_name": "A", "personal_number": "189001019803", "relation": "x"}],
            "favourite_colour": "blue",
        }
        answer = visitor.ask("POST", LIST, json=wrong)
        assert answer.status_code == 422
        pointers = {problem["pointer"] for problem in answer.get_json()["errors"]}
        assert pointers == {"/adults/0/personal_number", "/adults/0/relation", "/favourite_colour"}
        assert "189001019803" not in answer.get_data(as_text=True)

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""])
    def test_another_media_type_is_refused(self, visitor: Visitor, kind: str) -> None:
        refused = visitor.refusal("POST", LIST, data=json.dumps(CALLBACK), content_type=kind)
        assert refused == (415, "unsupported_media_type")

    def test_a_body_over_the_limit_is_refused(self, visitor: Visitor) -> None:
        data = json.dumps({**CALLBACK, "message": "x" * 1024 * 1024})
        assert visitor.refusal("POST", LIST, data=data, **JSON) == (413, "body_too_large")

    def test_an_operation_with_an_empty_body_needs_none(self, visitor: Visitor) -> None:
        assert visitor.ask("POST", f"{LIST}/7/qualify").status_code == 200
        assert visitor.services.asked[0][3] == {"path": {"application_id": "7"}, "body": {}}


class TestPathAndQuery:
    @pytest.mark.parametrize("path", ["/nothing", "/orebro/palaces", "/orebro/applications/", "/", "/orebro/%2e%2e"])
    def test_an_unknown_path_is_not_found(self, visitor: Visitor, path: str) -> None:
        assert visitor.refusal("GET", path) == (404, "not_found")

    def test_nothing_outside_the_root_is_served(self, visitor: Visitor) -> None:
        assert visitor.http.get("/static/x").status_code == 404

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
    def test_another_method_says_which_are_allowed(self, visitor: Visitor, method: str) -> None:
        assert visitor.refusal(method, LIST) == (405, "method_not_allowed")
        assert visitor.ask(method, LIST).headers["Allow"] == "GET, HEAD, OPTIONS, POST"

    def test_options_and_head_are_answered_without_a_body(self, visitor: Visitor) -> None:
        options = visitor.ask("OPTIONS", LIST, token=None)
        assert (options.status_code, options.get_data()) == (200, b"")
        head = visitor.ask("HEAD", f"{LIST}/7")
        assert (head.status_code, head.get_data(), head.headers["ETag"]) == (200, b"", '"3"')

    @pytest.mark.parametrize(
        "query",
        [
            "colour=blue",
            "status=received&status=contacted",
            "page=1&page=1",
            "status=lost",
            "page=0",
            "page=-1",
            "page=one",
            "page=%00",
            "limit=101",
            "limit=0",
            "limit=1000000000000000000000000",
            "overdue=perhaps",
            "status=%00",
            "overdue=%ff",
            "Status=received",
        ],
    )
    def test_a_wrong_query_is_invalid(self, visitor: Visitor, query: str) -> None:
        assert visitor.refusal("GET", f"{LIST}?{query}") == (422, "invalid_input")

    @pytest.mark.parametrize("path", [f"{LIST}/7?verbose=1", "/municipalities?page=1"])
    def test_an_operation_without_parameters_takes_none(self, visitor: Visitor, path: str) -> None:
        assert visitor.refusal("GET", path) == (422, "invalid_input")

    def test_filter_and_page_are_handed_on(self, visitor: Visitor) -> None:
        assert visitor.ask("GET", f"{LIST}?status=received&page=2&limit=5").status_code == 200
        ((service, operation, context, arguments),) = visitor.services.asked
        assert (service, operation, context.tenant) == ("intake", "list_applications", "orebro")
        assert arguments == {"path": {}, "page": {"page": "2", "limit": "5"}, "query": {"status": "received"}}

    def test_a_path_with_a_nul_names_nothing(self, visitor: Visitor) -> None:
        assert visitor.refusal("GET", f"{LIST}/7%00") == (404, "not_found")


class TestHeadersIn:
    def test_a_good_request_id_is_kept_and_handed_on(self, visitor: Visitor) -> None:
        answer = visitor.ask("GET", f"{LIST}/7", headers={"X-Request-ID": "order-4711.a_b"})
        assert answer.headers["X-Request-ID"] == "order-4711.a_b"
        assert visitor.services.asked[0][2].request_id == "order-4711.a_b"

    @pytest.mark.parametrize("given", ["", "short", "189001019802", "x" * 65, "with space", "a<script>b", "åäöåäöåäö"])
    def test_another_is_replaced(self, visitor: Visitor, given: str) -> None:
        answer = visitor.ask("GET", f"{LIST}/7", headers={"X-Request-ID": given})
        assert answer.headers["X-Request-ID"] not in ("", given)

    @pytest.mark.parametrize("key", ["", "with space", "x" * 201, "nyckel-å"])
    def test_a_malformed_idempotency_key_is_invalid(self, visitor: Visitor, key: str) -> None:
        refused = visitor.refusal("POST", LIST, json=CALLBACK, headers={"Idempotency-Key": key})
        assert refused == (422, "invalid_input")

    def test_an_idempotency_key_is_handed_on_by_post_only(self, visitor: Visitor) -> None:
        visitor.ask("POST", LIST, json=CALLBACK, headers={"Idempotency-Key": "k-1"})
        visitor.ask("GET", f"{LIST}/7", headers={"Idempotency-Key": "k-1"})
        assert [context.idempotency_key for _, _, context, _ in visitor.services.asked] == ["k-1", None]

    @pytest.mark.parametrize(
        ("given", "handed_on"),
        [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", True),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", False),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", False),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", False),
            ("nonsense", False),
        ],
    )
    def test_a_good_trace_is_handed_on_and_said_else_a_new_one(
        self, visitor: Visitor, given: str, handed_on: bool
    ) -> None:
        answer = visitor.ask("GET", f"{LIST}/7", headers={"traceparent": given})
        handed = visitor.services.asked[0][2].traceparent
        assert answer.headers["traceparent"] == handed
        assert (handed == given) == handed_on
        assert trace.of(handed) == handed, "a new one is a good one"

    def test_whoever_names_no_trace_begins_one(self, visitor: Visitor) -> None:
        begun = [visitor.ask("GET", f"{LIST}/7").headers["traceparent"] for _ in range(2)]
        assert [context.traceparent for _, _, context, _ in visitor.services.asked] == begun
        assert begun[0] != begun[1]

    @pytest.mark.parametrize(
        "path", ["/nothing", "/health/live", "/health/ready", "/api-info", "/openapi.json", "/docs/"]
    )
    def test_every_answer_says_its_trace(self, visitor: Visitor, path: str) -> None:
        given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        answer = visitor.ask("GET", path, token=None, headers={"traceparent": given})
        assert answer.headers["traceparent"] == given

    def test_a_refusal_of_a_query_is_no_longer_than_one_of_a_body(self, visitor: Visitor) -> None:
        query = "&".join([f"{'x' * 600}={number}" for number in range(2)] + [f"y{number}=1" for number in range(60)])
        errors = visitor.ask("GET", f"{LIST}?{query}").get_json()["errors"]
        assert (len(errors), len(errors[0]["pointer"])) == (50, 500)

    def test_a_path_that_names_what_no_name_is_as_long_as_leads_nowhere(self, visitor: Visitor) -> None:
        assert visitor.ask("GET", f"{LIST}/{'7' * 100}").status_code == 200
        visitor.services.asked.clear()
        assert visitor.refusal("GET", f"{LIST}/{'7' * 101}") == (404, "not_found")
        assert visitor.services.asked == []

    @pytest.mark.parametrize("given", ["Efter samtal med Åsa", "x" * 200])
    def test_why_somebody_looks_is_handed_on(self, visitor: Visitor, given: str) -> None:
        header = given.encode().decode("latin-1")  # as the bytes of UTF-8 travel
        visitor.ask("GET", f"{LIST}/7", headers={"Access-Reason": header})
        visitor.ask("GET", f"{LIST}/7")
        assert [asked[2].reason for asked in visitor.services.asked] == [given, None]

    @pytest.mark.parametrize("given", ["Efter samtal med Åsa, 100 %", "å" * 200, "x"])
    def test_it_may_be_percent_encoded(self, visitor: Visitor, given: str) -> None:
        visitor.ask("GET", f"{LIST}/7", headers={"Access-Reason": quote(given)})
        assert [asked[2].reason for asked in visitor.services.asked] == [given]

    @pytest.mark.parametrize(
        "given", ["", "  ", "x" * 201, "x" * 10_000, "a\tb", "%20", "%zz", "100 %", "%E5", "%00", "å" * 201, "a%0Ab"]
    )
    def test_a_reason_that_is_none_or_endless_is_refused(self, visitor: Visitor, given: str) -> None:
        header = given.encode().decode("latin-1")
        assert visitor.refusal("GET", f"{LIST}/7", headers={"Access-Reason": header}) == (422, "invalid_input")
        assert visitor.services.asked == []

    @pytest.mark.parametrize(
        ("named", "name"), [("Åsa Berg", "Åsa Berg"), (None, None), (7, None), ("", None), ("x" * 201, None)]
    )
    def test_the_name_in_the_token_is_handed_on_where_it_is_one(
        self, visitor: Visitor, named: object, name: str | None
    ) -> None:
        visitor.ask("GET", f"{LIST}/7", token=a_token(visitor.folder, name=named))
        assert visitor.services.asked[0][2].actor_name == name

    def test_whose_token_it_was_is_handed_on(self, visitor: Visitor) -> None:
        visitor.ask("GET", f"{LIST}/7")
        context = visitor.services.asked[0][2]
        assert (context.tenant, context.actor, context.roles) == ("orebro", "anna", ("recruiter",))

    def test_the_public_form_has_no_actor(self, visitor: Visitor) -> None:
        assert visitor.ask("POST", LIST, token=None, json=CALLBACK).status_code == 201
        context = visitor.services.asked[0][2]
        assert (context.tenant, context.actor, context.roles) == ("orebro", "", ())


class TestHeadersOut:
    def test_a_created_thing_says_where_it_is_and_which_version(self, visitor: Visitor) -> None:
        answer = visitor.ask("POST", LIST, json=CALLBACK)
        assert (answer.status_code, answer.headers["Location"]) == (201, f"{ROOT}{LIST}/7")
        assert answer.headers["ETag"] == '"3"'
        assert answer.content_type == "application/json"

    @pytest.mark.parametrize(("method", "path"), [("GET", f"{LIST}/7"), ("GET", "/nothing"), ("GET", "/health/live")])
    def test_every_answer_is_kept_by_nobody_and_guarded(self, visitor: Visitor, method: str, path: str) -> None:
        headers = visitor.ask(method, path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]

    def test_a_fault_of_a_service_is_a_problem_with_its_members(self, visitor: Visitor) -> None:
        visitor.services.answer = {
            "fault": {
                "code": "checks_missing",
                "status": 409,
                "title": "A check is missing.",
                "detail": "Two checks are missing.",
                "errors": [],
                "extra": {"blockers": [{"code": "check_missing", "detail": "police"}]},
            }
        }
        answer = visitor.ask("GET", f"{LIST}/7", headers={"X-Request-ID": "request-1"})
        assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
        assert answer.get_json() == {
            "type": "urn:hemvist:problem:checks_missing",
            "title": "A check is missing.",
            "status": 409,
            "detail": "Two checks are missing.",
            "instance": "urn:hemvist:request:request-1",
            "blockers": [{"code": "check_missing", "detail": "police"}],
        }

    @pytest.mark.parametrize("status", [503, 504])
    def test_trouble_says_when_to_try_again(self, visitor: Visitor, status: int) -> None:
        fault = {"code": "x", "status": status, "title": "X.", "detail": "X.", "errors": [], "extra": {}}
        visitor.services.answer = {"fault": fault}
        assert visitor.ask("GET", f"{LIST}/7").headers["Retry-After"] == "2"

    def test_an_exceptions_text_never_leaves(self, visitor: Visitor) -> None:
        visitor.services.answer = {"secret": "189001019802"}  # neither answer nor fault
        answer = visitor.ask("GET", f"{LIST}/7")
        assert answer.status_code == 500
        assert answer.get_json()["type"] == "urn:hemvist:problem:internal_fault"
        assert answer.get_json()["detail"] == "Something went wrong on our side. The request id finds it in the logs."


class TestAbout:
    def test_api_info_says_what_the_national_profile_asks_for(self, visitor: Visitor) -> None:
        info = visitor.ask("GET", "/api-info", token=None).get_json()
        assert info.pop("apiReleased").count("-") == 2
        assert info == {
            "apiName": "hemvist",
            "apiVersion": VERSION,
            "apiDocumentation": "http://localhost/hemvist/v1/docs/",
            "apiStatus": "active",
        }

    def test_behind_a_proxy_links_have_its_scheme(self, tmp_path_factory: Any, folder: Any) -> None:
        visitor = Visitor(folder, proxies=1)
        info = visitor.ask("GET", "/api-info", token=None, headers={"X-Forwarded-Proto": "https"}).get_json()
        assert info["apiDocumentation"].startswith("https://")

    def test_the_page_and_its_files_are_our_own(self, visitor: Visitor) -> None:
        moved = visitor.ask("GET", "/docs", token=None)
        assert (moved.status_code, moved.headers["Location"]) == (308, f"{ROOT}/docs/")
        page = visitor.ask("GET", "/docs/", token=None)
        text = page.get_data(as_text=True)
        assert "://" not in text.replace("<!DOCTYPE html>", "")
        assert "validatorUrl" in text
        assert '"validatorUrl": null' in text
        for name in ("swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "swagger-ui.css", "index.css"):
            assert f"{ROOT}/docs/{name}" in text
            assert visitor.ask("GET", f"/docs/{name}", token=None).status_code == 200
        for style in ("swagger-ui.css", "index.css"):
            sheet = visitor.ask("GET", f"/docs/{style}", token=None).get_data(as_text=True)
            assert "url(http" not in sheet.replace('"', "").replace("'", "")
            assert "@import" not in sheet

    def test_the_browser_is_told_to_fetch_nothing_from_elsewhere(self, visitor: Visitor) -> None:
        policy = visitor.ask("GET", "/docs/", token=None).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "connect-src 'self'" in policy
        assert "http" not in policy
        assert "*" not in policy

    def test_a_file_outside_the_page_is_not_found(self, visitor: Visitor) -> None:
        assert visitor.refusal("GET", "/docs/../templates/index.template.html", token=None) == (404, "not_found")

    def test_ready_lists_what_is_down(self, folder: Any) -> None:
        visitor = Visitor(folder)  # its readiness asks the broker that refuses
        answer = visitor.ask("GET", "/health/ready", token=None)
        assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
        body = answer.get_json()
        assert (body["type"], body["status"]) == ("urn:hemvist:problem:not_ready", 503)
        assert body["services"] == dict.fromkeys(SERVICES, "down")
        assert answer.headers["Retry-After"] == "2"

    def test_live_asks_nobody(self, visitor: Visitor) -> None:
        assert visitor.ask("GET", "/health/live", token=None).get_json() == {"status": "live"}
