"""A listing: plain rows of one tenant, page by page or from cursor to cursor, narrowed by what was asked for."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import bindparam, select

from services.kernel.basics.ids import new_id
from services.kernel.contracts import After, Page, Total
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.page import MOST
from services.kernel.messages.context import Context
from services.kernel.rows import listing
from services.kernel.rows.listing import Listing, gathered
from services.kernel.testing import Harness
from tests.services.kernel.probe import Part, Thing, a_thing


class Greeting:
    """What rows are given beside their columns."""

    name: str

    @property
    def greeting(self) -> str:
        return f"Hej {self.name}"


IS_LARGE = Thing.size > bindparam("limit_of_small")
THINGS = Listing(
    select(Thing.id, Thing.name, Thing.size, Thing.secret, Thing.marks, Thing.colours, Thing.changed_at),
    order=(Thing.name,),
    row=Greeting,
    name=Thing.name == bindparam("name"),
    large={True: [IS_LARGE], False: [~IS_LARGE]},
    odd={True: [Thing.size == 1, Thing.size == 3], False: [Thing.size == 2, Thing.size > 3]},
    colours=Thing.colours == bindparam("colours", type_=Thing.colours.type),
)


def caller(tenant: str, **values: Any) -> Context:
    return Context(tenant=tenant, actor="anna", request_id=new_id(), deadline=0, **values)


def make(probe: Harness, *names: str, tenant: str | None = None, **values: Any) -> None:
    with probe.database.unit(caller(tenant or probe.tenant)) as unit:
        for name in names:
            thing = a_thing(unit, name)
            for attribute, value in values.items():
                setattr(thing, attribute, value)
            unit.add(thing)
        unit.commit()


def listed(
    probe: Harness, page: Page | None = None, given: dict[str, Any] | None = None, *, of: Listing = THINGS
) -> tuple[list[Any], Total]:
    with probe.database.unit(caller(probe.tenant), reads=True) as unit:
        rows, total = unit.list(of, page or Page(), given or {}, limit_of_small=5)
        return list(rows), total


def names(
    probe: Harness, page: Page | None = None, given: dict[str, Any] | None = None, *, of: Listing = THINGS
) -> tuple[list[str], int]:
    rows, total = listed(probe, page, given, of=of)
    assert total.is_exact
    return [row.name for row in rows], total.number


class TestRows:
    def test_they_hold_the_columns_in_types_of_python_with_what_was_sealed_opened(self, probe: Harness) -> None:
        make(probe, "a", secret={"b": ["å", 1]}, marks={"c": None}, colours=["röd", "blå"], size=7)
        (row,), _ = listed(probe)
        assert (row.name, row.size, row.secret, row.marks) == ("a", 7, {"b": ["å", 1]}, {"c": None})
        assert row.colours == ["röd", "blå"]
        assert isinstance(row.changed_at, datetime)
        assert row.changed_at.tzinfo is not None

    def test_a_column_that_was_not_asked_for_is_not_there(self, probe: Harness) -> None:
        make(probe, "a")
        (row,), _ = listed(probe)
        with pytest.raises(AttributeError):
            row.version  # noqa: B018

    def test_they_have_the_properties_that_the_listing_gives_them(self, probe: Harness) -> None:
        make(probe, "Anna")
        (row,), _ = listed(probe)
        assert row.greeting == "Hej Anna"

    def test_they_are_of_one_tenant_only(self, probe: Harness) -> None:
        make(probe, "mine")
        make(probe, "theirs", tenant=probe.new_tenant())
        assert names(probe) == (["mine"], 1)

    def test_what_belongs_to_one_is_gathered_in_its_order_and_opened(self, probe: Harness) -> None:
        make(probe, "a", "b")
        with probe.database.unit(caller(probe.tenant)) as unit:
            thing = unit.session.scalars(select(Thing).where(Thing.name == "a")).one()
            for number in (2, 1):
                unit.add(Part(id=f"{number}-{thing.id}", thing_id=thing.id))
            unit.commit()
        parts = gathered(Part.id, Part.thing_id == Thing.id, order=Part.id).label("parts")
        secrets = gathered(Thing.secret, Thing.id == Part.thing_id, order=Thing.id).label("secrets")
        (a, b), _ = listed(probe, of=Listing(select(Thing.id, parts), order=(Thing.name,)))
        assert ([part[0] for part in a.parts], b.parts) == (["1", "2"], None)
        rows, _ = listed(probe, of=Listing(select(Part.id, secrets), order=(Part.id,)))
        assert [row.secrets for row in rows] == [["189001019802"]] * 2


class TestPages:
    def test_they_hold_every_row_once_and_count_all(self, probe: Harness) -> None:
        make(probe, *"abcde")
        pages = [names(probe, Page(number=number, limit=2)) for number in (1, 2, 3, 4)]
        assert pages == [(["a", "b"], 5), (["c", "d"], 5), (["e"], 5), ([], 5)]

    def test_one_that_is_just_full_and_one_that_is_not(self, probe: Harness) -> None:
        make(probe, *"abc")
        assert [names(probe, Page(limit=limit)) for limit in (3, 4)] == [(["a", "b", "c"], 3)] * 2

    def test_none_is_a_page_too(self, probe: Harness) -> None:
        assert [names(probe, Page(number=number)) for number in (1, 2)] == [([], 0)] * 2

    def test_the_order_may_fall_and_may_begin_with_what_is_not_there(self, probe: Harness) -> None:
        make(probe, "a", "b", size=1)
        make(probe, "c", size=2, marks={})
        falling = Listing(
            select(Thing.id, Thing.name), order=(Thing.size.desc(), Thing.name.desc()), name=Thing.name != "z"
        )
        nothing_first = Listing(select(Thing.id, Thing.name), order=(Thing.marks.nulls_first(), Thing.name))
        for of, expected in ((falling, ["c", "b", "a"]), (nothing_first, ["a", "b", "c"])):
            assert names(probe, of=of) == (expected, 3)
            pages = [names(probe, Page(number=number, limit=1), of=of)[0] for number in (1, 2, 3)]
            assert pages == [[name] for name in expected]


class TestFilters:
    def test_each_narrows_what_is_listed_and_what_is_counted(self, probe: Harness) -> None:
        make(probe, "a", "b", size=9)
        make(probe, "c", colours=["röd"])
        assert names(probe, given={"name": "a"}) == (["a"], 1)
        assert names(probe, Page(limit=1), {"large": True}) == (["a"], 2)
        assert names(probe, given={"large": False}) == (["c"], 1)
        assert names(probe, given={"colours": ["röd"]}) == (["c"], 1)

    def test_together_they_narrow_further(self, probe: Harness) -> None:
        make(probe, "a", "b", size=9)
        assert names(probe, given={"name": "b", "large": True}) == (["b"], 1)
        assert names(probe, Page(number=2), {"name": "b", "large": False}) == ([], 0)

    def test_one_that_means_several_ranges_lists_them_in_one_order(self, probe: Harness) -> None:
        for name, size in zip("abcdefg", (3, 4, 1, 2, 3, 9, 1), strict=True):
            make(probe, name, size=size)
        assert names(probe, given={"odd": True}) == (["a", "c", "e", "g"], 4)
        pages = [names(probe, Page(number=number, limit=2), {"odd": False}) for number in (1, 2, 3)]
        assert pages == [(["b", "d"], 3), (["f"], 3), ([], 3)]
        assert names(probe, given={"odd": False, "large": True}) == (["f"], 1)
        assert names(probe, given={"odd": True, "name": "c"}) == (["c"], 1)
        assert names(probe, Page(limit=1), {"odd": True}) == (["a"], 4)

    def test_what_they_are_given_is_a_value_and_never_sql(self, probe: Harness) -> None:
        make(probe, "a", "x' or '1'='1")
        assert names(probe, given={"name": "x' or '1'='1"}) == (["x' or '1'='1"], 1)

    def test_one_that_the_listing_does_not_know_is_a_mistake_in_the_code(self, probe: Harness) -> None:
        with pytest.raises(KeyError):
            listed(probe, given={"colour": "red"})

    def test_who_acts_for_a_home_is_shown_no_list_that_does_not_say_what_is_its_own(self, probe: Harness) -> None:
        make(probe, "a")
        with (
            probe.database.unit(caller(probe.tenant), reads=True, for_home=True) as unit,
            pytest.raises(TypeError, match="own"),
        ):
            unit.list(THINGS, Page(), {}, limit_of_small=5)


Many = Callable[[int], None]


@pytest.fixture
def many(probe: Harness, admin: "psycopg.Connection[Any]") -> Many:
    """Makes so many things of the test's tenant."""

    def make_many(count: int) -> None:
        admin.execute(
            "insert into thing (tenant, id, name, version, changed_at) "
            "select %(tenant)s, 'id-' || n, lpad(n::text, 6, '0'), 1, now() from generate_series(1, %(count)s::int) n",
            {"tenant": probe.tenant, "count": count},
        )

    return make_many


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("given", [{}, {"odd": True}, {"odd": False}])
def test_a_table_that_has_just_grown_is_not_searched_for_each_of_its_rows(
    probe: Harness, many: Many, admin: "psycopg.Connection[Any]", given: dict[str, Any], number: int
) -> None:
    """The database plans by what it last saw of the table: almost nothing. It took thirty seconds before."""
    admin.execute("truncate thing cascade; alter table thing set (autovacuum_enabled = false)")
    try:
        make(probe, "a")
        admin.execute("analyze thing")
        many(MOST + 1)
        began = time.monotonic()
        listed(probe, Page(number=number), given)
        assert time.monotonic() - began < 15
    finally:
        admin.execute("alter table thing reset (autovacuum_enabled)")


