"""The demo, played through the gateway: a family's way from interest to pay, and what it leaves behind."""

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from deploy.cli.demo import families, night, receiver
from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from tests.conftest import database_url
from tests.staff import Staff


@pytest.fixture(scope="module")
def story(platform: Platform) -> tuple[str, list[str]]:
    """What the demo printed, and every personal number that it used."""
    written = StringIO()
    console = Console(file=written, width=160)
    numbers = families.play(platform.gateway_url, platform.token, console)
    numbers += night.play(platform, console)
    return written.getvalue(), numbers


class TestDemo:
    def test_each_of_two_families_comes_from_its_interest_to_its_pay(self, story: tuple[str, list[str]]) -> None:
        text, _ = story
        for family in ("Andersson", "Nilsson"):
            assert f"Anna and Erik {family} send in their interest" in text
        assert text.count("Kim moves in on") == 2
        assert text.count("Anna accepts") == 2
        assert text.count("a renewal with 5 register checks opens by itself") == 2
        assert text.count("Anna applies again and is recognised") == 2
        assert text.count("The family is threatened: it has no name any more.") == 2
        assert text.count("cost_reimbursement") >= 2
        runs = re.findall(r"(\d+) expected = (\d+) paid \+ (\d+) held", text)
        assert len(runs) == 2
        for expected, paid, held in ([int(number) for number in run] for run in runs):
            assert expected == paid + held, "others may have homes in the same town whose agreements wait"
            assert paid >= 1

    def test_one_month_pays_every_kind_of_assignment_and_corrects_the_month_before(
        self, story: tuple[str, list[str]]
    ) -> None:
        (kinds, corrected) = re.findall(r"The month pays for: ([^;]+); (\d+) of", " ".join(story[0].split()))[-1]
        assert {
            *("fee", "cost_reimbursement", "base_fee", "readiness_cost", "mentor_fee"),
            *("contact_family_fee", "contact_family_cost", "contact_person_fee", "contact_person_cost"),
        } <= set(kinds.split(", "))
        assert int(corrected) >= 1

    def test_a_contracted_home_is_called_at_night_and_can_not_say_no(self, story: tuple[str, list[str]]) -> None:
        said = "the desk says that the home must accept. Its no is refused: contracted_home_must_accept."
        assert " ".join(story[0].split()).count(said) == 2

    def test_staff_see_what_became_of_the_nudge_of_a_home_that_is_asked(self, story: tuple[str, list[str]]) -> None:
        said = "nudged as Anna wants it. The caseworker sees what became of that: email, not set up."
        assert " ".join(story[0].split()).count(said) == 2

    def test_a_protected_identity_was_hidden_then_opened_with_a_reason_and_both_are_logged(
        self, platform: Platform, story: tuple[str, list[str]]
    ) -> None:
        assert story
        auditor = Staff(platform, "orebro", "auditor", sub="revisor")
        lines = auditor.get("/access-log?actor=karin&limit=100")["items"]
        looks = [line for line in lines if line["operation"] == "get_home"]
        opened = next(place for place, line in enumerate(looks) if line["reason"] is not None)
        assert looks[opened]["reason"] == "Kim ska hämtas i kväll."
        assert set(looks[opened]["roles"]) == {"caseworker", "protected"}
        assert (looks[opened + 1]["reason"], looks[opened + 1]["roles"]) == (None, ["caseworker"])
        assert looks[opened]["subjects"] == looks[opened + 1]["subjects"]

    def test_a_receiver_hears_of_it_by_webhooks_all_of_them_signed(self, story: tuple[str, list[str]]) -> None:
        said = re.findall(r"has heard of it by webhooks: ([^.]+)\.", " ".join(story[0].split()))
        assert len(said) == 2
        for municipality in said:
            counted = dict(reversed(one.split(" ", 1)) for one in municipality.split(", "))
            assert counted.pop("not signed") == "0"
            assert counted.keys() == {name.split(".")[2] for name in receiver.TYPES}

    def test_a_night_passes_and_surfaces_whoever_nobody_rang_up(
        self, platform: Platform, story: tuple[str, list[str]]
    ) -> None:
        text, _ = story
        assert "A file of 3 applications is read in: 2 accepted." in text
        assert "line 3, consent: Without consent nothing may be stored." in text
        assert "its application is listed as overdue" in text
        with psycopg.connect(database_url(platform, "hemvist_intake")) as connection:
            done = connection.execute(
                "select done from duty_done where tenant = 'orebro' and name = 'contact_overdue'"
            ).fetchone()
        assert done is not None
        assert done[0] >= 1  # the two of the file may still be under way

    def test_what_is_to_be_weeded_is_looked_through(self, story: tuple[str, list[str]]) -> None:
        text, _ = story
        assert re.search(r"what is to be weeded: [1-9]\d* files are looked through, 0 are due", text)
        assert re.search(r"intake: [1-9]\d* of the kind application are kept: time_has_not_come", text)

    def test_it_is_today_again_afterwards(self, platform: Platform, story: tuple[str, list[str]]) -> None:
        assert story
        assert abs(platform.now() - datetime.now(UTC)) < timedelta(minutes=1)

    def test_each_municipality_gets_in_touch_within_its_own_number_of_days(self, story: tuple[str, list[str]]) -> None:
        text, _ = story
        by = [date.fromisoformat(day) for day in re.findall(r"contact by (\S+)\.", text)]
        assert [re.findall(r"within (\d+) days", text), (by[0] - by[1]).days] == [["21", "14"], 21 - 14]

    def test_it_can_be_played_again(self, platform: Platform, story: tuple[str, list[str]]) -> None:
        assert families.play(platform.gateway_url, platform.token, Console(file=StringIO())) != story[1]


