"""Which part of a list can be asked for, and what is said of its length."""

import pytest

from services.kernel.contracts import After, Page, Total
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.page import MOST, PageTooFar


class TestPage:
    @pytest.mark.parametrize(
        "wrong", [{"limit": "101"}, {"limit": "0"}, {"page": "0"}, {"page": "-1"}, {"page": "x"}, {"size": "5"}]
    )
    def test_its_limits_hold(self, wrong: dict[str, str]) -> None:
        with pytest.raises(InvalidInput):
            Page.of(wrong)

    def test_the_third_page_of_seven_begins_after_fourteen(self) -> None:
        assert Page.of({"page": "3", "limit": "7"}).offset == 14
        assert Page.of({"limit": "100"}) == Page(number=1, limit=100)

    @pytest.mark.parametrize(("page", "limit"), [(500, 20), (100, 100), (10_000, 1), (334, 30)])
    def test_the_last_one_begins_within_what_is_counted(self, page: int, limit: int) -> None:
        assert Page.of({"page": str(page), "limit": str(limit)}).offset < MOST
        with pytest.raises(PageTooFar) as refused:
            Page.of({"page": str(page + 1), "limit": str(limit)})
        fault = refused.value.as_dict()
        assert (fault["status"], fault["code"], fault["errors"][0]["pointer"]) == (422, "page_too_far", "/page")
        assert (fault["errors"][0]["code"], fault["errors"][0]["parameters"]) == ("page_too_far", {"most": 10_000})


class TestAfter:
    def test_it_begins_at_the_beginning(self) -> None:
        assert After.of({}) == After(cursor=None, limit=20)
        assert After.of({"after": "AAE", "limit": "3"}) == After(cursor="AAE", limit=3)

    @pytest.mark.parametrize("wrong", [{"after": ""}, {"after": "x" * 1_001}, {"limit": "101"}, {"page": "1"}])
    def test_its_limits_hold(self, wrong: dict[str, str]) -> None:
        with pytest.raises(InvalidInput):
            After.of(wrong)


class TestTotal:
    @pytest.mark.parametrize(
        ("found", "total"),
        [(0, Total(0)), (MOST, Total(10_000)), (MOST + 1, Total(10_000, is_exact=False))],
    )
    def test_it_is_exact_as_far_as_is_counted(self, found: int, total: Total) -> None:
        assert Total.counted(found) == total
