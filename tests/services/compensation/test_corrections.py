"""R37: pay never outlives the placement. What becomes known after a month was approved is corrected in the next run;
what was paid too much is taken only as two people have decided; an approved line is never changed."""

from datetime import date
from typing import Any

import psycopg
import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.mentorship.contract.events import RESPITE_COMPLETED
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import (
    a_respite,
    a_signed_agreement,
    a_start,
    an_agreement,
    approve,
    compute,
    lines_of,
    numbers,
    set_tariff,
    signs_alone,
)
from tests.unit.compensation.factories import PARTS, make_tariff_body

MARCH, APRIL = "2024-03", "2024-04"


@pytest.fixture
def agreement(compensation: Harness) -> dict[str, Any]:
    """A child of eight who lives in a home from March 2024 on, and March is paid: 11 417 and 5 253."""
    set_tariff(compensation)
    found = a_signed_agreement(compensation, starts_on=date(2024, 3, 1))
    assert approve(compensation, MARCH)["total"] == "16670.00"
    return found


def ended(compensation: Harness, agreement: dict[str, Any], day: date) -> None:
    which = {"placement_id": agreement["placement_id"], "home_id": agreement["home_id"]}
    compensation.react(PLACEMENT_ENDED, {**which, "ends_on": day})


def amounts(compensation: Harness, run: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["kind"], line["amount"]) for line in lines_of(compensation, run) if "amount" in line]


class TestBackInTime:
    def test_a_late_end_is_corrected_and_carried_and_becomes_a_recovery_when_the_run_is_approved(
        self, compensation: Harness, agreement: dict[str, Any]
    ) -> None:
        march = compensation.do("list_pay_runs")["items"][0]
        paid = {line["kind"]: line["id"] for line in lines_of(compensation, march)}
        ended(compensation, agreement, date(2024, 3, 10))
        run = compute(compensation)
        # 11 417 x 10 / 31 = 3 682.90, 5 253 x 10 / 31 = 1 694.52: 7 734.10 and 3 558.48 too much
        assert sorted(amounts(compensation, run)) == [
            ("cost_reimbursement", "-3558.48"),
            ("fee", "-7734.10"),
            ("recovery_carried", "11292.58"),
        ]
        assert {line["corrects"] for line in lines_of(compensation, run) if line["kind"] in paid} == set(paid.values())
        assert numbers(run) == (0, 0, 0, "0.00")
        assert compensation.do("list_recoveries")["total"] == 0
        approve(compensation)
        (recovery,) = compensation.do("list_recoveries")["items"]
        assert (recovery["amount"], recovery["left"], recovery["status"]) == ("11292.58", "11292.58", "open")

    def test_computed_again_it_is_the_same_and_in_the_run_after_it_is_not_there_again(
        self, compensation: Harness, agreement: dict[str, Any]
    ) -> None:
        ended(compensation, agreement, date(2024, 3, 10))
        run = compute(compensation)
        lines = lines_of(compensation, run)
        assert compute(compensation) == run
        assert lines_of(compensation, run) == lines
        approve(compensation)
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        assert lines_of(compensation, compute(compensation, "2024-05")) == []

    def test_an_end_that_is_corrected_back_is_paid_without_paying_twice(
        self, compensation: Harness, agreement: dict[str, Any]
    ) -> None:
        ended(compensation, agreement, date(2024, 3, 10))
        approve(compensation)
        ended(compensation, agreement, date(2024, 3, 31))
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        run = compute(compensation, "2024-05")
        assert ("recovery_carried", "-11292.58") in amounts(compensation, run)
        assert run["total"] == "0.00"
        approve(compensation, "2024-05")
        (recovery,) = compensation.do("list_recoveries")["items"]
        assert (recovery["left"], recovery["status"]) == ("0.00", "settled")

    def test_a_later_birth_date_corrects_what_was_reimbursed(
        self, compensation: Harness, agreement: dict[str, Any]
    ) -> None:
        started = a_start(
            placement_id=agreement["placement_id"],
            home_id=agreement["home_id"],
            adult_ids=[agreement["payee_adult_id"]],
            starts_on=date(2024, 3, 1),
            birth_date=date(2010, 1, 20),
        )
        compensation.react(PLACEMENT_STARTED, started)
        found = amounts(compensation, compute(compensation))
        assert ("cost_reimbursement", "716.00") in found  # 5 969 - 5 253 for March
        assert ("cost_reimbursement", "5969.00") in found  # April

    def test_what_was_held_is_paid_when_it_is_signed_back_to_its_first_day(self, compensation: Harness) -> None:
        set_tariff(compensation)
        signs_alone(compensation)
        draft = an_agreement(compensation, starts_on=date(2024, 3, 16))
        assert numbers(approve(compensation, MARCH)) == (1, 0, 1, "0.00")
        compensation.do("sign_agreement", agreement_id=draft["id"])
        # 11 417 x 16 / 31 = 5 892.65; 5 253 x 16 / 31 = 2 711.23; and the whole of April
        found = amounts(compensation, compute(compensation))
        assert sorted(found) == sorted(
            [
                ("fee", "5892.65"),
                ("cost_reimbursement", "2711.23"),
                ("fee", "11417.00"),
                ("cost_reimbursement", "5253.00"),
            ]
        )

    def test_an_amendment_back_in_time_pays_the_difference(
        self, compensation: Harness, agreement: dict[str, Any]
    ) -> None:
        body = {
            "fee_level": "raised_1",
            "cost_level": "base",
            "payees": [{"adult_id": agreement["payee_adult_id"], "percent": "100"}],
            "from": "2024-03-01",
        }
        compensation.do("amend_agreement", agreement_id=agreement["id"], body=body, if_match="*")
        assert ("fee", "1925.00") not in amounts(compensation, compute(compensation))  # nobody has signed it yet
        compensation.do("sign_agreement", agreement_id=agreement["id"])
        assert ("fee", "1925.00") in amounts(compensation, compute(compensation))  # 13 342 - 11 417


