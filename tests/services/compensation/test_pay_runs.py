"""A month's pay run: to the öre, again and again the same, and nobody forgotten."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.compensation.contract.events import PAY_RUN_APPROVED
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.services.compensation.conftest import (
    a_signed_agreement,
    a_start,
    an_agreement,
    compute,
    lines_of,
    numbers,
    set_tariff,
    signs_alone,
)
from tests.unit.compensation.factories import make_tariff_body


def amounts(compensation: Harness, run: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["kind"], line["amount"]) for line in lines_of(compensation, run) if "amount" in line]


class TestComputePayRun:
    def test_a_whole_april_2024_is_11417_and_5253_kronor(self, compensation: Harness) -> None:
        set_tariff(compensation)
        agreement = a_signed_agreement(compensation)
        run = compute(compensation)
        assert {**run, "id": None} == {
            "id": None,
            "month": "2024-04",
            "status": "computed",
            "expected": 1,
            "paid": 1,
            "held": 0,
            "total": "16670.00",
            "outdated": False,
            "computed_by": "anna",
            "computed_at": "2024-04-30T08:00:00Z",
            "approved_by": None,
        }
        fee, cost = lines_of(compensation, run)
        assert {**fee, "id": None} == {
            "id": None,
            "agreement_id": agreement["id"],
            "home_id": agreement["home_id"],
            "placement_id": agreement["placement_id"],
            "payee_adult_id": agreement["payee_adult_id"],
            "kind": "fee",
            "period_from": "2024-04-01",
            "period_to": "2024-04-30",
            "quantity": "1",
            "unit_amount": "11417.00",
            "amount": "11417.00",
            "taxable": True,
            "explanation": "hela månaden av 11 417,00 kr (arvode grundnivå)",
            "channel": "payroll",
            "declaration_field": "FK011",
            "corrects": None,
        }
        assert (cost["kind"], cost["amount"], cost["taxable"]) == ("cost_reimbursement", "5253.00", False)

    def test_the_12th_to_the_30th_of_april_2024_is_7230_77_and_3326_90(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation, starts_on=date(2024, 4, 12))
        run = compute(compensation)
        # 11 417 x 19 / 30 = 7 230.766…; 5 253 x 19 / 30 = 3 326.90
        assert amounts(compensation, run) == [("fee", "7230.77"), ("cost_reimbursement", "3326.90")]
        assert run["total"] == "10557.67"
        assert lines_of(compensation, run)[0]["quantity"] == "0.633333333334"

    def test_a_child_who_turns_13_in_the_month_has_two_rates(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation, birth_date=date(2011, 4, 16))
        run = compute(compensation)
        _, younger, older = lines_of(compensation, run)
        # 1 to 15 April: 5 253 x 15 / 30 = 2 626.50; 16 to 30 April: 5 969 x 15 / 30 = 2 984.50
        assert (younger["period_from"], younger["period_to"], younger["amount"]) == (
            "2024-04-01",
            "2024-04-15",
            "2626.50",
        )
        assert (older["period_from"], older["period_to"], older["amount"]) == ("2024-04-16", "2024-04-30", "2984.50")
        assert run["total"] == "17028.00"  # 11 417.00 + 2 626.50 + 2 984.50

    def test_february_of_a_leap_year_has_29_days(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation, starts_on=date(2024, 2, 29))
        run = compute(compensation, "2024-02")
        # 11 417 / 29 = 393.689…; 5 253 / 29 = 181.137…
        assert amounts(compensation, run) == [("fee", "393.69"), ("cost_reimbursement", "181.14")]

    def test_several_children_and_homes_are_paid_each_for_itself(self, compensation: Harness) -> None:
        set_tariff(compensation)
        home = a_start()["home_id"]
        siblings = [
            a_signed_agreement(compensation, home_id=home, birth_date=date(born, 1, 1)) for born in (2009, 2016)
        ]
        a_signed_agreement(compensation, starts_on=date(2024, 4, 12))
        run = compute(compensation)
        # 11 417 + 5 969, 11 417 + 5 253, 7 230.77 + 3 326.90
        assert numbers(run) == (3, 3, 0, "44613.67")
        lines = lines_of(compensation, run)
        assert sorted(line["agreement_id"] for line in lines if line["home_id"] == home) == sorted(
            [sibling["id"] for sibling in siblings] * 2
        )
        assert [line["kind"] for line in lines] == ["fee", "cost_reimbursement"] * 3

    def test_the_last_day_of_a_placement_is_the_last_day_of_its_pay(self, compensation: Harness) -> None:
        set_tariff(compensation)
        started = a_start()
        a_signed_agreement(compensation, **started)
        ended = {"placement_id": started["placement_id"], "home_id": started["home_id"], "ends_on": date(2024, 4, 9)}
        compensation.react(PLACEMENT_ENDED, ended)
        run = compute(compensation)
        # 11 417 x 9 / 30 = 3 425.10; 5 253 x 9 / 30 = 1 575.90
        assert amounts(compensation, run) == [("fee", "3425.10"), ("cost_reimbursement", "1575.90")]

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "expected"),
        [
            (date(2024, 4, 30), None, 1),
            (date(2024, 5, 1), None, 0),
            (date(2024, 3, 1), date(2024, 4, 1), 1),
            (date(2024, 3, 1), date(2024, 3, 31), 0),
            (date(2024, 4, 15), date(2024, 4, 15), 1),
            (date(2024, 4, 15), date(2024, 4, 14), 0),  # ended before it began: it never was
        ],
    )
    def test_only_what_runs_on_a_day_of_the_month_is_expected(
        self, compensation: Harness, starts_on: date, ends_on: date | None, expected: int
    ) -> None:
        set_tariff(compensation)
        started = a_start(starts_on=starts_on)
        a_signed_agreement(compensation, **started)
        if ends_on is not None:
            ended = {"placement_id": started["placement_id"], "home_id": started["home_id"], "ends_on": ends_on}
            compensation.react(PLACEMENT_ENDED, ended)
        run = compute(compensation)
        assert (run["expected"], run["paid"], run["held"]) == (expected, expected, 0)

    def test_an_arrival_day_that_does_not_count_pays_nothing_and_holds_nothing(self, compensation: Harness) -> None:
        set_tariff(compensation, arrival_day_counts=False)
        a_signed_agreement(compensation, starts_on=date(2024, 4, 30))
        run = compute(compensation)
        assert (numbers(run), lines_of(compensation, run)) == ((1, 1, 0, "0.00"), [])

    def test_an_empty_month_is_a_run_of_nothing(self, compensation: Harness) -> None:
        run = compute(compensation)
        assert (numbers(run), lines_of(compensation, run)) == ((0, 0, 0, "0.00"), [])

    def test_the_tariff_is_that_of_the_months_year(self, compensation: Harness) -> None:
        set_tariff(compensation, 2023, fee={"base": "11237.00"}, price_base_amount="52500")
        set_tariff(compensation, 2024)
        a_signed_agreement(compensation, starts_on=date(2023, 6, 1))
        # 2023: 110 % of 52 500 / 12 = 4 812.50, in whole kronor 4 813
        december = compute(compensation, "2023-12")
        assert amounts(compensation, december) == [("fee", "11237.00"), ("cost_reimbursement", "4813.00")]
        january = compute(compensation, "2024-01")
        assert amounts(compensation, january) == [("fee", "11417.00"), ("cost_reimbursement", "5253.00")]

    def test_the_months_first_day_in_sweden_is_early_enough(self, compensation: Harness) -> None:
        compensation.now = datetime(2024, 4, 30, 21, 59, tzinfo=UTC)  # 30 April 23:59 in Sweden
        assert compensation.code("compute_pay_run", body={"month": "2024-05"}) == (409, "month_not_begun")
        assert compensation.do("list_pay_runs")["total"] == 0
        compensation.now = datetime(2024, 4, 30, 22, 0, tzinfo=UTC)  # 1 May 00:00 in Sweden
        assert compute(compensation, "2024-05")["status"] == "computed"

    @pytest.mark.parametrize("body", [{}, {"month": "April"}, {"month": "2024-13"}, {"month": "2024-04", "all": True}])
    def test_wrong_input_is_refused(self, compensation: Harness, body: dict[str, Any]) -> None:
        assert compensation.code("compute_pay_run", body=body) == (422, "invalid_input")
        assert compensation.do("list_pay_runs")["total"] == 0

    def test_only_payroll_may(self, compensation: Harness) -> None:
        call: dict[str, Any] = {"body": {"month": "2024-04"}, "roles": ["caseworker", "admin", "home"]}
        assert compensation.code("compute_pay_run", **call) == (403, "missing_role")

    def test_the_other_municipality_is_computed_for_itself(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        run = compute(compensation)
        other = compensation.new_tenant()
        assert compute(compensation, tenant=other)["expected"] == 0
        assert numbers(compensation.do("get_pay_run", pay_run_id=run["id"])) == (1, 1, 0, "16670.00")


class TestHeldLines:
    def test_an_unsigned_agreement_is_held_until_it_is_signed(self, compensation: Harness) -> None:
        set_tariff(compensation)
        signs_alone(compensation)
        agreement = an_agreement(compensation)
        run = compute(compensation)
        assert numbers(run) == (1, 0, 1, "0.00")
        (line,) = lines_of(compensation, run)
        assert line == {
            "id": line["id"],
            "agreement_id": agreement["id"],
            "home_id": agreement["home_id"],
            "placement_id": agreement["placement_id"],
            "reason_code": "agreement_not_signed",
            "detail": "The agreement has not been signed.",
        }
        compensation.do("sign_agreement", agreement_id=agreement["id"])
        again = compute(compensation)
        assert (again["id"], numbers(again)) == (run["id"], (1, 1, 0, "16670.00"))
        assert amounts(compensation, again) == [("fee", "11417.00"), ("cost_reimbursement", "5253.00")]

    def test_without_a_tariff_all_is_held_until_there_is_one(self, compensation: Harness) -> None:
        a_signed_agreement(compensation)
        run = compute(compensation)
        assert numbers(run) == (1, 0, 1, "0.00")
        assert [line["reason_code"] for line in lines_of(compensation, run)] == ["tariff_missing"]
        set_tariff(compensation)
        assert numbers(compute(compensation)) == (1, 1, 0, "16670.00")

    def test_a_person_of_twenty_without_a_part_for_adults_is_held_with_the_parts_name(
        self, compensation: Harness
    ) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation, birth_date=date(2000, 1, 1))
        run = compute(compensation)
        (line,) = lines_of(compensation, run)
        assert (line["reason_code"], line["detail"]) == (
            "tariff_part_missing",
            "The tariff of 2024 has no part adult_home.",
        )
        assert numbers(run) == (1, 0, 1, "0.00")

    def test_a_running_placement_without_an_agreement_is_held_and_never_silent(self, compensation: Harness) -> None:
        set_tariff(compensation)
        started = a_start(assignment="contracted_emergency_home")
        compensation.react(PLACEMENT_STARTED, started)
        run = compute(compensation)
        (line,) = lines_of(compensation, run)
        assert (line["reason_code"], line["placement_id"]) == ("agreement_missing", started["placement_id"])
        assert numbers(run) == (1, 0, 1, "0.00")

    def test_what_is_held_stands_after_what_is_paid_and_the_total_counts_both(self, compensation: Harness) -> None:
        set_tariff(compensation)
        for _ in range(2):
            an_agreement(compensation)
            a_signed_agreement(compensation)
        run = compute(compensation)
        assert numbers(run) == (4, 2, 2, "33340.00")
        pages = [
            compensation.do("list_pay_lines", pay_run_id=run["id"], page={"page": str(n), "limit": "3"})
            for n in (1, 2, 3)
        ]
        assert [page["total"] for page in pages] == [6, 6, 6]
        kinds = [line.get("kind", "held") for page in pages for line in page["items"]]
        assert kinds == ["fee", "cost_reimbursement"] * 2 + ["held"] * 2


class TestComputeAgain:
    def test_it_is_computed_however_often_the_statement_has_been_prepared(self, compensation: Harness) -> None:
        runs = {compute(compensation)["id"] for _ in range(15)}  # after ten the database plans for any parameter
        assert len(runs) == 1

    def test_nothing_new_changes_nothing(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        an_agreement(compensation)
        run = compute(compensation)
        before, lines = compensation.reply("get_pay_run", pay_run_id=run["id"]), lines_of(compensation, run)
        compensation.now = datetime(2024, 5, 2, 8, tzinfo=UTC)
        assert compute(compensation) == run
        assert compensation.reply("get_pay_run", pay_run_id=run["id"]) == before
        assert lines_of(compensation, run) == lines
        assert compensation.do("list_pay_runs")["total"] == 1

    def test_only_what_is_new_changes(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        run = compute(compensation)
        before, lines = compensation.etag("get_pay_run", pay_run_id=run["id"]), lines_of(compensation, run)
        a_signed_agreement(compensation, starts_on=date(2024, 4, 12))
        again = compute(compensation)
        assert (again["id"], numbers(again)) == (run["id"], (2, 2, 0, "27227.67"))
        assert compensation.etag("get_pay_run", pay_run_id=run["id"]) != before
        assert all(line in lines_of(compensation, run) for line in lines)

    def test_a_new_tariff_pays_other_amounts(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        run = compute(compensation)
        body = make_tariff_body(arrival_day_counts=False)
        compensation.do("set_tariff", year="2024", body=body, if_match="*")
        # 2 to 30 April: 11 417 x 29 / 30 = 11 036.433…; 5 253 x 29 / 30 = 5 077.90
        assert amounts(compensation, compute(compensation)) == [
            ("fee", "11036.43"),
            ("cost_reimbursement", "5077.90"),
        ]
        assert len(lines_of(compensation, run)) == 2

    def test_the_last_to_compute_counts_as_the_computer(self, compensation: Harness) -> None:
        run = compute(compensation, actor="anna")
        assert compute(compensation, actor="bo")["computed_by"] == "bo"
        call: dict[str, Any] = {"pay_run_id": run["id"], "actor": "bo"}
        assert compensation.code("approve_pay_run", **call) == (403, "second_person_needed")

    def test_an_approved_month_is_not_computed_again(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        run = compute(compensation)
        compensation.do("approve_pay_run", pay_run_id=run["id"], actor="bo")
        approved, lines = compensation.reply("get_pay_run", pay_run_id=run["id"]), lines_of(compensation, run)
        a_signed_agreement(compensation)
        assert compensation.code("compute_pay_run", body={"month": "2024-04"}) == (409, "pay_run_already_approved")
        assert compensation.reply("get_pay_run", pay_run_id=run["id"]) == approved
        assert lines_of(compensation, run) == lines

    def test_a_discarded_month_is_computed_anew(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        run = compute(compensation)
        compensation.do("discard_pay_run", pay_run_id=run["id"])
        anew = compute(compensation)
        assert anew["id"] != run["id"]
        assert [item["status"] for item in compensation.do("list_pay_runs")["items"]] == ["computed", "discarded"]
        assert len(lines_of(compensation, run)) == len(lines_of(compensation, anew)) == 2

    def test_the_same_key_is_one_computation(self, compensation: Harness) -> None:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        first = compute(compensation, idempotency_key="k")
        a_signed_agreement(compensation)
        assert compute(compensation, idempotency_key="k") == first
        assert compensation.do("get_pay_run", pay_run_id=first["id"])["expected"] == 1


class TestApprovePayRun:
    @pytest.fixture
    def run(self, compensation: Harness) -> dict[str, Any]:
        set_tariff(compensation)
        a_signed_agreement(compensation)
        return compute(compensation, actor="anna")

    def test_another_person_approves_and_it_is_recorded(self, compensation: Harness, run: dict[str, Any]) -> None:
        approved = compensation.do("approve_pay_run", pay_run_id=run["id"], actor="bo")
        assert approved == {**run, "status": "approved", "approved_by": "bo"}
        (recorded,) = compensation.recorded(PAY_RUN_APPROVED)
        assert {**recorded, "total": str(recorded["total"])} == {
            "pay_run_id": run["id"],
            "month": "2024-04",
            "total": "16670.00",
        }

    def test_whoever_computed_may_not(self, compensation: Harness, run: dict[str, Any]) -> None:
        call: dict[str, Any] = {"pay_run_id": run["id"], "actor": "anna"}
        assert compensation.code("approve_pay_run", **call) == (403, "second_person_needed")
        assert compensation.do("get_pay_run", pay_run_id=run["id"])["status"] == "computed"
        assert compensation.recorded(PAY_RUN_APPROVED) == []

    def test_what_is_no_longer_owed_is_not_approved_before_it_is_computed_again(
        self, compensation: Harness, run: dict[str, Any]
    ) -> None:
        a_signed_agreement(compensation)
        call: dict[str, Any] = {"pay_run_id": run["id"], "actor": "bo"}
        assert compensation.code("approve_pay_run", **call) == (409, "pay_run_outdated")
        assert compensation.recorded(PAY_RUN_APPROVED) == []
        assert compute(compensation, actor="anna")["total"] == "33340.00"  # twice 16670.00
        assert compensation.do("approve_pay_run", **call)["status"] == "approved"

    def test_it_is_approved_once(self, compensation: Harness, run: dict[str, Any]) -> None:
        compensation.do("approve_pay_run", pay_run_id=run["id"], actor="bo")
        over = (409, "pay_run_already_approved")
        assert compensation.code("approve_pay_run", pay_run_id=run["id"], actor="cecilia") == over
        assert compensation.code("discard_pay_run", pay_run_id=run["id"], actor="cecilia") == over
        assert len(compensation.recorded(PAY_RUN_APPROVED)) == 1

    def test_a_discarded_run_can_not_be_approved(self, compensation: Harness, run: dict[str, Any]) -> None:
        compensation.do("discard_pay_run", pay_run_id=run["id"], actor="bo")
        over = (409, "pay_run_already_discarded")
        assert compensation.code("approve_pay_run", pay_run_id=run["id"], actor="bo") == over
        assert compensation.code("discard_pay_run", pay_run_id=run["id"], actor="bo") == over
        assert compensation.recorded(PAY_RUN_APPROVED) == []

    def test_what_was_computed_again_since_it_was_read_is_not_approved_unseen(
        self, compensation: Harness, run: dict[str, Any]
    ) -> None:
        read = compensation.etag("get_pay_run", pay_run_id=run["id"])
        a_signed_agreement(compensation)
        compute(compensation, actor="anna")
        call: dict[str, Any] = {"pay_run_id": run["id"], "actor": "bo"}
        assert compensation.code("approve_pay_run", if_match=read, **call) == (412, "stale")
        read = compensation.etag("get_pay_run", pay_run_id=run["id"])
        assert compensation.do("approve_pay_run", if_match=read, **call)["status"] == "approved"

    def test_twice_with_the_same_key_is_recorded_once(self, compensation: Harness, run: dict[str, Any]) -> None:
        call: dict[str, Any] = {"pay_run_id": run["id"], "actor": "bo", "idempotency_key": "k"}
        first = compensation.do("approve_pay_run", **call)
        assert compensation.do("approve_pay_run", **call) == first
        assert len(compensation.recorded(PAY_RUN_APPROVED)) == 1

    def test_the_other_municipality_finds_nothing(self, compensation: Harness, run: dict[str, Any]) -> None:
        call: dict[str, Any] = {"pay_run_id": run["id"], "tenant": compensation.new_tenant(), "actor": "bo"}
        for name in ("get_pay_run", "list_pay_lines", "approve_pay_run", "discard_pay_run"):
            assert compensation.code(name, **call) == (404, "not_found")
        assert compensation.do("get_pay_run", pay_run_id=run["id"])["status"] == "computed"

    def test_only_payroll_may(self, compensation: Harness, run: dict[str, Any]) -> None:
        call: dict[str, Any] = {"pay_run_id": run["id"], "roles": ["caseworker", "admin", "home"], "actor": "bo"}
        for name in ("get_pay_run", "list_pay_lines", "approve_pay_run", "discard_pay_run"):
            assert compensation.code(name, **call) == (403, "missing_role")
        assert compensation.code("list_pay_runs", roles=["caseworker", "admin"]) == (403, "missing_role")


class TestListPayRuns:
    def test_the_newest_month_comes_first(self, compensation: Harness) -> None:
        for month in ("2024-02", "2024-04", "2024-03"):
            compute(compensation, month)
        first = compensation.do("list_pay_runs", page={"limit": "2"})
        second = compensation.do("list_pay_runs", page={"page": "2", "limit": "2"})
        assert [item["month"] for item in first["items"] + second["items"]] == ["2024-04", "2024-03", "2024-02"]
        assert first["total"] == 3

    def test_a_list_of_another_municipality_is_empty(self, compensation: Harness) -> None:
        compute(compensation)
        assert compensation.do("list_pay_runs", tenant=compensation.new_tenant())["total"] == 0
