"""Who of the staff has worked in a service is known from their first work on, at the price of one statement a day."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.kernel.basics.ids import new_id
from services.kernel.contracts.hiding import PROTECTED
from services.kernel.contracts.roles import NOT_STAFF
from services.kernel.messages.context import Context
from services.kernel.rows.colleagues import Noticed
from services.kernel.rows.database import Database
from services.kernel.testing import Harness
from services.kernel.work.due import Due
from services.kernel.work.housekeeping import WEEDING
from services.vocabulary.staff import STAFF
from tests.contract.test_routes import ROLES
from tests.services.kernel.conftest import MASTER_KEYS, House, protect
from tests.services.kernel.probe import Probe

Connection = psycopg.Connection[Any]
MAY = datetime(2031, 5, 2, 8, tzinfo=UTC)
RIGHT = {"roles": ["admin", "protected"], "reason": "The list of substitutes."}


@pytest.fixture(autouse=True)
def may(probe: Harness) -> None:
    probe.now = MAY


@pytest.fixture
def replica(probe: Harness, probe_house: House) -> Iterator[Harness]:
    """Another process of the same service."""
    with closing(Database(probe_house.urls.service, MASTER_KEYS, service="probe")) as database:
        yield Harness(
            Probe, database, probe_house.urls.owner, probe_house.urls.relay, MASTER_KEYS, probe.tenant, probe.now
        )


def work(probe: Harness, actor: str, *roles: str, name: str | None = None, **call: Any) -> None:
    probe.do("list_things", actor=actor, actor_name=name, roles=["prober", *roles], **call)


def staff(probe: Harness, role: str | None = None, **call: Any) -> list[dict[str, Any]]:
    """Those who have worked here, but for whoever asks: an administrator called root."""
    query = {} if role is None else {"role": role}
    found = probe.do("list_staff", query=query, **{"actor": "root", "roles": ["admin"], **call})["items"]
    return [one for one in found if one["actor"] != "root"]


def a_context(actor: str) -> Context:
    return Context(tenant="orebro", actor=actor, roles=("caseworker",), request_id="", deadline=0)


def weed(probe: Harness) -> None:
    """The nightly taking away, at the test's instant."""
    now = probe.now or MAY
    with probe.database.unit(Context(tenant=probe.tenant, actor="", request_id="", deadline=0), now=now) as unit:
        unit.plan(WEEDING, at=now)
        unit.commit()
    assert probe.clockwork.carry_out(Due(tenant=probe.tenant, name=WEEDING.name, subject=""), now=now)


def actors(probe: Harness, role: str | None = None) -> list[str]:
    return sorted(one["actor"] for one in staff(probe, role))


class TestWho:
    def test_a_newcomer_is_there_at_once_after_reading(self, probe: Harness) -> None:
        work(probe, "eva", "caseworker", name="Eva Ek")
        (eva,) = staff(probe)
        assert eva.pop("id")
        assert eva == {
            "actor": "eva",
            "name": "Eva Ek",
            "roles": ["caseworker", "prober"],
            "last_worked_on": "2031-05-02",
            "protected_identity": False,
        }

    def test_and_after_changing_something(self, probe: Harness) -> None:
        probe.do("make_thing", body={"name": "one"}, actor="eva", actor_name="Eva Ek")
        assert [(one["actor"], one["name"]) for one in staff(probe)] == [("eva", "Eva Ek")]

    def test_who_is_refused_has_not_worked_here(self, probe: Harness) -> None:
        assert probe.code("list_things", roles=["recruiter"], actor="eva") == (403, "missing_role")
        assert probe.code("get_thing", thing_id="nowhere", actor="eva") == (404, "not_found")
        assert probe.code("make_thing", body={}, actor="eva") == (422, "invalid_input")
        assert staff(probe) == []

    def test_a_system_is_none_of_the_staff(self, probe: Harness) -> None:
        probe.do("read_events", actor="archive", roles=["integration", "personal"])
        assert staff(probe) == []

    def test_every_role_is_of_the_staff_or_is_not(self) -> None:
        assert ROLES | {PROTECTED} == STAFF | NOT_STAFF
        assert frozenset() == STAFF & NOT_STAFF

    def test_another_municipality_hears_nothing_of_it(self, probe: Harness) -> None:
        work(probe, "eva")
        assert staff(probe, tenant=probe.new_tenant()) == []

    def test_only_staff_are_told(self, probe: Harness) -> None:
        for role in sorted(NOT_STAFF):
            assert probe.code("list_staff", roles=[role]) == (403, "missing_role")


