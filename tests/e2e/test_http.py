"""The interface over real HTTP: intake's path, every kind of wrong input, a service that is away, many at once."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import extract_compact

from deploy.cli.platform import Platform
from gateway.development import issue_token
from services.intake.contract.form import SubmitApplication
from services.kernel.basics.ids import new_id
from tests.staff import Staff
from tests.waiting import eventually

FORM = SubmitApplication.example
CALLBACK = {"kind": "callback", "phone": "+46701234567", "consent": True}
WRONG_DIGIT = {**FORM, "adults": [{**FORM["adults"][0], "personal_number": "189001019803"}]}
LIMIT = 1024 * 1024


@pytest.fixture(scope="module")
def recruiter(platform: Platform) -> Staff:
    return Staff(platform, "borlange", "recruiter")


@pytest.fixture(scope="module")
def anybody(platform: Platform) -> Staff:
    return Staff(platform, "borlange")


@pytest.fixture
def application(recruiter: Staff) -> dict[str, Any]:
    return recruiter.post("/applications", FORM)


def problem(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal, which must be a problem."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["instance"] == f"urn:hemvist:request:{answer.headers['X-Request-ID']}"
    assert "Traceback" not in answer.text
    return answer.status_code, body["type"].removeprefix("urn:hemvist:problem:")


def done(answer: requests.Response) -> requests.Response | None:
    """The answer, unless it says to try again."""
    return None if "Retry-After" in answer.headers else answer


def send(staff: Staff, path: str, data: Any, token: str | None = None, **headers: str) -> requests.Response:
    """A POST of bytes as they are, in chunks if they come so."""
    given = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
    if token is not None:
        given["Authorization"] = f"Bearer {token}"
    return requests.post(staff.base + path, data=data, headers=given, timeout=30)


class TestApplication:
    def test_an_interest_is_read_contacted_and_qualified(self, anybody: Staff, recruiter: Staff) -> None:
        sent = anybody.ask("POST", "/applications", FORM, X_Request_ID="form-from-the-web")
        assert (sent.status_code, sent.headers["X-Request-ID"]) == (201, "form-from-the-web")
        assert sent.headers["Content-Type"] == "application/json"
        assert sent.headers["Cache-Control"] == "no-store"
        assert "RateLimit" in sent.headers
        assert sent.headers["Location"] == f"/hemvist/v1/borlange/applications/{sent.json()['id']}"

        path = f"/applications/{sent.json()['id']}"
        read = recruiter.ask("GET", path)
        assert (read.status_code, read.headers["ETag"]) == (200, sent.headers["ETag"])
        assert read.json()["adults"][0]["personal_number"] == FORM["adults"][0]["personal_number"]
        assert read.json()["address"]["locality"] == "Örebro"

        contact = {"way": "phone", "reached": True, "note": "En träff på tisdag."}
        contacted = recruiter.ask("POST", f"{path}/contacts", contact)
        assert (contacted.status_code, contacted.json()["status"]) == (200, "contacted")
        assert contacted.headers["ETag"] != read.headers["ETag"]
        assert recruiter.post(f"{path}/qualify")["status"] == "qualified"
        assert recruiter.get("/applications?status=qualified&limit=1")["limit"] == 1

    def test_the_request_id_is_found_again_in_the_log(self, platform: Platform, recruiter: Staff) -> None:
        name = f"order-{new_id()}"
        recruiter.ask("GET", "/applications", X_Request_ID=name)
        assert eventually(lambda: name in platform.log("gateway").read_text())

    def test_the_same_key_is_one_application(self, recruiter: Staff) -> None:
        before, key = recruiter.get("/applications")["total"], new_id()
        first = recruiter.ask("POST", "/applications", FORM, Idempotency_Key=key)
        again = recruiter.ask("POST", "/applications", FORM, Idempotency_Key=key)
        assert (again.status_code, again.json()) == (201, first.json())
        assert (again.headers["Location"], again.headers["ETag"]) == (first.headers["Location"], first.headers["ETag"])
        other = recruiter.ask("POST", "/applications", CALLBACK, Idempotency_Key=key)
        assert problem(other) == (422, "idempotency_key_reused")
        assert recruiter.get("/applications")["total"] == before + 1

    def test_head_says_the_same_without_a_body(self, recruiter: Staff, application: dict[str, Any]) -> None:
        path = f"/applications/{application['id']}"
        head, get = recruiter.ask("HEAD", path), recruiter.ask("GET", path)
        assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", get.headers["ETag"])

    def test_a_body_may_come_in_chunks(self, recruiter: Staff) -> None:
        data = json.dumps(CALLBACK).encode()
        answer = send(recruiter, "/applications", iter([data[:10], data[10:]]))
        assert answer.status_code == 201, answer.text


class TestWrongInput:
    @pytest.fixture(autouse=True)
    def nothing_changes(self, recruiter: Staff, application: dict[str, Any]) -> Iterator[None]:
        def state() -> tuple[int, str]:
            one = recruiter.ask("GET", f"/applications/{application['id']}")
            return recruiter.get("/applications")["total"], one.headers["ETag"]

        before = state()
        yield
        assert state() == before

    @pytest.mark.parametrize(
        ("data", "refusal"),
        [
            (b"{", (400, "malformed_request")),
            (b'{"latitude": NaN}', (400, "malformed_request")),
            (b"[" * 100_000, (400, "malformed_request")),
            (b"[]", (422, "invalid_input")),
            (json.dumps({**FORM, "favourite_colour": "blue"}).encode(), (422, "invalid_input")),
            (json.dumps(WRONG_DIGIT).encode(), (422, "invalid_input")),
            (json.dumps({**CALLBACK, "message": "a\x00b"}).encode(), (422, "invalid_input")),
            (json.dumps({**CALLBACK, "message": "\ud800"}).encode(), (422, "invalid_input")),
            (json.dumps({**CALLBACK, "message": "x" * LIMIT}).encode(), (413, "body_too_large")),
        ],
        ids=["half", "nan", "deep", "list", "unknown field", "check digit", "nul", "surrogate", "too large"],
    )
    def test_a_wrong_body(self, anybody: Staff, data: bytes, refusal: tuple[int, str]) -> None:
        answer = send(anybody, "/applications", data)
        assert problem(answer) == refusal
        assert "189001019803" not in answer.text

    def test_a_body_over_the_limit_in_chunks(self, anybody: Staff) -> None:
        data = json.dumps({**CALLBACK, "message": "x" * LIMIT}).encode()
        answer = send(anybody, "/applications", (data[at : at + 65536] for at in range(0, len(data), 65536)))
        assert problem(answer) == (413, "body_too_large")

    def test_another_media_type(self, anybody: Staff) -> None:
        answer = send(anybody, "/applications", b"kind=callback", Content_Type="application/x-www-form-urlencoded")
        assert problem(answer) == (415, "unsupported_media_type")

    def test_an_unknown_municipality(self, platform: Platform) -> None:
        assert problem(Staff(platform, "atlantis").ask("POST", "/applications", FORM)) == (404, "not_found")

    def test_no_token(self, anybody: Staff, application: dict[str, Any]) -> None:
        answer = anybody.ask("POST", f"/applications/{application['id']}/qualify", {})
        assert problem(answer) == (401, "token_missing")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hemvist"'

    def test_a_stale_token(self, platform: Platform, anybody: Staff, application: dict[str, Any]) -> None:
        yesterday = platform.now() - timedelta(days=1)
        token = issue_token(
            platform.issuer_dir, municipality="borlange", roles=["recruiter"], sub="anna", now=yesterday
        )
        answer = send(anybody, f"/applications/{application['id']}/qualify", b"{}", token)
        assert problem(answer) == (401, "token_invalid")

    def test_a_forged_token(self, platform: Platform, anybody: Staff, application: dict[str, Any]) -> None:
        good = platform.token(municipality="borlange", roles=["recruiter"])
        kid = RSAKey.import_key(json.loads((platform.issuer_dir / "borlange.jwk.json").read_text())).kid
        said = json.loads(extract_compact(good.encode()).payload)
        forged = jwt.encode({"alg": "RS256", "kid": kid}, said, RSAKey.generate_key(2048))
        for token in (forged, good[:-8] + "AAAAAAAA", "nonsense"):
            answer = send(anybody, f"/applications/{application['id']}/qualify", b"{}", token)
            assert problem(answer) == (401, "token_invalid")

    def test_another_municipalitys_token_finds_what_is_not_there(
        self, platform: Platform, anybody: Staff, recruiter: Staff, application: dict[str, Any]
    ) -> None:
        token = platform.token(municipality="vasteras", roles=["recruiter"])
        same = {"X_Request_ID": "request-1"}
        foreign = send(anybody, f"/applications/{application['id']}/qualify", b"{}", token, **same)
        unknown = recruiter.ask("POST", f"/applications/{new_id()}/qualify", {}, **same)
        assert problem(foreign) == (404, "not_found")
        assert foreign.content == unknown.content
        own = Staff(platform, "vasteras", "recruiter").ask("GET", f"/applications/{application['id']}", **same)
        assert own.content == unknown.content

    def test_the_wrong_role(self, platform: Platform, application: dict[str, Any]) -> None:
        caseworker = Staff(platform, "borlange", "caseworker", "home")
        answer = caseworker.ask("POST", f"/applications/{application['id']}/qualify", {})
        assert problem(answer) == (403, "missing_role")

    @pytest.mark.parametrize(
        ("method", "path", "refusal"),
        [
            ("GET", "/palaces", (404, "not_found")),
            ("GET", "/applications/a%00b", (404, "not_found")),
            ("GET", "/applications/%ff", (404, "not_found")),
            ("GET", "/applications/" + "x" * 3000, (404, "not_found")),
            ("DELETE", "/applications", (405, "method_not_allowed")),
            ("GET", "/applications?colour=blue", (422, "invalid_input")),
            ("GET", "/applications?page=1&page=2", (422, "invalid_input")),
            ("GET", "/applications?limit=101", (422, "invalid_input")),
            ("GET", "/applications?status=lost", (422, "invalid_input")),
        ],
    )
    def test_a_wrong_path_or_query(self, recruiter: Staff, method: str, path: str, refusal: tuple[int, str]) -> None:
        assert problem(recruiter.ask(method, path)) == refusal

    def test_a_wrong_idempotency_key(self, recruiter: Staff) -> None:
        answer = recruiter.ask("POST", "/applications", FORM, Idempotency_Key="x" * 201)
        assert problem(answer) == (422, "invalid_input")


class TestWrongState:
    def test_it_is_refused_and_stays_as_it_is(self, recruiter: Staff) -> None:
        path = f"/applications/{recruiter.post('/applications', CALLBACK)['id']}"
        before = recruiter.ask("GET", path).headers["ETag"]
        assert problem(recruiter.ask("POST", f"{path}/qualify", {})) == (409, "application_without_adult")
        read = recruiter.ask("GET", path)
        assert (read.headers["ETag"], read.json()["status"]) == (before, "received")


class TestServiceAway:
    def test_its_operations_are_refused_at_once_and_done_when_it_is_back(
        self, platform: Platform, recruiter: Staff
    ) -> None:
        before, key = recruiter.get("/applications")["total"], new_id()
        platform.stop("intake")
        try:
            began = time.monotonic()
            answer = recruiter.ask("POST", "/applications", FORM, Idempotency_Key=key)
            assert time.monotonic() - began < 4, "the gateway's deadline is five seconds"
            assert problem(answer) == (503, "service_unavailable")
            assert answer.headers["Retry-After"] == "2"
            ready = requests.get(f"{platform.gateway_url}/health/ready", timeout=60)
            assert (ready.status_code, ready.json()["services"]["intake"]) == (503, "down")
            assert ready.json()["services"]["placement"] == "up"
            assert requests.get(f"{platform.gateway_url}/health/live", timeout=60).status_code == 200
        finally:
            platform.start("intake")

        def done() -> bool:
            return recruiter.ask("POST", "/applications", FORM, Idempotency_Key=key).status_code == 201

        eventually(done)
        assert recruiter.get("/applications")["total"] == before + 1
        eventually(lambda: requests.get(f"{platform.gateway_url}/health/ready", timeout=60).status_code == 200)

    def test_the_others_go_on(self, platform: Platform, recruiter: Staff) -> None:
        platform.stop("investigation")
        try:
            assert recruiter.ask("POST", "/applications", FORM).status_code == 201
            investigator = Staff(platform, "borlange", "investigator")
            began = time.monotonic()
            assert problem(investigator.ask("GET", "/investigations")) == (503, "service_unavailable")
            assert time.monotonic() - began < 4, "the gateway's deadline is five seconds"
        finally:
            platform.start("investigation")
        eventually(lambda: investigator.ask("GET", "/investigations").status_code == 200)


class TestManyAtOnce:
    def test_fifty_are_fifty_applications(self, anybody: Staff, recruiter: Staff) -> None:
        before = recruiter.get("/applications")["total"]

        def submit(_: int) -> requests.Response:
            return eventually(lambda: done(send(anybody, "/applications", json.dumps(FORM))))

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(submit, range(50)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 50
        assert recruiter.get("/applications")["total"] == before + 50

    def test_fifty_with_one_key_are_one(self, anybody: Staff, recruiter: Staff) -> None:
        before, key = recruiter.get("/applications")["total"], new_id()

        def submit(_: int) -> requests.Response:
            """As a good client does it: what the municipality's share refuses is sent again."""
            return eventually(lambda: done(send(anybody, "/applications", json.dumps(FORM), Idempotency_Key=key)))

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(submit, range(50)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert recruiter.get("/applications")["total"] == before + 1


class TestAbout:
    def test_the_page_and_the_description_are_served(self, platform: Platform) -> None:
        page = requests.get(f"{platform.gateway_url}/docs", timeout=60)
        assert (page.status_code, page.url) == (200, f"{platform.gateway_url}/docs/")
        for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
            assert requests.get(f"{platform.gateway_url}/docs/{name}", timeout=60).status_code == 200
        spec = requests.get(f"{platform.gateway_url}/openapi.json", timeout=60).json()
        assert spec["openapi"].startswith("3.1.")
        info = requests.get(f"{platform.gateway_url}/api-info", timeout=60).json()
        assert info["apiDocumentation"] == f"{platform.gateway_url}/docs/"

    def test_the_answer_does_not_say_what_serves_it(self, platform: Platform) -> None:
        headers = requests.get(f"{platform.gateway_url}/health/live", timeout=60).headers
        assert headers["Server"] == "hemvist"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_request_that_was_refused_before_its_body_was_read_harms_none_that_follows(platform: Platform) -> None:
    """A client sends the next request on the same connection, unless it was told that the server hangs up."""
    visitor = Staff(platform, "orebro")
    for _ in range(50):
        sent = visitor.ask("POST", "/pay-runs", {"month": "2026-04", "note": "x" * 20_000})
        assert (sent.status_code, sent.headers["Connection"]) == (401, "close")
        assert visitor.ask("POST", "/applications", CALLBACK).status_code == 201
