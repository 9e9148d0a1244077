"""What a municipality decides for itself: read by services, changed by administrators and by the operator's file."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
import structlog

from services.kernel.basics.ids import new_id
from services.kernel.contracts.settings import Declared, Setting
from services.kernel.messages.context import Context
from services.kernel.messages.tenants import Tenant
from services.kernel.rows import database as database_module
from services.kernel.rows.database import Database
from services.kernel.rows.directory import WrongSettings, apply_tenants
from services.kernel.rows.settings import past_of
from services.kernel.testing import Harness
from tests.services.kernel.conftest import MASTER_KEYS, House
from tests.services.kernel.probe import PATIENCE, PRICE, Price, Probe

DAYS, COST = "probe.patience", "probe.price"


def settings_in(database: Database, tenant: str) -> Any:
    """What a unit of work reads."""
    context = Context(tenant=tenant, actor="", request_id=new_id(), deadline=0)
    with database.unit(context, reads=True) as unit:
        return unit.settings


def change(probe: Harness, name: str, value: Any, **caller: Any) -> dict[str, Any]:
    """The reply of a change of what the caller has just read."""
    etag = probe.etag("get_setting", setting_name=name)
    call = {"if_match": etag, **caller}
    return probe.reply("change_setting", setting_name=name, body={"value": value, "reason": "Because."}, **call)


def changed(probe: Harness, name: str, value: Any, **caller: Any) -> dict[str, Any]:
    """The setting, or the change that waits."""
    reply = change(probe, name, value, **caller)
    assert "body" in reply, reply
    return dict(reply["body"])


def got(probe: Harness, name: str, **caller: Any) -> dict[str, Any]:
    return probe.do("get_setting", setting_name=name, **caller)


def past(probe: Harness, name: str) -> list[tuple[Any, ...]]:
    """The values that a setting has had, with who said and who confirmed them."""
    return [(one["value"], one["by"], one["confirmed_by"]) for one in got(probe, name)["history"]]


@pytest.fixture
def replica(probe_house: House) -> Iterator[Database]:
    """Another process of the same service."""
    with closing(
        Database(probe_house.urls.service, MASTER_KEYS, service="probe", declared=Probe.declared_settings())
    ) as database:
        yield database


def apply(probe: Harness, declared: Declared | None = None, **stated: Any) -> list[str]:
    """The operator's file states settings of the test's municipality."""
    settings = {f"probe.{name}": value for name, value in stated.items()}
    as_made = {"municipality_code": "1880", "name": probe.tenant, "webhook_hosts": ["receiver.example"]}
    tenant = Tenant(slug=probe.tenant, settings=settings, **as_made)
    known = Probe.declared_settings() if declared is None else declared
    return apply_tenants({"probe": probe.owner_url}, [tenant], probe.master_keys, declared={"probe": known})


class TestReading:
    def test_what_nobody_has_changed_has_its_default(self, probe: Harness) -> None:
        found = settings_in(probe.database, probe.tenant)
        assert (found.patience, found.price) == (PATIENCE.default, PRICE.default)

    def test_it_has_the_declared_type(self, probe: Harness) -> None:
        tenant = probe.new_tenant(price="high")
        assert settings_in(probe.database, tenant).price is Price.HIGH

    def test_what_is_not_declared_can_not_be_read(self, probe: Harness) -> None:
        with pytest.raises(AttributeError, match="no setting pateince is declared"):
            _ = settings_in(probe.database, probe.tenant).pateince

    def test_a_change_is_seen_at_once_where_it_was_made(self, probe: Harness) -> None:
        assert settings_in(probe.database, probe.tenant).patience == 7
        changed(probe, DAYS, 9)
        assert settings_in(probe.database, probe.tenant).patience == 9

    def test_and_by_another_replica_when_it_reads_what_it_knows_anew(
        self, probe: Harness, replica: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert database_module._KNOWN_FOR <= 30
        assert settings_in(replica, probe.tenant).patience == 7
        changed(probe, DAYS, 9)
        assert settings_in(replica, probe.tenant).patience == 7
        monkeypatch.setattr(database_module.time, "monotonic", lambda: float("inf"))
        assert settings_in(replica, probe.tenant).patience == 9

    def test_what_was_read_before_a_change_is_not_kept_after_it(
        self, probe: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        learn, tenant = probe.database._learn, probe.new_tenant()
        etag = probe.etag("get_setting", setting_name=DAYS, tenant=tenant)
        probe.database._forget(tenant)

        def slowly(*asked: Any) -> Any:
            found = learn(*asked)
            monkeypatch.setattr(probe.database, "_learn", learn)
            body = {"value": 9, "reason": "Meanwhile."}
            probe.do("change_setting", setting_name=DAYS, tenant=tenant, body=body, if_match=etag)
            return found

        monkeypatch.setattr(probe.database, "_learn", slowly)
        assert settings_in(probe.database, tenant).patience == 7
        assert settings_in(probe.database, tenant).patience == 9

    def test_a_value_that_is_no_longer_accepted_gives_way_to_the_default_and_is_said_once(
        self, probe: Harness, admin: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        changed(probe, DAYS, 9)
        admin.execute("update setting set value = '31' where tenant = %s", (probe.tenant,))
        monkeypatch.setattr(database_module, "_KNOWN_FOR", -1)
        probe.database._forget(probe.tenant)
        with structlog.testing.capture_logs() as lines:
            assert [settings_in(probe.database, probe.tenant).patience for _ in range(3)] == [7, 7, 7]
        assert lines == [
            {"event": "setting_has_its_default", "log_level": "error", "tenant": probe.tenant, "setting": DAYS}
        ]
        assert got(probe, DAYS)["value"] == 7

    def test_a_value_of_a_setting_that_is_gone_is_nobodys_concern(
        self, probe: Harness, probe_house: House, admin: "psycopg.Connection[Any]"
    ) -> None:
        changed(probe, DAYS, 9)
        without = {name: setting for name, setting in Probe.declared_settings().items() if name != DAYS}
        with closing(Database(probe_house.urls.service, MASTER_KEYS, service="probe", declared=without)) as newer:
            assert settings_in(newer, probe.tenant).price is Price.LOW


class TestSeeing:
    def test_each_is_listed_with_what_is_declared_of_it(self, probe: Harness) -> None:
        assert probe.do("list_settings")["items"] == [
            {
                "name": DAYS,
                "value": 7,
                "default": 7,
                "unit": "days",
                "least": 1,
                "most": 30,
                "choices": None,
                "description": {"en": "How long one waits for a thing.", "sv": "Hur länge man väntar på en sak."},
                "needs_second_person": False,
                "changed_by": None,
                "changed_at": None,
            },
            {
                "name": COST,
                "value": "low",
                "default": "low",
                "unit": None,
                "least": None,
                "most": None,
                "choices": ["low", "high"],
                "description": {"en": "What a thing costs.", "sv": "Vad en sak kostar."},
                "needs_second_person": True,
                "changed_by": None,
                "changed_at": None,
            },
        ]

    def test_a_change_is_seen_with_who_when_and_why(self, probe: Harness) -> None:
        changed(probe, DAYS, 9, actor="anna")
        found = got(probe, DAYS)
        assert (found["value"], found["changed_by"]) == (9, "anna")
        (one,) = found["history"]
        assert one == {
            "value": 9, "by": "anna", "at": found["changed_at"], "reason": "Because.", "confirmed_by": None
        }  # fmt: skip

    def test_the_history_begins_with_the_latest(self, probe: Harness) -> None:
        for value in (9, 8, 9):
            changed(probe, DAYS, value)
        assert [value for value, *_ in past(probe, DAYS)] == [9, 8, 9]

    def test_the_reason_does_not_lie_in_clear(self, probe: Harness, admin: "psycopg.Connection[Any]") -> None:
        changed(probe, DAYS, 9)
        (row,) = admin.execute("select t::text from setting_change t where tenant = %s", (probe.tenant,)).fetchall()
        assert "Because" not in row[0]
        assert b"Because".hex() not in row[0]

    def test_another_municipality_has_its_own(self, probe: Harness) -> None:
        other = probe.new_tenant()
        changed(probe, DAYS, 9)
        assert got(probe, DAYS, tenant=other)["value"] == 7
        assert got(probe, DAYS, tenant=other)["history"] == []
        assert settings_in(probe.database, other).patience == 7

    @pytest.mark.parametrize("name", ["probe.nothing", "patience", "other.patience", "", "probe.", "probe.PATIENCE"])
    def test_one_that_is_not_declared_is_not_found(self, probe: Harness, name: str) -> None:
        assert probe.code("get_setting", setting_name=name) == (404, "not_found")
        call: dict[str, Any] = {"body": {"value": 9, "reason": "Because."}, "if_match": "*"}
        assert probe.code("change_setting", setting_name=name, **call) == (404, "not_found")


class TestChanging:
    @pytest.mark.parametrize(
        ("name", "value", "code"),
        [
            (DAYS, 0, "out_of_range"),
            (DAYS, 31, "out_of_range"),
            (DAYS, "9", "not_an_integer"),
            (DAYS, 9.0, "setting_value"),
            (DAYS, True, "setting_value"),
            (DAYS, None, "null"),
            (DAYS, [9], "setting_value"),
            (COST, "medium", "not_one_of"),
            (COST, "", "not_one_of"),
            (COST, 1, "not_a_string"),
            (COST, "x" * 201, "setting_value"),
        ],
    )
    def test_a_wrong_value_is_refused_with_its_code_and_changes_nothing(
        self, probe: Harness, name: str, value: Any, code: str
    ) -> None:
        fault = change(probe, name, value)["fault"]
        assert (fault["status"], fault["code"]) == (422, "invalid_input")
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/value", code)]
        assert got(probe, name)["history"] == []
        assert got(probe, name)["value"] in (7, "low")

    def test_what_the_setting_refuses_is_refused_with_its_name(self, probe: Harness) -> None:
        fault = change(probe, DAYS, 31)["fault"]
        assert fault["extra"] == {"setting": DAYS}
        assert fault["errors"][0]["parameters"] == {"min": 1, "max": 30}

    @pytest.mark.parametrize("value", [1, 30])
    def test_the_bounds_themselves_are_accepted(self, probe: Harness, value: int) -> None:
        assert changed(probe, DAYS, value)["value"] == value

    @pytest.mark.parametrize("body", [{"value": 9}, {"value": 9, "reason": " "}, {"reason": "Because."}])
    def test_without_a_value_or_a_reason_nothing_is_changed(self, probe: Harness, body: dict[str, Any]) -> None:
        assert probe.code("change_setting", setting_name=DAYS, body=body, if_match="*") == (422, "invalid_input")

    def test_it_has_to_be_read_first(self, probe: Harness) -> None:
        body = {"value": 9, "reason": "Because."}
        assert probe.code("change_setting", setting_name=DAYS, body=body) == (428, "precondition_required")

    def test_what_somebody_has_changed_meanwhile_is_not_changed_again(self, probe: Harness) -> None:
        before = probe.etag("get_setting", setting_name=DAYS)
        assert change(probe, DAYS, 9)["etag"] == probe.etag("get_setting", setting_name=DAYS) != before
        refused = change(probe, DAYS, 8, if_match=before)["fault"]
        assert (refused["status"], refused["code"]) == (412, "stale")
        assert got(probe, DAYS)["value"] == 9

    @pytest.mark.parametrize("first", [True, False])
    def test_of_many_at_once_one_is_done(self, probe: Harness, *, first: bool) -> None:
        """Also when nothing is kept of the setting yet, so that there is no row to lock."""
        if not first:
            changed(probe, DAYS, 30)
        etag, start = probe.etag("get_setting", setting_name=DAYS), Barrier(8)

        def one(value: int) -> dict[str, Any]:
            start.wait()
            return change(probe, DAYS, value, if_match=etag)

        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(one, range(10, 18)))
        done = [reply["body"]["value"] for reply in replies if "body" in reply]
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"stale"}
        assert done == [got(probe, DAYS)["value"]]
        assert [value for value, *_ in past(probe, DAYS)] == done + ([] if first else [30])

    def test_the_value_in_force_is_no_change(self, probe: Harness) -> None:
        changed(probe, DAYS, 9)
        etag = probe.etag("get_setting", setting_name=DAYS)
        reply = change(probe, DAYS, 9, actor="bo")
        assert (reply["etag"], len(reply["body"]["history"])) == (etag, 1)

    @pytest.mark.parametrize("roles", [[], ["recruiter", "payroll", "home", "operator"]])
    def test_it_is_for_administrators(self, probe: Harness, roles: list[str]) -> None:
        for name, path in (
            ("list_settings", {}),
            ("list_setting_changes", {}),
            ("get_setting", {"setting_name": DAYS}),
        ):
            assert probe.code(name, roles=roles, **path) == (403, "missing_role")
        assert change(probe, DAYS, 9, roles=roles)["fault"]["code"] == "missing_role"
        assert probe.code("confirm_setting", setting_change_id="probe.1", roles=roles) == (403, "missing_role")


class TestWhatItWas:
    BEGAN = datetime(2026, 5, 2, 8, tzinfo=UTC)

    def was(self, probe: Harness, name: str, setting: Setting) -> list[Any]:
        """At the beginning, and so many hours before and after."""
        context = Context(tenant=probe.tenant, actor="", request_id=new_id(), deadline=0)
        with probe.database.unit(context, reads=True) as unit:
            had = past_of(unit.session, name, setting)
        return [had(self.BEGAN + timedelta(hours=hours)) for hours in (-1, 0, 23, 24)]

    def test_it_has_each_value_from_its_change_on(self, probe: Harness) -> None:
        assert self.was(probe, DAYS, PATIENCE) == [7, 7, 7, 7]
        for days, value in enumerate((14, 21)):
            probe.now = self.BEGAN + timedelta(days=days)
            changed(probe, DAYS, value)
        assert self.was(probe, DAYS, PATIENCE) == [7, 14, 14, 21]

    def test_one_that_needs_a_second_person_has_it_from_the_confirmation_on(self, probe: Harness) -> None:
        probe.now = self.BEGAN
        waiting = changed(probe, COST, "high", actor="anna")
        assert self.was(probe, COST, PRICE) == [Price.LOW] * 4
        probe.now = self.BEGAN + timedelta(days=1)
        probe.do("confirm_setting", setting_change_id=waiting["id"], actor="bo")
        assert self.was(probe, COST, PRICE) == [Price.LOW, Price.LOW, Price.LOW, Price.HIGH]

    def test_a_value_that_is_no_longer_accepted_has_given_way_to_the_default(self, probe: Harness) -> None:
        probe.now = self.BEGAN
        changed(probe, DAYS, 14)
        assert self.was(probe, DAYS, replace(PATIENCE, most=10)) == [7, 7, 7, 7]


class TestSecondPerson:
    def test_until_another_person_confirms_it_nothing_is_different(self, probe: Harness) -> None:
        reply = change(probe, COST, "high", actor="anna")
        assert reply["status"] == 202
        waiting = reply["body"]
        assert {name: waiting[name] for name in ("name", "present_value", "value", "reason", "by")} == {
            "name": COST, "present_value": "low", "value": "high", "reason": "Because.", "by": "anna"
        }  # fmt: skip
        assert settings_in(probe.database, probe.tenant).price is Price.LOW
        assert (got(probe, COST)["value"], got(probe, COST)["history"]) == ("low", [])
        assert got(probe, COST)["waiting"] == waiting
        assert probe.do("list_setting_changes")["items"] == [waiting]

    def test_then_it_is_in_force_with_both_names(self, probe: Harness) -> None:
        waiting = changed(probe, COST, "high", actor="anna")
        confirmed = probe.reply("confirm_setting", setting_change_id=waiting["id"], actor="bo")
        assert (confirmed["body"]["value"], confirmed["body"]["changed_by"]) == ("high", "anna")
        assert confirmed["etag"] == probe.etag("get_setting", setting_name=COST)
        assert past(probe, COST) == [("high", "anna", "bo")]
        assert settings_in(probe.database, probe.tenant).price is Price.HIGH
        assert probe.do("list_setting_changes")["items"] == []
        assert got(probe, COST)["waiting"] is None

    def test_who_proposed_it_may_not_confirm_it(self, probe: Harness) -> None:
        waiting = changed(probe, COST, "high", actor="anna")
        call = {"setting_change_id": waiting["id"], "actor": "anna"}
        assert probe.code("confirm_setting", **call) == (403, "second_person_needed")
        assert settings_in(probe.database, probe.tenant).price is Price.LOW
        assert probe.do("list_setting_changes")["items"] == [waiting]

    def test_a_proposal_changes_the_etag_so_that_another_does_not_replace_it_unseen(self, probe: Harness) -> None:
        etag = probe.etag("get_setting", setting_name=COST)
        waiting = changed(probe, COST, "high", actor="anna")
        assert change(probe, COST, "high", actor="bo", if_match=etag)["fault"]["code"] == "stale"
        assert probe.do("list_setting_changes")["items"] == [waiting]

    def test_a_later_proposal_replaces_it(self, probe: Harness) -> None:
        first = changed(probe, COST, "high", actor="anna")
        second = changed(probe, COST, "high", actor="bo")
        assert probe.do("list_setting_changes")["items"] == [second]
        call = {"setting_change_id": first["id"], "actor": "carl"}
        assert probe.code("confirm_setting", **call) == (409, "setting_change_not_waiting")
        assert probe.do("confirm_setting", setting_change_id=second["id"], actor="anna")["value"] == "high"

    def test_asking_for_the_value_in_force_takes_it_back(self, probe: Harness) -> None:
        waiting = changed(probe, COST, "high", actor="anna")
        assert changed(probe, COST, "low", actor="anna")["waiting"] is None
        assert probe.do("list_setting_changes")["items"] == []
        call = {"setting_change_id": waiting["id"], "actor": "bo"}
        assert probe.code("confirm_setting", **call) == (409, "setting_change_not_waiting")

    def test_it_is_confirmed_once(self, probe: Harness) -> None:
        waiting = changed(probe, COST, "high", actor="anna")
        call: dict[str, Any] = {"setting_change_id": waiting["id"], "actor": "bo"}
        first = probe.reply("confirm_setting", **call, idempotency_key="one")
        assert probe.reply("confirm_setting", **call, idempotency_key="one") == first
        assert probe.code("confirm_setting", **call) == (409, "setting_change_not_waiting")
        assert past(probe, COST) == [("high", "anna", "bo")]

    def test_of_many_who_confirm_at_once_one_does(self, probe: Harness) -> None:
        waiting, start = changed(probe, COST, "high", actor="anna"), Barrier(8)

        def one(number: int) -> dict[str, Any]:
            start.wait()
            return probe.reply("confirm_setting", setting_change_id=waiting["id"], actor=f"actor {number}")

        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(one, range(8)))
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"setting_change_not_waiting"}
        assert len(past(probe, COST)) == 1

    @pytest.mark.parametrize("wrong", ["probe.nothing", "nothing", "", "probe."])
    def test_one_that_is_not_there_is_not_found(self, probe: Harness, wrong: str) -> None:
        assert probe.code("confirm_setting", setting_change_id=wrong) == (404, "not_found")

    def test_another_municipality_finds_nothing(self, probe: Harness) -> None:
        waiting, other = changed(probe, COST, "high", actor="anna"), probe.new_tenant()
        call = {"setting_change_id": waiting["id"], "actor": "bo", "tenant": other}
        assert probe.code("confirm_setting", **call) == (404, "not_found")
        assert probe.do("list_setting_changes", tenant=other)["items"] == []
        assert probe.do("list_setting_changes")["items"] == [waiting]

    def test_a_value_that_is_no_longer_accepted_is_not_confirmed(
        self, probe: Harness, admin: "psycopg.Connection[Any]"
    ) -> None:
        waiting = changed(probe, COST, "high", actor="anna")
        admin.execute("update setting_change set value = '\"dear\"' where tenant = %s", (probe.tenant,))
        fault = probe.refusal("confirm_setting", setting_change_id=waiting["id"], actor="bo")
        assert (fault["status"], fault["extra"]) == (422, {"setting": COST})
        assert settings_in(probe.database, probe.tenant).price is Price.LOW


class TestFile:
    """The operator's file of municipalities."""

    def test_what_it_states_is_set_and_stands_in_the_history_as_nobodys(self, probe: Harness) -> None:
        assert len(apply(probe, patience=9)) == 1
        found = got(probe, DAYS)
        assert (found["value"], found["changed_by"]) == (9, None)
        assert found["changed_at"] is not None
        assert past(probe, DAYS) == [(9, None, None)]

    def test_twice_changes_nothing(self, probe: Harness) -> None:
        apply(probe, patience=9)
        etag = probe.etag("get_setting", setting_name=DAYS)
        assert apply(probe, patience=9) == []
        assert probe.etag("get_setting", setting_name=DAYS) == etag

    def test_what_an_administrator_changed_afterwards_stays(self, probe: Harness) -> None:
        apply(probe, patience=9)
        changed(probe, DAYS, 12)
        assert apply(probe, patience=9) == []
        assert got(probe, DAYS)["value"] == 12

    def test_until_the_file_states_another_value(self, probe: Harness) -> None:
        apply(probe, patience=9)
        changed(probe, DAYS, 12, actor="anna")
        assert len(apply(probe, patience=10)) == 1
        assert past(probe, DAYS) == [(10, None, None), (12, "anna", None), (9, None, None)]

    def test_what_it_no_longer_states_stays_and_is_not_undone_when_it_is_stated_again(self, probe: Harness) -> None:
        apply(probe, patience=9)
        changed(probe, DAYS, 12)
        assert apply(probe) == []
        assert apply(probe, patience=9) == []
        assert got(probe, DAYS)["value"] == 12

    def test_stating_what_is_in_force_is_no_change(self, probe: Harness) -> None:
        changed(probe, DAYS, 12)
        assert apply(probe, patience=12) == []
        assert len(got(probe, DAYS)["history"]) == 1
        changed(probe, DAYS, 11)
        assert apply(probe, patience=12) == []
        assert got(probe, DAYS)["value"] == 11

    def test_it_changes_the_etag(self, probe: Harness) -> None:
        changed(probe, DAYS, 12)
        etag = probe.etag("get_setting", setting_name=DAYS)
        apply(probe, patience=9)
        assert change(probe, DAYS, 8, if_match=etag)["fault"]["code"] == "stale"

    def test_it_replaces_what_waits_for_another_person(self, probe: Harness) -> None:
        waiting = changed(probe, COST, "high", actor="anna")
        apply(probe, price="high")
        assert got(probe, COST)["value"] == "high"
        call = {"setting_change_id": waiting["id"], "actor": "bo"}
        assert probe.code("confirm_setting", **call) == (409, "setting_change_not_waiting")

    def test_everything_that_is_unknown_or_wrong_is_said_and_nothing_is_applied(self, probe: Harness) -> None:
        slug = f"town-{new_id()[-12:]}"
        stated = {"probe.patience": 31, "patience": 9, "probe.pateince": 9, "probe.price": 1}
        tenant = Tenant(slug=slug, municipality_code="1880", name="Town", settings=stated)
        declared = {"probe": Probe.declared_settings()}
        with pytest.raises(WrongSettings) as wrong:
            apply_tenants({"probe": probe.owner_url}, [tenant], probe.master_keys, declared=declared)
        assert str(wrong.value).split("; ") == [
            f"tenant {slug}: setting probe.patience: Must be greater than or equal to 1 and less than or equal to 30.",
            f"tenant {slug}: setting patience is unknown",
            "it is written probe.patience",
            f"tenant {slug}: setting probe.pateince is unknown",
            f"tenant {slug}: setting probe.price: Not a valid string.",
        ]
        assert slug not in {one["slug"] for one in probe.database.municipalities()}

    @pytest.mark.parametrize("value", [True, 9.0, [9], {"days": 9}, "9"])
    def test_another_kind_of_value_is_wrong(self, probe: Harness, value: Any) -> None:
        with pytest.raises(WrongSettings):
            apply(probe, patience=value)
        assert got(probe, DAYS)["history"] == []

    def test_a_file_and_an_administrator_at_once_both_stand_in_the_history(self, probe: Harness) -> None:
        for _ in range(5):
            tenant, start = probe.new_tenant(), Barrier(2)
            probe.tenant = tenant
            call = {"setting_name": DAYS, "body": {"value": 12, "reason": "Now."}, "if_match": "0"}

            def state(start: Barrier = start) -> list[str]:
                start.wait()
                return apply(probe, patience=9)

            with ThreadPoolExecutor(1) as pool:
                stated = pool.submit(state)
                start.wait()
                reply = probe.reply("change_setting", **call)
                assert len(stated.result()) == 1
            kept = [value for value, *_ in past(probe, DAYS)]
            assert kept == ([9, 12] if "body" in reply else [9])
            assert reply.get("fault", {}).get("code", "stale") == "stale"
