"""The rules of an investigation, without a database."""

from datetime import UTC, date, datetime

import pytest

from services.investigation.contract.common import InvestigationNotOpen
from services.investigation.contract.decisions import (
    DecisionDiffersFromProposal,
    InvestigationBlocked,
    InvestigationNotProposed,
    ProposalOutdated,
    ProposerMayNotDecide,
)
from services.investigation.investigations.blockers import Area
from services.investigation.investigations.outcome import approved
from services.kernel.contracts.faults import InvalidInput, NotFound
from tests.unit.investigation.factories import (
    ANNA,
    BO,
    DEMANDS,
    MAY,
    assess,
    decide,
    make_investigation,
    make_ready,
    propose,
    record,
)


def blocker_codes(refusal: pytest.ExceptionInfo[InvestigationBlocked]) -> list[str]:
    return [blocker["code"] for blocker in refusal.value.extra["blockers"]]


class TestOpenInvestigation:
    def test_every_adult_is_to_be_checked_in_five_registers(self) -> None:
        investigation = make_investigation()
        checks = [(check.adult_id, check.register) for check in investigation.register_checks]
        assert checks == [
            (adult_id, register)
            for adult_id in ("anna", "bo")
            for register in ("police", "social_register", "social_insurance", "enforcement", "transport")
        ]
        assert {check.status_on(date(2026, 5, 2)) for check in investigation.register_checks} == {"pending"}

    def test_the_applicant_is_the_first_of_the_household(self) -> None:
        investigation = make_investigation(adults=[BO, ANNA])
        assert [adult.id for adult in investigation.household] == ["anna", "bo"]


class TestRecordRegisterCheck:
    @pytest.mark.parametrize(
        ("checked_on", "months", "valid_until"),
        [
            (date(2026, 5, 2), 6, date(2026, 11, 2)),
            (date(2025, 8, 31), 6, date(2026, 2, 28)),  # February has no 31st
            (date(2026, 5, 2), 12, date(2027, 5, 2)),
        ],
    )
    def test_a_check_is_good_for_so_many_months(self, checked_on: date, months: int, valid_until: date) -> None:
        investigation = make_investigation()
        check = investigation.register_checks[0]
        record(investigation, check.id, checked_on=checked_on, months=months)
        assert (check.checked_on, check.valid_until) == (checked_on, valid_until)

    def test_a_later_outcome_replaces_the_earlier_which_is_kept(self) -> None:
        investigation = make_investigation()
        check = investigation.register_checks[0]
        record(investigation, check.id, status="failed", checked_on=date(2026, 4, 20), by="ivar")
        record(investigation, check.id, status="remark", assessment="A fine.", by="inga")
        assert check.outcome == {"status": "remark", "assessment": "A fine."}
        assert check.recorded_by == "inga"
        (kept,) = check.earlier
        assert (kept.outcome, kept.checked_on, kept.valid_until, kept.recorded_by, kept.recorded_at) == (
            {"status": "failed", "assessment": ""},
            date(2026, 4, 20),
            date(2026, 4, 20),  # that there was no answer is good for no day after
            "ivar",
            MAY,
        )

    def test_a_day_that_has_come_in_sweden_only_is_not_in_the_future(self) -> None:
        investigation = make_investigation()
        just_past_midnight = datetime(2026, 5, 1, 22, 0, tzinfo=UTC)  # 2 May 00:00 in Sweden
        record(investigation, investigation.register_checks[0].id, checked_on=date(2026, 5, 2), at=just_past_midnight)
        assert investigation.register_checks[0].checked_on == date(2026, 5, 2)

    def test_a_day_that_has_not_come_is_refused(self) -> None:
        investigation = make_investigation()
        with pytest.raises(InvalidInput) as refusal:
            record(investigation, investigation.register_checks[0].id, checked_on=date(2026, 5, 3))
        assert [error["pointer"] for error in refusal.value.errors] == ["/checked_on"]

    def test_a_check_of_another_investigation_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            record(make_investigation(), make_investigation().register_checks[0].id)

    def test_nothing_is_recorded_while_a_proposal_waits(self) -> None:
        investigation = make_ready()
        propose(investigation)
        with pytest.raises(InvestigationNotOpen):
            record(investigation, investigation.register_checks[0].id)


class TestAssessArea:
    def test_a_later_assessment_replaces_the_earlier_which_is_kept(self) -> None:
        investigation = make_investigation()
        assess(investigation, Area.HOUSING, rating="not_met", note="Too small.")
        assess(investigation, Area.HOUSING, note="They have moved.", resources=["A garden"], by="inga")
        (assessment,) = investigation.assessments
        assert (assessment.judgement["rating"], assessment.judgement["resources"]) == ("met", ["A garden"])
        (kept,) = assessment.earlier
        assert (kept.judgement["rating"], kept.judgement["note"], kept.assessed_by) == ("not_met", "Too small.", "ivar")

    def test_nothing_is_assessed_while_a_proposal_waits(self) -> None:
        investigation = make_ready()
        propose(investigation)
        with pytest.raises(InvestigationNotOpen):
            assess(investigation, Area.HOUSING, rating="met", note="")


