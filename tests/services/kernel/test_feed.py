"""A service's part of the event feed: everything once and in order, nobody else's, nothing personal unasked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.kernel.contracts.feed import LONGEST_WAIT
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.kernel.work import feed
from tests.plans import plan_of
from tests.services.kernel.conftest import House, protect
from tests.services.kernel.probe import ANNA, HIDDEN, THING_GREW, THING_MADE, a_thing

Admin = psycopg.Connection[Any]
NOON = datetime(2026, 4, 1, 10, tzinfo=UTC)
EVENTS = THING_MADE.type
EVERYBODY, WITH_PERSONAL = ("integration",), ("integration", "personal")
RIGHTS = ("integration", "personal", "protected")


def make(probe: Harness, *names: str, tenant: str | None = None) -> None:
    """Things, told."""
    for name in names:
        probe.do("make_thing", body={"name": name}, tenant=tenant)
    probe.tell()


def grow(probe: Harness, name: str) -> None:
    """A thing that has grown, told."""
    with probe.database.unit(Context(tenant=probe.tenant, actor="anna", request_id="", deadline=0)) as unit:
        thing = a_thing(unit, name)
        unit.add_at_commit(thing)
        unit.record(THING_GREW, subject=thing, data={"thing_id": thing.id, "size": 2})
        unit.commit()
    probe.tell()


def hide(probe: Harness, admin: Admin, name: str) -> None:
    """From now on a thing is protected."""
    admin.execute("update thing set size = %s where tenant = %s and name = %s", (HIDDEN, probe.tenant, name))


def read(probe: Harness, after: str | None = None, *, limit: int = 100, **call: Any) -> dict[str, Any]:
    page = {"limit": str(limit), **({"after": after} if after else {})}
    return probe.do("read_events", page=page, roles=call.pop("roles", EVERYBODY), **call)


def names(part: dict[str, Any]) -> list[str]:
    return [event["data"]["name"] for event in part["items"]]


class TestReading:
    def test_everything_comes_once_in_its_order_however_it_is_cut(self, probe: Harness) -> None:
        wanted = [f"{number}" for number in range(7)]
        make(probe, *wanted)
        found, cursor = [], None
        while items := names(part := read(probe, cursor, limit=3)):
            found += items
            cursor = part["next"]
        assert found == wanted

    def test_from_the_last_cursor_comes_what_has_been_told_since(self, probe: Harness) -> None:
        empty = read(probe)
        assert empty["items"] == []
        make(probe, "a")
        first = read(probe, empty["next"])
        make(probe, "b")
        assert (names(first), names(read(probe, first["next"]))) == (["a"], ["b"])

    def test_each_item_has_a_cursor_after_it(self, probe: Harness) -> None:
        make(probe, "a", "b", "c")
        part = read(probe)
        after = [names(read(probe, cursor)) for cursor in part["cursors"]]
        assert after == [["b", "c"], ["c"], []]

    def test_what_is_recorded_and_not_told_yet_is_not_there(self, probe: Harness) -> None:
        probe.do("make_thing", body={"name": "silent"})
        assert read(probe)["items"] == []

    def test_another_municipality_has_its_own(self, probe: Harness) -> None:
        other = probe.new_tenant()
        make(probe, "mine")
        make(probe, "theirs", tenant=other)
        assert (names(read(probe)), names(read(probe, tenant=other))) == (["mine"], ["theirs"])

    def test_it_is_a_cloud_event_without_what_is_between_the_services(self, probe: Harness, admin: Admin) -> None:
        make(probe, "a")
        ((told,),) = admin.execute("select envelope from told where tenant = %s", (probe.tenant,)).fetchall()
        (event,) = read(probe)["items"]
        assert event == {
            **{name: told[name] for name in told.keys() - {"tenant", "actor", "requestid", "traceparent"}},
            "data": {"thing_id": told["subject"], "name": "a"},
        }


def test_it_reads_on_from_its_place_however_much_has_been_told(probe: Harness, probe_house: House) -> None:
    with psycopg.connect(probe_house.urls.service, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (probe.tenant,))
        for way in ("seqscan", "bitmapscan"):  # by which a small table is read otherwise
            connection.execute(f"set enable_{way} = off")
        statement = str(feed._TOLD)
        for name, value in (("after", "7"), ("keys", "null"), ("most", "20")):
            statement = statement.replace(f":{name}", value)
        plan = plan_of(connection, statement)
    assert plan.count("using pk_told") == 2
    assert '("position" > 7)' in plan.replace("'7'::bigint", "7")


class TestTypes:
    @pytest.fixture
    def both(self, probe: Harness) -> Harness:
        """A thing that was made, one that grew, and another that was made."""
        make(probe, "a")
        grow(probe, "b")
        make(probe, "c")
        return probe

    def types(self, probe: Harness, types: str) -> list[str]:
        return [event["type"] for event in read(probe, query={"types": types})["items"]]

    def test_only_those_asked_for_come(self, both: Harness) -> None:
        made, grew = THING_MADE.type, THING_GREW.type
        assert self.types(both, grew) == [grew]
        assert self.types(both, f"{grew},{made}") == [made, grew, made]
        assert self.types(both, "hemvist.elsewhere.thing_made.v1") == []

    def test_the_others_are_not_looked_at_again(self, both: Harness) -> None:
        cursor = read(both, query={"types": "hemvist.probe.thing_shrank.v1"})["next"]
        assert read(both, cursor)["items"] == []

    @pytest.mark.parametrize("types", ["hemvist.probe.thing_lost.v1", "hemvist.probe.thing_made.v2"])
    def test_one_that_is_not_told_here_is_refused(self, probe: Harness, types: str) -> None:
        fault = probe.refusal("read_events", query={"types": types}, roles=EVERYBODY)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/types", "not_an_event_type")]

    @pytest.mark.parametrize("types", ["", "thing_made", f"{EVENTS},", f"{EVENTS} {EVENTS}", f"{EVENTS}\n", "%"])
    def test_so_is_what_is_no_list_of_types(self, probe: Harness, types: str) -> None:
        assert probe.code("read_events", query={"types": types}, roles=EVERYBODY) == (422, "invalid_input")

    @pytest.mark.parametrize("wait", ["-1", str(LONGEST_WAIT + 1), "1.5", "long"])
    def test_so_is_a_wait_that_is_none(self, probe: Harness, wait: str) -> None:
        assert probe.code("read_events", query={"wait": wait}, roles=EVERYBODY) == (422, "invalid_input")


class TestCursors:
    def code(self, probe: Harness, cursor: str, **call: Any) -> tuple[str, str]:
        fault = probe.refusal("read_events", page={"after": cursor}, roles=EVERYBODY, **call)
        assert fault["status"] == 422
        ((pointer, code),) = [(one["pointer"], one["code"]) for one in fault["errors"]]
        return pointer, code

    def test_one_of_another_municipality_or_list_or_of_nobody_is_refused(self, probe: Harness) -> None:
        make(probe, "a")
        cursor = read(probe)["next"]
        things = probe.do("follow_things")["next"]
        forged = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
        for wrong in (things, forged, "AAEx", "å", "1"):
            assert self.code(probe, wrong) == ("/after", "not_a_cursor")
        assert self.code(probe, cursor, tenant=probe.new_tenant()) == ("/after", "not_a_cursor")

    def test_one_after_which_something_may_have_been_weeded_is_refused(self, probe: Harness) -> None:
        probe.now = NOON
        make(probe, "a", "b")
        part = read(probe, limit=1)
        probe.now = NOON + timedelta(days=20)
        known_until_then = read(probe, part["next"])["next"]
        probe.now = NOON + timedelta(days=34)
        assert names(read(probe, part["next"])) == ["b"]
        probe.now = NOON + timedelta(days=35, minutes=1)
        assert self.code(probe, part["next"]) == ("/after", "cursor_too_old")
        assert read(probe, known_until_then)["items"] == []

    def test_when_everything_is_weeded_a_cursor_still_leads_on(self, probe: Harness, admin: Admin) -> None:
        make(probe, "a")
        cursor = read(probe)["next"]
        admin.execute("delete from told where tenant = %s", (probe.tenant,))
        cursor = read(probe, cursor)["next"]
        make(probe, "b")
        assert names(read(probe, cursor)) == ["b"]


class TestPersonal:
    def test_who_may_see_it_is_shown_what_was_sealed_and_who_did_it(self, probe: Harness) -> None:
        make(probe, "a")
        (event,) = read(probe, roles=WITH_PERSONAL)["items"]
        assert (event["data"]["secret"], event["actor"]) == (ANNA, "anna")

    def test_nobody_else_is(self, probe: Harness) -> None:
        make(probe, "a")
        part = read(probe)
        assert ANNA not in json.dumps(part)
        assert set(part["items"][0]["data"]) == {"thing_id", "name"}
        assert "actor" not in part["items"][0]

    def test_the_log_of_access_says_whose_events_were_shown_and_nothing_of_an_empty_answer(
        self, probe: Harness, admin: Admin
    ) -> None:
        make(probe, "a")
        part = read(probe, roles=WITH_PERSONAL)
        read(probe, part["next"])
        lines = admin.execute(
            "select operation, roles, subjects from access_line where tenant = %s", (probe.tenant,)
        ).fetchall()
        shown = [{"kind": "event_subject", "id": part["items"][0]["subject"]}]
        assert [line for line in lines if line[0] == "read_events"] == [("read_events", list(WITH_PERSONAL), shown)]

    def test_the_role_by_itself_allows_nothing(self, probe: Harness) -> None:
        assert probe.code("read_events", roles=["personal"]) == (403, "missing_role")

    def test_of_an_identity_that_is_protected_now_nobody_is_shown_it_however_long_ago_it_was_told(
        self, probe: Harness, admin: Admin
    ) -> None:
        make(probe, "a", "b")
        hide(probe, admin, "a")
        first, second = read(probe, roles=WITH_PERSONAL)["items"]
        assert (set(first["data"]), "actor" in first) == ({"thing_id", "name"}, False)
        assert (second["data"]["secret"], second["actor"]) == (ANNA, "anna")

    @pytest.mark.parametrize(("roles", "reason"), [(RIGHTS, None), (WITH_PERSONAL, "Because."), (RIGHTS[::2], "So.")])
    def test_neither_the_right_nor_a_reason_alone_opens_it(
        self, probe: Harness, admin: Admin, roles: tuple[str, ...], reason: str | None
    ) -> None:
        make(probe, "a")
        hide(probe, admin, "a")
        assert ANNA not in json.dumps(read(probe, roles=roles, reason=reason))

    def test_both_do_and_the_log_says_why(self, probe: Harness, admin: Admin) -> None:
        make(probe, "a")
        hide(probe, admin, "a")
        (event,) = read(probe, roles=RIGHTS, reason="A threat was reported.")["items"]
        assert (event["data"]["secret"], event["actor"]) == (ANNA, "anna")
        line = probe.do("list_access")["items"][0]
        assert (line["operation"], line["reason"]) == ("read_events", "A threat was reported.")
        assert "protected" in line["roles"]

    def test_when_it_is_protected_no_longer_it_is_shown_again(self, probe: Harness, admin: Admin) -> None:
        make(probe, "a")
        hide(probe, admin, "a")
        admin.execute("update thing set size = 1 where tenant = %s", (probe.tenant,))
        (event,) = read(probe, roles=WITH_PERSONAL)["items"]
        assert event["data"]["secret"] == ANNA

    def test_of_what_is_not_there_any_more_nobody_knows_and_so_it_is_not_shown(
        self, probe: Harness, admin: Admin
    ) -> None:
        make(probe, "a")
        admin.execute("delete from thing where tenant = %s", (probe.tenant,))
        assert ANNA not in json.dumps(read(probe, roles=WITH_PERSONAL))

    def test_of_protected_staff_it_is_not_said_that_they_did_it(self, probe: Harness) -> None:
        make(probe, "a")
        protect(probe, "anna")
        (event,) = read(probe, roles=WITH_PERSONAL, actor="system")["items"]
        assert (event["data"]["secret"], "actor" in event) == (ANNA, False)

    def test_of_a_kind_that_is_not_known_here_only_that_it_happened(self, probe: Harness, admin: Admin) -> None:
        """An older service beside a newer one: what is personal in it only the newer one knows."""
        make(probe, "a")
        admin.execute("update told set routing_key = 'thing_lost.v1' where tenant = %s", (probe.tenant,))
        (event,) = read(probe, roles=WITH_PERSONAL)["items"]
        assert (event["type"], event["data"]) == (THING_MADE.type, {})
