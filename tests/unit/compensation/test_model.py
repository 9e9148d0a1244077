"""What may become of an agreement and of a pay run."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.compensation.contract.agreements import (
    AgreementAlreadySigned,
    AgreementKind,
    EndsWithPlacement,
    Signatures,
)
from services.compensation.contract.pay_runs import (
    PayRunAlreadyApproved,
    PayRunAlreadyDiscarded,
    PayRunIncomplete,
    PayRunOutdated,
)
from services.compensation.contract.recoveries import RecoveryNotOpen, RecoveryNotProposed
from services.compensation.model import Agreement, PayRun, PayRunLine, Recovery, Sums, draft, payees_of
from services.compensation.runs.entries import COLUMNS
from services.kernel.basics.days import month_of
from services.kernel.contracts.faults import SecondPersonNeeded

MONDAY = datetime(2024, 4, 29, 8, tzinfo=UTC)
TUESDAY = datetime(2024, 4, 30, 8, tzinfo=UTC)


def make_draft(**overrides: Any) -> Agreement:
    values: dict[str, Any] = {
        "home_id": "home-1",
        "kind": AgreementKind.PLACEMENT,
        "starts_on": date(2024, 4, 1),
        "body": {"fee_level": "base", "cost_level": "base", "payees": payees_of(["adult-1", "adult-2"])},
        "at": MONDAY,
        "placement_id": "placement-1",
    }
    return draft(**(values | overrides))


def sign(agreement: Agreement, *, adult_id: str | None = None, wanted: Signatures = Signatures.BOTH) -> Any:
    return agreement.sign(by="bo", on=date(2024, 4, 30), at=TUESDAY, adult_id=adult_id, wanted=wanted)


def make_run(**overrides: Any) -> PayRun:
    run: dict[str, Any] = {
        "id": "run-1",
        "month": "2024-04",
        "status": "computed",
        "expected": 2,
        "paid": 1,
        "held": 1,
        "total": Decimal("16670.00"),
        "outdated": False,
        "after_home": None,
        "computed_by": "anna",
        "computed_at": MONDAY,
        "changed_at": MONDAY,
    }
    return PayRun(**(run | overrides))


SUMS = Sums(paid=1, held=1, total=Decimal("16670.00"))


class TestDraft:
    def test_it_pays_the_first_adult_at_the_base_levels(self) -> None:
        agreement = make_draft()
        assert (agreement.payee_adult_id, agreement.fee_level, agreement.cost_level) == ("adult-1", "base", "base")
        assert (agreement.status, agreement.kind, agreement.ends_on) == ("draft", "placement", None)

    def test_its_terms_hold_from_its_first_day(self) -> None:
        (terms,) = make_draft().terms
        assert (terms.number, terms.since, terms.is_agreed) == (0, date(2024, 4, 1), False)


class TestSign:
    def test_where_both_sign_it_is_signed_with_the_second_signature_whoever_comes_first(self) -> None:
        for first, second in ((None, "adult-1"), ("adult-1", None)):
            agreement = make_draft()
            assert sign(agreement, adult_id=first) is None
            assert agreement.status == "draft"
            assert sign(agreement, adult_id=second) is agreement.terms[0]
            assert (agreement.status, agreement.signed_by, agreement.signed_on) == ("signed", "bo", date(2024, 4, 30))

    def test_where_the_municipality_signs_alone_its_signature_is_enough(self) -> None:
        agreement = make_draft()
        assert sign(agreement, wanted=Signatures.MUNICIPALITY) is not None
        assert agreement.status == "signed"
        assert "bo" not in agreement.signed().values()

    @pytest.mark.parametrize("adult_id", [None, "adult-1"])
    def test_each_signs_once(self, adult_id: str | None) -> None:
        agreement = make_draft()
        sign(agreement, adult_id=adult_id)
        with pytest.raises(AgreementAlreadySigned):
            sign(agreement, adult_id=adult_id)

    def test_an_amendment_leaves_what_is_agreed_until_it_is_signed(self) -> None:
        agreement = make_draft()
        sign(agreement, wanted=Signatures.MUNICIPALITY)
        body = {"fee_level": "raised_1", "cost_level": "base", "payees": payees_of(["adult-1"])}
        agreement.propose(body, since=date(2024, 5, 16), at=TUESDAY)
        assert [(terms.number, terms.is_agreed) for terms in agreement.terms] == [(0, True), (1, False)]
        agreement.propose(body | {"fee_level": "raised_2"}, since=date(2024, 5, 20), at=TUESDAY)
        assert [terms.since for terms in agreement.terms] == [date(2024, 4, 1), date(2024, 5, 20)]
        assert sign(agreement, wanted=Signatures.MUNICIPALITY) is agreement.terms[1]

    def test_what_is_changed_after_a_signature_has_to_be_signed_again(self) -> None:
        agreement = make_draft()
        sign(agreement, adult_id="adult-1")
        body = {"fee_level": "raised_1", "cost_level": "base", "payees": payees_of(["adult-1"])}
        agreement.propose(body, since=date(2024, 4, 1), at=TUESDAY)
        assert sign(agreement) is None
        assert agreement.status == "draft"


class TestNotice:
    def test_an_agreement_on_a_placement_ends_with_it(self) -> None:
        with pytest.raises(EndsWithPlacement):
            make_draft().give_notice(date(2024, 6, 30), given_on=date(2024, 5, 28), at=TUESDAY)

    def test_a_contract_ends_on_the_day_that_was_said(self) -> None:
        contract = make_draft(kind=AgreementKind.CONTRACTED_EMERGENCY_HOME)
        contract.give_notice(date(2024, 6, 30), given_on=date(2024, 5, 28), at=TUESDAY)
        assert (contract.ends_on, contract.notice_given_on) == (date(2024, 6, 30), date(2024, 5, 28))


class TestEnd:
    @pytest.mark.parametrize("day", [18, 21])
    def test_a_corrected_end_replaces_the_one_before_be_it_earlier_or_later(self, day: int) -> None:
        agreement = make_draft()
        agreement.end(date(2024, 4, 20), at=MONDAY)
        agreement.end(date(2024, 4, day), at=TUESDAY)
        assert (agreement.ends_on, agreement.changed_at) == (date(2024, 4, day), TUESDAY)

    def test_the_same_end_changes_nothing(self) -> None:
        agreement = make_draft()
        agreement.end(date(2024, 4, 20), at=MONDAY)
        agreement.end(date(2024, 4, 20), at=TUESDAY)
        assert (agreement.ends_on, agreement.changed_at) == (date(2024, 4, 20), MONDAY)


class TestBegin:
    def test_a_corrected_first_day_replaces_the_one_before(self) -> None:
        agreement = make_draft(starts_on=date(2024, 4, 1))
        agreement.begin(date(2024, 4, 3), at=TUESDAY)
        assert (agreement.starts_on, agreement.changed_at) == (date(2024, 4, 3), TUESDAY)

    def test_the_same_first_day_changes_nothing(self) -> None:
        agreement = make_draft(starts_on=date(2024, 4, 1))
        agreement.begin(date(2024, 4, 1), at=TUESDAY)
        assert agreement.changed_at == MONDAY


class TestSettle:
    def test_the_same_person_and_nothing_new_changes_nothing(self) -> None:
        run = make_run()
        run.settle(SUMS, lines_changed=False, by="anna", at=TUESDAY)
        assert (run.computed_at, run.changed_at) == (MONDAY, MONDAY)

    def test_another_person_counts_as_the_computer_even_when_nothing_is_new(self) -> None:
        run = make_run()
        run.settle(SUMS, lines_changed=False, by="bo", at=TUESDAY)
        assert (run.computed_by, run.computed_at, run.changed_at) == ("bo", TUESDAY, TUESDAY)

    def test_other_lines_with_the_same_sums_are_a_change(self) -> None:
        run = make_run()
        run.settle(SUMS, lines_changed=True, by="anna", at=TUESDAY)
        assert run.changed_at == TUESDAY

    def test_other_sums_without_a_line_are_a_change(self) -> None:
        run = make_run()
        run.settle(Sums(paid=2, held=1, total=SUMS.total), lines_changed=False, by="anna", at=TUESDAY)
        assert (run.expected, run.paid, run.held, run.changed_at) == (3, 2, 1, TUESDAY)


class TestApprove:
    def test_another_person_approves(self) -> None:
        run = make_run()
        recorded = run.approve(expected=2, by="bo", at=TUESDAY)
        assert (run.status, run.approved_by, run.approved_at) == ("approved", "bo", TUESDAY)
        assert recorded == {"pay_run_id": "run-1", "month": "2024-04", "total": Decimal("16670.00")}

    def test_whoever_computed_may_not(self) -> None:
        run = make_run()
        with pytest.raises(SecondPersonNeeded):
            run.approve(expected=2, by="anna", at=TUESDAY)
        assert (run.status, run.approved_by) == ("computed", None)

    @pytest.mark.parametrize(
        ("status", "refusal"), [("approved", PayRunAlreadyApproved), ("discarded", PayRunAlreadyDiscarded)]
    )
    def test_what_is_over_can_neither_be_approved_nor_discarded(self, status: str, refusal: type[Exception]) -> None:
        run = make_run(status=status)
        with pytest.raises(refusal):
            run.approve(expected=2, by="bo", at=TUESDAY)
        with pytest.raises(refusal):
            run.discard(by="bo", at=TUESDAY)
        assert run.status == status

    @pytest.mark.parametrize(
        ("change", "expected", "refusal"),
        [
            ({"outdated": True}, 2, PayRunOutdated),
            ({"status": "computing"}, 2, PayRunOutdated),
            ({}, 3, PayRunIncomplete),
            ({}, 1, PayRunIncomplete),
        ],
    )
    def test_what_is_not_complete_or_not_as_it_is_now_can_not_be_approved(
        self, change: dict[str, Any], expected: int, refusal: type[Exception]
    ) -> None:
        run = make_run(**change)
        with pytest.raises(refusal):
            run.approve(expected=expected, by="bo", at=TUESDAY)
        assert run.approved_by is None


class TestDiscard:
    def test_whoever_computed_may_put_the_run_aside(self) -> None:
        run = make_run()
        run.discard(by="anna", at=TUESDAY)
        assert (run.status, run.discarded_by, run.discarded_at) == ("discarded", "anna", TUESDAY)


class TestPayRunLine:
    def test_a_stored_line_has_a_column_for_everything_that_an_entry_says(self) -> None:
        columns = set(PayRunLine.__table__.columns.keys())
        assert columns - {"tenant", "id", "pay_run_id"} == set(COLUMNS)


class TestRecovery:
    def make(self, **overrides: Any) -> Recovery:
        values: dict[str, Any] = {
            "id": "r1",
            "changed_at": MONDAY,
            "amount": Decimal(1000),
            "recovered": Decimal(0),
            "status": "open",
        }
        return Recovery(**(values | overrides))

    def planned(self, instalments: int = 3) -> Recovery:
        recovery = self.make()
        plan = {"waived": False, "instalments": instalments, "first_month": "2024-09"}
        recovery.propose(plan, "…", by="anna", at=MONDAY)
        self.decide(recovery)
        return recovery

    def decide(self, recovery: Recovery, *, approves: bool = True, by: str = "bo") -> None:
        recovery.decide(approves=approves, reason="", first_open=month_of("2024-09"), by=by, at=TUESDAY)

    def test_nothing_is_due_before_it_is_decided(self) -> None:
        assert self.make().due_by(month_of("2030-01")) == 0

    @pytest.mark.parametrize(
        ("month", "due"),
        [("2024-08", "0"), ("2024-09", "333.34"), ("2024-10", "666.67"), ("2024-11", "1000"), ("2025-06", "1000")],
    )
    def test_equal_instalments_are_due_month_by_month_the_odd_ore_in_the_first(self, month: str, due: str) -> None:
        assert self.planned().due_by(month_of(month)) == Decimal(due)

    def test_what_could_not_be_taken_moves_on(self) -> None:
        recovery = self.planned()
        recovery.take(Decimal(100), at=TUESDAY)
        assert recovery.due_by(month_of("2024-09")) == Decimal("233.34")
        assert recovery.due_by(month_of("2024-11")) == Decimal(900)

    def test_it_is_settled_when_all_is_taken(self) -> None:
        recovery = self.planned()
        recovery.take(Decimal(1000), at=TUESDAY)
        assert (recovery.status, recovery.left) == ("settled", 0)

    def test_whoever_proposed_may_not_decide(self) -> None:
        recovery = self.make()
        recovery.propose({"waived": True}, "…", by="anna", at=MONDAY)
        with pytest.raises(SecondPersonNeeded):
            self.decide(recovery, by="anna")
        self.decide(recovery)
        assert (recovery.status, recovery.left) == ("waived", 0)

    def test_what_is_returned_is_open_again_and_what_is_decided_is_not(self) -> None:
        recovery = self.make()
        with pytest.raises(RecoveryNotProposed):
            self.decide(recovery)
        recovery.propose({"waived": True}, "…", by="anna", at=MONDAY)
        self.decide(recovery, approves=False)
        assert recovery.status == "open"
        decided = self.planned()
        with pytest.raises(RecoveryNotOpen):
            decided.propose({"waived": True}, "…", by="anna", at=MONDAY)
