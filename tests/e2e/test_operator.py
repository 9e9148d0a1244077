"""What an operator sees and does with ./hemvist on a running platform: what waits, what is late, what is parked."""

import json
import os
import subprocess
import sys
from typing import Any

import psycopg

from deploy.cli.names import ROOT, SERVICES
from deploy.cli.platform import Platform
from tests.conftest import database_url
from tests.waiting import eventually


def hemvist(platform: Platform, *words: str) -> str:
    """What the command prints."""
    environment = {**os.environ, "HEMVIST_STATE_DIR": str(platform.state_dir)}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def park_a_duty(platform: Platform) -> None:
    """Of a thing that is not there: it fails, again and again."""
    with psycopg.connect(database_url(platform, "hemvist_intake"), autocommit=True) as admin:
        admin.execute(
            "insert into duty (tenant, name, subject, due_at) values ('orebro', 'contact_overdue', 'nothing', now())"
        )
        admin.execute("notify duty")


class TestDuties:
    def test_a_duty_that_fails_for_good_is_listed_shown_replayed_and_dropped(self, platform: Platform) -> None:
        park_a_duty(platform)
        mine = "orebro/contact_overdue/nothing"

        def parked() -> list[dict[str, Any]]:
            return [one for one in lines(hemvist(platform, "parked", "list", "intake")) if one["id"] == mine]

        (seen,) = eventually(parked)
        assert seen["service"] == "intake"
        assert seen["reason"].startswith("not_found at ")
        assert json.loads(hemvist(platform, "parked", "show", "intake", mine))["attempts"] == seen["attempts"]
        (one,) = [one for one in self.clockwork(platform) if one["duty"] == "contact_overdue"]
        assert (one["service"], one["parked"]) == ("intake", 1)
        assert "Replayed: 1." in hemvist(platform, "parked", "replay", "intake", mine)
        eventually(parked)  # it fails as before
        assert "Dropped: 1." in hemvist(platform, "parked", "drop", "intake", mine)
        assert parked() == []

    def test_every_service_has_its_nights_planned(self, platform: Platform) -> None:
        def planned() -> set[str]:
            return {one["service"] for one in self.clockwork(platform) if one["duty"] == "weed" and one["planned"] >= 4}

        assert eventually(lambda: planned() == set(SERVICES) and planned()) == set(SERVICES)

    @staticmethod
    def clockwork(platform: Platform) -> list[dict[str, Any]]:
        return lines(hemvist(platform, "clockwork", "--json"))


class TestStatus:
    def test_it_shows_queues_unpublished_events_and_duties(self, platform: Platform) -> None:
        found = json.loads(hemvist(platform, "status", "--json"))
        assert found["ready"]
        work = found["work"]
        readers = {queue["name"]: queue["consumers"] for queue in work["queues"]}
        assert readers["investigation.on_application_qualified"] == 1
        assert "intake.parked" in readers
        assert set(work["unpublished"]) == set(SERVICES)
        assert {"service", "duty", "due", "late", "parked"} <= set(work["duties"][0])
        assert "duties: " in hemvist(platform, "status")