class TestTariffCorrections:
    def test_a_used_tariff_is_corrected_by_two_people_and_recalculates_back(
        self, compensation: Harness, agreement: dict[str, Any]
    ) -> None:
        body = make_tariff_body(fee={"base": "11500.00"})
        call: dict[str, Any] = {"year": "2024", "if_match": "*"}
        refused = compensation.refusal("set_tariff", body=body, **call)
        assert [problem["code"] for problem in refused["errors"]] == ["tariff_reason"]
        reply = compensation.reply("set_tariff", body={**body, "reason": "Fel i cirkuläret."}, **call)
        assert (reply["status"], reply["body"]["status"], reply["body"]["id"]) == (202, "waiting", "2024-2")
        assert compensation.do("get_tariff", year="2024")["family_home"]["fee"]["base"] == "11417.00"
        which = {"tariff_change_id": "2024-2"}
        assert compensation.code("confirm_tariff", **which) == (403, "second_person_needed")
        assert compensation.do("confirm_tariff", actor="bo", **which)["number"] == 2
        assert compensation.code("confirm_tariff", actor="bo", **which) == (409, "tariff_change_not_waiting")
        assert ("fee", "83.00") in amounts(compensation, compute(compensation))  # 11 500 - 11 417 for March

    def test_its_history_says_who_why_and_when(self, compensation: Harness, agreement: dict[str, Any]) -> None:
        body = {**make_tariff_body(source="SKR 23:50, rättad"), "reason": "Fel i cirkuläret."}
        compensation.do("set_tariff", year="2024", body=body, if_match="*")
        compensation.do("confirm_tariff", tariff_change_id="2024-2", actor="bo")
        versions = compensation.do("get_tariff", year="2024")["versions"]
        assert [(one["number"], one["status"], one["reason"], one["confirmed_by"]) for one in versions] == [
            (1, "replaced", "", None),
            (2, "in_force", "Fel i cirkuläret.", "bo"),
        ]


