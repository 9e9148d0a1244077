"""Files over real HTTP: the applicant's and the recruiter's, everything that can be wrong with one, and what dies."""

import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from PIL import Image

from deploy.cli.names import ROOT
from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from services.kernel.basics.ids import new_id
from tests.e2e.test_http import problem
from tests.services.kernel.files.clamd import EICAR, real_clamd
from tests.staff import Staff
from tests.unit.kernel.pictures import GPS, SECRET, a_drawing, a_pdf, a_photo
from tests.waiting import eventually

FORM = SubmitApplication.example
LIMIT = 10 * 1024 * 1024
PDF = "application/pdf"


@pytest.fixture(scope="module")
def recruiter(platform: Platform) -> Staff:
    return Staff(platform, "vasteras", "recruiter")


@pytest.fixture
def application(recruiter: Staff) -> dict[str, Any]:
    return recruiter.post("/applications", FORM)


@pytest.fixture
def path(application: dict[str, Any]) -> str:
    return f"/applications/{application['id']}/attachments"


@pytest.fixture
def store(platform: Platform) -> Path:
    """Where the files of Västerås lie."""
    return platform.state_dir / "files" / "vasteras" / "intake"


def send(staff: Staff, path: str, data: Any, kind: str | None = PDF, **headers: str) -> requests.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if kind is not None:
        given["Content-Type"] = kind
    return staff.session.post(staff.base + path, data=data, headers=given, timeout=60)


def names(store: Path) -> set[str]:
    return {entry.name for entry in store.iterdir()} if store.exists() else set()


def listed(recruiter: Staff, application: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = recruiter.get(f"/applications/{application['id']}")["attachments"]
    return found


class TestAttachment:
    def test_a_paper_is_attached_listed_and_read_again(
        self, recruiter: Staff, application: dict[str, Any], path: str, store: Path
    ) -> None:
        content = a_pdf(300_000, b"189001019802 ")
        named = {"Content_Disposition": "attachment; filename*=UTF-8''Intyg%20fr%C3%A5n%20skolan.pdf"}
        sent = send(recruiter, path, content, **named)
        assert sent.status_code == 201, sent.text
        attached = sent.json()
        assert set(attached) == {"id", "name", "media_type", "size", "created_at"}
        assert (attached["name"], attached["media_type"], attached["size"]) == (
            "Intyg från skolan.pdf",
            PDF,
            len(content),
        )
        assert listed(recruiter, application) == [attached]
        assert sent.headers["Location"] == f"/hemvist/v1/vasteras{path}/{attached['id']}"
        read = recruiter.ask("GET", f"{path}/{attached['id']}")
        assert (read.status_code, read.content) == (200, content)
        assert read.headers["Content-Type"] == PDF
        assert read.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Intyg%20fr%C3%A5n%20skolan.pdf"
        assert read.headers["X-Content-Type-Options"] == "nosniff"
        assert b"189001019802" not in (store / attached["id"]).read_bytes()

    def test_a_photo_loses_its_position_and_stands_upright(self, recruiter: Staff, path: str) -> None:
        sent = send(recruiter, path, a_photo(60, 40, orientation=6), "image/jpeg")
        assert sent.status_code == 201, sent.text
        raw = recruiter.ask("GET", f"{path}/{sent.json()['id']}").content
        assert len(raw) == sent.json()["size"]
        picture = Image.open(io.BytesIO(raw))
        assert picture.size == (40, 60)
        assert not picture.getexif().get_ifd(GPS)
        assert SECRET.encode() not in raw

    def test_an_applicant_attaches_without_logging_in(
        self, platform: Platform, recruiter: Staff, application: dict[str, Any]
    ) -> None:
        anybody = Staff(platform, "vasteras")
        own = {"Application_Reference": application["reference"], "Phone_Last_Four": FORM["phone"][-4:]}
        sent = send(anybody, "/application-status/attachments", a_drawing(), "image/png", **own)
        assert sent.status_code == 201, sent.text
        assert listed(recruiter, application) == [sent.json()]
        wrong = {**own, "Phone_Last_Four": "0000"}
        assert problem(send(anybody, "/application-status/attachments", a_pdf(), **wrong)) == (404, "not_found")

    def test_the_same_key_is_one_file_here_and_in_the_store(
        self, recruiter: Staff, application: dict[str, Any], path: str, store: Path
    ) -> None:
        before, key = names(store), new_id()
        first, second = (send(recruiter, path, a_pdf(), Idempotency_Key=key) for _ in range(2))
        assert (second.status_code, second.json()) == (201, first.json())
        assert problem(send(recruiter, path, a_pdf(500), Idempotency_Key=key)) == (422, "idempotency_key_reused")
        assert names(store) - before == {first.json()["id"]}
        assert listed(recruiter, application) == [first.json()]

    def test_the_same_content_is_noticed(
        self, recruiter: Staff, application: dict[str, Any], path: str, store: Path
    ) -> None:
        before = names(store)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: send(recruiter, path, a_pdf(200_000)), range(4)))
        (kept,) = [answer.json() for answer in answers if answer.status_code == 201]
        refusals = [answer for answer in answers if answer.status_code != 201]
        assert {problem(answer) for answer in refusals} == {(409, "file_already_attached")}
        assert {answer.json()["file_id"] for answer in refusals} == {kept["id"]}
        assert names(store) - before == {kept["id"]}

    def test_sixteen_at_once_are_each_as_they_were(self, recruiter: Staff, store: Path) -> None:
        contents = [a_pdf(2_000_000, b"%d " % number) for number in range(16)]
        wheres = [f"/applications/{recruiter.post('/applications', FORM)['id']}/attachments" for _ in contents]
        with ThreadPoolExecutor(16) as pool:
            sent = list(pool.map(lambda one: send(recruiter, *one), zip(wheres, contents, strict=True)))
            assert {answer.status_code for answer in sent} == {201}
            paths = [f"{where}/{answer.json()['id']}" for where, answer in zip(wheres, sent, strict=True)]
            read = list(pool.map(lambda one: recruiter.ask("GET", one).content, paths))
        assert read == contents


