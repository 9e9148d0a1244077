"""Weeding over HTTP: all services as one, whatever dies, and nothing of a home anywhere afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from services.kernel.work.retention.runs import WEEDED_AT_ONCE, next_digest
from tests import run
from tests.conftest import database_url
from tests.staff import Staff
from tests.waiting import eventually

FORM = SubmitApplication.example
CALLBACK = {"kind": "callback", "phone": "+46701234567", "consent": True}
TOWN, *_ = run.ALONE


@pytest.fixture(scope="module")
def anna(platform: Platform) -> Staff:
    return Staff(platform, TOWN, "admin", sub="anna")


@pytest.fixture(scope="module")
def bo(platform: Platform) -> Staff:
    return Staff(platform, TOWN, "admin", sub="bo")


@pytest.fixture(scope="module")
def recruiter(platform: Platform) -> Staff:
    return Staff(platform, TOWN, "recruiter")


@contextmanager
def database(platform: Platform, service: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(database_url(platform, f"hemvist_{service}"), autocommit=True) as connection:
        yield connection


def grow_old(platform: Platform, service: str, *tables: str) -> None:
    """As if six years had passed over all that the municipality has there."""
    with database(platform, service) as connection:
        for table in tables:
            connection.execute(
                f"update {table} set changed_at = changed_at - interval '6 years' where tenant = %s", (TOWN,)
            )


def count(platform: Platform, service: str, table: str) -> int:
    with database(platform, service) as connection:
        row = connection.execute(f"select count(*) from {table} where tenant = %s", (TOWN,)).fetchone()
    assert row is not None
    return int(row[0])


def begin(staff: Staff, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
    answer = staff.ask("POST", path, body or {}, **headers)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"].endswith(f"{path}/{answer.json()['id']}")
    return dict(answer.json())


def ended(staff: Staff, path: str) -> dict[str, Any]:
    def finished() -> dict[str, Any] | None:
        answer = staff.ask("GET", path)
        found = dict(answer.json())
        return found if answer.status_code == 200 and found["status"] == "finished" else None

    return dict(eventually(finished, seconds=60))


def test_a_home_that_is_weeded_is_gone_from_every_service(
    platform: Platform, anna: Staff, bo: Staff, recruiter: Staff
) -> None:
    application = recruiter.post("/applications", FORM)["id"]
    recruiter.post(f"/applications/{application}/qualify", {"home_id": None})
    copies = ("placement", "mentorship", "compensation")
    for service in ("investigation", *copies):
        eventually(lambda service=service: count(platform, service, "home") == 1)  # type: ignore[misc]
    grow_old(platform, "investigation", "home", "investigation")

    preview = begin(anna, "/retention/previews", Idempotency_Key="preview-1")
    assert begin(anna, "/retention/previews", Idempotency_Key="preview-1")["id"] == preview["id"]
    found = ended(anna, f"/retention/previews/{preview['id']}")
    assert set(found["parts"]) == set(SERVICES)
    assert [one["kind"] for one in found["parts"]["investigation"]["due"]] == ["home"]
    (home,) = found["parts"]["investigation"]["due"][0]["ids"]
    body = {"preview_id": preview["id"], "reason": "Nämndens beslut."}
    refused = anna.ask("POST", "/retention/runs", body)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:hemvist:problem:second_person_needed")
    record = ended(bo, f"/retention/runs/{begin(bo, '/retention/runs', body)['id']}")
    assert record["parts"]["investigation"]["deleted"] == [{"kind": "home", "count": 1}]
    assert record["parts"]["investigation"]["digest"] == next_digest("", "home", home)

    for service in ("investigation", *copies):
        eventually(lambda service=service: count(platform, service, "home") == 0)  # type: ignore[misc]
    eventually(lambda: recruiter.ask("GET", f"/applications/{application}").status_code == 404)


def test_a_run_whose_service_is_killed_goes_on_and_leaves_nothing_half(
    platform: Platform, anna: Staff, bo: Staff, recruiter: Staff
) -> None:
    number = 15 * WEEDED_AT_ONCE
    before = count(platform, "intake", "application")
    with database(platform, "intake") as connection:
        one = recruiter.post("/applications", CALLBACK)["id"]
        recruiter.post(f"/applications/{one}/contacts", {"way": "phone", "reached": True, "note": "Hej."})
        columns = [
            name
            for (name,) in connection.execute(
                "select column_name from information_schema.columns where table_name = 'application' "
                "and column_name not in ('id', 'reference')"
            )
        ]
        connection.execute(
            f"insert into application (id, reference, {', '.join(columns)}) "
            f"select 'old-' || n, 'old-' || n, {', '.join(columns)} from application, generate_series(1, {number}) n "
            "where id = %s",
            (one,),
        )
        connection.execute(
            "insert into contact_attempt (tenant, id, application_id, at, by, way, reached, note) "
            "select c.tenant, 'c-' || a.id, a.id, c.at, c.by, c.way, c.reached, c.note "
            "from contact_attempt c, application a where c.application_id = %s and a.id like 'old-%%'",
            (one,),
        )
        connection.execute("update application set changed_at = now() - interval '6 years' where id like 'old-%'")
    preview = ended(anna, f"/retention/previews/{begin(anna, '/retention/previews')['id']}")
    assert preview["parts"]["intake"]["due"][0]["count"] == number
    run = begin(bo, "/retention/runs", {"preview_id": preview["id"], "reason": "Nämndens beslut."})
    where = f"/retention/runs/{run['id']}"
    eventually(lambda: count(platform, "intake", "application") < before + number)
    platform.kill("intake")
    left, parts = count(platform, "intake", "application"), count(platform, "intake", "contact_attempt")
    assert left - before == parts, "an application has lost its parts, or they have lost it"
    record = ended(bo, where)
    assert record["parts"]["intake"]["deleted"] == [{"kind": "application", "count": number}]
    assert record["parts"]["intake"]["rows"] == [
        {"kind": "application", "count": number},
        {"kind": "contact_attempt", "count": number},
    ]
    assert (count(platform, "intake", "application"), count(platform, "intake", "contact_attempt")) == (before + 1, 1)


def test_nothing_is_begun_while_a_service_is_away_and_the_same_request_is_done_when_it_is_back(
    platform: Platform, anna: Staff
) -> None:
    before = count(platform, "intake", "retention_preview")
    platform.stop("mentorship")
    try:
        for path in ("/retention/previews", "/retention/holds"):
            answer = anna.ask("POST", path, {} if path.endswith("previews") else {"subject": "x", "reason": "Y."})
            assert answer.status_code == 503, answer.text
        assert anna.ask("GET", "/retention/holds").status_code == 503
        assert count(platform, "intake", "retention_preview") == before
    finally:
        platform.start("mentorship")
    eventually(lambda: anna.ask("GET", "/retention/holds").status_code == 200)
    ended(anna, f"/retention/previews/{begin(anna, '/retention/previews')['id']}")


def test_a_hold_is_one_for_all_services(platform: Platform, anna: Staff) -> None:
    hold = anna.post("/retention/holds", {"personal_number": "189001019802", "reason": "Domstol."})
    assert [one["id"] for one in anna.get("/retention/holds")["items"]] == [hold["id"]]
    assert hold["of_person"] is True
    assert anna.post(f"/retention/holds/{hold['id']}/release")["released_by"] == "anna"
    for service in SERVICES:
        assert count(platform, service, "retention_hold") == 1
    assert Staff(platform, "orebro", "admin").get("/retention/holds")["items"] == []
    assert anna.ask("GET", "/retention/previews/nowhere").status_code == 404
