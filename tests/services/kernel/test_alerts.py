"""Unusual reading is found each night, an auditor settles it, and that the log was checked is itself noted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from services.kernel.messages.context import Context
from services.kernel.rows import alerts as rows
from services.kernel.rows import search
from services.kernel.secrecy.crypto import Purpose
from services.kernel.testing import Harness
from services.kernel.work.alerts import find_unusual_reading
from tests.services.kernel.conftest import House

MONDAY = datetime(2031, 5, 5, 9, tzinfo=UTC)  # eleven in Sweden
TUESDAY_NIGHT = datetime(2031, 5, 5, 23, tzinfo=UTC)  # one in Sweden
TUESDAY_MORNING = datetime(2031, 5, 6, 3, 30, tzinfo=UTC)  # half past five in Sweden
AUDITOR: dict[str, Any] = {"actor": "revisor", "roles": ["auditor"]}


def make(probe: Harness, *names: str, actor: str = "anna") -> list[str]:
    return [str(probe.do("make_thing", body={"name": name}, actor=actor)["id"]) for name in names]


def read(probe: Harness, things: list[str], *, actor: str, at: datetime, roles: tuple[str, ...] = ("prober",)) -> None:
    probe.now = at
    for thing in things:
        probe.do("get_thing", thing_id=thing, actor=actor, actor_name=f"{actor} Ek", roles=list(roles))


def alerts(probe: Harness, **query: str) -> list[dict[str, Any]]:
    return list(probe.do("list_access_alerts", query=query, **AUDITOR)["items"])


def look(probe: Harness, *, at: datetime = TUESDAY_MORNING) -> list[tuple[str, str]]:
    """The kinds of alerts and whom they are about, after the night."""
    probe.now = at
    with probe.database.unit(Context(tenant=probe.tenant, actor="", request_id="", deadline=0), now=at) as unit:
        find_unusual_reading(unit, "")
        unit.commit()
    return [(one["kind"], one["actor"]) for one in alerts(probe)]


def name_it(probe: Harness, thing: str, lookup: bytes) -> None:
    """Lets a thing be found under a hash, as something that names people is."""
    with psycopg.connect(probe.owner_url, autocommit=True) as owner:
        owner.execute("select set_config('hemvist.tenant', %s, false)", (probe.tenant,))
        owner.execute(
            "insert into search_word (word, kind, id, row_id) values (%s, 'thing', %s, 'x')",
            (search.of_number(lookup), thing),
        )


@pytest.fixture
def alert(probe: Harness) -> dict[str, Any]:
    """One about bo."""
    probe.now = MONDAY
    read(probe, make(probe, "one"), actor="bo", at=TUESDAY_NIGHT)
    assert look(probe) == [("at_night", "bo")]
    return alerts(probe)[0]


class TestFinding:
    def test_a_file_opened_at_night_is_found_in_the_morning(self, probe: Harness, alert: dict[str, Any]) -> None:
        shown = {name: alert[name] for name in ("actor_name", "on", "count", "usual", "raised_at", "settled")}
        assert shown == {
            "actor_name": "bo Ek",
            "on": "2031-05-05",
            "count": 1,
            "usual": 0,
            "raised_at": "2031-05-06T03:30:00Z",
            "settled": None,
        }
        assert [one["kind"] for one in alert["subjects"]] == ["thing"]
        assert alert["id"].startswith("probe.")

    def test_whoever_reads_every_night_is_on_duty(self, probe: Harness) -> None:
        probe.now = MONDAY - timedelta(days=20)
        things = make(probe, "one")
        for days in (4, 3, 2, 0):
            read(probe, things, actor="bo", at=TUESDAY_NIGHT - timedelta(days=days))
        assert look(probe) == []

    def test_far_more_files_than_others_with_the_role_is_found(self, probe: Harness) -> None:
        probe.now = MONDAY - timedelta(days=3)
        things = make(probe, *(str(number) for number in range(25)), actor="bo")
        read(probe, things[:8], actor="eva", at=MONDAY - timedelta(days=2))
        read(probe, things[:24], actor="bo", at=MONDAY)  # three times eva's busiest hour
        assert look(probe) == []
        read(probe, things, actor="bo", at=MONDAY + timedelta(days=1))
        assert look(probe, at=TUESDAY_MORNING + timedelta(days=1)) == [("many_files", "bo")]
        (found,) = alerts(probe)
        assert (found["count"], found["usual"]) == (25, 8)

    def test_a_day_is_read_in_parts_and_found_as_a_whole(self, probe: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rows, "AT_ONCE", 7)
        probe.now = MONDAY - timedelta(days=3)
        things = make(probe, *(str(number) for number in range(28)), actor="bo")
        read(probe, things[14:], actor="bo", at=MONDAY + timedelta(minutes=30))
        read(probe, things[:14], actor="bo", at=MONDAY)  # written later, as by a process whose clock is behind
        assert look(probe) == [("many_files", "bo")]
        (found,) = alerts(probe)
        assert (found["count"], {one["id"] for one in found["subjects"]}) == (28, set(things))

    def test_files_in_which_others_work_are_found(self, probe: Harness) -> None:
        probe.now = MONDAY - timedelta(days=3)
        theirs = make(probe, "a", "b", "c", "d", "e", actor="eva")
        own = make(probe, "f", actor="bo")
        read(probe, [*theirs[:4], *own], actor="bo", at=MONDAY)
        assert look(probe) == []
        read(probe, [*theirs, *own], actor="bo", at=MONDAY + timedelta(days=1))
        assert look(probe, at=TUESDAY_MORNING + timedelta(days=1)) == [("not_their_files", "bo")]
        (found,) = alerts(probe)
        assert sorted(one["id"] for one in found["subjects"]) == sorted(theirs)

    def test_somebody_of_the_readers_family_name_is_found_and_the_reader_by_number(self, probe: Harness) -> None:
        probe.now = MONDAY - timedelta(days=3)
        namesake, other, own = make(probe, "a", "b", "c", actor="bo")
        keyring = probe.database.known(probe.tenant).keyring
        name, number = Purpose.SEARCH_WORD, Purpose.PERSONAL_NUMBER
        name_it(probe, namesake, keyring.lookup("ek", name))
        name_it(probe, other, keyring.lookup("berg", name))
        name_it(probe, own, keyring.lookup("189001019802", number))
        probe.now = MONDAY
        for thing in (namesake, other, own):
            probe.do("get_thing", thing_id=thing, actor="bo", actor_name="Bo Ek", personal_number="189001019802")
        assert look(probe) == [("own_number", "bo"), ("own_name", "bo")]
        assert [[one["id"] for one in found["subjects"]] for found in alerts(probe)] == [[own], [namesake]]

    def test_who_opens_something_by_the_right_to_see_protected_identities_is_found(self, probe: Harness) -> None:
        probe.now = MONDAY
        (thing,) = make(probe, "one", actor="bo")
        for roles, reason in ((["prober", "protected"], None), (["prober"], "Ja.")):
            probe.do("get_thing", thing_id=thing, actor="bo", roles=roles, reason=reason)
        assert look(probe) == []
        probe.now = MONDAY + timedelta(days=1)
        probe.do("get_thing", thing_id=thing, actor="bo", roles=["prober", "protected"], reason="Ja.")
        assert look(probe, at=TUESDAY_MORNING + timedelta(days=1)) == [("protected", "bo")]

    def test_a_list_is_not_a_file_that_was_opened(self, probe: Harness) -> None:
        probe.now = MONDAY
        make(probe, "one", actor="bo")
        probe.now = TUESDAY_NIGHT
        probe.do("list_things", actor="bo")
        assert look(probe) == []

    def test_every_day_is_looked_through_once_also_when_the_platform_was_down(self, probe: Harness) -> None:
        probe.now = MONDAY
        things = make(probe, "one")
        look(probe, at=MONDAY)
        for days, actor in enumerate(("bo", "eva", "ida")):
            read(probe, things, actor=actor, at=TUESDAY_NIGHT + timedelta(days=days))
        look(probe, at=TUESDAY_MORNING + timedelta(days=2))
        probe.pass_time(TUESDAY_MORNING + timedelta(days=2))
        found = [(one["actor"], one["on"]) for one in alerts(probe)]
        assert sorted(found) == [("bo", "2031-05-05"), ("eva", "2031-05-06"), ("ida", "2031-05-07")]
        assert len(look(probe, at=TUESDAY_MORNING + timedelta(days=2, hours=1))) == 3


class TestSettling:
    def test_an_auditor_settles_it_with_a_note(self, probe: Harness, alert: dict[str, Any]) -> None:
        body = {"note": "Hon vikarierade."}
        settled = probe.do("settle_access_alert", access_alert_id=alert["id"], body=body, **AUDITOR)["settled"]
        assert settled == {"by": "revisor", "at": "2031-05-06T03:30:00Z", "note": "Hon vikarierade."}
        assert alerts(probe, settled="false") == []
        assert [one["settled"] for one in alerts(probe, settled="true")] == [settled]

    def test_once(self, probe: Harness, alert: dict[str, Any]) -> None:
        asked: dict[str, Any] = {"access_alert_id": alert["id"], "body": {"note": "Ja."}, **AUDITOR}
        probe.do("settle_access_alert", **asked)
        assert probe.code("settle_access_alert", **asked) == (409, "alert_settled")

    def test_nobody_settles_one_about_themselves(self, probe: Harness, alert: dict[str, Any]) -> None:
        asked: dict[str, Any] = {"access_alert_id": alert["id"], "body": {"note": "Ja."}}
        assert probe.code("settle_access_alert", actor="bo", roles=["auditor"], **asked) == (403, "own_alert")

    def test_of_another_municipality_there_is_none(self, probe: Harness, alert: dict[str, Any]) -> None:
        other = probe.new_tenant()
        asked: dict[str, Any] = {"access_alert_id": alert["id"], "body": {"note": "Ja."}, **AUDITOR}
        assert probe.code("settle_access_alert", tenant=other, **asked) == (404, "not_found")
        assert probe.do("list_access_alerts", tenant=other, **AUDITOR)["items"] == []

    def test_only_auditors_see_them(self, probe: Harness) -> None:
        assert probe.code("list_access_alerts", roles=["prober", "admin"]) == (403, "missing_role")

    def test_notes_and_names_are_sealed_and_what_was_found_can_not_be_changed(
        self, probe: Harness, alert: dict[str, Any], admin: "psycopg.Connection[Any]", probe_house: House
    ) -> None:
        probe.do("settle_access_alert", access_alert_id=alert["id"], body={"note": "Vikarierade"}, **AUDITOR)
        (row,) = admin.execute("select a::text from access_alert a where tenant = %s", (probe.tenant,)).fetchone() or ()
        assert "Vikarierade" not in row
        assert "Ek" not in row
        with psycopg.connect(probe_house.urls.service, autocommit=True) as service:
            service.execute("select set_config('hemvist.tenant', %s, false)", (probe.tenant,))
            for change in ("update access_alert set count = 0", "delete from access_alert"):
                with pytest.raises(InsufficientPrivilege):
                    service.execute(change)

    def test_they_are_read_to_their_end_part_by_part(self, probe: Harness) -> None:
        probe.now = MONDAY
        things = make(probe, "one")
        for actor in ("bo", "eva", "ida"):
            read(probe, things, actor=actor, at=TUESDAY_NIGHT)
        look(probe)
        first = probe.do("list_access_alerts", query={"limit": "2"}, **AUDITOR)
        rest = probe.do("list_access_alerts", query={"limit": "2", "after": first["next"]}, **AUDITOR)
        assert [one["actor"] for one in first["items"] + rest["items"]] == ["ida", "eva", "bo"]
        assert rest["next"] is None


class TestReviews:
    body = {"from": "2031-05-05T00:00:00Z", "to": "2031-05-06T03:00:00Z", "note": "Stickprov."}

    def test_a_check_says_what_there_was_to_check(self, probe: Harness, alert: dict[str, Any]) -> None:
        review = probe.do("record_access_review", body=self.body, **AUDITOR)
        assert (review["by"], review["at"]) == ("revisor", "2031-05-06T03:30:00Z")
        assert review["logs"] == [{"service": "probe", "lines": 2, "alerts": 1, "open_alerts": 1}]  # made, opened
        probe.do("settle_access_alert", access_alert_id=alert["id"], body={"note": "Ja."}, **AUDITOR)
        probe.now = TUESDAY_MORNING + timedelta(days=1)
        probe.do("record_access_review", body=self.body, **AUDITOR)
        found = probe.do("list_access_reviews", **AUDITOR)["items"]
        assert [one["logs"][0]["open_alerts"] for one in found] == [0, 1]

    def test_asked_again_with_the_same_key_it_is_one_check(self, probe: Harness) -> None:
        probe.now = TUESDAY_MORNING
        first, second = (
            probe.do("record_access_review", body=self.body, idempotency_key="k", **AUDITOR) for _ in range(2)
        )
        assert first == second
        assert len(probe.do("list_access_reviews", **AUDITOR)["items"]) == 1

    def test_what_is_yet_to_come_can_not_have_been_checked(self, probe: Harness) -> None:
        probe.now = MONDAY
        assert probe.code("record_access_review", body=self.body, **AUDITOR) == (409, "period_not_over")

    def test_a_period_ends_after_it_begins(self, probe: Harness) -> None:
        fault = probe.reply("record_access_review", body=self.body | {"to": self.body["from"]}, **AUDITOR)["fault"]
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/to", "period_ends_before_it_begins")]

    def test_it_can_not_be_taken_back(self, probe: Harness, probe_house: House) -> None:
        probe.now = TUESDAY_MORNING
        probe.do("record_access_review", body=self.body, **AUDITOR)
        with psycopg.connect(probe_house.urls.service, autocommit=True) as service:
            service.execute("select set_config('hemvist.tenant', %s, false)", (probe.tenant,))
            for change in ("update access_review set note = ''", "delete from access_review"):
                with pytest.raises(InsufficientPrivilege):
                    service.execute(change)