class TestClaimsAndTheirTariff:
    """What is approved of them is kilometres, days and nights: they are paid by the tariff, as agreements are."""

    @pytest.fixture
    def home(self, compensation: Harness) -> str:
        """A home without an agreement, paid for March: 40 km x 2.50 = 100.00, and two nights of respite, 1 000.00."""
        set_tariff(compensation, **PARTS)
        home_id = new_id()
        compensation.react(HOME_CHANGED, a_change(home_id, adults=[an_adult(id="adult-1")]))
        journey = {"kind": "mileage", "kilometres": "40", "period_from": "2024-03-20", "description": "Umgänge."}
        body = {**journey, "home_id": home_id, "payee_adult_id": "adult-1"}
        made = compensation.do("make_claim", body=body, roles=["caseworker"])
        compensation.do("approve_claim", claim_id=made["id"], body={"reason": ""})
        nights = {"starts_on": date(2024, 3, 8), "ends_on": date(2024, 3, 10)}
        compensation.react(RESPITE_COMPLETED, a_respite(home_id, **nights))
        assert approve(compensation, MARCH)["total"] == "1100.00"
        return home_id

    def test_a_corrected_tariff_corrects_them_once(self, compensation: Harness, home: str) -> None:
        before = compensation.do("list_claims")["items"]
        approve(compensation)  # nothing of the home itself has changed since
        parts = PARTS | {"mileage": {"tax_free_per_km": "2.50", "paid_per_km": "3.00"}}
        parts |= {"mentor": PARTS["mentor"] | {"respite_fee_per_night": "450.00"}}
        body = {**make_tariff_body(**parts), "reason": "Nämndens beslut."}
        compensation.do("set_tariff", year="2024", body=body, if_match="*")
        compensation.do("confirm_tariff", tariff_change_id="2024-2", actor="bo")
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        run = compute(compensation, "2024-05")
        # 40 x 3.00 is 20.00 more, and that is taxable; 2 x 450 is 100.00 less, and carried
        assert sorted(amounts(compensation, run)) == [
            ("mileage_taxable", "20.00"),
            ("recovery_carried", "100.00"),
            ("respite_fee", "-100.00"),
        ]
        assert numbers(run) == (0, 0, 0, "20.00")
        assert numbers(approve(compensation, "2024-05")) == (0, 0, 0, "20.00")
        assert compensation.do("list_claims")["items"] == before
        compensation.now = compensation.now.replace(month=6)
        assert lines_of(compensation, compute(compensation, "2024-06")) == []


class TestRecovery:
    @pytest.fixture
    def recovery(self, compensation: Harness, agreement: dict[str, Any]) -> dict[str, Any]:
        """11 292.58 of March, and a payee who is paid 16 670.00 a month for a brother from April on."""
        a_signed_agreement(
            compensation, home_id=agreement["home_id"], adult_ids=[agreement["payee_adult_id"]], placement_id="p2"
        )
        ended(compensation, agreement, date(2024, 3, 10))
        approve(compensation)
        return dict(compensation.do("list_recoveries")["items"][0])

    def decided(self, compensation: Harness, recovery: dict[str, Any], **plan: Any) -> dict[str, Any]:
        which = {"recovery_id": recovery["id"]}
        compensation.do("propose_recovery", body={"reason": "…", **plan}, actor="anna", **which)
        return compensation.do("decide_recovery", body={"outcome": "approve", "reason": ""}, actor="bo", **which)

    def test_instalments_are_taken_in_the_runs_that_they_name(
        self, compensation: Harness, recovery: dict[str, Any]
    ) -> None:
        self.decided(compensation, recovery, instalments=2, first_month="2024-05")
        for month, total in ((5, "11023.71"), (6, "11023.71"), (7, "16670.00")):  # 16 670 - 5 646.29
            compensation.now = compensation.now.replace(month=month, day=28)  # type: ignore[union-attr]
            assert approve(compensation, f"2024-{month:02}")["total"] == total
        assert compensation.do("list_recoveries")["items"][0]["status"] == "settled"

    def test_what_was_waived_is_never_taken(self, compensation: Harness, recovery: dict[str, Any]) -> None:
        assert self.decided(compensation, recovery, waived=True)["status"] == "waived"
        compensation.now = compensation.now.replace(month=5, day=28)  # type: ignore[union-attr]
        assert compute(compensation, "2024-05")["total"] == "16670.00"

    def test_what_was_waived_is_not_paid_once_more_when_its_correction_proves_wrong(
        self, compensation: Harness, agreement: dict[str, Any], recovery: dict[str, Any]
    ) -> None:
        self.decided(compensation, recovery, waived=True)
        ended(compensation, agreement, date(2024, 3, 31))
        compensation.now = compensation.now.replace(month=5, day=28)  # type: ignore[union-attr]
        assert approve(compensation, "2024-05")["total"] == "16670.00"  # the brother's; of March the home kept all
        found = compensation.do("list_recoveries")["items"][0]
        assert (found["status"], found["left"]) == ("settled", "0.00")
        ended(compensation, agreement, date(2024, 3, 10))  # and wrong once more: that is a recovery of its own
        compensation.now = compensation.now.replace(month=6)
        approve(compensation, "2024-06")
        found = compensation.do("list_recoveries")["items"]
        assert {one["status"]: one["left"] for one in found} == {"open": "11292.58", "settled": "0.00"}
        assert len(found) == 2

    def test_instalments_of_months_that_have_passed_begin_with_the_first_whose_run_is_open(
        self, compensation: Harness, recovery: dict[str, Any]
    ) -> None:
        compensation.now = compensation.now.replace(month=6, day=28)  # type: ignore[union-attr]
        found = self.decided(compensation, recovery, instalments=2, first_month="2024-03")
        assert found["plan"]["first_month"] == "2024-06"
        assert approve(compensation, "2024-06")["total"] == "11023.71"  # 16 670 - 5 646.29: one, and not all at once

    def test_where_this_months_run_is_approved_they_begin_with_the_next(
        self, compensation: Harness, recovery: dict[str, Any]
    ) -> None:
        assert self.decided(compensation, recovery, instalments=2, first_month="2024-04")["plan"] == {
            "instalments": 2,
            "first_month": "2024-05",
            "waived": False,
        }

    def test_why_it_was_decided_so_is_kept(self, compensation: Harness, recovery: dict[str, Any]) -> None:
        which = {"recovery_id": recovery["id"]}
        compensation.do("propose_recovery", body={"reason": "Liten summa.", "waived": True}, actor="anna", **which)
        body = {"outcome": "return", "reason": "Inte så liten."}
        compensation.do("decide_recovery", body=body, actor="bo", **which)
        (found,) = compensation.do("list_recoveries")["items"]
        assert (found["status"], found["reason"], found["decision_reason"], found["decided_by"]) == (
            "open",
            "Liten summa.",
            "Inte så liten.",
            "bo",
        )

    @pytest.mark.parametrize(
        "plan", [{}, {"instalments": 3}, {"first_month": "2024-05"}, {"waived": True, "instalments": 1}]
    )
    def test_a_plan_is_instalments_or_none(
        self, compensation: Harness, recovery: dict[str, Any], plan: dict[str, Any]
    ) -> None:
        call: dict[str, Any] = {"recovery_id": recovery["id"], "body": {"reason": "…", **plan}}
        refused = compensation.refusal("propose_recovery", **call)
        assert [problem["code"] for problem in refused["errors"]] == ["recovery_plan"]

    def test_whoever_proposed_does_not_decide(self, compensation: Harness, recovery: dict[str, Any]) -> None:
        which = {"recovery_id": recovery["id"], "actor": "anna"}
        decide: dict[str, Any] = {"body": {"outcome": "approve", "reason": ""}, **which}
        assert compensation.code("decide_recovery", **decide) == (409, "recovery_not_proposed")
        compensation.do("propose_recovery", body={"reason": "…", "waived": True}, **which)
        assert compensation.code("decide_recovery", **decide) == (403, "second_person_needed")