class TestWrongInput:
    @pytest.fixture(autouse=True)
    def nothing_is_kept(self, recruiter: Staff, application: dict[str, Any], store: Path) -> Iterator[None]:
        before = names(store)
        yield
        assert names(store) == before
        assert listed(recruiter, application) == []

    @pytest.mark.parametrize(
        ("content", "kind", "refusal"),
        [
            (b"#!/bin/sh\nrm -rf /\n", "image/png", (415, "unsupported_file_type")),
            (b"\x89PNG\r\n\x1a\n#!/bin/sh\nrm -rf /\n", "image/png", (422, "file_broken")),
            (a_drawing(), "image/jpeg", (415, "unsupported_file_type")),
            (b"{}", "application/json", (415, "unsupported_file_type")),
            (b"", PDF, (422, "file_broken")),
            (a_pdf(100_000)[:60_000], PDF, (422, "file_broken")),
            (a_photo(300, 300)[:-300], "image/jpeg", (422, "file_broken")),
            (a_drawing(300, 300)[:-1], "image/png", (422, "file_broken")),
        ],
        ids=["script", "script behind png", "png as jpeg", "json", "empty", "half pdf", "half photo", "half drawing"],
    )
    def test_what_is_no_such_file(
        self, recruiter: Staff, path: str, content: bytes, kind: str, refusal: tuple[int, str]
    ) -> None:
        assert problem(send(recruiter, path, content, kind)) == refusal

    def test_ten_mebibytes_and_a_byte(self, recruiter: Staff, path: str) -> None:
        content = a_pdf(LIMIT + 1)
        assert problem(send(recruiter, path, content)) == (413, "body_too_large")
        chunks = (content[at : at + 65536] for at in range(0, len(content), 65536))
        assert problem(send(recruiter, path, chunks)) == (413, "body_too_large")

    def test_two_hundred_mebibytes_in_chunks(self, recruiter: Staff, path: str) -> None:
        chunks = (bytes(1024 * 1024) if number else a_pdf()[:9] + bytes(1024 * 1024) for number in range(200))
        with suppress(requests.ConnectionError):  # a client that does not stop to listen hears nothing
            assert problem(send(recruiter, path, chunks)) == (413, "body_too_large")

    def test_who_may_not(self, platform: Platform, path: str) -> None:
        assert problem(send(Staff(platform, "vasteras"), path, a_pdf())) == (401, "token_missing")
        assert problem(send(Staff(platform, "vasteras", "caseworker"), path, a_pdf())) == (403, "missing_role")
        assert problem(send(Staff(platform, "orebro", "recruiter"), path, a_pdf())) == (404, "not_found")

    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_sender_who_breaks_off(self, platform: Platform, recruiter: Staff, path: str, chunked: bool) -> None:
        with an_upload(platform, recruiter, path, a_pdf(2_000_000), sent=1_000_000, chunked=chunked):
            pass
        assert eventually(lambda: recruiter.ask("GET", "/applications").status_code == 200)


