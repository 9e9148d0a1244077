"""A person's own data over HTTP: one file of five services, whatever dies meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from services.kernel.work.personal_data import GATHERED_AT_ONCE
from tests import run
from tests.conftest import database_url
from tests.staff import Staff
from tests.waiting import eventually

FORM = SubmitApplication.example
ANNA, OTHER = FORM["adults"][0]["personal_number"], "189001019810"
_, TOWN, ANOTHER = run.ALONE
EXPORTS = "/personal-data-exports"


@pytest.fixture(scope="module")
def anna(platform: Platform) -> Staff:
    return Staff(platform, TOWN, "admin", sub="anna")


@pytest.fixture(scope="module")
def recruiter(platform: Platform) -> Staff:
    return Staff(platform, TOWN, "recruiter")


@contextmanager
def database(platform: Platform, service: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(database_url(platform, f"hemvist_{service}"), autocommit=True) as connection:
        yield connection


def count(platform: Platform, service: str, table: str) -> int:
    with database(platform, service) as connection:
        row = connection.execute(f"select count(*) from {table} where tenant = %s", (TOWN,)).fetchone()
    assert row is not None
    return int(row[0])


def files_of(platform: Platform, where: str) -> dict[str, int]:
    """How many files each service keeps of an export."""
    found = {}
    for service in SERVICES:
        with database(platform, service) as connection:
            statement = "select count(*) from personal_data_file where export_id = %s"
            ((found[service],),) = connection.execute(statement, (where.rpartition("/")[2],)).fetchall()
    return found


def begin(staff: Staff, number: str = ANNA, **headers: str) -> str:
    """Begins an export; where it is."""
    answer = staff.ask("POST", EXPORTS, {"personal_number": number}, **headers)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"].endswith(f"{EXPORTS}/{answer.json()['id']}")
    return f"{EXPORTS}/{answer.json()['id']}"


def finished(staff: Staff, where: str) -> dict[str, Any]:
    def state() -> dict[str, Any] | None:
        answer = staff.ask("GET", where)
        found = dict(answer.json())
        return found if answer.status_code == 200 and found["status"] == "finished" else None

    return dict(eventually(state, seconds=60))


def test_a_person_is_told_in_one_file_what_all_services_keep(platform: Platform, anna: Staff, recruiter: Staff) -> None:
    application = recruiter.post("/applications", FORM)["id"]
    recruiter.post(f"/applications/{application}/qualify", {"home_id": None})
    for service in ("investigation", "placement", "mentorship", "compensation"):
        eventually(lambda service=service: count(platform, service, "home") == 1)  # type: ignore[misc]
    where = begin(anna, Idempotency_Key="export-1")
    assert begin(anna, Idempotency_Key="export-1") == where
    state = finished(anna, where)
    assert set(state["parts"]) == set(SERVICES)
    assert state["done"] == state["total"] == sum(part["done"] for part in state["parts"].values())
    answer = anna.ask("GET", f"{where}/file")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    found = {service: {item["kind"] for item in part["items"]} for service, part in answer.json().items()}
    export = {"personal_data_export"}
    assert found == {
        "intake": {"applicant", "application"} | export,
        "investigation": {"adult", "home", "investigation", "register_check"} | export,
        "placement": {"home", "home_adult"} | export,
        "mentorship": {"adult", "home"} | export,
        "compensation": {"home", "home_adult"} | export,
    }
    lines = Staff(platform, TOWN, "auditor").get(f"/access-log?subject={application}&limit=100")["items"]
    assert {"export_personal_data", "get_personal_data_file"} <= {line["operation"] for line in lines}
    assert files_of(platform, where) == dict.fromkeys(SERVICES, 1)
    cancelled = anna.post(f"{where}/cancel")
    assert (cancelled["status"], anna.ask("GET", f"{where}/file").status_code) == ("cancelled", 409)
    assert files_of(platform, where) == dict.fromkeys(SERVICES, 0)


def test_a_service_that_is_killed_in_the_middle_goes_on_where_it_was(
    platform: Platform, anna: Staff, recruiter: Staff
) -> None:
    number = 20 * GATHERED_AT_ONCE
    form = {**FORM, "adults": [{**FORM["adults"][0], "personal_number": OTHER}]}
    one = recruiter.post("/applications", form)["id"]
    body = {"way": "phone", "reached": False, "note": "Hej."}
    recruiter.post(f"/applications/{one}/contacts", body)
    with database(platform, "intake") as connection:
        connection.execute(
            "insert into contact_attempt (tenant, id, application_id, at, by, way, reached, note) "
            "select tenant, 'many-' || n, application_id, at, by, way, reached, note "
            "from contact_attempt, generate_series(1, %s) n where application_id = %s",
            (number, one),
        )
    where = begin(anna, OTHER)
    eventually(lambda: count(platform, "intake", "personal_data_page") > 1)
    platform.kill("intake")
    assert 1 < count(platform, "intake", "personal_data_page") < number // GATHERED_AT_ONCE
    finished(anna, where)
    items = anna.get(f"{where}/file")["intake"]["items"]
    attempts = [item["id"] for item in items if item["kind"] == "contact_attempt"]
    assert len(attempts) == len(set(attempts)) == number + 1
    assert count(platform, "intake", "personal_data_page") == 0


def test_nothing_is_begun_while_a_service_is_away_and_the_same_request_is_done_when_it_is_back(
    platform: Platform, anna: Staff
) -> None:
    before = {service: count(platform, service, "personal_data_export") for service in SERVICES}
    platform.stop("mentorship")
    try:
        answer = anna.ask("POST", EXPORTS, {"personal_number": ANNA}, Idempotency_Key="export-2")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert {service: count(platform, service, "personal_data_export") for service in SERVICES} == before
    finally:
        platform.start("mentorship")
    eventually(lambda: anna.ask("GET", "/retention/holds").status_code == 200)
    finished(anna, begin(anna, Idempotency_Key="export-2"))


def test_a_wrong_number_is_refused_and_another_town_has_nothing_of_it(platform: Platform, anna: Staff) -> None:
    answer = anna.ask("POST", EXPORTS, {"personal_number": ANNA[:-1] + str((int(ANNA[-1]) + 1) % 10)})
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["errors"]] == ["personal_number_check_digit"]
    where = begin(anna)
    other = Staff(platform, ANOTHER, "admin")
    for path in (where, f"{where}/file"):
        assert other.ask("GET", path).status_code == 404
    own = begin(other)
    finished(other, own)
    kinds = {item["kind"] for part in other.get(f"{own}/file").values() for item in part["items"]}
    assert kinds == {"personal_data_export"}
