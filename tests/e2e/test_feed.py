"""The event feed over HTTP, from the command to a reader who waits; and everything told again to one service."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from jsonschema import Draft202012Validator

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.conftest import database_url
from tests.e2e.test_http import problem
from tests.e2e.test_operator import hemvist
from tests.staff import Staff
from tests.waiting import eventually

QUALIFIED = "hemvist.intake.application_qualified.v1"
PERSONAL = {"adults", "position"}


@pytest.fixture(scope="module")
def recruiter(platform: Platform) -> Staff:
    return Staff(platform, "vasteras", "recruiter")


@pytest.fixture(scope="module")
def system(platform: Platform) -> Staff:
    """A system of the municipality."""
    return Staff(platform, "vasteras", "integration", sub="diary")


def qualify(recruiter: Staff) -> str:
    """An application that goes on to an investigation; its id."""
    submitted = recruiter.post("/applications", SubmitApplication.example)
    recruiter.post(f"/applications/{submitted['id']}/qualify")
    return str(submitted["id"])


def newest(system: Staff) -> str:
    """The cursor after everything there is."""
    part = system.get("/events?limit=100")
    while part["items"]:
        part = system.get(f"/events?limit=100&after={part['next']}")
    return str(part["next"])


def untrue(system: Staff, event: dict[str, Any]) -> list[str]:
    """What the description says otherwise of an event."""
    document = system.session.get(f"{system.base.rpartition('/')[0]}/asyncapi.json", timeout=30).json()
    payload = document["components"]["messages"][event["type"]]["payload"]
    schema = {**payload, "components": document["components"]}
    return [str(problem.message) for problem in Draft202012Validator(schema).iter_errors(event)]


def test_who_waits_gets_it_when_it_happens(system: Staff, recruiter: Staff) -> None:
    cursor = newest(system)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(system.get, f"/events?types={QUALIFIED}&wait=30&after={cursor}")
        application_id = qualify(recruiter)
        part = waiting.result(40)
    assert [(event["type"], event["subject"]) for event in part["items"]] == [(QUALIFIED, application_id)]
    (event,) = part["items"]
    assert (event["specversion"], event["source"]) == ("1.0", "/hemvist/intake")
    assert event["data"]["application_id"] == application_id
    assert not PERSONAL & event["data"].keys()
    assert untrue(system, event) == []


def test_a_wait_ends_when_nothing_happens(system: Staff) -> None:
    cursor = newest(system)
    begun = time.monotonic()
    assert system.get(f"/events?wait=1&after={cursor}")["items"] == []
    assert time.monotonic() - begun >= 1


def test_personal_parts_are_for_who_has_the_right(platform: Platform, recruiter: Staff) -> None:
    both = Staff(platform, "vasteras", "integration", "personal", sub="diary")
    cursor = newest(both)
    qualify(recruiter)
    (event,) = both.get(f"/events?types={QUALIFIED}&wait=30&after={cursor}")["items"]
    sent = SubmitApplication.example["adults"][0]["personal_number"].replace("-", "")
    assert event["data"]["adults"][0]["personal_number"] == sent
    assert untrue(both, event) == []
    assert untrue(both, {**event, "data": {**event["data"], "adults": "Anna"}}) != []


def test_another_municipalitys_cursor_is_refused(platform: Platform, system: Staff, recruiter: Staff) -> None:
    qualify(recruiter)
    cursor = newest(system)
    other = Staff(platform, "orebro", "integration")
    for wrong in (cursor, cursor.replace("intake.", "placement.x"), cursor[:-3], "x"):
        answer = other.ask("GET", f"/events?after={wrong}")
        assert problem(answer) == (422, "invalid_input"), wrong
        assert [one["code"] for one in answer.json()["errors"]] == ["not_a_cursor"], wrong


def test_a_service_that_is_down_is_said_and_its_events_come_later(
    platform: Platform, system: Staff, recruiter: Staff
) -> None:
    cursor = newest(system)
    platform.kill("placement")
    try:
        application_id = qualify(recruiter)
        part = eventually(lambda: (found := system.get(f"/events?after={cursor}"))["items"] and found)
        assert part["items"][0]["subject"] == application_id  # what follows from it may have come, too
        assert part["placement"] == {"status": "unavailable"}
    finally:
        platform.start("placement")
    eventually(lambda: "placement" not in system.get(f"/events?after={part['next']}"))


def test_everything_is_told_again_to_one_service_which_stays_as_it_is(platform: Platform, recruiter: Staff) -> None:
    application_id = qualify(recruiter)

    def investigations() -> Any:
        with psycopg.connect(database_url(platform, "hemvist_investigation")) as connection:
            rows = connection.execute(
                "select application_id, count(*) from investigation where kind <> 'renewal' group by 1"
            ).fetchall()
        return dict(rows)

    before = eventually(lambda: application_id in (found := investigations()) and found)
    said = hemvist(platform, "retell", "intake", "application_qualified", "--to", "investigation")
    assert "Told again: " in said
    assert "Told again: 0 " not in said
    eventually(lambda: "queues: empty" in hemvist(platform, "status"))
    assert investigations() == before
    assert set(before.values()) == {1}