@contextmanager
def an_upload(
    platform: Platform, staff: Staff, path: str, content: bytes, *, sent: int, chunked: bool = False
) -> Iterator[socket.socket]:
    """The beginning of an upload; the rest is the test's."""
    where = urlsplit(staff.base + path)
    head = [
        f"POST {where.path} HTTP/1.1",
        f"Host: {where.netloc}",
        f"Authorization: {staff.session.headers['Authorization']!s}",
        f"Content-Type: {PDF}",
        "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(content)}",
    ]
    begun = b"%x\r\n%b\r\n" % (sent, content[:sent]) if chunked else content[:sent]
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=30) as connection:
        connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + begun)
        yield connection


class TestReading:
    @pytest.fixture
    def attached(self, recruiter: Staff, path: str) -> dict[str, Any]:
        sent = send(recruiter, path, a_pdf(1_000_000))
        assert sent.status_code == 201, sent.text
        return dict(sent.json())

    def test_who_may_not(self, platform: Platform, path: str, attached: dict[str, Any]) -> None:
        one = f"{path}/{attached['id']}"
        assert problem(Staff(platform, "vasteras").ask("GET", one)) == (401, "token_missing")
        assert problem(Staff(platform, "vasteras", "caseworker").ask("GET", one)) == (403, "missing_role")
        assert problem(Staff(platform, "orebro", "recruiter").ask("GET", one)) == (404, "not_found")

    def test_head_says_the_same_without_a_body(self, recruiter: Staff, path: str, attached: dict[str, Any]) -> None:
        head = recruiter.ask("HEAD", f"{path}/{attached['id']}")
        assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "1000000")

    def test_what_is_gone_from_the_store_is_unavailable(
        self, recruiter: Staff, path: str, store: Path, attached: dict[str, Any]
    ) -> None:
        (store / attached["id"]).unlink()
        assert problem(recruiter.ask("GET", f"{path}/{attached['id']}")) == (503, "file_store_unavailable")

    def test_what_was_changed_in_the_store_is_not_sent(
        self, recruiter: Staff, path: str, store: Path, attached: dict[str, Any]
    ) -> None:
        place = store / attached["id"]
        raw = bytearray(place.read_bytes())
        raw[500_000] ^= 1
        place.write_bytes(raw)
        with pytest.raises(requests.RequestException):
            recruiter.ask("GET", f"{path}/{attached['id']}")
        raw[0] ^= 1
        place.write_bytes(raw)
        assert problem(recruiter.ask("GET", f"{path}/{attached['id']}")) == (500, "internal_fault")


class TestSlowOnes:
    def test_senders_and_readers_who_do_not_go_on_delay_nobody_else(
        self, platform: Platform, recruiter: Staff, path: str
    ) -> None:
        attached = send(recruiter, path, a_pdf(8_000_000)).json()
        elsewhere = Staff(platform, "orebro", "recruiter")
        with ThreadPoolExecutor(1) as pool:
            stalled = [an_upload(platform, recruiter, path, a_pdf(9_000_000), sent=100_000) for _ in range(10)]
            slow = [recruiter.session.get(f"{recruiter.base}{path}/{attached['id']}", stream=True) for _ in range(3)]
            try:
                for one in stalled:
                    one.__enter__()
                for staff in (elsewhere, recruiter):
                    began = time.monotonic()
                    assert pool.submit(staff.get, "/applications").result(30)
                    assert time.monotonic() - began < 4, "the gateway's deadline is five seconds"
            finally:
                for one in stalled:
                    one.__exit__(None, None, None)
                for answer in slow:
                    answer.close()
        eventually(lambda: send(recruiter, path, a_pdf(1234)).status_code == 201)

    def test_a_municipality_that_holds_its_share_is_asked_to_come_again(
        self, platform: Platform, recruiter: Staff, path: str
    ) -> None:
        with ExitStack() as stalled:

            def busy() -> list[requests.Response]:
                """One more that does not go on, until a whole one is refused."""
                stalled.enter_context(an_upload(platform, recruiter, path, a_pdf(9_000_000), sent=100_000))
                answer = send(recruiter, path, a_pdf())
                return [answer] if answer.status_code == 503 else []

            (refused,) = eventually(busy)
            assert problem(refused) == (503, "files_busy")
            assert refused.headers["Retry-After"]
            other = Staff(platform, "orebro", "recruiter")
            there = f"/applications/{other.post('/applications', FORM)['id']}/attachments"
            assert send(other, there, a_pdf()).status_code == 201


