"""R36, R37: what was paid is not paid again, nothing is taken before two people have decided, and whoever is owed
something is not forgotten, however late and in whatever order it becomes known."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.compensation.runs import commands
from services.investigation.contract.events import HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.mentorship.contract.events import RESPITE_COMPLETED
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED, VISIT_CONFIRMED
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import (
    a_respite,
    a_signed_agreement,
    a_start,
    approve,
    compute,
    lines_of,
    numbers,
    set_tariff,
    signs_alone,
)
from tests.unit.compensation.factories import PARTS, make_tariff_body

ANNA = "189001019802"
BY_HOME: dict[str, Any] = {"roles": ["home"], "personal_number": ANNA, "actor": "anna-home"}


@pytest.fixture
def home(compensation: Harness) -> str:
    set_tariff(compensation, **PARTS)
    signs_alone(compensation)
    home_id = new_id()
    compensation.react(HOME_CHANGED, a_change(home_id, adults=[an_adult(ANNA, id="adult-1")]))
    return home_id


def in_month(compensation: Harness, number: int) -> None:
    """It is the last day but two, or thereabouts, of a month of 2024."""
    compensation.now = compensation.now.replace(month=number, day=28)  # type: ignore[union-attr]


def amounts(compensation: Harness, run: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["kind"], line["amount"]) for line in lines_of(compensation, run) if "amount" in line]


def amend(compensation: Harness, agreement: dict[str, Any], **terms: Any) -> None:
    """Other terms, signed."""
    payees = [{"adult_id": agreement["payee_adult_id"], "percent": "100"}]
    body = {"fee_level": "base", "cost_level": "base", "payees": payees, **terms}
    compensation.do("amend_agreement", agreement_id=agreement["id"], body=body, if_match="*")
    compensation.do("sign_agreement", agreement_id=agreement["id"])


def moved(compensation: Harness, agreement: dict[str, Any], on: date) -> None:
    """The placement that an agreement is about ends."""
    which = {"placement_id": agreement["placement_id"], "home_id": agreement["home_id"]}
    compensation.react(PLACEMENT_ENDED, {**which, "ends_on": on})


def decide(compensation: Harness, **settings: Any) -> None:
    """What the municipality decides for itself, by two people."""
    for name, value in settings.items():
        which = {"setting_name": f"compensation.{name}", "if_match": "*"}
        change = compensation.do("change_setting", body={"value": value, "reason": "Nämndens beslut."}, **which)
        compensation.do("confirm_setting", setting_change_id=change["id"], actor="bo")


class TestClaimsOverTheEndOfAMonth:
    def test_a_journey_is_paid_by_one_run(self, compensation: Harness, home: str) -> None:
        body = {"home_id": home, "kind": "mileage", "kilometres": "40", "description": "Umgänge."}
        days = {"period_from": "2024-04-20", "period_to": "2024-05-03"}
        made = compensation.do("make_claim", body={**body, **days}, **BY_HOME)
        compensation.do("approve_claim", claim_id=made["id"], body={"reason": ""}, actor="karin")
        assert approve(compensation)["total"] == "100.00"  # 40 x 2.50
        assert compensation.do("get_claim", claim_id=made["id"])["status"] == "paid"
        in_month(compensation, 5)
        assert numbers(compute(compensation, "2024-05")) == (0, 0, 0, "0.00")

    def test_nights_of_respite_are_paid_by_one_run(self, compensation: Harness, home: str) -> None:
        nights = {"starts_on": date(2024, 4, 29), "ends_on": date(2024, 5, 1)}
        compensation.react(RESPITE_COMPLETED, a_respite(home, **nights))
        assert approve(compensation)["total"] == "1000.00"  # 2 x 500
        in_month(compensation, 5)
        assert numbers(compute(compensation, "2024-05")) == (0, 0, 0, "0.00")


class TestAClaimThatIsHeld:
    def test_it_is_paid_by_the_run_that_can_after_one_was_approved_that_could_not(
        self, compensation: Harness, home: str
    ) -> None:
        compensation.do("set_tariff", year="2024", body=make_tariff_body(), if_match="*")
        body = {"home_id": home, "kind": "mileage", "kilometres": "40", "description": "Umgänge."}
        made = compensation.do("make_claim", body={**body, "period_from": "2024-04-20"}, **BY_HOME)
        compensation.do("approve_claim", claim_id=made["id"], body={"reason": ""}, actor="karin")
        assert numbers(approve(compensation)) == (1, 0, 1, "0.00")
        in_month(compensation, 5)
        assert numbers(compute(compensation, "2024-05")) == (1, 0, 1, "0.00")


class TestAnAllowanceThatBecomesKnownLate:
    def test_it_is_carried_until_two_people_have_decided(self, compensation: Harness, home: str) -> None:
        tariff = make_tariff_body(**PARTS, deduct_child_allowance=True)
        compensation.do("set_tariff", year="2024", body=tariff, if_match="*")
        agreement = a_signed_agreement(compensation, home_id=home, adult_ids=["adult-1"], starts_on=date(2024, 3, 1))
        approve(compensation, "2024-03")
        allowance = {"kind": "child", "requested_on": "2024-02-10", "amount": "1250.00"}
        amend(compensation, agreement, allowance=allowance, **{"from": "2024-03-01"})
        run = compute(compensation)
        found = amounts(compensation, run)
        assert found.count(("allowance_deduction", "-1250.00")) == 2  # of March, and of April
        assert ("recovery_carried", "1250.00") in found
        assert run["total"] == "15420.00"  # 11 417 + 5 253 - 1 250: nothing is taken for March
        approve(compensation)
        (recovery,) = compensation.do("list_recoveries")["items"]
        assert recovery["amount"] == "1250.00"


class TestTermsThatHoldFromBeforeTheFirstDay:
    def test_an_amendment_from_an_earlier_day_holds(self, compensation: Harness, home: str) -> None:
        agreement = a_signed_agreement(compensation, home_id=home, adult_ids=["adult-1"])
        amend(compensation, agreement, fee_level="raised_1", **{"from": "2024-03-20"})
        assert compute(compensation)["total"] == "18595.00"  # 13 342 + 5 253


class TestAnotherPayeeFromADayOn:
    def test_each_is_paid_for_the_days_that_were_agreed(self, compensation: Harness, home: str) -> None:
        agreement = a_signed_agreement(compensation, home_id=home, adult_ids=["adult-1", "adult-2"])
        payees = [{"adult_id": "adult-2", "percent": "100"}]
        amend(compensation, agreement, payees=payees, **{"from": "2024-04-16"})
        lines = lines_of(compensation, compute(compensation))
        assert {(line["payee_adult_id"], line["kind"], line["amount"]) for line in lines} == {
            ("adult-1", "fee", "5708.50"),  # 11 417 x 15 / 30
            ("adult-2", "fee", "5708.50"),
            ("adult-1", "cost_reimbursement", "2626.50"),  # 5 253 x 15 / 30
            ("adult-2", "cost_reimbursement", "2626.50"),
        }


class TestADayOfMoving:
    def test_it_is_paid_once_also_when_the_other_home_becomes_known_after_the_month_was_approved(
        self, compensation: Harness, home: str
    ) -> None:
        request = new_id()
        left = a_signed_agreement(
            compensation, home_id=home, placement_request_id=request, adult_ids=["adult-1"], starts_on=date(2024, 3, 1)
        )
        which = {"placement_id": left["placement_id"], "home_id": home, "ends_on": date(2024, 3, 10)}
        compensation.react(PLACEMENT_ENDED, which)
        approve(compensation, "2024-03")
        a_signed_agreement(compensation, placement_request_id=request, starts_on=date(2024, 3, 10))
        lines = lines_of(compensation, compute(compensation))
        corrected = {line["kind"]: line["amount"] for line in lines if line["home_id"] == home}
        # 11 417 x 9 / 31 = 3 314.61 in place of 3 682.90; 5 253 x 9 / 31 = 1 525.06 in place of 1 694.52
        assert corrected == {"fee": "-368.29", "cost_reimbursement": "-169.46", "recovery_carried": "537.75"}

    @pytest.mark.parametrize(
        ("guarded", "placed", "days_here"),
        [
            ({"starts_on": "2024-04-12"}, {"starts_on": date(2024, 4, 1), "ends_on": date(2024, 4, 12)}, 19),
            ({"starts_on": "2024-04-01", "ends_on": "2024-04-12"}, {"starts_on": date(2024, 4, 12)}, 11),
        ],
        ids=["to the guardian", "from the guardian"],
    )
    def test_that_of_a_guardian_is_paid_once_also_where_the_homes_are_read_apart(
        self,
        compensation: Harness,
        home: str,
        monkeypatch: pytest.MonkeyPatch,
        guarded: dict[str, str],
        placed: dict[str, date],
        days_here: int,
    ) -> None:
        monkeypatch.setattr(commands, "HOMES_AT_ONCE", 1)
        child: dict[str, Any] = {"placement_request_id": new_id(), "adult_ids": ["adult-1"]}
        first = a_signed_agreement(compensation, **child, home_id=home, starts_on=date(2023, 1, 1))
        which = {"placement_id": first["placement_id"], "home_id": home, "ends_on": date(2024, 3, 31)}
        compensation.react(PLACEMENT_ENDED, which)
        payees = [{"adult_id": "adult-1", "percent": "100"}]
        terms = {"fee_level": "base", "cost_level": "base", "payees": payees, "kind": "guardian", **guarded}
        body = {"home_id": home, "placement_id": first["placement_id"], **terms}
        guardian = compensation.do("draft_agreement", body=body)
        compensation.do("sign_agreement", agreement_id=guardian["id"])
        other = a_signed_agreement(compensation, **child, starts_on=placed["starts_on"])
        if "ends_on" in placed:
            which = {"placement_id": other["placement_id"], "home_id": other["home_id"], "ends_on": placed["ends_on"]}
            compensation.react(PLACEMENT_ENDED, which)
        lines = lines_of(compensation, compute(compensation))
        fees = {line["agreement_id"]: line["amount"] for line in lines if line["kind"] == "fee"}
        of_days = {19: "7230.77", 11: "4186.23"}  # 11 417 x 19 / 30 and x 11 / 30
        assert fees == {guardian["id"]: of_days[days_here], other["id"]: of_days[30 - days_here]}

    def test_of_a_month_that_was_approved_it_stays_as_the_municipality_paid_it_then(
        self, compensation: Harness, home: str
    ) -> None:
        child: dict[str, Any] = {"placement_request_id": new_id(), "adult_ids": ["adult-1"]}
        first = a_signed_agreement(compensation, **child, home_id=home, starts_on=date(2024, 3, 1))
        moved(compensation, first, date(2024, 3, 10))
        second = a_signed_agreement(compensation, **child, starts_on=date(2024, 3, 10))
        approve(compensation, "2024-03")
        compensation.now += timedelta(minutes=1)  # type: ignore[operator]
        decide(compensation, moving_day="leaving")
        moved(compensation, second, date(2024, 4, 12))
        third = a_signed_agreement(compensation, **child, starts_on=date(2024, 4, 12))
        lines = lines_of(compensation, compute(compensation))
        assert {(one["agreement_id"], one["period_from"], one["period_to"]) for one in lines} == {
            (second["id"], "2024-04-01", "2024-04-12"),
            (third["id"], "2024-04-13", "2024-04-30"),
        }


class TestEachItsOwnPart:
    def test_a_jourhem_stay_that_becomes_a_family_home_stay_is_two_agreements_and_no_day_twice(
        self, compensation: Harness, home: str
    ) -> None:
        child: dict[str, Any] = {"home_id": home, "adult_ids": ["adult-1"], "placement_request_id": new_id()}
        before = a_signed_agreement(compensation, assignment="emergency_home", **child)
        which = {"placement_id": before["placement_id"], "home_id": home}
        compensation.react(PLACEMENT_ENDED, {**which, "ends_on": date(2024, 4, 9)})
        a_signed_agreement(compensation, **child, starts_on=date(2024, 4, 10))
        run = compute(compensation)
        assert numbers(run) == (2, 2, 0, "16670.00")
        assert {(line["kind"], line["period_from"], line["amount"]) for line in lines_of(compensation, run)} == {
            ("fee", "2024-04-01", "3425.10"),  # 11 417 x 9 / 30
            ("fee", "2024-04-10", "7991.90"),
            ("cost_reimbursement", "2024-04-01", "1575.90"),  # 5 253 x 9 / 30
            ("cost_reimbursement", "2024-04-10", "3677.10"),
        }

    def test_a_parent_who_is_placed_with_a_child_is_paid_as_an_adult_and_the_child_as_a_child(
        self, compensation: Harness
    ) -> None:
        set_tariff(compensation, **PARTS)
        home_id = new_id()
        for birth_date in (date(1999, 5, 4), date(2022, 8, 1)):
            a_signed_agreement(compensation, home_id=home_id, adult_ids=["adult-1"], birth_date=birth_date)
        # 10 934 and 125 % of 57 300 / 12 = 5 969; 11 417 and 5 253
        assert numbers(compute(compensation)) == (2, 2, 0, "33573.00")


class TestMonthsInAnotherOrder:
    def test_what_changed_for_a_later_month_is_not_forgotten_when_an_earlier_one_is_approved(
        self, compensation: Harness, home: str
    ) -> None:
        agreement = a_signed_agreement(compensation, home_id=home, adult_ids=["adult-1"])
        approve(compensation)
        which = {"placement_id": agreement["placement_id"], "home_id": home, "ends_on": date(2024, 4, 15)}
        compensation.react(PLACEMENT_ENDED, which)
        approve(compensation, "2024-03")
        in_month(compensation, 5)
        assert ("recovery_carried", "8335.00") in amounts(compensation, compute(compensation, "2024-05"))

    def test_days_that_a_later_months_run_has_paid_are_not_paid_by_their_own(
        self, compensation: Harness, home: str
    ) -> None:
        family = a_signed_agreement(
            compensation, home_id=home, adult_ids=["adult-1"], assignment="contact_family", starts_on=date(2024, 1, 1)
        )
        days = {"starts_on": date(2024, 3, 9), "ends_on": date(2024, 3, 10), "reported_on": date(2024, 3, 10)}
        visit = {
            "visit_id": new_id(),
            "placement_id": family["placement_id"],
            "home_id": home,
            "assignment": "contact_family",
            "half_first_day": False,
            "half_last_day": False,
        }
        compensation.react(VISIT_CONFIRMED, {**visit, **days})
        assert approve(compensation)["total"] == "1246.00"  # 4 x 229 and 2 x 165
        assert numbers(approve(compensation, "2024-03")) == (1, 1, 0, "0.00")
        compensation.react(VISIT_CONFIRMED, {**visit, **days, "ends_on": date(2024, 3, 9)})
        in_month(compensation, 5)
        assert ("recovery_carried", "623.00") in amounts(compensation, compute(compensation, "2024-05"))


class TestDaysThatWereReportedInTime:
    @pytest.mark.parametrize(("reported_on", "total"), [(date(2024, 4, 30), "1246.00"), (date(2024, 5, 1), "0.00")])
    def test_they_are_paid_also_when_staff_confirm_them_late(
        self, compensation: Harness, home: str, reported_on: date, total: str
    ) -> None:
        family = a_signed_agreement(
            compensation, home_id=home, adult_ids=["adult-1"], assignment="contact_family", starts_on=date(2024, 1, 1)
        )
        approve(compensation, "2024-01")
        in_month(compensation, 6)
        visit = {
            "visit_id": new_id(),
            "placement_id": family["placement_id"],
            "home_id": home,
            "assignment": "contact_family",
            "starts_on": date(2024, 1, 6),
            "ends_on": date(2024, 1, 7),
            "half_first_day": False,
            "half_last_day": False,
            "reported_on": reported_on,
        }
        compensation.react(VISIT_CONFIRMED, visit)
        assert compute(compensation, "2024-06")["total"] == total  # 4 x 229 and 2 x 165: three months back, or four


class TestAContractThatHasEnded:
    def test_a_child_who_still_lives_there_is_held_and_the_month_can_be_approved(
        self, compensation: Harness, home: str
    ) -> None:
        payees = [{"adult_id": "adult-1", "percent": "100"}]
        terms = {"fee_level": "base", "cost_level": "base", "payees": payees, "places": 1}
        body = {"home_id": home, "kind": "contracted_emergency_home", "starts_on": "2024-02-01", **terms}
        contract = compensation.do("draft_agreement", body=body)
        compensation.do("sign_agreement", agreement_id=contract["id"])
        start = a_start(home_id=home, assignment="contracted_emergency_home", starts_on=date(2024, 3, 1))
        compensation.react(PLACEMENT_STARTED, start)
        end = {"ends_on": "2024-03-31", "notice_given_on": "2024-02-28"}
        compensation.do("end_agreement", agreement_id=contract["id"], body=end)
        approve(compensation, "2024-03")
        run = compute(compensation)
        assert [line["reason_code"] for line in lines_of(compensation, run)] == ["agreement_missing"]
        assert numbers(approve(compensation)) == (1, 0, 1, "0.00")

    @pytest.mark.parametrize(
        ("contracts", "left"),
        [
            ([("2024-03-01", "2024-04-15")], ("2024-04-16", "2024-04-30")),
            ([("2024-04-16", None)], ("2024-04-01", "2024-04-15")),
            ([("2024-03-01", "2024-04-10"), ("2024-04-21", None)], ("2024-04-11", "2024-04-20")),
            ([("2024-03-01", "2024-04-10"), ("2024-04-11", None)], None),
        ],
        ids=["the end is left", "the beginning is left", "a gap is left", "one follows the other"],
    )
    def test_days_that_no_contract_covers_are_held_and_the_others_paid(
        self,
        compensation: Harness,
        home: str,
        contracts: list[tuple[str, str | None]],
        left: tuple[str, str] | None,
    ) -> None:
        payees = [{"adult_id": "adult-1", "percent": "100"}]
        terms = {"fee_level": "base", "cost_level": "base", "payees": payees, "places": 1}
        for starts_on, ends_on in contracts:
            days = {"starts_on": starts_on, "ends_on": ends_on}
            body = {"home_id": home, "kind": "contracted_emergency_home", **days, **terms}
            compensation.do("sign_agreement", agreement_id=compensation.do("draft_agreement", body=body)["id"])
        start = a_start(home_id=home, assignment="contracted_emergency_home", starts_on=date(2024, 3, 1))
        compensation.react(PLACEMENT_STARTED, start)
        lines = lines_of(compensation, compute(compensation))
        held = [one for one in lines if "reason_code" in one]
        assert [(one["reason_code"], one["period_from"], one["period_to"]) for one in held] == (
            [("agreement_missing", *left)] if left else []
        )
        assert {one["placement_id"] for one in held} <= {start["placement_id"]}
        run = compensation.do("approve_pay_run", pay_run_id=compute(compensation)["id"], actor="bo")
        assert numbers(run)[:3] == (len(contracts) + len(held), len(contracts), len(held))

    def test_the_month_in_which_another_follows_it_is_one_month(self, compensation: Harness, home: str) -> None:
        tariff = make_tariff_body(**PARTS, part_month="thirtieths")
        compensation.do("set_tariff", year="2024", body=tariff, if_match="*")
        payees = [{"adult_id": "adult-1", "percent": "100"}]
        terms = {"fee_level": "base", "cost_level": "base", "payees": payees, "places": 2}
        for days in ({"starts_on": "2024-01-01", "ends_on": "2024-03-15"}, {"starts_on": "2024-03-16"}):
            body = {"home_id": home, "kind": "contracted_emergency_home", **days, **terms}
            compensation.do("sign_agreement", agreement_id=compensation.do("draft_agreement", body=body)["id"])
        lines = lines_of(compensation, compute(compensation, "2024-03"))
        # 23 956 x 15 / 31 and x 16 / 31
        fees = {line["amount"] for line in lines if line["kind"] == "base_fee"}
        assert fees == {"11591.61", "12364.39"}

    @pytest.mark.parametrize(
        ("ends_on", "found"),
        [(None, (1, 1, 0, "22784.00")), ("2024-04-15", (2, 1, 1, "11392.00"))],
        ids=["all of the month", "half of it"],
    )
    def test_what_was_agreed_of_the_child_itself_pays_nothing_and_holds_up_no_month(
        self, compensation: Harness, home: str, ends_on: str | None, found: tuple[int, int, int, str]
    ) -> None:
        child = a_start(home_id=home, adult_ids=["adult-1"], starts_on=date(2024, 3, 1))
        a_signed_agreement(compensation, **child)
        compensation.react(PLACEMENT_STARTED, {**child, "assignment": "contracted_emergency_home"})
        payees = [{"adult_id": "adult-1", "percent": "100"}]
        terms = {"fee_level": "base", "cost_level": "base", "payees": payees, "places": 1}
        days = {"starts_on": "2024-03-01", "ends_on": ends_on}
        body = {"home_id": home, "kind": "contracted_emergency_home", **days, **terms}
        compensation.do("sign_agreement", agreement_id=compensation.do("draft_agreement", body=body)["id"])
        assert numbers(approve(compensation)) == found  # 17 531 and 5 253, or the half of each