class TestTotal:
    def test_it_is_exact_up_to_the_last_that_is_counted(self, probe: Harness, many: Many) -> None:
        many(MOST)
        assert listed(probe)[1] == Total(MOST, is_exact=True)
        assert listed(probe, Page(number=MOST // 20))[1] == Total(MOST, is_exact=True)

    def test_and_then_says_that_there_are_more(self, probe: Harness, many: Many) -> None:
        many(MOST + 1)
        rows, total = listed(probe)
        assert ([row.name for row in rows][:2], total) == (["000001", "000002"], Total(MOST, is_exact=False))
        rows, total = listed(probe, Page(number=MOST // 20))
        assert ([row.name for row in rows][-1], total) == ("010000", Total(MOST, is_exact=False))
        assert listed(probe, given={"odd": True})[1] == Total(MOST, is_exact=False)
        assert listed(probe, given={"odd": False})[1] == Total(0, is_exact=True)

    def test_that_there_are_more_is_believed_for_a_minute(
        self,
        probe: Harness,
        many: Many,
        admin: "psycopg.Connection[Any]",
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        clock = [100.0]
        monkeypatch.setattr(listing.time, "monotonic", lambda: clock[0])
        many(MOST + 1)
        assert not listed(probe)[1].is_exact
        admin.execute("delete from thing where tenant = %s and name > '000030'", (probe.tenant,))
        assert listed(probe)[1] == Total(MOST, is_exact=False)
        clock[0] += 61
        assert listed(probe)[1] == Total(30, is_exact=True)

    def test_but_not_where_the_end_is_seen(self, probe: Harness, many: Many, admin: "psycopg.Connection[Any]") -> None:
        many(MOST + 1)
        assert not listed(probe)[1].is_exact
        admin.execute("delete from thing where tenant = %s and name > '000030'", (probe.tenant,))
        assert [listed(probe, Page(number=number))[1].number for number in (2, 3)] == [30, 30]

    def test_nor_by_another_tenant_or_for_another_filter(self, probe: Harness, many: Many) -> None:
        many(MOST + 1)
        assert not listed(probe)[1].is_exact
        assert listed(probe, Page(limit=1), {"name": "000007"})[1] == Total(1)
        probe.tenant = probe.new_tenant()
        make(probe, "a")
        assert listed(probe, Page(limit=1))[1] == Total(1)


class TestFollowing:
    """`changed_at` is set by the test, so that things come in an order of its own."""

    def made(self, probe: Harness, *names: str, minute: int = 0) -> None:
        for second, name in enumerate(names):
            make(probe, name, changed_at=datetime.fromisoformat(f"2026-05-01T08:{minute:02}:{second:02}.000001+00:00"))

    def follow(self, probe: Harness, after: str | None = None, **given: Any) -> tuple[str, str]:
        page = {"limit": "2"} if after is None else {"limit": "2", "after": after}
        body = probe.do("follow_things", page=page, query=given)
        assert (set(body), body["limit"]) == ({"items", "limit", "next"}, 2)
        return "".join(item["name"] for item in body["items"]), body["next"]

    def test_each_row_comes_once_and_the_end_is_empty_with_the_same_cursor(self, probe: Harness) -> None:
        self.made(probe, *"cab")
        first, after_first = self.follow(probe)
        second, after_second = self.follow(probe, after_first)
        assert (first, second) == ("ca", "b")
        assert self.follow(probe, after_second) == ("", after_second)

    def test_what_comes_later_is_read_from_there_on(self, probe: Harness) -> None:
        assert self.follow(probe) == ("", None)
        self.made(probe, "a")
        _, after = self.follow(probe)
        self.made(probe, "b", minute=1)
        assert self.follow(probe, after)[0] == "b"

    def test_rows_of_one_instant_are_told_apart_by_their_ids(self, probe: Harness) -> None:
        instant = datetime.fromisoformat("2026-05-01T08:00:00+00:00")
        make(probe, *"abc", changed_at=instant)
        first, after = self.follow(probe)
        second, _ = self.follow(probe, after)
        assert sorted(first + second) == ["a", "b", "c"]

    def test_a_filter_narrows_it(self, probe: Harness) -> None:
        self.made(probe, *"abc")
        _, after = self.follow(probe)
        assert self.follow(probe, name="b")[0] == "b"
        assert self.follow(probe, after, name="b")[0] == ""

    def test_a_falling_order_goes_on_downwards(self, probe: Harness) -> None:
        self.made(probe, *"abc")
        falling = Listing(select(Thing.id, Thing.name), order=(Thing.name.desc(), Thing.id.desc()))
        with probe.database.unit(caller(probe.tenant), reads=True) as unit:
            first, place = falling.after(unit._reader, None, 2, {})
            second, _ = falling.after(unit._reader, place, 2, {})
        assert ([row.name for row in first], [row.name for row in second]) == (["c", "b"], ["a"])

    def test_a_cursor_says_nothing_and_stands_in_an_address_as_it_is(self, probe: Harness) -> None:
        self.made(probe, "a")
        _, cursor = self.follow(probe)
        assert cursor.replace("-", "").replace("_", "").isalnum()
        assert "2026" not in cursor

    @pytest.mark.parametrize("forged", ["x", "AAEAAAAA", "%", "å", "0" * 1_000])
    def test_a_forged_one_is_refused(self, probe: Harness, forged: str) -> None:
        fault = probe.refusal("follow_things", page={"after": forged})
        assert (fault["status"], fault["code"]) == (422, "invalid_input")
        assert [(error["pointer"], error["code"]) for error in fault["errors"]] == [("/after", "not_a_cursor")]

    def test_one_that_was_changed_is_refused(self, probe: Harness) -> None:
        self.made(probe, "a")
        _, cursor = self.follow(probe)
        changed = cursor[:-2] + ("B" if cursor[-2] == "A" else "A") + cursor[-1]
        assert probe.code("follow_things", page={"after": changed}) == (422, "invalid_input")

    def test_one_of_another_municipality_is_refused(self, probe: Harness) -> None:
        other = probe.new_tenant()
        self.made(probe, "a")
        _, cursor = self.follow(probe)
        assert probe.code("follow_things", page={"after": cursor}, tenant=other) == (422, "invalid_input")

    def test_one_of_another_list_is_refused(self, probe: Harness) -> None:
        self.made(probe, "a")
        _, cursor = self.follow(probe)
        parts = Listing(select(Part.id), order=(Part.id,))
        with probe.database.unit(caller(probe.tenant), reads=True) as unit, pytest.raises(InvalidInput):
            unit.follow(parts, After(cursor=cursor), {})

    @pytest.mark.parametrize("page", [{"page": "1"}, {"limit": "0"}, {"limit": "101"}, {"after": ""}])
    def test_what_is_no_part_of_it_is_refused(self, probe: Harness, page: dict[str, str]) -> None:
        assert probe.code("follow_things", page=page) == (422, "invalid_input")