class TestScanner:
    @pytest.fixture(scope="class", autouse=True)
    @staticmethod
    def gateway(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
        """A second gateway, with a real scanner."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with real_clamd(tmp_path_factory.mktemp("clamd")) as scanner:
            given = {"HEMVIST_SCANNER": scanner, "HEMVIST_GATEWAY_PORT": str(port)}
            environment = {**os.environ, **platform.service_environment("gateway"), **given}
            process = subprocess.Popen([sys.executable, "-m", "gateway"], cwd=ROOT, env=environment)
            try:
                url = f"http://127.0.0.1:{port}/hemvist/v1"
                eventually(lambda: _is_alive(url))
                yield url
            finally:
                process.terminate()
                process.wait(20)

    def test_a_virus_is_refused_and_a_clean_file_taken(
        self, gateway: str, recruiter: Staff, application: dict[str, Any], path: str, store: Path
    ) -> None:
        before = names(store)
        headers = {"Authorization": str(recruiter.session.headers["Authorization"]), "Content-Type": PDF}
        url = f"{gateway}/vasteras{path}"
        infected = requests.post(url, data=a_pdf(content=b"\n" + EICAR), headers=headers, timeout=30)
        assert problem(infected) == (422, "virus_found")
        assert names(store) == before
        clean = requests.post(url, data=a_pdf(), headers=headers, timeout=30)
        assert clean.status_code == 201, clean.text


def _is_alive(url: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"{url}/health/live", timeout=2).status_code == 200
    return False


class TestDying:
    def test_a_gateway_killed_in_the_middle_leaves_nothing(
        self, platform: Platform, recruiter: Staff, application: dict[str, Any], path: str, store: Path
    ) -> None:
        before = names(store)
        with an_upload(platform, recruiter, path, a_pdf(5_000_000), sent=3_000_000) as connection:
            platform.kill("gateway")
            connection.settimeout(20)
            with suppress(ConnectionError):
                assert connection.recv(1) == b"", "a part of the gateway goes on without the rest"
        eventually(lambda: _is_alive(platform.gateway_url), seconds=30)
        eventually(lambda: recruiter.ask("GET", "/applications").status_code == 200, seconds=30)
        assert names(store) == before
        assert listed(recruiter, application) == []
        assert send(recruiter, path, a_pdf()).status_code == 201

    def test_a_service_that_is_away_leaves_nothing(
        self, platform: Platform, recruiter: Staff, path: str, store: Path
    ) -> None:
        before = names(store)
        platform.stop("intake")
        try:
            assert problem(send(recruiter, path, a_pdf())) == (503, "service_unavailable")
        finally:
            platform.start("intake")
        assert names(store) == before
        eventually(lambda: send(recruiter, path, a_pdf()).status_code == 201)

    def test_a_service_killed_before_its_commit_leaves_an_orphan_that_is_swept(
        self, platform: Platform, recruiter: Staff, application: dict[str, Any], path: str, store: Path
    ) -> None:
        before = names(store)
        with psycopg.connect(platform.owner_url("intake")) as held, ThreadPoolExecutor(1) as pool:
            held.execute("select set_config('hemvist.tenant', 'vasteras', false)")
            held.execute("select 1 from application where id = %s for update", (application["id"],))
            sending = pool.submit(send, recruiter, path, a_pdf())
            eventually(lambda: _waits_for_a_lock(held))
            (orphan,) = names(store) - before
            platform.kill("intake")
            assert sending.result(60).status_code in (503, 504)
        eventually(lambda: recruiter.ask("GET", "/applications").status_code == 200, seconds=30)
        assert listed(recruiter, application) == []
        assert problem(recruiter.ask("GET", f"{path}/{orphan}")) == (404, "not_found")
        yesterday = time.time() - 25 * 3600
        os.utime(store / orphan, (yesterday, yesterday))
        with psycopg.connect(platform.owner_url("intake"), autocommit=True) as connection:
            connection.execute("select set_config('hemvist.tenant', 'vasteras', false)")
            connection.execute("update duty set due_at = now() where name = 'sweep_files'")
            connection.execute("notify duty")
        eventually(lambda: orphan not in names(store), seconds=30)
        assert names(store) >= before


def _waits_for_a_lock(connection: "psycopg.Connection[Any]") -> bool:
    """Whether somebody else waits for what this connection holds."""
    found = connection.execute(
        "select 1 from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))"
    ).fetchone()
    return found is not None
