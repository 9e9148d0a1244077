"""How families are found, played through the gateway, the broker and the store."""

import re
from io import StringIO

import pytest
import requests
from rich.console import Console

from deploy.cli.demo import intake
from deploy.cli.platform import Platform
from tests.staff import Staff


@pytest.fixture(scope="module")
def story(platform: Platform) -> tuple[str, list[str]]:
    """What was printed, and every personal number that was used."""
    written = StringIO()
    numbers = intake.play(platform, Console(file=written, width=200))
    return written.getvalue(), numbers


def test_needs_are_read_by_anybody_and_not_sent_again_to_whoever_has_them(
    platform: Platform, story: tuple[str, list[str]]
) -> None:
    assert "Whoever has it already is told so: 304, 0 bytes." in story[0]
    feed = requests.get(f"{platform.gateway_url}/orebro/needs/feed", timeout=60)
    assert feed.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "Familjehem för tonåringar" in feed.content.decode()
    assert requests.get(f"{platform.gateway_url}/vasteras/needs", timeout=60).json() == {"items": []}


def test_a_family_answers_questions_and_follows_its_application(story: tuple[str, list[str]]) -> None:
    assert "is refused: /answers/0/answers/why_now, required." in story[0]
    assert "“Kommunen hör av sig till dig senast" in story[0]


def test_a_call_back_becomes_an_application_that_is_declined_and_taken_up_again(story: tuple[str, list[str]]) -> None:
    assert "A recruiter rings up Olle Nord" in story[0]
    assert "both stay: declined, received." in story[0]


def test_an_application_goes_to_another_municipality_and_leaves_a_stub(
    platform: Platform, story: tuple[str, list[str]]
) -> None:
    found = re.search(r"Of it Örebro keeps ([0-9A-Z-]{14}), and that it went to vasteras", story[0])
    assert found is not None
    own = {"reference": found[1], "phone_last_four": "4599"}
    statuses = [
        requests.post(f"{platform.gateway_url}/{name}/application-status", json=own, timeout=60).json()["status"]
        for name in ("orebro", "vasteras")
    ]
    assert statuses == ["transferred", "received"]
    (item,) = [
        one
        for one in Staff(platform, "vasteras", "recruiter").get("/transfers")["items"]
        if one["application"]["reference"] == found[1]
    ]
    assert (item["status"], item["from"]) == ("accepted", "orebro")


def test_no_log_holds_a_personal_number(platform: Platform, story: tuple[str, list[str]]) -> None:
    logs = [path for path in platform.state_dir.rglob("*.log*") if path.is_file()]
    assert logs
    for path in logs:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not any(number in text for number in story[1]), path
