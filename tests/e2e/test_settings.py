"""A municipality's own settings over HTTP: seen and changed by its administrators, followed by the services at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import requests

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from services.kernel.basics.ids import new_id
from tests.conftest import database_url
from tests.e2e.test_http import problem
from tests.e2e.test_operator import hemvist
from tests.staff import Staff
from tests.waiting import eventually

DAYS, FEE = "intake.contact_days", "compensation.default_fee_level"
REASON = "Nämndens beslut den 2 maj."
AWAY = {"status": "unavailable"}


@pytest.fixture(scope="module")
def anna(platform: Platform) -> Staff:
    return Staff(platform, "stockholm", "admin", sub="anna")


@pytest.fixture(scope="module")
def bo(platform: Platform) -> Staff:
    return Staff(platform, "stockholm", "admin", sub="bo")


def listed(staff: Staff) -> dict[str, dict[str, Any]]:
    """Every setting by its name."""
    return {one["name"]: one for one in staff.get("/settings")["items"]}


def read(staff: Staff, name: str) -> tuple[dict[str, Any], str]:
    """A setting and its ETag."""
    answer = staff.ask("GET", f"/settings/{name}")
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers["ETag"]


def put(staff: Staff, name: str, value: Any, etag: str | None = None, **headers: str) -> requests.Response:
    """The answer to a change of what stands there now."""
    headers["If_Match"] = etag or read(staff, name)[1]
    return staff.ask("PUT", f"/settings/{name}", {"value": value, "reason": REASON}, **headers)


def others(staff: Staff) -> list[int]:
    """Numbers of days that are not in force: what other tests have set may stand there."""
    now = read(staff, DAYS)[0]["value"]
    return [days for days in (30, 31, 32) if days != now]


def contact_after(staff: Staff) -> int:
    """In how many days a new application says that the family is contacted."""
    before = today()
    contact_by = date.fromisoformat(staff.post("/applications", SubmitApplication.example)["contact_by"])
    assert before == today(), "midnight passed meanwhile"
    return (contact_by - before).days


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Stockholm")).date()


class TestReading:
    def test_those_of_all_services_stand_in_one_list(self, anna: Staff) -> None:
        found = listed(anna)
        assert {DAYS, FEE, "investigation.register_check_months", "investigation.approval_years"} <= set(found)
        one = found[DAYS]
        assert (one["default"], one["unit"], one["least"], one["most"]) == (21, "days", 1, 90)
        assert one["description"]["en"] != one["description"]["sv"]
        assert [found[name]["needs_second_person"] for name in (DAYS, FEE)] == [False, True]
        assert found[FEE]["choices"][0] == "base"

    @pytest.mark.parametrize("path", ["/settings/intake.nothing", "/settings/nothing", "/settings/elsewhere.nothing"])
    def test_one_that_is_not_declared_is_not_there(self, anna: Staff, path: str) -> None:
        assert problem(anna.ask("GET", path)) == (404, "not_found")


class TestChanging:
    def test_the_next_application_follows_it_and_the_history_says_who_when_and_why(
        self, platform: Platform, anna: Staff
    ) -> None:
        anybody, days, before = Staff(platform, "stockholm"), others(anna)[0], datetime.now(UTC)
        answer = put(anna, DAYS, days)
        assert (answer.status_code, answer.json()["value"]) == (200, days)
        assert contact_after(anybody) == days

        found, etag = read(anna, DAYS)
        assert answer.headers["ETag"] == etag
        assert (found["value"], found["changed_by"]) == (days, "anna")
        latest = found["history"][0]
        assert (latest["value"], latest["by"], latest["reason"], latest["confirmed_by"]) == (days, "anna", REASON, None)
        assert latest["at"] == found["changed_at"]
        assert before - timedelta(seconds=1) <= datetime.fromisoformat(latest["at"]) <= datetime.now(UTC)
        assert listed(anna)[DAYS]["value"] == days

    def test_another_municipality_is_untouched(self, platform: Platform, anna: Staff) -> None:
        other = Staff(platform, "borlange", "admin")
        before = read(other, DAYS)
        days = next(days for days in (40, 41, 42) if days not in (before[0]["value"], read(anna, DAYS)[0]["value"]))
        assert put(anna, DAYS, days).status_code == 200
        assert read(other, DAYS) == before
        assert contact_after(Staff(platform, "borlange")) == before[0]["value"]

    @pytest.mark.parametrize(
        ("name", "value", "code", "parameters"),
        [
            (DAYS, 0, "out_of_range", {"min": 1, "max": 90}),
            (DAYS, 91, "out_of_range", {"min": 1, "max": 90}),
            (DAYS, "14", "not_an_integer", {}),
            (DAYS, 14.5, "setting_value", {}),
            (DAYS, None, "null", {}),
            (FEE, "enormous", "not_one_of", {"choices": ["base", "raised_1", "raised_2", "raised_3"]}),
        ],
    )
    def test_a_wrong_value_is_refused_with_its_name_and_nothing_is_changed(
        self, anna: Staff, name: str, value: Any, code: str, parameters: dict[str, Any]
    ) -> None:
        before = read(anna, name)
        answer = put(anna, name, value)
        assert problem(answer) == (422, "invalid_input")
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"], error["parameters"]) == ("/value", code, parameters)
        if code in ("out_of_range", "not_one_of", "not_an_integer"):  # what is wrong of this setting, and not of all
            assert answer.json()["setting"] == name
        assert read(anna, name) == before

    def test_without_a_reason_or_unread_it_is_not_changed(self, anna: Staff) -> None:
        days = others(anna)[0]
        bare = anna.ask("PUT", f"/settings/{DAYS}", {"value": days}, If_Match=read(anna, DAYS)[1])
        assert problem(bare) == (422, "invalid_input")
        unread = anna.ask("PUT", f"/settings/{DAYS}", {"value": days, "reason": REASON})
        assert problem(unread) == (428, "precondition_required")
        assert read(anna, DAYS)[0]["value"] != days

    def test_of_two_at_once_one_is_told_that_it_is_stale(self, anna: Staff, bo: Staff) -> None:
        etag, start = read(anna, DAYS)[1], Barrier(2)

        def change(staff: Staff, days: int) -> requests.Response:
            start.wait()
            return put(staff, DAYS, days, etag)

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(change, (anna, bo), others(anna)))
        (done,), (refused,) = ([answer for answer in answers if answer.status_code == status] for status in (200, 412))
        assert problem(refused) == (412, "stale")
        assert read(anna, DAYS) == (done.json(), done.headers["ETag"])


class TestWhoMay:
    @pytest.mark.parametrize("role", ["recruiter", "payroll", "decider", "auditor", "home", "operator"])
    def test_nobody_else_sees_or_changes_them(self, platform: Platform, anna: Staff, role: str) -> None:
        staff, (before, etag) = Staff(platform, "stockholm", role), read(anna, DAYS)
        for path in ("/settings", f"/settings/{DAYS}", "/setting-changes"):
            assert problem(staff.ask("GET", path)) == (403, "missing_role")
        assert problem(put(staff, DAYS, 30, etag)) == (403, "missing_role")
        confirm = staff.ask("POST", "/setting-changes/intake.1/confirm", {})
        assert problem(confirm) == (403, "missing_role")
        assert read(anna, DAYS) == (before, etag)

    def test_nor_does_anybody_who_has_not_logged_in_or_is_elsewhere(self, platform: Platform) -> None:
        assert problem(Staff(platform, "stockholm").ask("GET", "/settings")) == (401, "token_missing")
        elsewhere = Staff(platform, "borlange", "admin")
        elsewhere.base = elsewhere.base.replace("borlange", "stockholm")
        assert problem(elsewhere.ask("GET", "/settings")) == (404, "not_found")


class TestSecondPerson:
    @pytest.fixture
    def level(self, anna: Staff) -> str:
        """One that is not in force."""
        return "raised_1" if read(anna, FEE)[0]["value"] != "raised_1" else "raised_2"

    @pytest.fixture
    def proposed(self, anna: Staff, level: str) -> dict[str, Any]:
        answer = put(anna, FEE, level)
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def test_what_concerns_pay_waits_for_another_person(
        self, anna: Staff, bo: Staff, level: str, proposed: dict[str, Any]
    ) -> None:
        assert (proposed["name"], proposed["value"], proposed["by"], proposed["reason"]) == (FEE, level, "anna", REASON)
        before = read(anna, FEE)[0]
        assert (before["value"], before["waiting"]) == (proposed["present_value"], proposed)
        assert proposed in bo.get("/setting-changes")["items"]

        confirm = f"/setting-changes/{proposed['id']}/confirm"
        assert problem(anna.ask("POST", confirm, {})) == (403, "second_person_needed")
        assert read(anna, FEE)[0] == before

        key = new_id()
        answer = bo.ask("POST", confirm, {}, Idempotency_Key=key)
        assert (answer.status_code, answer.json()["value"]) == (200, level)
        assert bo.ask("POST", confirm, {}, Idempotency_Key=key).json() == answer.json()
        assert problem(bo.ask("POST", confirm, {})) == (409, "setting_change_not_waiting")
        found = read(anna, FEE)[0]
        assert (found["value"], found["changed_by"], found["waiting"]) == (level, "anna", None)
        assert (found["history"][0]["by"], found["history"][0]["confirmed_by"]) == ("anna", "bo")
        assert proposed not in bo.get("/setting-changes")["items"]

    def test_another_municipalitys_administrator_finds_nothing_to_confirm(
        self, platform: Platform, anna: Staff, proposed: dict[str, Any]
    ) -> None:
        other = Staff(platform, "borlange", "admin")
        assert problem(other.ask("POST", f"/setting-changes/{proposed['id']}/confirm", {})) == (404, "not_found")
        assert proposed not in other.get("/setting-changes")["items"]
        assert read(anna, FEE)[0]["waiting"] == proposed

    def test_the_one_in_force_takes_it_back(self, anna: Staff, bo: Staff, proposed: dict[str, Any]) -> None:
        assert put(anna, FEE, proposed["present_value"]).json()["waiting"] is None
        confirm = bo.ask("POST", f"/setting-changes/{proposed['id']}/confirm", {})
        assert problem(confirm) == (409, "setting_change_not_waiting")


class TestServiceAway:
    @pytest.fixture
    def without_compensation(self, platform: Platform, anna: Staff) -> Iterator[None]:
        platform.stop("compensation")
        yield
        platform.start("compensation")
        eventually(lambda: "compensation" not in anna.get("/settings"))

    @pytest.mark.usefixtures("without_compensation")
    def test_its_part_is_unavailable_and_the_others_are_there_at_once(self, anna: Staff) -> None:
        began = time.monotonic()
        found = anna.get("/settings")
        assert time.monotonic() - began < 4, "the gateway's deadline is five seconds"
        assert found["compensation"] == AWAY
        names = {one["name"] for one in found["items"]}
        assert DAYS in names
        assert FEE not in names
        assert [service for service in SERVICES if service in found] == ["compensation"]
        assert anna.get("/setting-changes")["compensation"] == AWAY
        assert problem(anna.ask("GET", f"/settings/{FEE}")) == (503, "service_unavailable")
        assert read(anna, DAYS)[0]["name"] == DAYS

    @pytest.mark.usefixtures("without_compensation")
    def test_what_is_changed_elsewhere_is_changed(self, anna: Staff) -> None:
        days = others(anna)[0]
        assert put(anna, DAYS, days).status_code == 200
        assert listed(anna)[DAYS]["value"] == days


class TestServiceStuck:
    @pytest.fixture
    def stuck_compensation(self, platform: Platform) -> Iterator[None]:
        """Somebody holds the table of its settings."""
        with psycopg.connect(database_url(platform, "hemvist_compensation")) as admin:
            admin.execute("lock table setting in access exclusive mode")
            yield
            admin.rollback()

    @pytest.mark.usefixtures("stuck_compensation")
    def test_its_part_is_unavailable_when_it_gives_up(self, anna: Staff) -> None:
        began = time.monotonic()
        found = anna.get("/settings")
        assert time.monotonic() - began < 10
        assert found["compensation"] == AWAY
        assert [service for service in SERVICES if service in found] == ["compensation"]
        assert DAYS in {one["name"] for one in found["items"]}


class TestFile:
    """The operator's file of municipalities, applied while the platform runs."""

    @pytest.fixture
    def file(self, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A copy of it, in place of the one of the house."""
        file = tmp_path / "tenants.toml"
        file.write_text((Path(__file__).parents[2] / "deploy" / "tenants.toml").read_text())
        monkeypatch.setenv("HEMVIST_TENANTS_FILE", str(file))
        return file

    def test_it_undoes_nothing_that_an_administrator_changed(self, platform: Platform, anna: Staff, file: Path) -> None:
        assert "intake.contact_days = 21" in file.read_text()
        assert put(anna, DAYS, others(anna)[0]).status_code == 200
        before = read(anna, DAYS)
        assert "stockholm" not in hemvist(platform, "tenants", "apply")
        assert read(anna, DAYS) == before

    def test_a_wrong_value_in_it_is_refused_with_its_name_and_nothing_is_applied(
        self, platform: Platform, anna: Staff, file: Path
    ) -> None:
        before = read(anna, DAYS)
        file.write_text(file.read_text().replace("contact_days = 21", "contact_days = 91"))
        with pytest.raises(AssertionError, match=r"setting intake\.contact_days: Must be .* less than or equal to 90"):
            hemvist(platform, "tenants", "apply")
        assert read(anna, DAYS) == before