class TestTheDatabaseItself:
    @pytest.mark.parametrize(
        "statement",
        [
            "update pay_run_line set amount = amount + 1",
            "delete from pay_run_line",
            "update pay_run set total = total + 1",
            "update pay_run set status = 'computed'",
            (
                "insert into pay_run_line (id, pay_run_id, home_id, reason_code, detail) "
                "select 'x', id, 'home', 'why', 'why' from pay_run"
            ),
        ],
    )
    def test_an_approved_run_is_not_changed_even_by_its_owner(
        self, compensation: Harness, agreement: dict[str, Any], statement: str
    ) -> None:
        with psycopg.connect(compensation.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (compensation.tenant,))
            connection.execute("set constraints all immediate")
            with pytest.raises(psycopg.errors.IntegrityError):
                connection.execute(statement)

    def test_the_services_role_may_change_no_line_at_all(self, compensation: Harness) -> None:
        with psycopg.connect(compensation.owner_url) as connection:
            allowed = connection.execute(
                "select has_table_privilege('hemvist_compensation', 'pay_run_line', 'update')"
            ).fetchone()
        assert allowed == (False,)


class TestTwoMonthsAtOnce:
    def test_what_one_month_has_corrected_the_other_that_was_computed_before_does_not(
        self, compensation: Harness, agreement: dict[str, Any]
    ) -> None:
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        ended(compensation, agreement, date(2024, 3, 10))
        april, may = compute(compensation), compute(compensation, "2024-05")
        assert len(lines_of(compensation, april)) == len(lines_of(compensation, may)) == 3
        compensation.do("approve_pay_run", pay_run_id=april["id"], actor="bo")
        assert compensation.do("get_pay_run", pay_run_id=may["id"])["outdated"] is True
        assert compensation.code("approve_pay_run", pay_run_id=may["id"], actor="bo") == (409, "pay_run_outdated")
        assert lines_of(compensation, compute(compensation, "2024-05")) == []
