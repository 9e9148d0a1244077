"""Work by time: once, at its instant, whatever fails or dies, and no municipality waits for another."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from types import ModuleType
from typing import Any

import psycopg
import pytest
import sqlalchemy

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import NotFound
from services.kernel.messages.context import Context
from services.kernel.process.service import Service
from services.kernel.rows.seen import notice
from services.kernel.rows.unit import Unit
from services.kernel.testing import Harness
from services.kernel.work import clockwork, housekeeping
from services.kernel.work.clockwork import Clockwork
from services.kernel.work.due import Due
from services.kernel.work.housekeeping import WAITING_DAYS
from tests.services.kernel.conftest import House, ProbeProcess
from tests.services.kernel.probe import COUNT, MAKE_LATER, Probe, a_thing, make_later
from tests.waiting import eventually

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
Admin = psycopg.Connection[Any]


def plan(probe: Harness, subject: str, at: datetime, *, tenant: str | None = None) -> Due:
    """Plans to make something later."""
    slug = tenant or probe.tenant
    context = Context(tenant=slug, actor="anna", request_id=new_id(), deadline=0)
    with probe.database.unit(context, now=probe.now) as unit:
        unit.plan(MAKE_LATER, subject=subject, at=at)
        unit.commit()
    return Due(tenant=slug, name=MAKE_LATER.name, subject=subject)


def things(probe: Harness, *, tenant: str | None = None) -> list[str]:
    return [thing["name"] for thing in probe.do("list_things", tenant=tenant)["items"]]


def state(admin: Admin, probe: Harness) -> list[Any]:
    """What is planned: subject, when, attempts, and why it is parked."""
    return admin.execute(
        "select subject, due_at, attempts, reason_parked from duty where tenant = %s and name = 'make_later' "
        "order by subject",
        (probe.tenant,),
    ).fetchall()


@contextmanager
def held(house: House, probe: Harness) -> Iterator[None]:
    """Somebody is about to take the name of what the duty `one` makes: the duty waits for it."""
    with psycopg.connect(house.urls.admin) as holder:
        holder.execute(
            "insert into thing (tenant, id, name, version, changed_at) values (%s, 'held', 'one later', 1, now())",
            (probe.tenant,),
        )
        yield
        holder.rollback()


def a_clockwork(probe: Harness, house: House, **given: Any) -> Clockwork:
    """One that nobody waits for, and that never sleeps."""
    usual: dict[str, Any] = {"crowded": lambda: False, "sleep": lambda _seconds: None, "spawn": None, "send": None}
    return Clockwork("probe", probe.database, house.urls.relay, Probe.duties(), delays=(100,), **usual | given)


def waits(admin: Admin) -> bool:
    """Whether somebody waits for a thing."""
    asked = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%%thing%%'"
    return admin.execute(asked).fetchone() != (0,)


@pytest.fixture
def probe(probe: Harness) -> Harness:
    probe.now = NOON
    return probe


class TestPlanning:
    def test_a_duty_is_carried_out_at_its_instant_and_not_before(self, probe: Harness) -> None:
        plan(probe, "one", NOON + timedelta(days=1))
        assert probe.pass_time(NOON + timedelta(days=1, seconds=-1)) == []
        assert probe.pass_time(NOON + timedelta(days=1)) == ["make_later"]
        assert things(probe) == ["one later"]
        assert probe.pass_time(NOON + timedelta(days=2)) == []

    def test_what_was_due_while_nothing_ran_is_done_afterwards(self, probe: Harness) -> None:
        plan(probe, "one", NOON - timedelta(days=40))
        assert probe.pass_time(NOON) == ["make_later"]

    def test_planned_again_it_is_moved(self, probe: Harness) -> None:
        plan(probe, "one", NOON)
        plan(probe, "one", NOON + timedelta(days=2))
        assert probe.pass_time(NOON + timedelta(days=1)) == []
        assert probe.pass_time(NOON + timedelta(days=2)) == ["make_later"]

    def test_taken_back_it_is_not_done(self, probe: Harness) -> None:
        plan(probe, "one", NOON)
        context = Context(tenant=probe.tenant, actor="anna", request_id=new_id(), deadline=0)
        with probe.database.unit(context) as unit:
            unit.cancel(MAKE_LATER, subject="one")
            unit.commit()
        assert probe.pass_time(NOON) == []

    def test_nothing_is_planned_by_a_unit_that_is_not_committed(self, probe: Harness, admin: Admin) -> None:
        context = Context(tenant=probe.tenant, actor="anna", request_id=new_id(), deadline=0)
        with probe.database.unit(context) as unit:
            unit.plan(MAKE_LATER, subject="one", at=NOON)
        assert state(admin, probe) == []

    def test_another_municipality_has_its_own(self, probe: Harness) -> None:
        other = probe.new_tenant()
        plan(probe, "one", NOON)
        assert probe.pass_time(NOON, tenant=other) == []
        plan(probe, "one", NOON, tenant=other)
        assert probe.pass_time(NOON, tenant=other) == ["make_later"]
        assert things(probe) == []


class TestOnce:
    def test_twice_asked_for_it_is_once_done(self, probe: Harness) -> None:
        due = plan(probe, "one", NOON)
        assert [probe.clockwork.carry_out(due, now=NOON) for _ in range(2)] == [True, False]
        assert things(probe) == ["one later"]

    def test_of_several_replicas_at_once_one_does_it(self, probe: Harness) -> None:
        due = plan(probe, "one", NOON)
        start = Barrier(6)

        def carry_out(_: int) -> bool:
            clockwork = probe.clockwork
            start.wait(10)
            return clockwork.carry_out(due, now=NOON)

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(carry_out, range(6))) == [False] * 5 + [True]
        assert things(probe) == ["one later"]

    def test_a_process_that_is_killed_in_the_middle_leaves_it_to_the_next_one(
        self, probe: Harness, probe_house: House, admin: Admin, tmp_path: Path
    ) -> None:
        """The duty waits for a name that the test holds; the process is killed there."""
        with closing(ProbeProcess(probe_house, tmp_path / "log")) as process:
            process.start()
            with held(probe_house, probe):
                plan(probe, "one", clock.now())
                eventually(lambda: waits(admin))
                process.end(kill=True)
            eventually(lambda: not waits(admin))
            assert [row[0] for row in state(admin, probe)] == ["one"]
            process.start()
            eventually(lambda: not state(admin, probe))
        assert things(probe) == ["one later"]


class TestFailing:
    def test_it_is_tried_again_later_and_later_and_then_parked(self, probe: Harness, admin: Admin) -> None:
        plan(probe, "fails", NOON)
        probe.clockwork.carry_out(Due(tenant=probe.tenant, name="make_later", subject="fails"), now=NOON)
        assert state(admin, probe) == [("fails", NOON + timedelta(minutes=1), 1, None)]
        later = NOON + timedelta(minutes=1)
        assert probe.pass_time(later) == ["make_later"]
        assert state(admin, probe) == [("fails", later + timedelta(minutes=10), 2, None)]
        last = later + timedelta(minutes=10)
        probe.pass_time(last)
        ((_, due_at, attempts, reason),) = state(admin, probe)
        assert (due_at, attempts) == (last, 3)
        assert reason.startswith("builtins.ValueError at ")
        assert "189001019802" not in reason
        assert probe.pass_time(last + timedelta(days=400)) == []
        assert things(probe) == []

    @pytest.mark.parametrize("fails", [False, True])
    def test_its_subject_learns_that_it_is_parked_and_what_fails_then_keeps_nothing_from_being_parked(
        self, probe: Harness, admin: Admin, monkeypatch: pytest.MonkeyPatch, fails: bool
    ) -> None:
        def parked(unit: Unit, subject: str) -> None:
            unit.add(a_thing(unit, f"{subject} is parked"))
            unit.session.flush()
            if fails:
                raise NotFound

        duty = Duty(name="make_later", when_parked=parked)
        monkeypatch.setattr(Probe, "duties", lambda: {"make_later": (duty, make_later)})
        plan(probe, "fails", NOON)
        for minutes in (0, 1, 11):
            probe.pass_time(NOON + timedelta(minutes=minutes))
        ((_, _, attempts, reason),) = state(admin, probe)
        assert (attempts, reason is None) == (3, False)
        assert things(probe) == ([] if fails else ["fails is parked"])
        assert probe.pass_time(NOON + timedelta(days=400)) == []

    def test_mended_it_is_done_at_the_next_try(self, probe: Harness, admin: Admin) -> None:
        due = plan(probe, "fails", NOON)
        probe.clockwork.carry_out(due, now=NOON)
        probe.do("make_thing", body={"name": "mended"})
        probe.pass_time(NOON + timedelta(minutes=1))
        assert "fails later" in things(probe)
        assert state(admin, probe) == []

    def test_the_others_of_the_municipality_go_on(self, probe: Harness) -> None:
        plan(probe, "fails", NOON - timedelta(hours=1))
        plan(probe, "one", NOON)
        probe.pass_time(NOON)
        assert things(probe) == ["one later"]


class TestRunning:
    """The loop itself, in threads of the test's own."""

    @contextmanager
    def running(self, probe: Harness, house: House) -> Iterator[None]:
        with ThreadPoolExecutor(4) as pool:
            clockwork = a_clockwork(probe, house, spawn=pool.submit, send=pool.submit)
            thread = Thread(target=clockwork.run)
            thread.start()
            try:
                yield
            finally:
                clockwork.stop()
                plan(probe, "last", clock.now())  # wakes it
                thread.join(20)
                assert not thread.is_alive()

    def test_what_is_planned_for_now_is_done_at_once(self, probe: Harness, probe_house: House) -> None:
        with self.running(probe, probe_house):
            plan(probe, "one", clock.now())
            assert eventually(lambda: things(probe)) == ["one later"]

    def test_a_slow_duty_of_one_municipality_delays_no_other(
        self, probe: Harness, probe_house: House, admin: Admin
    ) -> None:
        other = probe.new_tenant()
        with self.running(probe, probe_house):
            with held(probe_house, probe):
                plan(probe, "one", clock.now())
                eventually(lambda: waits(admin))
                plan(probe, "one", clock.now(), tenant=other)
                assert eventually(lambda: things(probe, tenant=other)) == ["one later"]
                assert things(probe) == []
            assert eventually(lambda: things(probe)) == ["one later"]


