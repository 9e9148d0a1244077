"""A municipality sets its own tariffs, one a year, and nobody overwrites what another has just set."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.kernel.testing import Harness
from tests.services.compensation.conftest import set_tariff
from tests.unit.compensation.factories import make_tariff_body


class TestSetTariff:
    def test_what_was_set_is_read_again(self, compensation: Harness) -> None:
        set_tariff(compensation)
        read = compensation.do("get_tariff", year="2024")
        (version,) = read.pop("versions")
        assert (version["id"], version["status"], version["set_by"]) == ("2024-1", "in_force", "anna")
        assert read == {"year": 2024, "number": 1, **make_tariff_body(price_base_amount="57300.00")}

    def test_what_was_read_can_be_set_again(self, compensation: Harness) -> None:
        set_tariff(compensation)
        reply = compensation.reply("get_tariff", year="2024")
        beside = ("year", "number", "versions")
        again = {name: value for name, value in reply["body"].items() if name not in beside}
        replaced = compensation.do("set_tariff", year="2024", body=again, if_match=reply["etag"])
        assert replaced == {"year": 2024, "number": 2, **again}

    def test_levels_above_the_base_may_be_left_out(self, compensation: Harness) -> None:
        family_home = {
            "fee": {"base": "11417.00"},
            "cost_percent": {"0-12": {"base": "112.5"}, "13-19": {"base": "125"}},
        }
        assert set_tariff(compensation, family_home=family_home)["family_home"] == family_home

    def test_a_replacement_needs_the_etag_that_was_read_and_changes_it(self, compensation: Harness) -> None:
        set_tariff(compensation)
        read = compensation.etag("get_tariff", year="2024")
        call: dict[str, Any] = {"year": "2024", "body": make_tariff_body(source="The board's decision")}
        assert compensation.code("set_tariff", **call) == (428, "precondition_required")
        replaced = compensation.reply("set_tariff", if_match=read, **call)
        assert replaced["body"]["source"] == "The board's decision"
        assert replaced["etag"] == compensation.etag("get_tariff", year="2024") != read
        assert compensation.code("set_tariff", if_match=read, **call) == (412, "stale")

    def test_a_year_that_has_a_tariff_can_not_be_created_again(self, compensation: Harness) -> None:
        set_tariff(compensation)
        call: dict[str, Any] = {"year": "2024", "body": make_tariff_body(source="Another"), "if_none_match": True}
        assert compensation.code("set_tariff", **call) == (412, "already_exists")
        assert compensation.do("get_tariff", year="2024")["source"] == "SKR 2024"

    def test_a_tariff_that_is_not_there_can_not_be_replaced(self, compensation: Harness) -> None:
        call: dict[str, Any] = {"year": "2024", "body": make_tariff_body()}
        assert compensation.code("set_tariff", **call) == (428, "precondition_required")
        assert compensation.code("set_tariff", if_match="1", **call) == (412, "stale")
        assert compensation.code("get_tariff", year="2024") == (404, "not_found")

    def test_ten_at_once_create_one(self, compensation: Harness) -> None:
        def create(number: int) -> Any:
            body = make_tariff_body(source=f"Number {number}")
            return compensation.reply("set_tariff", year="2024", body=body, if_none_match=True)

        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(create, range(10)))
        (done,) = [reply["body"] for reply in replies if "body" in reply]
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"already_exists"}
        read = compensation.do("get_tariff", year="2024")
        assert {name: read[name] for name in done} == done

    def test_ten_at_once_replace_it_once(self, compensation: Harness) -> None:
        set_tariff(compensation)

        def replace(number: int) -> Any:
            body = make_tariff_body(source=f"Number {number}")
            return compensation.reply("set_tariff", year="2024", body=body, if_match="1")

        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(replace, range(10)))
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"stale"}

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"price_base_amount": "0"}, "/price_base_amount"),
            ({"price_base_amount": 57300}, "/price_base_amount"),
            ({"price_base_amount": "57300.001"}, "/price_base_amount"),
            ({"price_base_amount": "1000001"}, "/price_base_amount"),
            ({"source": " "}, "/source"),
            ({"source": "x" * 501}, "/source"),
            ({"adopted_on": "12 December"}, "/adopted_on"),
            ({"part_month": "weeks"}, "/part_month"),
            ({"birthday_rule": "never"}, "/birthday_rule"),
            ({"arrival_day_counts": "yes"}, "/arrival_day_counts"),
            ({"favourite_colour": "blue"}, "/favourite_colour"),
            ({"fee": {"base": "-1.00"}}, "/family_home/fee/base"),
            ({"fee": {"raised_1": "13342.00"}}, "/family_home/fee/base"),
            ({"fee": {"base": "11417.00", "raised_4": "1.00"}}, "/family_home/fee/raised_4"),
            ({"fee": {"base": "1e999999999"}}, "/family_home/fee/base"),
            ({"fee": {"base": "NaN"}}, "/family_home/fee/base"),
            (
                {"family_home": {"fee": {"base": "1"}, "cost_percent": {"0-12": {"base": "110"}}}},
                "/family_home/cost_percent/13-19",
            ),
            (
                {
                    "family_home": {
                        "fee": {"base": "1"},
                        "cost_percent": {"0-12": {"base": "1001"}, "13-19": {"base": "125"}},
                    }
                },
                "/family_home/cost_percent/0-12/base",
            ),
        ],
    )
    def test_wrong_input_is_pointed_at_and_changes_nothing(
        self, compensation: Harness, wrong: dict[str, Any], pointer: str
    ) -> None:
        fault = compensation.refusal("set_tariff", year="2024", body=make_tariff_body(**wrong), if_none_match=True)
        assert (fault["status"], fault["code"]) == (422, "invalid_input")
        assert pointer in [problem["pointer"] for problem in fault["errors"]]
        assert compensation.do("list_tariffs")["total"] == 0

    @pytest.mark.parametrize("year", ["1999", "2100", "24", "20244", "twenty", "2024\n", "２０２４", "+224"])
    def test_a_year_that_is_none_is_refused(self, compensation: Harness, year: str) -> None:
        call: dict[str, Any] = {"year": year, "body": make_tariff_body(), "if_none_match": True}
        assert compensation.code("set_tariff", **call) == (422, "invalid_input")
        assert compensation.code("get_tariff", year=year) == (404, "not_found")

    @pytest.mark.parametrize("role", ["payroll", "admin"])
    def test_payroll_and_admin_may(self, compensation: Harness, role: str) -> None:
        call: dict[str, Any] = {"year": "2024", "body": make_tariff_body(), "if_none_match": True}
        assert compensation.do("set_tariff", roles=[role], **call)["year"] == 2024
        assert compensation.do("get_tariff", year="2024", roles=[role])["year"] == 2024
        assert compensation.do("list_tariffs", roles=[role])["total"] == 1

    def test_nobody_else_may(self, compensation: Harness) -> None:
        call: dict[str, Any] = {"year": "2024", "roles": ["caseworker", "home", "decider"]}
        body = make_tariff_body()
        assert compensation.code("set_tariff", body=body, if_none_match=True, **call) == (403, "missing_role")
        assert compensation.code("get_tariff", **call) == (403, "missing_role")
        assert compensation.code("list_tariffs", roles=["caseworker"]) == (403, "missing_role")

    def test_each_municipality_has_its_own(self, compensation: Harness) -> None:
        set_tariff(compensation)
        other = compensation.new_tenant()
        call: dict[str, Any] = {"year": "2024", "tenant": other}
        assert compensation.code("get_tariff", **call) == (404, "not_found")
        assert compensation.code("set_tariff", body=make_tariff_body(), if_match="1", **call) == (412, "stale")
        assert compensation.do("list_tariffs", tenant=other)["total"] == 0
        set_tariff(compensation, tenant=other, source="The other board")
        assert compensation.do("get_tariff", year="2024")["source"] == "SKR 2024"


class TestListTariffs:
    def test_the_newest_year_comes_first(self, compensation: Harness) -> None:
        for year in (2023, 2025, 2024):
            set_tariff(compensation, year)
        first = compensation.do("list_tariffs", page={"limit": "2"})
        second = compensation.do("list_tariffs", page={"page": "2", "limit": "2"})
        assert [item["year"] for item in first["items"] + second["items"]] == [2025, 2024, 2023]
        assert first["total"] == 3