class TestProposeDecision:
    def test_an_approval_is_refused_with_everything_that_stands_in_its_way(self) -> None:
        investigation = make_investigation(household_complete=False)
        with pytest.raises(InvestigationBlocked) as refusal:
            propose(investigation)
        # The household, five registers of two adults, the steps, seven areas.
        assert blocker_codes(refusal) == (
            ["household_incomplete"]
            + ["register_check_missing"] * 10
            + ["home_visit_missing"]
            + ["interview_missing"] * 2
            + ["reference_missing"] * 2
            + ["area_not_assessed"] * 7
        )
        assert (investigation.status, investigation.proposals) == ("open", [])

    def test_a_rejection_may_be_proposed_whatever_is_missing(self) -> None:
        investigation = make_investigation(household_complete=False)
        propose(investigation, outcome="reject", valid_until=None)
        assert investigation.status == "proposed"

    @pytest.mark.parametrize("valid_until", [date(2026, 5, 2), date(2026, 5, 1), date(2031, 5, 3)])
    def test_an_approval_ends_after_today_and_within_five_years(self, valid_until: date) -> None:
        with pytest.raises(InvalidInput) as refusal:
            propose(make_ready(), valid_until=valid_until)
        assert [error["pointer"] for error in refusal.value.errors] == ["/valid_until"]

    @pytest.mark.parametrize("valid_until", [date(2026, 5, 3), date(2031, 5, 2)])
    def test_tomorrow_and_the_day_in_five_years_are_within(self, valid_until: date) -> None:
        investigation = make_ready()
        propose(investigation, valid_until=valid_until)
        assert investigation.status == "proposed"

    def test_only_an_open_investigation_can_be_proposed(self) -> None:
        investigation = make_ready()
        propose(investigation)
        with pytest.raises(InvestigationNotOpen):
            propose(investigation)
        decide(investigation, "approve")
        with pytest.raises(InvestigationNotOpen):
            propose(investigation)


class TestDecideInvestigation:
    def test_an_approval_has_the_bounds_of_the_proposal(self) -> None:
        investigation = make_ready()
        propose(investigation)
        approval = decide(investigation, "approve", at=MAY)
        assert approval is not None
        assert investigation.status == "approved"
        assert (approval.assignments, approval.age_from, approval.age_to, approval.places) == (
            ["family_home"],
            0,
            12,
            2,
        )
        assert (approval.decided_on, approval.valid_until) == (date(2026, 5, 2), date(2028, 5, 31))
        assert approval.texts == {
            "child_name": None,
            "child_personal_number": None,
            "conditions": "No pets.",
            "investigated_by": "own",
            "board": None,
        }

    def test_the_day_of_the_decision_is_the_day_in_sweden(self) -> None:
        investigation = make_ready()
        propose(investigation)
        late = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)  # 1 June 00:30 in Sweden
        approval = decide(investigation, "approve", at=late)
        assert approval is not None
        assert approval.decided_on == date(2026, 6, 1)

    def test_the_event_names_the_applicant_first(self) -> None:
        investigation = make_ready(adults=[BO, ANNA])
        propose(investigation)
        approval = decide(investigation, "approve", at=MAY)
        assert approval is not None
        assert approved(investigation, approval)["adults"] == [ANNA, BO]

    @pytest.mark.parametrize("outcome", ["approve", "reject", "return"])
    def test_who_proposed_may_not_decide(self, outcome: str) -> None:
        investigation = make_ready()
        propose(investigation, by="dagny")
        with pytest.raises(ProposerMayNotDecide):
            decide(investigation, outcome, by="dagny")
        assert investigation.status == "proposed"

    def test_a_decision_is_as_proposed_or_a_return(self) -> None:
        approving = make_ready()
        propose(approving)
        with pytest.raises(DecisionDiffersFromProposal):
            decide(approving, "reject")
        rejecting = make_ready()
        propose(rejecting, outcome="reject")
        with pytest.raises(DecisionDiffersFromProposal):
            decide(rejecting, "approve")

    def test_a_rejection_approves_nothing(self) -> None:
        investigation = make_investigation()
        propose(investigation, outcome="reject")
        assert decide(investigation, "reject") is None
        assert investigation.status == "rejected"

    def test_a_returned_investigation_is_open_for_work_and_a_new_proposal(self) -> None:
        investigation = make_ready()
        propose(investigation)
        assert decide(investigation, "return", reasons="Ask the school.") is None
        assert investigation.status == "open"
        record(investigation, investigation.register_checks[0].id)
        propose(investigation, places=1)
        assert [proposal.number for proposal in investigation.proposals] == [1, 2]
        assert investigation.proposal is not None
        assert (investigation.proposal.places, investigation.proposal.decision) == (1, None)

    def test_a_check_that_has_grown_too_old_since_the_proposal_blocks_the_approval(self) -> None:
        investigation = make_ready(checked_on=date(2026, 5, 1))  # good until 1 November
        propose(investigation)
        with pytest.raises(InvestigationBlocked) as refusal:
            decide(investigation, "approve", at=datetime(2026, 11, 2, 8, tzinfo=UTC))
        assert blocker_codes(refusal) == ["register_check_outdated"] * 10
        assert investigation.status == "proposed"
        decide(investigation, "approve", at=datetime(2026, 11, 1, 8, tzinfo=UTC))

    def test_a_last_day_that_has_come_since_the_proposal_can_not_be_approved(self) -> None:
        investigation = make_ready()
        propose(investigation, valid_until=date(2026, 5, 4))
        with pytest.raises(ProposalOutdated):
            decide(investigation, "approve", at=datetime(2026, 5, 4, 8, tzinfo=UTC))
        assert investigation.status == "proposed"

    def test_without_a_proposal_there_is_nothing_to_decide(self) -> None:
        investigation = make_ready()
        with pytest.raises(InvestigationNotProposed):
            decide(investigation, "approve")
        propose(investigation)
        decide(investigation, "return")
        with pytest.raises(InvestigationNotProposed):
            decide(investigation, "approve")

    def test_nothing_stands_in_the_way_of_what_is_decided(self) -> None:
        investigation = make_ready()
        propose(investigation)
        decide(investigation, "approve")
        assert investigation.blockers_on(date(2030, 1, 1), DEMANDS) == ()
