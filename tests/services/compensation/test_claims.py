"""R35: larger purchases asked for first, receipts, mileage and lost income; approved in part, paid once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness, a_sent_file
from services.placement.contract.events import PLACEMENT_STARTED
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import a_start, approve, compute, lines_of, numbers, set_tariff
from tests.unit.compensation.factories import PARTS

ANNA = "189001019802"
BY_HOME: dict[str, Any] = {"roles": ["home"], "personal_number": ANNA, "actor": "anna-home"}


@pytest.fixture
def home(compensation: Harness) -> str:
    set_tariff(compensation, **PARTS)
    home_id = new_id()
    compensation.react(HOME_CHANGED, a_change(home_id, adults=[an_adult(ANNA, id="adult-1")]))
    return home_id


def claim(compensation: Harness, home: str, kind: str = "receipt", **overrides: Any) -> dict[str, Any]:
    body = {"home_id": home, "kind": kind, "period_from": "2024-04-03", "description": "Glasögon.", **overrides}
    return compensation.do("make_claim", body=body, **BY_HOME)


def a_receipt(compensation: Harness, home: str, amount: str = "499.00", **overrides: Any) -> dict[str, Any]:
    """A claim with a paper that nobody has sent before."""
    made = claim(compensation, home, amount=amount, **overrides)
    compensation.do("attach_receipt", claim_id=made["id"], **BY_HOME)
    return made


def granted(compensation: Harness, made: dict[str, Any], **body: Any) -> dict[str, Any]:
    reason = "Upp till så mycket." if body else ""
    return compensation.do("approve_claim", claim_id=made["id"], body={"reason": reason, **body}, actor="karin")


def paid(compensation: Harness, month: str = "2024-04") -> list[tuple[str, str]]:
    return [(line["kind"], line["amount"]) for line in lines_of(compensation, compute(compensation, month))]


class TestReceipt:
    def test_what_was_approved_in_part_is_paid_by_the_next_run_once(self, compensation: Harness, home: str) -> None:
        made = a_receipt(compensation, home)
        assert numbers(compute(compensation)) == (0, 0, 0, "0.00")
        assert granted(compensation, made, amount="450.00")["status"] == "approved"
        run = compute(compensation)
        assert numbers(run) == (1, 1, 0, "450.00")
        (line,) = lines_of(compensation, run)
        assert (line["kind"], line["claim_id"], line["payee_adult_id"], line["taxable"]) == (
            "purchase",
            made["id"],
            "adult-1",
            False,
        )
        approve(compensation)
        found = compensation.do("get_claim", claim_id=made["id"])
        assert (found["status"], found["pay_run_id"]) == ("paid", run["id"])
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        assert paid(compensation, "2024-05") == []

    def test_more_than_was_claimed_is_refused(self, compensation: Harness, home: str) -> None:
        made = a_receipt(compensation, home)
        call: dict[str, Any] = {"claim_id": made["id"], "body": {"amount": "500.00", "reason": ""}}
        fault = compensation.refusal("approve_claim", **call)
        assert [problem["code"] for problem in fault["errors"]] == ["more_than_claimed"]

    def test_a_part_is_approved_with_a_reason(self, compensation: Harness, home: str) -> None:
        made = a_receipt(compensation, home)
        call: dict[str, Any] = {"claim_id": made["id"], "body": {"amount": "450.00", "reason": ""}}
        fault = compensation.refusal("approve_claim", **call)
        assert [problem["code"] for problem in fault["errors"]] == ["part_reason"]

    def test_without_its_paper_it_is_not_approved(self, compensation: Harness, home: str) -> None:
        made = claim(compensation, home, amount="499.00")
        call: dict[str, Any] = {"claim_id": made["id"], "body": {"reason": ""}}
        assert compensation.code("approve_claim", **call) == (409, "receipt_missing")

    def test_the_same_paper_is_taken_once_whatever_claim_it_comes_with(self, compensation: Harness, home: str) -> None:
        file = a_sent_file()
        first, second = (claim(compensation, home, amount="499.00") for _ in range(2))
        compensation.do("attach_receipt", claim_id=first["id"], file=file, **BY_HOME)
        again = a_sent_file(content_hash=file.content_hash)
        call: dict[str, Any] = {"claim_id": second["id"], "file": again, **BY_HOME}
        assert compensation.code("attach_receipt", **call) == (409, "file_already_attached")
        compensation.do("decline_claim", claim_id=first["id"], body={"reason": "Fel barn."})
        assert compensation.do("attach_receipt", **call)["id"]

    def test_a_larger_purchase_is_asked_for_first(self, compensation: Harness, home: str) -> None:
        dear = a_receipt(compensation, home, amount="4000.00")
        call: dict[str, Any] = {"body": {"reason": ""}}
        assert compensation.code("approve_claim", claim_id=dear["id"], **call) == (409, "wish_needed")
        wish = claim(compensation, home, "purchase_wish", amount="4000.00")
        asked = a_receipt(compensation, home, amount="4000.00", wish_id=wish["id"])
        assert compensation.code("approve_claim", claim_id=asked["id"], **call) == (409, "wish_needed")
        granted(compensation, wish)
        assert granted(compensation, asked)["status"] == "approved"
        assert paid(compensation) == [("purchase", "4000.00")]  # the wish itself pays nothing

    def test_the_receipts_of_a_wish_come_to_no_more_than_was_approved_of_it(
        self, compensation: Harness, home: str
    ) -> None:
        wish = claim(compensation, home, "purchase_wish", amount="4000.00")
        granted(compensation, wish, amount="3000.00")
        first, second = (a_receipt(compensation, home, amount="2000.00", wish_id=wish["id"]) for _ in range(2))
        granted(compensation, first)
        call: dict[str, Any] = {"claim_id": second["id"], "body": {"reason": ""}}
        assert compensation.code("approve_claim", **call) == (409, "wish_spent")
        assert paid(compensation) == [("purchase", "2000.00")]
        granted(compensation, second, amount="1000.00")
        assert sorted(paid(compensation)) == [("purchase", "1000.00"), ("purchase", "2000.00")]

    def test_two_receipts_of_one_wish_at_once_are_one(self, compensation: Harness, home: str) -> None:
        wish = claim(compensation, home, "purchase_wish", amount="2000.00")
        granted(compensation, wish)
        both = [a_receipt(compensation, home, amount="2000.00", wish_id=wish["id"]) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            replies = list(
                pool.map(lambda one: compensation.reply("approve_claim", claim_id=one["id"], body={"reason": ""}), both)
            )
        assert sorted(reply.get("fault", {}).get("code", "done") for reply in replies) == ["done", "wish_spent"]

    @pytest.mark.parametrize(("name", "code"), [("wish_id", "claim_wish"), ("placement_id", "claim_placement")])
    def test_a_wish_or_a_placement_of_another_home_is_refused(
        self, compensation: Harness, home: str, name: str, code: str
    ) -> None:
        other = new_id()
        compensation.react(HOME_CHANGED, a_change(other, adults=[an_adult("189001019828", id="adult-2")]))
        placed = a_start(home_id=other)
        compensation.react(PLACEMENT_STARTED, placed)
        theirs: dict[str, Any] = {"kind": "purchase_wish", "period_from": "2024-04-03", "description": "Säng."}
        body = {**theirs, "home_id": other, "amount": "900.00", "payee_adult_id": "adult-2"}
        wish = compensation.do("make_claim", body=body, roles=["caseworker"])
        named = {"wish_id": wish["id"], "placement_id": placed["placement_id"]}[name]
        body = {"home_id": home, "kind": "receipt", "amount": "1.00", "period_from": "2024-04-03", "description": "…"}
        fault = compensation.refusal("make_claim", body={**body, name: named}, **BY_HOME)
        assert [(problem["pointer"], problem["code"]) for problem in fault["errors"]] == [(f"/{name}", code)]

    def test_it_is_decided_once_and_the_home_is_told_why_and_not_by_whom(
        self, compensation: Harness, home: str
    ) -> None:
        made = a_receipt(compensation, home)
        compensation.do("decline_claim", claim_id=made["id"], body={"reason": "Ingår redan."}, actor="karin")
        call: dict[str, Any] = {"claim_id": made["id"]}
        assert compensation.code("approve_claim", body={"reason": ""}, **call) == (409, "claim_already_decided")
        assert compensation.code("attach_receipt", **call) == (409, "claim_already_decided")
        shown = compensation.do("get_claim", **call, **BY_HOME)
        assert (shown["status"], shown["reason"], shown["decided_by"]) == ("declined", "Ingår redan.", None)
        assert paid(compensation) == []

    def test_its_paper_is_read_by_the_home_and_by_staff(self, compensation: Harness, home: str) -> None:
        made = a_receipt(compensation, home)
        (receipt,) = compensation.do("get_claim", claim_id=made["id"])["receipts"]
        for caller in (BY_HOME, {"roles": ["caseworker"]}):
            reply = compensation.reply("get_receipt", claim_id=made["id"], receipt_id=receipt["id"], **caller)
            assert reply["file"]["id"] == receipt["id"]

    def test_it_is_not_read_by_another_adult_of_the_home(self, compensation: Harness) -> None:
        home_id, bo = new_id(), "189001019828"
        adults = [an_adult(ANNA, id="adult-1"), an_adult(bo, id="adult-2")]
        compensation.react(HOME_CHANGED, a_change(home_id, adults=adults))
        made = a_receipt(compensation, home_id)
        (receipt,) = compensation.do("get_claim", claim_id=made["id"], **BY_HOME)["receipts"]
        by_bo = BY_HOME | {"personal_number": bo, "actor": "bo-home"}
        assert compensation.do("get_claim", claim_id=made["id"], **by_bo)["receipts"] == []
        which = {"claim_id": made["id"], "receipt_id": receipt["id"]}
        assert compensation.code("get_receipt", **which, **by_bo) == (404, "not_found")


class TestMileageAndLostIncome:
    def test_43_2_km_are_108_kronor(self, compensation: Harness, home: str) -> None:
        granted(compensation, claim(compensation, home, "mileage", kilometres="43.2"))
        assert paid(compensation) == [("mileage", "108.00")]

    def test_income_that_is_lost_is_paid_month_by_month_until_its_last_day(
        self, compensation: Harness, home: str
    ) -> None:
        wanted = {"salary_per_month": "34000.00", "percent": "50", "period_to": "2024-05-31"}
        made = claim(compensation, home, "lost_income", **{**wanted, "period_from": "2024-04-01"})
        granted(compensation, made)
        assert approve(compensation)["total"] == "19040.00"  # 34 000 x 50 % x 1.12
        assert compensation.do("get_claim", claim_id=made["id"])["status"] == "approved"
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        assert approve(compensation, "2024-05")["total"] == "19040.00"
        assert compensation.do("get_claim", claim_id=made["id"])["status"] == "paid"
        compensation.now = compensation.now.replace(month=6)
        assert paid(compensation, "2024-06") == []

    def test_what_one_adult_earns_is_not_shown_to_another(self, compensation: Harness) -> None:
        home_id, bo = new_id(), "189001019828"
        adults = [an_adult(ANNA, id="adult-1"), an_adult(bo, id="adult-2")]
        compensation.react(HOME_CHANGED, a_change(home_id, adults=adults))
        wanted = {"salary_per_month": "34000.00", "percent": "50", "period_to": "2024-05-31"}
        made = claim(compensation, home_id, "lost_income", **wanted)
        assert made["salary_per_month"] == "34000.00"
        staff: dict[str, Any] = {"roles": ["caseworker"]}
        for caller, salary in ((BY_HOME, "34000.00"), (BY_HOME | {"personal_number": bo}, None), (staff, "34000.00")):
            (listed,) = compensation.do("list_claims", **caller)["items"]
            read = compensation.do("get_claim", claim_id=made["id"], **caller)
            assert [one["salary_per_month"] for one in (listed, read)] == [salary] * 2

    @pytest.mark.parametrize(
        ("kind", "wanted"), [("mileage", "kilometres"), ("receipt", "amount"), ("lost_income", "salary_per_month")]
    )
    def test_what_a_kind_needs_is_said(self, compensation: Harness, home: str, kind: str, wanted: str) -> None:
        body = {"home_id": home, "kind": kind, "period_from": "2024-04-03", "description": "…"}
        fault = compensation.refusal("make_claim", body=body, **BY_HOME)
        assert [problem["pointer"] for problem in fault["errors"]] == [f"/{wanted}"]

    def test_without_its_part_of_the_tariff_it_is_held(self, compensation: Harness) -> None:
        set_tariff(compensation)
        home_id = new_id()
        compensation.react(HOME_CHANGED, a_change(home_id, adults=[an_adult(ANNA, id="adult-1")]))
        granted(compensation, claim(compensation, home_id, "mileage", kilometres="43.2"))
        run = compute(compensation)
        (line,) = lines_of(compensation, run)
        assert (line["reason_code"], line["detail"]) == (
            "tariff_part_missing",
            "The tariff of 2024 has no part mileage.",
        )
        assert numbers(run) == (1, 0, 1, "0.00")


class TestIncomeThatIsLostOnTheSameDays:
    WANTED: ClassVar[dict[str, Any]] = {"kind": "lost_income", "salary_per_month": "34000.00", "percent": "50"}
    BO = "189001019828"

    def lost(self, compensation: Harness, home: str, *days: str, **overrides: Any) -> dict[str, Any]:
        period = dict(zip(("period_from", "period_to"), days, strict=True))
        return claim(compensation, home, **{**self.WANTED, **period, **overrides})

    def refused(self, compensation: Harness, made: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        fault = compensation.refusal("approve_claim", claim_id=made["id"], body={"reason": ""})
        return fault["code"], fault["extra"]

    def test_they_are_approved_once_and_whoever_would_approve_them_again_is_told_of_which_claim(
        self, compensation: Harness, home: str
    ) -> None:
        first = self.lost(compensation, home, "2024-04-01", "2024-04-30")
        again = self.lost(compensation, home, "2024-04-30", "2024-05-31")
        granted(compensation, first)
        assert self.refused(compensation, again) == ("income_compensated_already", {"claim_id": first["id"]})
        approve(compensation)  # what has been paid counts, too
        assert self.refused(compensation, again) == ("income_compensated_already", {"claim_id": first["id"]})
        compensation.do("decline_claim", claim_id=again["id"], body={"reason": "Den 30 april är redan ersatt."})
        rest = self.lost(compensation, home, "2024-05-01", "2024-05-31")
        assert granted(compensation, rest)["status"] == "approved"

    def test_a_claim_that_was_declined_takes_no_day(self, compensation: Harness, home: str) -> None:
        first, second = (self.lost(compensation, home, "2024-04-01", "2024-04-30") for _ in range(2))
        compensation.do("decline_claim", claim_id=first["id"], body={"reason": "Fel lön."})
        assert granted(compensation, second)["status"] == "approved"

    def test_another_adult_of_the_home_loses_income_of_its_own(self, compensation: Harness) -> None:
        home_id = new_id()
        adults = [an_adult(ANNA, id="adult-1"), an_adult(self.BO, id="adult-2")]
        compensation.react(HOME_CHANGED, a_change(home_id, adults=adults))
        granted(compensation, self.lost(compensation, home_id, "2024-04-01", "2024-04-30"))
        body = {**self.WANTED, "home_id": home_id, "period_from": "2024-04-01", "period_to": "2024-04-30"}
        by_bo = BY_HOME | {"personal_number": self.BO, "actor": "bo-home"}
        made = compensation.do("make_claim", body={**body, "description": "Inskolning."}, **by_bo)
        assert granted(compensation, made)["status"] == "approved"

    def test_it_is_the_same_adult_also_in_the_next_home(self, compensation: Harness, home: str) -> None:
        first = self.lost(compensation, home, "2024-04-01", "2024-04-30")
        granted(compensation, first)
        moved = new_id()
        compensation.react(HOME_CHANGED, a_change(home, adults=[an_adult(self.BO, id="adult-2")]))
        compensation.react(HOME_CHANGED, a_change(moved, adults=[an_adult(ANNA, id="adult-3")]))
        again = self.lost(compensation, moved, "2024-04-15", "2024-05-31")
        assert self.refused(compensation, again) == ("income_compensated_already", {"claim_id": first["id"]})

    def test_of_two_at_once_one_is_approved(self, compensation: Harness, home: str) -> None:
        both = [self.lost(compensation, home, "2024-04-01", "2024-04-30") for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            replies = list(
                pool.map(lambda one: compensation.reply("approve_claim", claim_id=one["id"], body={"reason": ""}), both)
            )
        found = sorted(reply.get("fault", {}).get("code", "done") for reply in replies)
        assert found == ["done", "income_compensated_already"]


class TestWhoMay:
    def test_a_home_claims_for_itself_only(self, compensation: Harness, home: str) -> None:
        other = new_id()
        compensation.react(HOME_CHANGED, a_change(other, adults=[an_adult("189001019828")]))
        body = {
            "home_id": other,
            "kind": "mileage",
            "kilometres": "1.0",
            "period_from": "2024-04-03",
            "description": "…",
        }
        assert compensation.code("make_claim", body=body, **BY_HOME) == (404, "not_found")
        staff: dict[str, Any] = {"roles": ["caseworker"]}
        fault = compensation.refusal("make_claim", body=body, **staff)
        assert [problem["code"] for problem in fault["errors"]] == ["claim_payee"]
        nowhere = {**body, "home_id": new_id()}
        assert compensation.code("make_claim", body=nowhere, **staff) == (404, "not_found")

    def test_it_sees_its_own(self, compensation: Harness, home: str) -> None:
        made = a_receipt(compensation, home)
        assert [one["id"] for one in compensation.do("list_claims", **BY_HOME)["items"]] == [made["id"]]
        asked = {"status": "paid", "home_id": home}
        assert compensation.do("list_claims", query=asked, roles=["payroll"])["items"] == []
