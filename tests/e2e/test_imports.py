"""Imports over real HTTP: every row once, whatever is sent instead of a table, and what dies."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.cli.platform import Platform
from services.intake.imports.commands import AT_ONCE
from services.kernel.basics.ids import new_id
from tests.e2e.test_http import problem
from tests.staff import Staff
from tests.unit.kernel.pictures import a_pdf
from tests.waiting import eventually

HEADER = "external_id;kind;phone;message;consent"
CSV = "text/csv"


@pytest.fixture(scope="module")
def recruiter(platform: Platform) -> Staff:
    return Staff(platform, "vasteras", "recruiter")


def rows(number: int) -> Iterator[str]:
    """Lines of wishes to be rung up that nobody has sent before."""
    return (f"{new_id()};callback;+4670{one:07d};;ja" for one in range(number))


def send(staff: Staff, content: Any, kind: str = CSV, **headers: str) -> requests.Response:
    given = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return staff.session.post(f"{staff.base}/application-imports", data=content, headers=given, timeout=60)


def a_file(*lines: str, charset: str = "utf-8") -> bytes:
    return "\n".join([HEADER, *lines]).encode(charset)


def ended(staff: Staff, answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    where = f"/application-imports/{answer.json()['id']}"

    def over() -> dict[str, Any] | None:
        work = staff.get(where)
        return work if work["status"] in ("finished", "failed", "cancelled") else None

    return eventually(over, seconds=60)  # type: ignore[return-value]


def test_it_is_begun_at_once_and_followed_to_its_end(recruiter: Staff) -> None:
    content = a_file(*rows(3), "x;callback;12;;ja")
    answer = send(recruiter, content)
    assert answer.status_code == 202
    assert answer.headers["Location"].endswith(f"/application-imports/{answer.json()['id']}")
    work = ended(recruiter, answer)
    assert {name: work[name] for name in ("status", "done", "total", "rows", "accepted", "repeated", "rejected")} == {
        "status": "finished",
        "done": 4,
        "total": 4,
        "rows": 4,
        "accepted": 3,
        "repeated": 0,
        "rejected": 1,
    }
    assert work["problems"] == [
        {
            "line": 5,
            "field": "phone",
            "code": "phone_number",
            "parameters": {},
            "detail": "A phone number, like +46701234567.",
        }
    ]
    again = ended(recruiter, send(recruiter, content))
    assert (again["accepted"], again["repeated"], again["rejected"]) == (0, 3, 1)


def test_the_same_request_again_is_the_same_import(recruiter: Staff) -> None:
    content, key = a_file(*rows(1)), new_id()
    first, second = (send(recruiter, content, Idempotency_Key=key) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    other = send(recruiter, a_file(*rows(1)), Idempotency_Key=key)
    assert problem(other) == (422, "idempotency_key_reused")


def test_windows_1252_is_understood_when_it_is_said(recruiter: Staff) -> None:
    content = a_file(f"{new_id()};callback;0701234567;Örebro;ja", charset="windows-1252")
    assert problem(send(recruiter, content)) == (422, "text_not_readable")
    assert problem(send(recruiter, content, "text/csv; charset=koi8-r")) == (415, "unsupported_file_type")
    assert ended(recruiter, send(recruiter, content, "text/csv; charset=windows-1252"))["accepted"] == 1


def test_who_may_not(platform: Platform, recruiter: Staff) -> None:
    content = a_file(*rows(1))
    work = send(recruiter, content).json()
    one = f"/application-imports/{work['id']}"
    assert problem(send(Staff(platform, "vasteras"), content)) == (401, "token_missing")
    assert problem(send(Staff(platform, "vasteras", "caseworker"), content)) == (403, "missing_role")
    elsewhere = Staff(platform, "orebro", "recruiter")
    assert problem(elsewhere.ask("GET", one)) == (404, "not_found")
    assert problem(elsewhere.ask("POST", f"{one}/cancel", {})) == (404, "not_found")


class TestWhatIsNoTable:
    @pytest.fixture
    def store(self, platform: Platform) -> Path:
        return platform.state_dir / "files" / "vasteras" / "intake"

    @pytest.mark.parametrize(
        ("content", "kind", "refusal"),
        [
            (b"", CSV, (422, "file_broken")),
            (b"PK\x03\x04\x14\x00\x06\x00", CSV, (415, "unsupported_file_type")),
            (a_pdf(), CSV, (415, "unsupported_file_type")),
            (a_pdf(), "application/pdf", (415, "unsupported_file_type")),
            (a_file(), CSV, (422, "invalid_input")),
            (b"name;age\nAnna;40\n", CSV, (422, "invalid_input")),
            (HEADER.encode() + b'\n1;callback;"070', CSV, (422, "invalid_input")),
        ],
    )
    def test_it_is_refused_and_nothing_kept(
        self, recruiter: Staff, store: Path, content: bytes, kind: str, refusal: tuple[int, str]
    ) -> None:
        before = {entry.name for entry in store.iterdir()} if store.exists() else set()
        assert problem(send(recruiter, content, kind)) == refusal
        assert ({entry.name for entry in store.iterdir()} if store.exists() else set()) == before

    def test_a_file_of_200_mb_is_refused_before_it_is_read(self, recruiter: Staff) -> None:
        def content() -> Iterator[bytes]:
            yield a_file()
            for _ in range(3_200):
                yield b"1;callback;0701234567;;ja\n" * 2_500

        with_length = {"Content-Length": "200000000"}
        request = requests.Request(
            "POST",
            f"{recruiter.base}/application-imports",
            headers={**recruiter.session.headers, "Content-Type": CSV, **with_length},
        ).prepare()
        request.headers["Content-Length"] = "200000000"
        answer = recruiter.session.send(request, timeout=30)
        assert problem(answer) == (413, "body_too_large")
        try:
            answer = send(recruiter, content())
        except requests.ConnectionError:
            return  # the gateway has hung up on who goes on sending
        assert problem(answer) == (413, "body_too_large")


class TestDying:
    def test_an_import_whose_service_is_killed_goes_on_and_takes_each_row_once(
        self, platform: Platform, recruiter: Staff
    ) -> None:
        content = a_file(*rows(20 * AT_ONCE))
        answer = send(recruiter, content)
        where = f"/application-imports/{answer.json()['id']}"
        eventually(lambda: recruiter.get(where)["done"] >= AT_ONCE)
        platform.kill("intake")
        eventually(lambda: recruiter.ask("GET", where).status_code == 200, seconds=30)
        work = ended(recruiter, answer)
        assert (work["accepted"], work["repeated"], work["rejected"]) == (20 * AT_ONCE, 0, 0)

    def test_it_can_be_ended_and_what_it_took_in_stays(self, recruiter: Staff) -> None:
        content = a_file(*rows(40 * AT_ONCE))
        answer = send(recruiter, content)
        where = f"/application-imports/{answer.json()['id']}"
        eventually(lambda: recruiter.get(where)["done"] >= AT_ONCE)
        work = recruiter.post(f"{where}/cancel")
        assert work["status"] == "cancelled"
        assert AT_ONCE <= work["accepted"] < 40 * AT_ONCE
        assert json.dumps(recruiter.get(where), sort_keys=True) == json.dumps(work, sort_keys=True)
        assert problem(recruiter.ask("POST", f"{where}/cancel", {})) == (409, "work_has_ended")
