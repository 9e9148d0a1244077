"""Nothing that was answered is lost, and nothing happens twice, whatever dies."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.cli.platform import Platform
from services.compensation.runs import commands
from services.intake.contract.form import SubmitApplication
from services.kernel.messages import parked, relay
from tests.conftest import database_url
from tests.staff import Staff
from tests.unit.compensation.factories import PARTS, make_tariff_body
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
FORM = SubmitApplication.example


@pytest.fixture
def recruiter(platform: Platform) -> Staff:
    return Staff(platform, "orebro", "recruiter")


@contextmanager
def database(platform: Platform, service: str) -> Iterator["psycopg.Connection[Any]"]:
    """A service's database as its owner, for Örebro."""
    with psycopg.connect(platform.owner_url(service), autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', 'orebro', false)")
        yield connection


def investigations_of(platform: Platform, application_id: str) -> int:
    """How many investigations an application has opened."""
    with database(platform, "investigation") as connection:
        row = connection.execute(
            "select count(*) from investigation where application_id = %s", (application_id,)
        ).fetchone()
    assert row is not None
    return int(row[0])


def submit_and_qualify(recruiter: Staff, number: int) -> tuple[list[int], str | None]:
    """The statuses that a recruiter saw, and the application when the qualification was answered with 200."""
    key = f"{uuid4()}-{number}"
    made = recruiter.ask("POST", "/applications", FORM, Idempotency_Key=key)
    if made.status_code != 201:
        return [made.status_code], None
    application = made.json()["id"]
    qualified = recruiter.ask("POST", f"/applications/{application}/qualify", {}, Idempotency_Key=key)
    return [made.status_code, qualified.status_code], application if qualified.status_code == 200 else None


class TestBroker:
    def test_what_was_answered_before_during_and_after_an_outage_arrives_once(
        self, platform: Platform, recruiter: Staff
    ) -> None:
        with ThreadPoolExecutor(5) as pool:
            before = [pool.submit(submit_and_qualify, recruiter, number) for number in range(40)]
            platform.stop("rabbitmq")
            try:
                during = list(pool.map(lambda number: submit_and_qualify(recruiter, number), range(5)))
            finally:
                platform.start("rabbitmq")
            results = [future.result() for future in before] + during
            assert {status for statuses, _ in during for status in statuses} == {503}
            assert {status for statuses, _ in results for status in statuses} <= {200, 201, 503}
        eventually(lambda: recruiter.ask("POST", "/applications", FORM).status_code == 201, seconds=30)
        results.append(submit_and_qualify(recruiter, 0))
        answered = [application for _, application in results if application is not None]
        assert answered, "nothing was answered at all"
        for application in answered:
            eventually(lambda wanted=application: investigations_of(platform, wanted) == 1)  # type: ignore[misc]
        assert [investigations_of(platform, application) for application in answered] == [1] * len(answered)


class TestKill:
    def test_a_service_killed_between_its_commit_and_its_publishing_still_tells_once(
        self, platform: Platform, recruiter: Staff
    ) -> None:
        with psycopg.connect(database_url(platform, "hemvist_intake"), autocommit=True) as db:
            # The relay is held back by taking the lock that makes it the one that publishes.
            db.execute(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted "
                "and database = (select oid from pg_database where datname = 'hemvist_intake')"
            )
            db.execute("select pg_advisory_lock(%s)", (relay._LOCK,))
            application = recruiter.post("/applications", FORM)["id"]
            recruiter.post(f"/applications/{application}/qualify")
            waiting = db.execute("select envelope->'data'->>'application_id' from outbox").fetchall()
            assert [row[0] for row in waiting] == [application]
            assert investigations_of(platform, application) == 0
            platform.kill("intake")
        eventually(lambda: investigations_of(platform, application) == 1, seconds=30)
        with database(platform, "investigation") as connection:
            row = connection.execute("select count(*) from inbox").fetchone()
            assert row is not None
        assert investigations_of(platform, application) == 1

    def test_the_database_killed_under_a_service_costs_a_503_and_nothing_else(
        self, platform: Platform, recruiter: Staff
    ) -> None:
        application = recruiter.post("/applications", FORM)["id"]
        platform.stop("postgres")
        try:
            answer = recruiter.ask("GET", f"/applications/{application}")
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:hemvist:problem:service_unavailable")
        finally:
            platform.start("postgres")
        eventually(lambda: recruiter.ask("GET", f"/applications/{application}").status_code == 200)
        recruiter.post(f"/applications/{application}/qualify")
        eventually(lambda: investigations_of(platform, application) == 1, seconds=30)


#: More homes than one unit of work computes, each a mentor family with its own agreement.
HOMES = commands.HOMES_AT_ONCE * commands.IN_A_STEP + 20
_MENTORS = """
    insert into agreement (tenant, id, home_id, kind, status, starts_on, fee_level, cost_level, version, changed_at)
        select 'orebro', 'dies-' || n, 'dies-' || lpad(n::text, 6, '0'), 'mentor', 'signed', date '2019-01-01', 'base',
        'base', 1, now() from generate_series(1, %(homes)s) n;
    insert into agreement_terms (tenant, id, agreement_id, number, since, terms, payee_ids, is_agreed)
        select 'orebro', 'dies-' || n, 'dies-' || n, 0, date '2019-01-01', jsonb_build_object('fee_level', 'base',
        'cost_level', 'base', 'payees', jsonb_build_array(jsonb_build_object('adult_id', 'a' || n, 'percent', '100'))),
        array['a' || n], true from generate_series(1, %(homes)s) n
"""
_GONE = """
    delete from pay_run_line where pay_run_id = %(run)s; delete from duty where subject = %(run)s;
    delete from pay_run where id = %(run)s;
    delete from agreement_terms where id like 'dies-%%'; delete from agreement where id like 'dies-%%';
    delete from pay_change where home_id like 'dies-%%'
"""


class TestPayRun:
    def test_a_run_whose_process_is_killed_in_the_middle_is_completed_once_by_the_next_one(
        self, platform: Platform
    ) -> None:
        payroll = Staff(platform, "orebro", "payroll")
        body = make_tariff_body(**PARTS)
        assert payroll.ask("PUT", "/tariffs/2019", body, If_None_Match="*").status_code in (200, 201)
        with database(platform, "compensation") as rows, database(platform, "compensation") as held:
            for statement in _MENTORS.split(";"):
                rows.execute(statement, {"homes": HOMES})
            with held.transaction():  # a line of the last home's agreement waits for this
                held.execute("select from agreement where id = %s for update", (f"dies-{HOMES}",))
                run = payroll.post("/pay-runs", {"month": "2019-04"})
                assert run["status"] == "computing"
                waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"
                with psycopg.connect(platform.admin_database_url, autocommit=True) as admin:
                    eventually(lambda: admin.execute(waits, ("hemvist_compensation",)).fetchone() != (0,))
                platform.kill("compensation")
            try:
                done = eventually(lambda: computed(payroll, run["id"]), seconds=60)
                assert (done["expected"], done["paid"], done["total"]) == (HOMES, HOMES, f"{HOMES * 1500}.00")
                counted = rows.execute("select count(*), count(distinct agreement_id), sum(amount) from pay_run_line")
                assert counted.fetchone() == (HOMES, HOMES, HOMES * 1500)
            finally:
                for statement in _GONE.split(";"):
                    rows.execute(statement, {"run": run["id"]})


def computed(payroll: Staff, run_id: str) -> dict[str, Any] | None:
    """The run once it is computed; while the service is away there is no answer."""
    answer = payroll.ask("GET", f"/pay-runs/{run_id}")
    return answer.json() if answer.status_code == 200 and answer.json()["status"] == "computed" else None


class TestParking:
    def test_a_reaction_that_raises_is_retried_then_parked_and_a_replay_finishes_the_work(
        self, platform: Platform, recruiter: Staff
    ) -> None:
        with database(platform, "investigation") as connection:
            connection.execute("revoke insert on investigation from hemvist_investigation")
            try:
                application = recruiter.post("/applications", FORM)["id"]
                recruiter.post(f"/applications/{application}/qualify")
                broker = platform.broker_admin_amqp_url
                (one,) = eventually(lambda: parked.list_parked(broker, "investigation"))
                assert one["queue"] == "investigation.on_application_qualified"
                assert one["attempts"] == 3  # the first and one for each of the two delays of the tests
                assert FORM["adults"][0]["personal_number"] not in str(parked.show(broker, "investigation", one["id"]))
            finally:
                connection.execute("grant insert on investigation to hemvist_investigation")
        assert investigations_of(platform, application) == 0
        subprocess.run(
            [sys.executable, "-m", "deploy.cli", "parked", "replay", "investigation", one["id"]],
            cwd=ROOT,
            env={**os.environ, "HEMVIST_STATE_DIR": str(platform.state_dir)},
            check=True,
            capture_output=True,
        )
        eventually(lambda: investigations_of(platform, application) == 1)
        assert parked.list_parked(broker, "investigation") == []
