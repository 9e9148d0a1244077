"""The network of mentor families over HTTP: the demo's part of it, the private calendar, the report as a table."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import requests
from icalendar import Calendar
from rich.console import Console

from deploy.cli.demo import mentorship
from deploy.cli.platform import Platform
from tests.waiting import eventually


@pytest.fixture(scope="module")
def story(platform: Platform) -> tuple[str, list[str]]:
    """What the demo printed, and every personal number that it used."""
    written = StringIO()
    numbers = mentorship.play(platform, Console(file=written, width=160), homes_each=2)
    return written.getvalue(), numbers


@pytest.fixture
def coordinator(platform: Platform) -> Iterator[Any]:
    """Asks as Stockholm's coordinator."""
    token = platform.token(municipality="stockholm", roles=["coordinator"])

    def ask(method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if options.pop("token", True) else {}
        return requests.request(
            method, f"{platform.gateway_url}/stockholm{path}", headers=headers, timeout=60, **options
        )

    return ask


class TestStory:
    def test_three_mentor_families_have_homes_and_one_more_finds_the_nearest_with_room(
        self, story: tuple[str, list[str]]
    ) -> None:
        text, _ = story
        assert text.count("becomes a mentor family, contracted, for 2 homes") == 3
        assert "The three have 2, 2, 1 homes" in text
        assert "the family in the norr is full" in text
        assert "has room: now they have 2, 2, 2 homes" in text

    def test_siblings_meet_respite_is_given_and_a_message_is_answered(self, story: tuple[str, list[str]]) -> None:
        text, _ = story
        assert "in which homes siblings live apart, and that both are invited" in text
        assert "it is accepted: 2 nights" in text
        assert "is done: 2 nights of the month are used" in text
        assert "Karin answers: 2 messages, sealed" in text


class TestCalendar:
    def test_a_family_follows_it_without_a_login_and_the_key_stands_in_no_log(
        self, platform: Platform, coordinator: Any, story: tuple[str, list[str]]
    ) -> None:
        (item,) = coordinator("GET", "/gatherings?limit=1").json()["items"]
        replies = coordinator("GET", f"/gatherings/{item['id']}/replies?status=coming").json()["items"]
        home_id = replies[0]["home_id"]
        path = coordinator("POST", f"/homes/{home_id}/calendar", json={}).json()["path"]
        answer = coordinator("GET", path, token=False)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar")
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert (str(event["summary"]), str(event["status"])) == ("Skansen", "CONFIRMED")
        calendar, _, key = path.rpartition("/")
        assert coordinator("GET", f"{calendar}/{key[::-1]}", token=False).status_code == 404
        eventually(lambda: "/calendars/" in platform.log("gateway").read_text())
        assert key not in platform.log("gateway").read_text() + platform.log("mentorship").read_text()


class TestReport:
    def test_it_is_a_table_for_a_spreadsheet_in_which_small_groups_are_blank(
        self, coordinator: Any, story: tuple[str, list[str]]
    ) -> None:
        answer = coordinator("GET", "/reports/mentorship/2020-01-01--2099-12-31")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv")
        rows = [line.split(";") for line in answer.content.decode("utf-8-sig").splitlines()]
        areas = {row[0]: row[1] for row in rows[1:]}
        assert {areas[name] for name in ("norr", "söder", "väster")} == {""}