class TestNoPersonalNumberInClearText:
    def test_it_used_some(self, story: tuple[str, list[str]]) -> None:
        # In each of two towns three homes with two adults each, four children, one who moves in; two in a file; in one
        # of them a fourth home with two adults that has three people.
        assert len(story[1]) == 29

    @pytest.mark.parametrize("service", SERVICES)
    def test_a_dump_of_the_database_holds_none(
        self, platform: Platform, story: tuple[str, list[str]], service: str
    ) -> None:
        dump = subprocess.run(
            ["pg_dump", "--dbname", database_url(platform, f"hemvist_{service}")],
            capture_output=True,
            check=True,
        ).stdout
        assert b"COPY public.idempotency" in dump
        assert found_in(dump, story[1]) == []

    def test_the_brokers_files_hold_none(self, platform: Platform, story: tuple[str, list[str]]) -> None:
        files = list(files_below(platform.state_dir / "rabbitmq"))
        assert any("quorum" in str(file) for file in files), "the queues are not where this test looks for them"
        assert [str(file) for file in files if found_in(file.read_bytes(), story[1])] == []

    def test_the_logs_hold_none(self, platform: Platform, story: tuple[str, list[str]]) -> None:
        files = list(files_below(platform.state_dir / "logs"))
        assert any(b"request_id" in file.read_bytes() for file in files)
        assert [str(file) for file in files if found_in(file.read_bytes(), story[1])] == []

    def test_the_search_finds_one_that_is_there(self, story: tuple[str, list[str]]) -> None:
        number = story[1][0]
        for hidden in (number.encode(), number[2:].encode(), f"{number[2:8]}-{number[8:]}".encode()):
            assert found_in(b"row 1\t" + hidden + b"\tx", story[1]) == [number]
        assert found_in(number.encode().hex().encode(), story[1]) == [number]


def found_in(data: bytes, numbers: list[str]) -> list[str]:
    """The numbers that the data holds: with twelve or ten digits, with a hyphen, or as hexadecimal text."""
    found = []
    for number in numbers:
        forms = (number, number[2:], f"{number[2:8]}-{number[8:]}", f"{number[:8]}-{number[8:]}")
        if any(form.encode() in data or form.encode().hex().encode() in data for form in forms):
            found.append(number)
    return found


def files_below(folder: Path) -> Iterator[Path]:
    """Every ordinary file."""
    return (path for path in folder.rglob("*") if path.is_file())