class TestRest:
    """One municipality's many duties leave room for the others' requests."""

    @pytest.fixture(autouse=True)
    def _two(self, probe: Harness) -> None:
        plan(probe, "one", NOON)
        plan(probe, "two", NOON)

    def test_after_each_duty_the_municipality_rests_three_times_as_long_as_it_took(
        self, probe: Harness, probe_house: House
    ) -> None:
        rests: list[float] = []
        began = time.monotonic()
        a_clockwork(probe, probe_house, sleep=rests.append)._work_for(probe.tenant)
        took = time.monotonic() - began
        assert things(probe) == ["one later", "two later"]
        assert [rest > 0 for rest in rests] == [True, True]
        assert sum(rests) < 3 * took

    def test_of_two_at_work_beside_each_other_each_rests_from_its_half(
        self, probe: Harness, probe_house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shared: list[int] = []
        monkeypatch.setattr(clockwork, "rest_after", lambda _took, beside: float(shared.append(beside) or 0))
        both = a_clockwork(probe, probe_house, sleep=lambda _: None)
        mine, others = (Due(tenant=tenant, name="later", subject="1") for tenant in ("orebro", "vasteras"))

        def carry_out(due: Due) -> bool:
            return due is others or both._in_measure(others)  # the other one begins and ends meanwhile

        monkeypatch.setattr(both, "carry_out", carry_out)
        for _ in range(2):
            assert both._in_measure(mine)
        assert shared == [2, 1, 2, 1]

    def test_while_another_municipality_waits_it_does_not_rest_but_ends(
        self, probe: Harness, probe_house: House
    ) -> None:
        rests: list[float] = []
        a_clockwork(probe, probe_house, sleep=rests.append, crowded=lambda: True)._work_for(probe.tenant)
        assert rests == []
        assert things(probe) == ["one later", "two later"]


class TestNights:
    def test_a_regular_duty_comes_each_night_once(self, probe: Harness) -> None:
        probe.clockwork.plan_nights_of(probe.tenant, now=NOON)
        for day in (2, 3):
            night = datetime(2026, 6, day, 0, tzinfo=UTC)  # two o'clock in Sweden
            assert "count" not in probe.pass_time(night - timedelta(seconds=1))
            assert probe.pass_time(night) == ["count"]
        assert things(probe) == ["night of 2026-06-02", "night of 2026-06-03"]

    @pytest.mark.parametrize(
        ("evening", "night"),
        [  # two o'clock comes twice, and does not come
            (datetime(2026, 10, 24, 18, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)),
            (datetime(2027, 3, 27, 18, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ],
    )
    def test_it_comes_once_in_the_nights_of_summer_time(
        self, probe: Harness, evening: datetime, night: datetime
    ) -> None:
        probe.clockwork.plan_nights_of(probe.tenant, now=evening)
        assert probe.pass_time(night - timedelta(seconds=1)) == []
        assert "count" in probe.pass_time(night)
        assert "count" not in probe.pass_time(night + timedelta(hours=22))

    def test_one_that_fails_all_night_is_not_parked_but_comes_again_the_next(
        self, probe: Harness, admin: Admin
    ) -> None:
        sleepless = probe.do("make_thing", body={"name": "sleepless"})["id"]
        probe.clockwork.plan_nights_of(probe.tenant, now=NOON)
        night = datetime(2026, 6, 2, 0, tzinfo=UTC)
        for tried in (night, night + timedelta(minutes=1), night + timedelta(minutes=11)):
            assert "count" in probe.pass_time(tried)
        assert probe.pass_time(night + timedelta(minutes=59)) == []
        admin.execute("delete from thing where id = %s", (sleepless,))
        assert "count" in probe.pass_time(night + timedelta(days=1))
        assert things(probe) == ["night of 2026-06-03"]

    def test_after_nights_without_anybody_it_comes_once(self, probe: Harness) -> None:
        probe.clockwork.plan_nights_of(probe.tenant, now=NOON)
        assert sorted(probe.pass_time(NOON + timedelta(days=30))) == [
            "count",
            "find_unusual_reading",
            "sweep_files",
            "weed",
        ]

    def test_a_clock_that_was_set_back_does_not_put_it_off(self, probe: Harness, admin: Admin) -> None:
        probe.clockwork.plan_nights_of(probe.tenant, now=NOON + timedelta(days=365))
        probe.clockwork.plan_nights_of(probe.tenant, now=NOON)
        latest = admin.execute("select max(due_at) from duty where tenant = %s", (probe.tenant,)).fetchone()
        assert latest is not None
        assert latest[0] < NOON + timedelta(days=1)

    def test_planned_twice_it_is_planned_once(self, probe: Harness, admin: Admin) -> None:
        for _ in range(2):
            probe.clockwork.plan_nights_of(probe.tenant, now=NOON)
        rows = admin.execute("select name from duty where tenant = %s order by name", (probe.tenant,)).fetchall()
        assert rows == [("count",), ("find_unusual_reading",), ("sweep_files",), ("weed",)]


class TestHousekeeping:
    def answers(self, probe: Harness, key: str) -> str:
        return str(probe.do("make_thing", body={"name": key}, idempotency_key=key)["id"])

    def test_an_answer_is_kept_seven_days_and_then_forgotten(self, probe: Harness, admin: Admin) -> None:
        first = self.answers(probe, "key")
        probe.clockwork.plan_nights_of(probe.tenant, now=NOON)
        probe.pass_time(NOON + timedelta(days=6, hours=23))
        assert self.answers(probe, "key") == first
        probe.pass_time(NOON + timedelta(days=8))
        left = admin.execute("select count(*) from idempotency where tenant = %s", (probe.tenant,)).fetchone()
        assert left == (0,)
        assert probe.code("make_thing", body={"name": "other"}, idempotency_key="key", roles=[]) == (
            403,
            "missing_role",
        )
        assert probe.do("make_thing", body={"name": "other"}, idempotency_key="key")["name"] == "other"

    def test_the_ids_of_events_are_kept_for_longer_than_they_can_be_told_again(
        self, probe: Harness, admin: Admin
    ) -> None:
        probe.clockwork.plan_nights_of(probe.tenant, now=NOON)
        context = Context(tenant=probe.tenant, actor="anna", request_id=new_id(), deadline=0)
        with probe.database.unit(context, now=NOON) as unit:
            assert notice(unit, "probe.on_thing_made", "event")
            unit.commit()
        counted = "select count(*) from inbox where tenant = %s"
        probe.pass_time(NOON + timedelta(days=35 + WAITING_DAYS - 1))
        assert admin.execute(counted, (probe.tenant,)).fetchone() == (1,)
        probe.pass_time(NOON + timedelta(days=35 + WAITING_DAYS + 1))
        assert admin.execute(counted, (probe.tenant,)).fetchone() == (0,)

    def test_what_was_told_is_kept_for_its_days_and_each_municipality_weeds_its_own(
        self, probe: Harness, admin: Admin
    ) -> None:
        other = probe.new_tenant()
        probe.now = NOON
        for tenant in (probe.tenant, other):
            probe.clockwork.plan_nights_of(tenant, now=NOON)
            probe.do("make_thing", body={"name": "one"}, tenant=tenant)
        probe.tell()
        counted = "select count(*) from told where tenant = %s"
        probe.pass_time(NOON + timedelta(days=34))
        assert admin.execute(counted, (probe.tenant,)).fetchone() == (1,)
        probe.pass_time(NOON + timedelta(days=36))
        assert admin.execute(counted, (probe.tenant,)).fetchone() == (0,)
        assert admin.execute(counted, (other,)).fetchone() == (1,)

    def test_more_than_one_unit_forgets_are_forgotten_by_several(
        self, probe: Harness, admin: Admin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(housekeeping, "_AT_ONCE", 2)
        probe.now = NOON
        probe.clockwork.plan_nights_of(probe.tenant, now=NOON)
        for number in range(5):
            probe.do("make_thing", body={"name": f"{number}"})
        probe.tell()
        probe.pass_time(NOON + timedelta(days=36))
        assert admin.execute("select count(*) from told where tenant = %s", (probe.tenant,)).fetchone() == (0,)


class TestDeclaration:
    def service(self, **members: Any) -> type[Service]:
        room = ModuleType("strange")
        vars(room).update(members)

        class Strange(Service):
            """Nobody has thought of it."""

            name = "strange"
            contract = room
            rooms = (room,)

        return Strange

    def test_a_duty_without_its_function_is_seen(self) -> None:
        with pytest.raises(TypeError, match="strange: 0 functions in its rooms are called forgotten"):
            self.service(FORGOTTEN=Duty(name="forgotten"))

    def test_every_service_does_what_the_kernel_wants_done(self) -> None:
        assert list(self.service().duties()) == [
            "deliver_webhook",
            "find_unusual_reading",
            "gather_personal_data",
            "look_through",
            "send_nudge",
            "sweep_files",
            "tell_webhooks",
            "weed",
            "weed_files",
        ]
        assert Probe.duties()["count"][0] is COUNT


class TestRights:
    def test_the_relay_sees_whose_turn_it_is_and_nothing_else(self, probe: Harness, probe_house: House) -> None:
        plan(probe, "one", NOON)
        with psycopg.connect(probe_house.urls.relay, autocommit=True) as relay:
            assert (probe.tenant,) in relay.execute("select tenant from duty").fetchall()
            for forbidden in ("select subject from duty", "delete from duty", "select * from duty_done"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    relay.execute(forbidden)

    def test_the_service_sees_its_own_municipality_only(self, probe: Harness, admin: Admin) -> None:
        plan(probe, "one", NOON)
        context = Context(tenant=probe.new_tenant(), actor="", request_id="", deadline=0)
        with probe.database.unit(context) as unit:
            assert unit.session.execute(sqlalchemy.text("select * from duty")).all() == []
