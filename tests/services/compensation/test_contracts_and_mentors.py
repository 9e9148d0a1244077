"""R32, R33: agreements that are no child's own: contracted emergency homes and mentor families; and both signatures."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pytest

from services.compensation.contract.events import AGREEMENT_SIGNED, CONTRACT_AGREED
from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.mentorship.contract.events import MENTOR_CHANGED, MENTORSHIP_ACCEPTED, RESPITE_COMPLETED
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import (
    LAST_OF_APRIL,
    a_respite,
    a_start,
    an_agreement,
    an_approval,
    compute,
    lines_of,
    numbers,
    set_tariff,
)
from tests.unit.compensation.factories import PARTS, make_tariff_body

HANNES = "189001019802"


def a_home(compensation: Harness, adult_id: str = "adult-1") -> str:
    home_id = new_id()
    compensation.react(HOME_CHANGED, a_change(home_id, adults=[an_adult(HANNES, id=adult_id)]))
    return home_id


def allowance_of(placement_id: str) -> dict[str, Any]:
    """What the home gets itself for a child, asked for in April."""
    return {"placement_id": placement_id, "kind": "child", "requested_on": "2024-04-05", "amount": "1250.00"}


def the_only(compensation: Harness) -> dict[str, Any]:
    (found,) = compensation.do("list_agreements")["items"]
    return dict(found)


def both_sign(compensation: Harness, agreement: dict[str, Any]) -> None:
    compensation.do("sign_agreement", agreement_id=agreement["id"], actor="bo")
    compensation.do("sign_agreement", agreement_id=agreement["id"], **BY_HOME)


BY_HOME: dict[str, Any] = {"roles": ["home"], "personal_number": HANNES, "actor": "hannes"}


class TestBothSign:
    def test_it_is_paid_when_the_municipality_and_the_home_have_signed(self, compensation: Harness) -> None:
        set_tariff(compensation)
        home_id = a_home(compensation)
        agreement = an_agreement(compensation, home_id=home_id, adult_ids=["adult-1"])
        which = {"agreement_id": agreement["id"]}
        assert compensation.do("sign_agreement", actor="bo", **which)["status"] == "draft"
        assert compensation.recorded(AGREEMENT_SIGNED) == []
        assert numbers(compute(compensation)) == (1, 0, 1, "0.00")
        assert compensation.do("sign_agreement", **which, **BY_HOME)["status"] == "signed"
        assert len(compensation.recorded(AGREEMENT_SIGNED)) == 1
        assert numbers(compute(compensation)) == (1, 1, 0, "16670.00")
        (terms,) = compensation.do("get_agreement", **which)["terms"]
        assert (terms["signed_by"], terms["home_signed_by"], terms["home_signed_on"]) == (
            "bo",
            "adult-1",
            "2024-04-30",
        )

    def test_what_was_signed_is_kept_as_a_document_with_its_hash(self, compensation: Harness) -> None:
        home_id = a_home(compensation)
        agreement = an_agreement(compensation, home_id=home_id, adult_ids=["adult-1"])
        which = {"agreement_id": agreement["id"]}
        compensation.do("sign_agreement", actor="bo", **which)
        compensation.do("sign_agreement", **which, **BY_HOME)
        assert compensation.pass_time(LAST_OF_APRIL) == ["keep_agreement_paper"]
        (terms,) = compensation.do("get_agreement", **which)["terms"]
        assert len(terms["paper"]["digest"]) == 64
        reply = compensation.reply("get_agreement_paper", paper_id=terms["paper"]["id"], **which)
        assert reply["file"]["media_type"] == "application/pdf"
        assert compensation.code("get_agreement_paper", paper_id=new_id(), **which) == (404, "not_found")

    def test_an_amendment_holds_from_its_day_when_both_have_signed_it(self, compensation: Harness) -> None:
        set_tariff(compensation)
        home_id = a_home(compensation)
        agreement = an_agreement(compensation, home_id=home_id, adult_ids=["adult-1"])
        which = {"agreement_id": agreement["id"]}
        body = {
            "fee_level": "raised_1",
            "cost_level": "base",
            "payees": [{"adult_id": "adult-1", "percent": "100"}],
            "from": "2024-04-16",
        }
        both_sign(compensation, agreement)
        compensation.do("amend_agreement", body=body, if_match="*", **which)
        assert the_only(compensation)["fee_level"] == "base"  # what is not signed is not listed as if it held
        assert compute(compensation)["total"] == "16670.00"  # 11 417 and 5 253: the amendment waits
        both_sign(compensation, agreement)
        assert the_only(compensation)["fee_level"] == "raised_1"
        assert compute(compensation)["total"] == "17632.50"  # 11 417 x 15 / 30 + 13 342 x 15 / 30 + 5 253

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"fee_level": "1"}, "level_of_kind"),
            ({"cost_level": "mid"}, "level_of_kind"),
            ({"payees": [{"adult_id": "a", "percent": "60"}]}, "shares_are_whole"),
            ({"payees": [{"adult_id": "a", "percent": "50"}, {"adult_id": "a", "percent": "50"}]}, "payee_twice"),
            ({"payees": [{"adult_id": "adult-of-another", "percent": "100"}]}, "payee_of_home"),
        ],
    )
    def test_terms_that_do_not_fit_are_refused_and_change_nothing(
        self, compensation: Harness, change: dict[str, Any], code: str
    ) -> None:
        agreement = an_agreement(compensation)
        which = {"agreement_id": agreement["id"]}
        compensation.react(HOME_CHANGED, a_change(new_id(), adults=[an_adult(HANNES, id="adult-of-another")]))
        before = compensation.reply("get_agreement", **which)
        body = {"fee_level": "base", "cost_level": "base", "payees": [{"adult_id": "a", "percent": "100"}], **change}
        fault = compensation.refusal("amend_agreement", body=body, if_match="*", **which)
        assert code in {problem["code"] for problem in fault["errors"]}
        assert compensation.reply("get_agreement", **which) == before


class TestContractedEmergencyHome:
    @pytest.fixture
    def contract(self, compensation: Harness) -> dict[str, Any]:
        """A contract for two places, signed by both, from 1 April 2024 on."""
        set_tariff(compensation, **PARTS)
        home_id = a_home(compensation)
        compensation.react(HOME_APPROVED, an_approval(home_id, adults=[an_adult(HANNES, id="adult-1")]))
        agreement = the_only(compensation)
        compensation.do("sign_agreement", agreement_id=agreement["id"], actor="bo")
        return compensation.do("sign_agreement", agreement_id=agreement["id"], **BY_HOME)

    def test_an_approval_drafts_it_once(self, compensation: Harness) -> None:
        approval = an_approval(a_home(compensation))
        compensation.react(HOME_APPROVED, approval)
        compensation.react(HOME_APPROVED, approval)
        agreement = the_only(compensation)
        assert (agreement["kind"], agreement["placement_id"], agreement["starts_on"]) == (
            "contracted_emergency_home",
            None,
            "2024-04-01",
        )
        (terms,) = compensation.do("get_agreement", agreement_id=agreement["id"])["terms"]
        assert (terms["places"], terms["age_from"], terms["age_to"]) == (2, 0, 12)

    def test_a_renewed_approval_drafts_no_second_one(self, compensation: Harness, contract: dict[str, Any]) -> None:
        renewed = an_approval(contract["home_id"], decided_on=date(2024, 4, 25), places=3)
        compensation.react(HOME_APPROVED, renewed)
        assert the_only(compensation)["id"] == contract["id"]

    def test_after_its_end_an_approval_drafts_another(self, compensation: Harness, contract: dict[str, Any]) -> None:
        body = {"ends_on": "2024-04-15", "notice_given_on": "2024-03-15"}
        compensation.do("end_agreement", agreement_id=contract["id"], body=body)
        again = an_approval(contract["home_id"], decided_on=date(2024, 4, 16))
        compensation.react(HOME_APPROVED, again)
        assert compensation.do("list_agreements")["total"] == 2

    def test_another_approval_drafts_none(self, compensation: Harness) -> None:
        compensation.react(HOME_APPROVED, an_approval(a_home(compensation), assignments=["family_home"]))
        assert compensation.do("list_agreements")["total"] == 0

    def test_signed_it_tells_places_and_ages(self, compensation: Harness, contract: dict[str, Any]) -> None:
        (told,) = compensation.recorded(CONTRACT_AGREED)
        assert told == {
            "agreement_id": contract["id"],
            "home_id": contract["home_id"],
            "places": 2,
            "age_from": 0,
            "age_to": 12,
            "starts_on": date(2024, 4, 1),
            "ends_on": None,
        }

    def test_without_a_child_it_is_paid_25150(self, compensation: Harness, contract: dict[str, Any]) -> None:
        assert numbers(compute(compensation)) == (1, 1, 0, "25150.00")

    def test_with_a_child_the_line_is_of_the_contract_and_names_the_placement(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        started = a_start(home_id=contract["home_id"], assignment="contracted_emergency_home")
        compensation.react(PLACEMENT_STARTED, started)
        run = compute(compensation)
        assert numbers(run) == (1, 1, 0, "29209.00")  # 23 956 + 5 253
        (line,) = [one for one in lines_of(compensation, run) if one["kind"] == "cost_reimbursement"]
        assert (line["agreement_id"], line["placement_id"]) == (contract["id"], started["placement_id"])

    def test_an_allowance_that_the_home_gets_for_a_child_is_agreed_and_deducted_from_the_month_after(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        deducting = make_tariff_body(**PARTS, deduct_child_allowance=True)
        compensation.do("set_tariff", year="2024", body=deducting, if_match="*")
        started = a_start(home_id=contract["home_id"], assignment="contracted_emergency_home")
        compensation.react(PLACEMENT_STARTED, started)
        said = allowance_of(started["placement_id"])
        self.amended(compensation, contract, 2, "2024-04-01", allowances=[said])
        assert compensation.do("get_agreement", agreement_id=contract["id"])["terms"][-1]["allowances"] == [said]
        assert compute(compensation)["total"] == "29209.00"  # 23 956 + 5 253: it was asked for in April
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        run = compute(compensation, "2024-05")
        assert run["total"] == "27959.00"
        (line,) = [one for one in lines_of(compensation, run) if one["kind"] == "allowance_deduction"]
        assert (line["placement_id"], line["amount"]) == (started["placement_id"], "-1250.00")

    def test_an_allowance_is_for_a_child_whom_the_contract_pays_for_and_one_for_each(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        here, elsewhere, family = (
            a_start(home_id=home_id, assignment=assignment)
            for home_id, assignment in (
                (contract["home_id"], "contracted_emergency_home"),
                (new_id(), "contracted_emergency_home"),
                (contract["home_id"], "family_home"),
            )
        )
        for started in (here, elsewhere, family):
            compensation.react(PLACEMENT_STARTED, started)
        said = [allowance_of(one["placement_id"]) for one in (here, elsewhere, family, here)]
        body = {**self.TERMS, "places": 2, "from": "2024-05-01", "allowances": said}
        call: dict[str, Any] = {"agreement_id": contract["id"], "if_match": "*"}
        fault = compensation.refusal("amend_agreement", body=body, **call)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [
            ("/allowances", "allowance_twice"),
            ("/allowances/1/placement_id", "allowance_of_child"),
            ("/allowances/2/placement_id", "allowance_of_child"),
        ]
        assert len(compensation.do("get_agreement", agreement_id=contract["id"])["terms"]) == 1

    def test_a_child_who_becomes_a_family_homes_leaves_it_no_emptier(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        child: dict[str, Any] = {"home_id": contract["home_id"], "adult_ids": ["adult-1"]}
        started = a_start(**child, assignment="contracted_emergency_home")
        compensation.react(PLACEMENT_STARTED, started)
        compensation.react(PLACEMENT_ENDED, {**started, "ends_on": date(2024, 4, 15)})
        request = started["placement_request_id"]
        both_sign(
            compensation, an_agreement(compensation, **child, placement_request_id=request, starts_on=date(2024, 4, 16))
        )
        run = compute(compensation)
        # 23 956, 5 253 of which half under the contract, and 11 417 x 15 / 30 = 5 708.50
        assert numbers(run) == (2, 2, 0, "34917.50")
        assert "readiness_cost" not in {line["kind"] for line in lines_of(compensation, run)}

    TERMS: ClassVar[dict[str, Any]] = {
        "fee_level": "base",
        "cost_level": "base",
        "payees": [{"adult_id": "adult-1", "percent": "100"}],
    }

    def amended(self, compensation: Harness, contract: dict[str, Any], places: int, since: str, **terms: Any) -> None:
        body = {**self.TERMS, "places": places, "age_from": 0, "age_to": 12, "from": since, **terms}
        compensation.do("amend_agreement", agreement_id=contract["id"], body=body, if_match="*")
        both_sign(compensation, contract)

    def places_told(self, compensation: Harness) -> list[int]:
        return [told["places"] for told in compensation.recorded(CONTRACT_AGREED)]

    def test_an_amendment_is_told_on_the_day_from_which_it_holds(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        self.amended(compensation, contract, 3, "2024-06-01")
        compensation.pass_time(datetime(2024, 5, 31, 21, 59, tzinfo=UTC))  # a minute to midnight in Sweden
        assert self.places_told(compensation) == [2, 2]
        compensation.pass_time(datetime(2024, 5, 31, 22, tzinfo=UTC))
        assert self.places_told(compensation) == [2, 2, 3]

    def test_of_several_amendments_each_is_told_on_its_own_day(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        self.amended(compensation, contract, 4, "2024-07-01")
        self.amended(compensation, contract, 1, "2024-06-01")
        for day in (1, 30):
            compensation.pass_time(datetime(2024, 6, day, 22, tzinfo=UTC))
        assert self.places_told(compensation) == [2, 2, 2, 1, 4]

    def test_an_amendment_that_holds_already_is_told_when_it_is_signed(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        self.amended(compensation, contract, 1, "2024-04-30")
        assert self.places_told(compensation) == [2, 1]

    def test_notice_tells_the_places_that_hold_meanwhile(self, compensation: Harness, contract: dict[str, Any]) -> None:
        self.amended(compensation, contract, 3, "2024-06-01")
        body = {"ends_on": "2024-06-30", "notice_given_on": "2024-04-30"}
        compensation.do("end_agreement", agreement_id=contract["id"], body=body)
        assert self.places_told(compensation) == [2, 2, 2]

    def test_notice_ends_it_and_is_told(self, compensation: Harness, contract: dict[str, Any]) -> None:
        which = {"agreement_id": contract["id"]}
        body = {"ends_on": "2024-04-15", "notice_given_on": "2024-03-15"}
        assert compensation.do("end_agreement", body=body, **which)["ends_on"] == "2024-04-15"
        assert compute(compensation)["total"] == "12575.00"  # 25 150 x 15 / 30
        assert [told["ends_on"] for told in compensation.recorded(CONTRACT_AGREED)] == [None, date(2024, 4, 15)]
        early = {"ends_on": "2024-03-01", "notice_given_on": "2024-03-01"}
        assert compensation.code("end_agreement", body=early, **which) == (422, "invalid_input")


class TestMentorFamily:
    def test_the_first_mentorship_drafts_its_agreement_and_the_next_none(self, compensation: Harness) -> None:
        set_tariff(compensation, **PARTS)
        home_id, mentor_id = a_home(compensation), new_id()
        for _ in range(2):
            accepted = {
                "mentorship_id": new_id(),
                "mentor_id": mentor_id,
                "home_id": new_id(),
                "mentor_home_id": home_id,
            }
            compensation.react(MENTORSHIP_ACCEPTED, accepted)
        agreement = the_only(compensation)
        assert (agreement["kind"], agreement["payee_adult_id"]) == ("mentor", "adult-1")
        compensation.do("sign_agreement", agreement_id=agreement["id"], actor="bo")
        compensation.do("sign_agreement", agreement_id=agreement["id"], **BY_HOME)
        assert compute(compensation)["total"] == "50.00"  # 1 500 / 30: from the last of April on

    def test_one_that_has_a_contract_has_its_agreement_before_its_first_home(self, compensation: Harness) -> None:
        set_tariff(compensation, **PARTS)
        changed = {"mentor_id": new_id(), "home_id": a_home(compensation), "active": True, "contracted": True}
        compensation.react(MENTOR_CHANGED, {**changed, "contracted": False})
        compensation.react(MENTOR_CHANGED, {**changed, "active": False})
        assert compensation.do("list_agreements")["total"] == 0
        for _ in range(2):
            compensation.react(MENTOR_CHANGED, changed)
        accepted = {"mentorship_id": new_id(), "mentor_id": changed["mentor_id"], "home_id": new_id()}
        compensation.react(MENTORSHIP_ACCEPTED, {**accepted, "mentor_home_id": changed["home_id"]})
        agreement = the_only(compensation)
        assert (agreement["kind"], agreement["starts_on"], agreement["payee_adult_id"]) == (
            "mentor",
            "2024-04-30",
            "adult-1",
        )

    def test_where_they_are_voluntary_it_has_none(self, compensation: Harness) -> None:
        set_tariff(compensation, **{**PARTS, "mentor": {**PARTS["mentor"], "model": "voluntary"}})
        accepted = {"mentorship_id": new_id(), "mentor_id": new_id(), "home_id": new_id()}
        compensation.react(MENTORSHIP_ACCEPTED, {**accepted, "mentor_home_id": a_home(compensation)})
        assert compensation.do("list_agreements")["total"] == 0

    def test_nights_of_respite_are_paid_by_the_next_run_once(self, compensation: Harness) -> None:
        set_tariff(compensation, **PARTS)
        respite = a_respite(a_home(compensation))
        compensation.react(RESPITE_COMPLETED, respite)
        compensation.react(RESPITE_COMPLETED, {**respite, "nights": 3})
        run = compute(compensation)
        (line,) = lines_of(compensation, run)
        assert (line["kind"], line["amount"], line["payee_adult_id"], line["claim_id"]) == (
            "respite_fee",
            "1000.00",
            "adult-1",
            respite["respite_id"],
        )
        compensation.do("approve_pay_run", pay_run_id=run["id"], actor="bo")
        (claim,) = compensation.do("list_claims", roles=["payroll"])["items"]
        assert (claim["kind"], claim["status"], claim["nights"]) == ("respite", "paid", 2)


class TestDraftedByHand:
    def body(self, home_id: str, **overrides: Any) -> dict[str, Any]:
        payees = [{"adult_id": "adult-1", "percent": "100"}]
        common = {"fee_level": "base", "cost_level": "base", "payees": payees, "starts_on": "2024-04-01"}
        return {"home_id": home_id, "kind": "contracted_emergency_home", "places": 1, **common, **overrides}

    def test_a_former_family_home_as_guardian_is_paid_beyond_its_placement(self, compensation: Harness) -> None:
        set_tariff(compensation)
        home_id = a_home(compensation)
        started = a_start(home_id=home_id, adult_ids=["adult-1"], starts_on=date(2023, 1, 1))
        compensation.react(PLACEMENT_STARTED, started)
        body = self.body(home_id, kind="guardian", placement_id=started["placement_id"])
        guardian = compensation.do("draft_agreement", body={**body, "starts_on": "2024-04-11"})
        assert compensation.code("draft_agreement", body=body) == (409, "placement_has_agreement")
        for agreement in compensation.do("list_agreements", query={"home_id": home_id})["items"]:
            both_sign(compensation, agreement)
        compensation.react(PLACEMENT_ENDED, {**started, "ends_on": date(2024, 4, 10)})
        run = compute(compensation)
        paid = {line["agreement_id"]: line["period_from"] for line in lines_of(compensation, run)}
        assert paid[guardian["id"]] == "2024-04-11"
        assert (len(paid), run["total"]) == (2, "16670.00")  # ten days by the placement, twenty as its guardian

    def test_a_guardian_is_paid_no_day_that_the_placement_pays_and_none_is_lost(self, compensation: Harness) -> None:
        set_tariff(compensation, arrival_day_counts=False, departure_day_counts=False)
        home_id = a_home(compensation)
        started = a_start(home_id=home_id, adult_ids=["adult-1"], starts_on=date(2023, 1, 1))
        compensation.react(PLACEMENT_STARTED, started)
        body = self.body(home_id, kind="guardian", placement_id=started["placement_id"], starts_on="2024-04-11")
        compensation.do("draft_agreement", body=body)
        for agreement in compensation.do("list_agreements", query={"home_id": home_id})["items"]:
            both_sign(compensation, agreement)
        assert numbers(compute(compensation)) == (2, 2, 0, "16670.00")  # nobody has said that the placement ends
        compensation.react(PLACEMENT_ENDED, {**started, "ends_on": date(2024, 4, 20)})
        assert numbers(compute(compensation)) == (2, 2, 0, "16670.00")  # twenty days by it, the last ten as guardian

    def test_a_guardian_is_paid_no_day_of_another_placement_of_the_child_in_the_home(
        self, compensation: Harness
    ) -> None:
        set_tariff(compensation)
        home_id = a_home(compensation)
        child: dict[str, Any] = {"home_id": home_id, "adult_ids": ["adult-1"], "placement_request_id": new_id()}
        emergency = a_start(**child, assignment="emergency_home", starts_on=date(2023, 1, 1))
        family = a_start(**child, starts_on=date(2024, 2, 1))
        compensation.react(PLACEMENT_STARTED, emergency)
        compensation.react(PLACEMENT_ENDED, {**emergency, "ends_on": date(2024, 1, 31)})
        compensation.react(PLACEMENT_STARTED, family)
        body = self.body(home_id, kind="guardian", placement_id=emergency["placement_id"], places=None)
        compensation.do("draft_agreement", body={**body, "starts_on": "2024-04-11"})
        again = {**body, "placement_id": family["placement_id"]}
        assert compensation.code("draft_agreement", body=again) == (409, "placement_has_agreement")
        for agreement in compensation.do("list_agreements", query={"home_id": home_id})["items"]:
            both_sign(compensation, agreement)
        assert compute(compensation)["total"] == "16670.00"  # nobody has said that it lives there as placed no more
        compensation.react(PLACEMENT_ENDED, {**family, "ends_on": date(2024, 4, 10)})
        fees = {one["amount"] for one in lines_of(compensation, compute(compensation)) if one["kind"] == "fee"}
        assert fees == {"3805.67", "7611.33"}  # 11 417 x 10 / 30 and x 20 / 30

    @pytest.mark.parametrize("assignment", ["contact_family", "contact_person"])
    def test_whom_a_child_has_only_visited_is_no_guardian_who_is_paid_as_a_family_home(
        self, compensation: Harness, assignment: str
    ) -> None:
        home_id = a_home(compensation)
        started = a_start(home_id=home_id, adult_ids=["adult-1"], assignment=assignment)
        compensation.react(PLACEMENT_STARTED, started)
        body = self.body(home_id, kind="guardian", placement_id=started["placement_id"], places=None)
        fault = compensation.refusal("draft_agreement", body=body)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/placement_id", "guardian_lived")]

    @pytest.mark.parametrize(
        ("change", "code"), [({"places": None}, "places_missing"), ({"kind": "guardian"}, "placement_missing")]
    )
    def test_what_is_missing_is_said(self, compensation: Harness, change: dict[str, Any], code: str) -> None:
        fault = compensation.refusal("draft_agreement", body=self.body(a_home(compensation), **change))
        assert code in {problem["code"] for problem in fault["errors"]}

    @pytest.mark.parametrize(
        ("kind", "name"),
        [
            ("contracted_emergency_home", "fee_reduction"),
            ("contracted_emergency_home", "allowance"),
            ("mentor", "allowances"),
            ("mentor", "extra_costs"),
            ("mentor", "supplements"),
        ],
    )
    def test_a_term_by_which_its_kind_pays_nothing_is_not_agreed(
        self, compensation: Harness, kind: str, name: str
    ) -> None:
        home_id = a_home(compensation)
        started = a_start(home_id=home_id, assignment="contracted_emergency_home")
        compensation.react(PLACEMENT_STARTED, started)
        term: Any = {
            "fee_reduction": {"percent": "20", "reason": "Syskon."},
            "allowance": {"kind": "child", "requested_on": "2024-04-05", "amount": "1250.00"},
            "allowances": [allowance_of(started["placement_id"])],
            "extra_costs": [{"name": "Ridning", "amount": "600.00", "has_basis": False}],
            "supplements": ["broad_target_group"],
        }[name]
        fault = compensation.refusal("draft_agreement", body=self.body(home_id, kind=kind, **{name: term}))
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [(f"/{name}", "term_of_kind")]

    def test_nor_is_one_of_a_contact_family(self, compensation: Harness) -> None:
        family = an_agreement(compensation, assignment="contact_family", adult_ids=["adult-1"])
        terms = {"fee_level": "base", "cost_level": "base", "payees": [{"adult_id": "adult-1", "percent": "100"}]}
        costs = [{"name": "Ridning", "amount": "600.00", "has_basis": False}]
        call: dict[str, Any] = {"agreement_id": family["id"], "if_match": "*"}
        fault = compensation.refusal("amend_agreement", body={**terms, "extra_costs": costs}, **call)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/extra_costs", "term_of_kind")]
        assert compensation.do("amend_agreement", body={**terms, "extra_costs": []}, **call)["status"] == "draft"

    def test_a_child_in_a_contracted_home_gets_none_of_its_own_that_no_run_could_pay_or_hold(
        self, compensation: Harness
    ) -> None:
        home_id = a_home(compensation)
        started = a_start(home_id=home_id, assignment="contracted_emergency_home")
        compensation.react(PLACEMENT_STARTED, started)
        body = self.body(home_id, kind="placement", placement_id=started["placement_id"])
        fault = compensation.refusal("draft_agreement", body=body)
        assert [problem["code"] for problem in fault["errors"]] == ["contract_pays"]
        assert compensation.do("list_agreements")["total"] == 0

    def test_a_home_has_one_contract_at_a_time(self, compensation: Harness) -> None:
        home_id = a_home(compensation)
        compensation.do("draft_agreement", body=self.body(home_id, ends_on="2024-06-30"))
        call: dict[str, Any] = {"body": self.body(home_id, starts_on="2024-06-30")}
        assert compensation.code("draft_agreement", **call) == (409, "home_has_agreement")
        assert compensation.do("draft_agreement", body=self.body(home_id, starts_on="2024-07-01"))["id"]

    def test_an_end_that_is_moved_later_leaves_the_days_to_the_next_contract(self, compensation: Harness) -> None:
        home_id = a_home(compensation)
        first = compensation.do("draft_agreement", body=self.body(home_id, ends_on="2024-06-30"))
        compensation.do("draft_agreement", body=self.body(home_id, starts_on="2024-09-01"))
        ended = {"notice_given_on": "2024-06-20"}
        which = {"agreement_id": first["id"]}
        late = {**ended, "ends_on": "2024-09-01"}
        assert compensation.code("end_agreement", body=late, **which) == (409, "home_has_agreement")
        assert compensation.do("get_agreement", **which)["ends_on"] == "2024-06-30"
        for day in ("2024-08-31", "2024-05-31"):
            assert compensation.do("end_agreement", body={**ended, "ends_on": day}, **which)["ends_on"] == day

    def test_who_was_paid_in_the_home_may_be_named_once_they_have_moved(self, compensation: Harness) -> None:
        home_id = a_home(compensation)
        draft = compensation.do("draft_agreement", body=self.body(home_id))
        compensation.react(HOME_CHANGED, a_change(home_id, adults=[an_adult("189001019828", id="adult-2")]))
        terms = {"fee_level": "base", "cost_level": "base", "places": 1}
        payees = [{"adult_id": one, "percent": "50"} for one in ("adult-1", "adult-2")]
        which: dict[str, Any] = {"agreement_id": draft["id"], "if_match": "*"}
        assert compensation.do("amend_agreement", body={**terms, "payees": payees}, **which)["status"] == "draft"

    def test_a_home_that_nobody_knows_has_none(self, compensation: Harness) -> None:
        assert compensation.code("draft_agreement", body=self.body(new_id())) == (409, "home_unknown")
