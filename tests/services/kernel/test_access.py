"""The log of who was shown whose data: no line, no answer; and no line can be changed."""

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from services.kernel.rows.access import months
from services.kernel.testing import Harness
from tests.services.kernel.conftest import House

Connection = psycopg.Connection[Any]
MAY = datetime(2031, 5, 2, 8, tzinfo=UTC)


def make(probe: Harness, name: str) -> str:
    return str(probe.do("make_thing", body={"name": name})["id"])


def log(probe: Harness, *, tenant: str | None = None, **query: Any) -> list[dict[str, Any]]:
    """The lines, without those of who reads them: what they show is nobody's."""
    return list(
        probe.do("list_access", query={key: str(value) for key, value in query.items()}, tenant=tenant)["items"]
    )


def looked(lines: list[dict[str, Any]]) -> list[tuple[str, str, list[str]]]:
    return [(line["actor"], line["operation"], [one["id"] for one in line["subjects"]]) for line in lines]


class TestALine:
    def test_whoever_is_shown_something_leaves_a_line(self, probe: Harness) -> None:
        probe.now = MAY
        thing = make(probe, "one")
        probe.do("get_thing", thing_id=thing, actor="bo", roles=["prober", "recruiter"])
        newest, first = log(probe)
        assert newest["subjects"] == [{"kind": "thing", "id": thing}]
        assert (newest["at"], newest["actor"], newest["roles"], newest["operation"]) == (
            "2031-05-02T08:00:00Z",
            "bo",
            ["prober", "recruiter"],
            "get_thing",
        )
        assert (newest["actor_name"], newest["reason"]) == (None, None)
        assert looked([first]) == [("anna", "make_thing", [thing])]

    def test_of_a_list_it_names_all_that_were_shown_and_of_an_empty_one_there_is_none(self, probe: Harness) -> None:
        assert probe.do("list_things")["items"] == []
        assert log(probe) == []
        ids = [make(probe, name) for name in "abc"]
        probe.do("list_things", page={"limit": "2", "page": "2"})
        probe.do("list_things", page={"limit": "2"})
        assert looked(log(probe, limit=2)) == [("anna", "list_things", ids[:2]), ("anna", "list_things", ids[2:])]

    def test_who_is_shown_nothing_leaves_none(self, probe: Harness) -> None:
        assert probe.code("get_thing", thing_id="nowhere") == (404, "not_found")
        assert probe.code("list_things", roles=["nobody"]) == (403, "missing_role")
        assert log(probe) == []

    def test_an_answer_that_is_given_again_has_its_line_from_the_first_time(self, probe: Harness) -> None:
        for _ in range(2):
            probe.do("make_thing", body={"name": "one"}, idempotency_key="k")
        assert len(log(probe)) == 1

    def test_names_and_reasons_are_sealed(self, probe: Harness, admin: Connection) -> None:
        thing = make(probe, "one")
        probe.do("get_thing", thing_id=thing, actor_name="Bo Ek", reason="Efter samtal")
        line = log(probe)[0]
        assert (line["actor_name"], line["reason"]) == ("Bo Ek", "Efter samtal")
        rows = admin.execute("select l::text from access_line l where tenant = %s", (probe.tenant,)).fetchall()
        assert not [row for (row,) in rows if "Bo Ek" in row or "samtal" in row]

    def test_another_municipality_does_not_see_it(self, probe: Harness) -> None:
        make(probe, "one")
        assert log(probe, tenant=probe.new_tenant()) == []


class TestNoLineNoAnswer:
    @pytest.fixture(params=["access_line", "access_subject"])
    def full(self, request: pytest.FixtureRequest, probe_house: House, admin: Connection) -> Any:
        """A log to which nothing can be added."""
        change = f"{{}} insert on {request.param} {{}} {probe_house.role}"
        yield lambda: admin.execute(change.format("revoke", "from"))
        admin.execute(change.format("grant", "to"))

    def test_nothing_is_shown(self, probe: Harness, full: Any) -> None:
        thing = make(probe, "one")
        full()
        for reply in (probe.reply("get_thing", thing_id=thing), probe.reply("list_things")):
            assert reply.keys() == {"fault"}
            assert reply["fault"]["status"] == 500

    def test_and_nothing_is_changed(self, probe: Harness, full: Any) -> None:
        thing = make(probe, "one")
        full()
        assert probe.code("grow_thing", thing_id=thing, if_match="1")[0] == 500
        assert probe.code("make_thing", body={"name": "two"})[0] == 500

    def test_once_it_can_be_written_again_all_is_as_before(self, probe: Harness) -> None:
        thing = make(probe, "one")
        assert probe.do("get_thing", thing_id=thing)["size"] == 1
        assert probe.do("list_things")["total"] == 1


class TestReading:
    def test_it_is_narrowed_by_who_looked_at_whom_and_when(self, probe: Harness) -> None:
        one, two = make(probe, "one"), make(probe, "two")
        made = {line["id"] for line in log(probe)}
        for day, actor, thing in ((1, "bo", one), (2, "bo", two), (3, "eva", one)):
            probe.now = MAY.replace(day=day)
            probe.do("get_thing", thing_id=thing, actor=actor)
        probe.now = None

        def narrowed(**query: Any) -> list[tuple[str, str]]:
            lines = [line for line in log(probe, **query) if line["id"] not in made]
            return [(line["actor"], line["subjects"][0]["id"]) for line in lines]

        assert narrowed() == [("eva", one), ("bo", two), ("bo", one)]
        assert narrowed(actor="bo") == [("bo", two), ("bo", one)]
        assert narrowed(subject=one) == [("eva", one), ("bo", one)]
        assert narrowed(subject=one, actor="bo") == [("bo", one)]
        assert narrowed(subject="nobody") == []
        assert narrowed(**{"from": "2031-05-02T08:00:00Z"}) == [("eva", one), ("bo", two)]
        assert narrowed(subject=one, to="2031-05-03T08:00:00Z") == [("bo", one)]

    @pytest.mark.parametrize("narrow", [False, True])
    def test_it_is_read_to_its_end_part_by_part(self, probe: Harness, narrow: bool) -> None:
        thing = make(probe, "one")
        for _ in range(4):
            probe.do("get_thing", thing_id=thing)
        query = {"subject": thing} if narrow else {}
        whole = [line["id"] for line in log(probe, **query)]
        assert len(whole) == 5
        found, after = [], {}
        while True:
            part = probe.do("list_access", query={"limit": "2", **query, **after})
            found += [line["id"] for line in part["items"]]
            if part["next"] is None:
                break
            after = {"after": part["next"]}
        assert found == whole

    @pytest.mark.parametrize(
        "query", [{"limit": "0"}, {"limit": "101"}, {"from": "yesterday"}, {"subject": "%"}, {"after": "a b"}]
    )
    def test_what_is_no_filter_is_refused(self, probe: Harness, query: dict[str, str]) -> None:
        assert probe.code("list_access", query=query) == (422, "invalid_input")

    def test_only_auditors_read_it(self, probe: Harness) -> None:
        assert probe.code("list_access", roles=["prober", "admin"]) == (403, "missing_role")


def test_the_months_are_the_one_before_and_those_ahead_over_the_turn_of_a_year() -> None:
    assert months(date(2026, 1, 31), ahead=1) == [
        ("2025_12", datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026_01", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026_02", datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)),
    ]
