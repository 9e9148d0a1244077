"""What may become of an agreement and of a pay run."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.compensation.contract.agreements import AgreementAlreadySigned
from services.compensation.contract.pay_runs import PayRunAlreadyApproved, PayRunAlreadyDiscarded
from services.compensation.model import Agreement, PayRun, draft
from services.compensation.reckoning import Reckoning
from services.compensation.tariffs import CostLevel, FeeLevel
from services.kernel.contracts.faults import SecondPersonNeeded

MONDAY = datetime(2024, 4, 29, 8, tzinfo=UTC)
TUESDAY = datetime(2024, 4, 30, 8, tzinfo=UTC)


def make_draft(**overrides: Any) -> Agreement:
    started = {
        "placement_id": "placement-1",
        "home_id": "home-1",
        "adult_ids": ["adult-1", "adult-2"],
        "starts_on": date(2024, 4, 1),
    }
    return draft(started | overrides, fee_level=FeeLevel.BASE, cost_level=CostLevel.BASE, at=MONDAY)


def make_run(**overrides: Any) -> PayRun:
    run: dict[str, Any] = {
        "id": "run-1",
        "month": "2024-04",
        "status": "computed",
        "expected": 2,
        "paid": 1,
        "held": 1,
        "total": Decimal("16670.00"),
        "computed_by": "anna",
        "computed_at": MONDAY,
        "changed_at": MONDAY,
    }
    return PayRun(**(run | overrides))


def make_reckoning(**overrides: Any) -> Reckoning:
    sums: dict[str, Any] = {"expected": 2, "paid": 1, "held": 1, "total": Decimal("16670.00")}
    return Reckoning(entries=frozenset(), **(sums | overrides))


class TestDraft:
    def test_it_pays_the_first_adult_at_the_base_levels(self) -> None:
        agreement = make_draft()
        assert (agreement.payee_adult_id, agreement.fee_level, agreement.cost_level) == ("adult-1", "base", "base")
        assert (agreement.status, agreement.kind, agreement.ends_on) == ("draft", "placement", None)

    def test_it_says_what_a_pay_run_needs(self) -> None:
        agreed = make_draft().agreed("2016-01-20")
        assert (agreed.signed, agreed.birth_date) == (False, date(2016, 1, 20))
        assert (agreed.fee_level, agreed.cost_level) == (FeeLevel.BASE, CostLevel.BASE)


class TestSign:
    def test_it_keeps_who_signed_and_when(self) -> None:
        agreement = make_draft()
        recorded = agreement.sign(by="bo", on=date(2024, 4, 30), at=TUESDAY)
        assert (agreement.status, agreement.signed_by, agreement.signed_on) == ("signed", "bo", date(2024, 4, 30))
        assert agreement.changed_at == TUESDAY
        assert agreement.agreed("2016-01-20").signed
        assert "bo" not in recorded.values()

    def test_it_is_signed_once(self) -> None:
        agreement = make_draft()
        agreement.sign(by="bo", on=date(2024, 4, 29), at=MONDAY)
        with pytest.raises(AgreementAlreadySigned):
            agreement.sign(by="anna", on=date(2024, 4, 30), at=TUESDAY)
        assert (agreement.signed_by, agreement.changed_at) == ("bo", MONDAY)


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
        run.settle(make_reckoning(), lines_changed=False, by="anna", at=TUESDAY)
        assert (run.computed_at, run.changed_at) == (MONDAY, MONDAY)

    def test_another_person_counts_as_the_computer_even_when_nothing_is_new(self) -> None:
        run = make_run()
        run.settle(make_reckoning(), lines_changed=False, by="bo", at=TUESDAY)
        assert (run.computed_by, run.computed_at, run.changed_at) == ("bo", TUESDAY, TUESDAY)

    def test_other_lines_with_the_same_sums_are_a_change(self) -> None:
        run = make_run()
        run.settle(make_reckoning(), lines_changed=True, by="anna", at=TUESDAY)
        assert run.changed_at == TUESDAY

    def test_other_sums_without_a_line_are_a_change(self) -> None:
        run = make_run()
        run.settle(make_reckoning(expected=3, paid=2), lines_changed=False, by="anna", at=TUESDAY)
        assert (run.expected, run.paid, run.held, run.changed_at) == (3, 2, 1, TUESDAY)

    def test_an_approved_run_is_never_changed(self) -> None:
        run = make_run(status="approved")
        with pytest.raises(PayRunAlreadyApproved):
            run.settle(make_reckoning(expected=3, paid=2), lines_changed=True, by="bo", at=TUESDAY)
        assert run.expected == 2


class TestApprove:
    def test_another_person_approves(self) -> None:
        run = make_run()
        recorded = run.approve(by="bo", at=TUESDAY)
        assert (run.status, run.approved_by, run.approved_at) == ("approved", "bo", TUESDAY)
        assert recorded == {"pay_run_id": "run-1", "month": "2024-04", "total": Decimal("16670.00")}

    def test_whoever_computed_may_not(self) -> None:
        run = make_run()
        with pytest.raises(SecondPersonNeeded):
            run.approve(by="anna", at=TUESDAY)
        assert (run.status, run.approved_by) == ("computed", None)

    @pytest.mark.parametrize(
        ("status", "refusal"), [("approved", PayRunAlreadyApproved), ("discarded", PayRunAlreadyDiscarded)]
    )
    def test_what_is_over_can_neither_be_approved_nor_discarded(self, status: str, refusal: type[Exception]) -> None:
        run = make_run(status=status)
        with pytest.raises(refusal):
            run.approve(by="bo", at=TUESDAY)
        with pytest.raises(refusal):
            run.discard(by="bo", at=TUESDAY)
        assert run.status == status


class TestDiscard:
    def test_whoever_computed_may_put_the_run_aside(self) -> None:
        run = make_run()
        run.discard(by="anna", at=TUESDAY)
        assert (run.status, run.discarded_by, run.discarded_at) == ("discarded", "anna", TUESDAY)