class TestWhatIsKnown:
    def test_who_is_sought_by_a_role_worked_by_it_on_the_last_day(self, probe: Harness) -> None:
        work(probe, "eva", "caseworker")
        work(probe, "ivar", "recruiter", "caseworker")
        work(probe, "bo", "recruiter")
        assert actors(probe, "caseworker") == ["eva", "ivar"]
        assert actors(probe, "payroll") == []
        assert probe.code("list_staff", query={"role": "home"}, roles=["admin"]) == (422, "invalid_input")

    def test_the_roles_of_a_day_add_up_and_on_a_later_day_only_its_own_hold(self, probe: Harness) -> None:
        work(probe, "eva", "caseworker")
        work(probe, "eva", "recruiter", "protected")
        assert staff(probe)[0]["roles"] == ["caseworker", "prober", "recruiter"]
        probe.now = MAY + timedelta(days=1)
        work(probe, "eva", "decider")
        assert [(one["roles"], one["last_worked_on"]) for one in staff(probe)] == [
            (["decider", "prober"], "2031-05-03")
        ]

    def test_the_name_is_the_newest_that_the_login_has_said(self, probe: Harness) -> None:
        work(probe, "eva", name="Eva Ek")
        work(probe, "eva", name="Eva Alm")
        work(probe, "eva")
        assert [one["name"] for one in staff(probe)] == ["Eva Alm"]

    def test_a_clock_that_lags_behind_takes_nothing_back(self, probe: Harness, replica: Harness) -> None:
        work(probe, "eva", "caseworker")
        replica.now = MAY - timedelta(days=1)
        work(replica, "eva", "recruiter")
        assert [(one["roles"], one["last_worked_on"]) for one in staff(probe)] == [
            (["caseworker", "prober"], "2031-05-02")
        ]

    def test_the_name_is_sealed_in_the_table(self, probe: Harness, admin: Connection) -> None:
        work(probe, "eva", name="Eva Markör")
        ((row,),) = admin.execute(
            "select c::text from colleague c where tenant = %s and actor = 'eva'", (probe.tenant,)
        )
        assert "Mark" not in row
        assert staff(probe)[0]["name"] == "Eva Markör"


class TestProtected:
    def test_one_of_the_staff_who_is_protected_has_neither_name_nor_subject(self, probe: Harness) -> None:
        work(probe, "ivar", "caseworker", name="Ivar Ek")
        (before,) = staff(probe)
        protect(probe, "ivar")
        hidden = {"actor": None, "name": None, "protected_identity": True}
        assert staff(probe) == [{**before, **hidden}]

    def test_but_with_the_right_and_a_reason_and_that_stands_in_the_log(self, probe: Harness) -> None:
        work(probe, "ivar", name="Ivar Ek")
        protect(probe, "ivar")
        assert [(one["actor"], one["name"]) for one in staff(probe, **RIGHT)] == [("ivar", "Ivar Ek")]
        newest = probe.do("list_access", roles=["auditor"])["items"][0]
        assert (newest["operation"], newest["reason"]) == ("list_staff", RIGHT["reason"])

    def test_and_one_sees_oneself(self, probe: Harness) -> None:
        work(probe, "ivar", name="Ivar Ek")
        protect(probe, "ivar")
        own = probe.do("list_staff", actor="ivar", roles=["caseworker"])["items"]
        assert [(one["actor"], one["name"]) for one in own] == [("ivar", "Ivar Ek")]


class TestPrice:
    @pytest.fixture
    def kept(self, probe: Harness, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The statements that are kept for reads."""
        found: list[str] = []
        keep = probe.database.keep
        monkeypatch.setattr(
            probe.database,
            "keep",
            lambda context, statement, values: (found.append(statement), keep(context, statement, values)),
        )
        return found

    def test_no_further_request_of_the_day_writes_it_again(self, probe: Harness, kept: list[str]) -> None:
        for _ in range(3):
            work(probe, "eva", "caseworker")
        assert len([one for one in kept if "colleague" in one]) == 1

    def test_nor_does_a_change_after_a_read_or_a_read_after_a_change(
        self, probe: Harness, kept: list[str], admin: Connection
    ) -> None:
        probe.do("make_thing", body={"name": "one"}, actor="eva")
        first = admin.execute("select xmin::text from colleague where tenant = %s", (probe.tenant,)).fetchall()
        work(probe, "eva")
        probe.do("make_thing", body={"name": "two"}, actor="eva")
        assert not [one for one in kept if "colleague" in one]
        again = admin.execute("select xmin::text from colleague where tenant = %s", (probe.tenant,)).fetchall()
        assert len(first) == 1
        assert again == first

    def test_only_those_of_the_day_are_remembered(self) -> None:
        noticed, eva = Noticed(), a_context("eva")
        noticed.add(a_context("bo"), MAY.date())
        noticed.add(eva, MAY.date() + timedelta(days=1))
        assert noticed.is_new(eva, MAY.date())
        assert not noticed.is_new(eva, MAY.date() + timedelta(days=1))
        assert noticed.is_new(a_context("bo"), MAY.date() + timedelta(days=1))


class TestTrouble:
    def test_a_change_that_is_not_done_has_written_down_nobody_and_the_next_one_does(self, probe: Harness) -> None:
        probe.do("make_thing", body={"name": "one"}, actor="bo")
        assert probe.refusal("make_thing", body={"name": "one"}, actor="eva")["status"] >= 400
        assert actors(probe) == ["bo"]
        probe.do("make_thing", body={"name": "two"}, actor="eva")
        assert actors(probe) == ["bo", "eva"]

    def test_two_processes_that_meet_somebody_at_once_know_one_person(self, probe: Harness, replica: Harness) -> None:
        with ThreadPoolExecutor(8) as pool:
            both = [probe, replica] * 4
            list(pool.map(lambda one: one.do("make_thing", body={"name": new_id()}, actor="eva"), both))
        assert actors(probe) == ["eva"]

    def test_who_has_not_worked_here_for_ten_years_is_forgotten(self, probe: Harness) -> None:
        work(probe, "eva")
        probe.now = MAY + timedelta(days=365)
        work(probe, "bo")
        probe.now = datetime(2041, 5, 3, 8, tzinfo=UTC)
        weed(probe)
        assert actors(probe) == ["bo"]

    def test_on_the_last_day_of_the_ten_years_still_not(self, probe: Harness) -> None:
        work(probe, "eva")
        probe.now = datetime(2041, 5, 2, 8, tzinfo=UTC)
        weed(probe)
        assert actors(probe) == ["eva"]
