"""A listing: plain rows of one tenant, page by page, narrowed by what was asked for."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from services.kernel.basics.ids import new_id
from services.kernel.contracts import Page
from services.kernel.messages.context import Context
from services.kernel.rows.listing import Listing
from services.kernel.testing import Harness
from tests.services.kernel.probe import Thing, a_thing

THINGS = Listing(
    select(Thing.id, Thing.name, Thing.size, Thing.secret, Thing.marks, Thing.colours, Thing.changed_at).order_by(
        Thing.name
    ),
    name=Thing.name == bindparam("name"),
    large=(Thing.size > bindparam("limit_of_small")) == bindparam("large"),
    colours=Thing.colours == bindparam("colours", type_=Thing.colours.type),
)


def caller(tenant: str) -> Context:
    return Context(tenant=tenant, actor="anna", request_id=new_id(), deadline=0)


def make(probe: Harness, *names: str, tenant: str | None = None, **values: Any) -> None:
    with probe.database.unit(caller(tenant or probe.tenant)) as unit:
        for name in names:
            thing = a_thing(unit, name)
            for attribute, value in values.items():
                setattr(thing, attribute, value)
            unit.add(thing)
        unit.commit()


def listed(probe: Harness, page: Page | None = None, given: dict[str, Any] | None = None) -> tuple[list[Any], int]:
    with probe.database.unit(caller(probe.tenant), reads=True) as unit:
        rows, total = unit.list(THINGS, page or Page(), given or {}, limit_of_small=5)
        return list(rows), total


def names(probe: Harness, page: Page | None = None, given: dict[str, Any] | None = None) -> tuple[list[str], int]:
    rows, total = listed(probe, page, given)
    return [row.name for row in rows], total


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

    def test_they_are_of_one_tenant_only(self, probe: Harness) -> None:
        make(probe, "mine")
        make(probe, "theirs", tenant=probe.new_tenant())
        assert names(probe) == (["mine"], 1)


class TestPages:
    def test_they_hold_every_row_once_and_count_all(self, probe: Harness) -> None:
        make(probe, *"abcde")
        pages = [names(probe, Page(number=number, limit=2)) for number in (1, 2, 3, 4)]
        assert pages == [(["a", "b"], 5), (["c", "d"], 5), (["e"], 5), ([], 5)]

    def test_none_is_a_page_too(self, probe: Harness) -> None:
        assert [names(probe, Page(number=number)) for number in (1, 2)] == [([], 0)] * 2


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

    def test_what_they_are_given_is_a_value_and_never_sql(self, probe: Harness) -> None:
        make(probe, "a", "x' or '1'='1")
        assert names(probe, given={"name": "x' or '1'='1"}) == (["x' or '1'='1"], 1)

    def test_one_that_the_listing_does_not_know_is_a_mistake_in_the_code(self, probe: Harness) -> None:
        with pytest.raises(KeyError):
            listed(probe, given={"colour": "red"})
