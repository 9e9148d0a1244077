"""What may become of homes, inquiries, requests and placements, without a database."""

from datetime import date
from typing import Any

import pytest

from services.kernel.contracts.faults import Fault, InvalidInput
from services.placement import model
from services.placement.contract.inquiries import (
    ContractedHomeMustAccept,
    HomeAlreadyAsked,
    InquiryAlreadyAnswered,
    InquiryClosed,
)
from services.placement.contract.obstacles import (
    AgeOutsideApproval,
    ApprovalSuspended,
    ApprovedForAnotherChild,
    NoFreePlace,
    NoValidApproval,
    StartsBeforeApproval,
)
from services.placement.contract.placements import HomeHasNotAccepted, PersonAlreadyPlaced, PlacementAlreadyEnded
from services.placement.contract.requests import PlacementRequestNotOpen, RequestStatus
from services.placement.model import Home, Inquiry, Placement, PlacementRequest
from services.placement.placements.known import Known
from services.placement.placements.occupancy import Stay
from tests.unit.placement.factories import (
    JUNE_1,
    MAY_20,
    lookup,
    make_home,
    make_inquiry,
    make_request,
    personal_number,
    recorded_adult,
    recorded_approval,
    start_body,
)

INTRODUCTION: dict[str, Any] = {"kind": "introduction", "care_decision": None}


def place(
    request: PlacementRequest,
    home: Home,
    starts_on: date = JUNE_1,
    *,
    inquiries: Any = None,
    body: dict[str, Any] | None = None,
    **stays: Any,
) -> tuple[Placement, dict[str, Any]]:
    """Starts a placement in a home that has said yes."""
    if inquiries is None:
        inquiries = [make_inquiry(request, home)]
        inquiries[0].accept(by="anna", by_home=True, at=MAY_20)
    said, known = start_body(starts_on=starts_on, **(body or {})), Known(inquiries=inquiries, **stays)
    placement = model.start(request, home, said, known, by="karin", at=MAY_20, today=date(2026, 5, 20))
    return placement, placement.start_of(request, home)


class TestHearOfApproval:
    def test_a_home_is_known_with_its_adults_the_applicant_first(self) -> None:
        home = make_home()
        assert home.name == "Anna Andersson, Bo Andersson"
        assert [adult.id for adult in home.adults] == ["adult-1", "adult-2"]
        assert [adult.lookup for adult in home.adults] == [b"189001019802", personal_number("18900101", 981).encode()]

    def test_the_same_approval_anew_is_one_as_it_is_now(self) -> None:
        home = make_home()
        recorded = recorded_approval(
            places=4, assignments=["emergency_home"], adults=[recorded_adult("adult-9", "Dag")]
        )
        home.learn_approval(recorded, lookup=lookup, at=MAY_20)
        assert [(one.places, one.assignments) for one in home.approvals] == [(4, ["emergency_home"])]
        assert home.name == "Dag Andersson"

    def test_another_approval_is_added_and_refreshes_the_home(self) -> None:
        home = make_home()
        recorded = recorded_approval(
            approval_id="approval-2",
            decided_on=date(2026, 5, 2),
            adults=[recorded_adult("adult-1", "Annie"), recorded_adult("adult-3", "Cia", serial=982)],
            languages=["so"],
            protected_identity=True,
            position=None,
        )
        home.learn_approval(recorded, lookup=lookup, at=MAY_20)
        assert [approval.id for approval in home.approvals] == ["approval-1", "approval-2"]
        assert ([person["given_name"] for person in home.people], home.name) == (
            ["Annie", "Cia"],
            "Annie Andersson, Cia Andersson",
        )
        assert (home.languages, home.protected_identity, home.position) == (["so"], True, None)

    def test_an_older_approval_that_comes_late_does_not_bring_old_adults_back(self) -> None:
        home = make_home()
        recorded = recorded_approval(
            approval_id="approval-0", decided_on=date(2026, 4, 30), adults=[recorded_adult("adult-9", "Dag")]
        )
        home.learn_approval(recorded, lookup=lookup, at=MAY_20)
        assert len(home.approvals) == 2
        assert home.name == "Anna Andersson, Bo Andersson"

    def test_an_assignment_that_nobody_knows_is_an_error_and_no_approval(self) -> None:
        with pytest.raises(ValueError, match="palace"):
            make_home(assignments=["palace"])


class TestInquiry:
    def test_an_accepted_one_can_not_be_answered_again(self) -> None:
        inquiry = make_inquiry(make_request(), make_home())
        inquiry.accept(by="anna", by_home=True, at=MAY_20)
        assert (inquiry.status, inquiry.answered_by, inquiry.answered_at) == ("accepted", "anna", MAY_20)
        with pytest.raises(InquiryAlreadyAnswered):
            inquiry.accept(by="anna", by_home=True, at=MAY_20)
        with pytest.raises(InquiryAlreadyAnswered):
            inquiry.decline("", by="anna", by_home=True, at=MAY_20)

    def test_a_declined_one_can_not_be_accepted(self) -> None:
        inquiry = make_inquiry(make_request(), make_home())
        inquiry.decline("We are moving.", by="karin", by_home=False, at=MAY_20)
        assert (inquiry.status, inquiry.reason, inquiry.answered_by_home) == ("declined", "We are moving.", False)
        with pytest.raises(InquiryAlreadyAnswered):
            inquiry.accept(by="anna", by_home=True, at=MAY_20)

    def test_a_contracted_home_can_not_decline(self) -> None:
        inquiry = make_inquiry(make_request(assignment="contracted_emergency_home"), make_home())
        with pytest.raises(ContractedHomeMustAccept):
            inquiry.decline("Not now.", by="anna", by_home=True, at=MAY_20)
        assert inquiry.status == "sent"

    def test_a_home_is_asked_once_until_it_says_no(self) -> None:
        request, home = make_request(), make_home()
        first = make_inquiry(request, home)
        asked = {"message": "", "answer_by": None, "by": "karin", "at": MAY_20}
        with pytest.raises(HomeAlreadyAsked):
            model.ask(request, home, inquiries=[first], **asked)
        first.decline("Not this week.", by="anna", by_home=True, at=MAY_20)
        assert model.ask(request, home, inquiries=[first], **asked).status == "sent"

    def test_nobody_is_asked_for_a_person_who_is_placed(self) -> None:
        request, home = make_request(status=RequestStatus.PLACED), make_home()
        with pytest.raises(PlacementRequestNotOpen):
            make_inquiry(request, home)


class TestOpenRequest:
    @pytest.mark.parametrize(
        ("born", "needed_from", "pointer"),
        [
            ("20260521", date(2026, 6, 1), "/person/personal_number"),  # tomorrow
            ("20260520", date(2026, 5, 19), "/needed_from"),
        ],
    )
    def test_nobody_needs_a_home_before_being_born(self, born: str, needed_from: date, pointer: str) -> None:
        body = {"person": {"personal_number": personal_number(born)}, "needed_from": needed_from}
        with pytest.raises(InvalidInput) as problem:
            model.open_request(body, lookup=lookup, by="karin", at=MAY_20, today=date(2026, 5, 20))
        assert [error["pointer"] for error in problem.value.errors] == [pointer]


class TestStart:
    def test_the_others_learn_who_came_where_and_under_which_approval(self) -> None:
        request, home = make_request(), make_home()
        placement, recorded = place(request, home)
        assert recorded == {
            "placement_id": placement.id,
            "placement_request_id": request.id,
            "approval_id": "approval-1",
            "home_id": "home-1",
            "assignment": "family_home",
            "birth_date": date(2017, 1, 1),
            "starts_on": JUNE_1,
            "adult_ids": ["adult-1", "adult-2"],
            "sibling_of": None,
            "personal_number": personal_number(),
        }
        assert (request.status, placement.ends_on, placement.started_by) == ("placed", None, "karin")

    def test_a_request_that_is_not_open_is_refused(self) -> None:
        request, home = make_request(), make_home()
        inquiry = make_inquiry(request, home)
        inquiry.accept(by="anna", by_home=True, at=MAY_20)
        request.close(RequestStatus.CLOSED, at=MAY_20)
        with pytest.raises(PlacementRequestNotOpen):
            place(request, home, inquiries=[inquiry])

    def test_a_home_that_was_asked_but_has_not_said_yes_is_refused(self) -> None:
        request, home = make_request(), make_home()
        with pytest.raises(HomeHasNotAccepted):
            place(request, home, inquiries=[make_inquiry(request, home)])

    def test_the_yes_of_another_home_does_not_help(self) -> None:
        request, home, other = make_request(), make_home(), make_home(home_id="home-2")
        inquiry = make_inquiry(request, other)
        inquiry.accept(by="anna", by_home=True, at=MAY_20)
        with pytest.raises(HomeHasNotAccepted):
            place(request, home, inquiries=[inquiry])

    def test_a_contracted_home_needs_to_be_asked_only(self) -> None:
        request = make_request(assignment="contracted_emergency_home")
        home = make_home(assignments=["contracted_emergency_home"])
        with pytest.raises(HomeHasNotAccepted):
            place(request, home, inquiries=[])
        inquiry = make_inquiry(request, home)
        place(request, home, inquiries=[inquiry])
        assert inquiry.status == "closed"

    def test_the_homes_that_have_not_answered_need_not_any_more(self) -> None:
        request, home = make_request(), make_home()
        others = [make_inquiry(request, make_home(home_id=f"home-{number}")) for number in (2, 3)]
        others[1].decline("No.", by="bo", by_home=True, at=MAY_20)
        chosen = make_inquiry(request, home)
        chosen.accept(by="anna", by_home=True, at=MAY_20)
        place(request, home, inquiries=[*others, chosen])
        assert [inquiry.status for inquiry in (*others, chosen)] == ["closed", "declined", "accepted"]
        with pytest.raises(InquiryClosed):
            others[0].accept(by="bo", by_home=True, at=MAY_20)

    @pytest.mark.parametrize(
        ("starts_on", "fault"),
        [
            (date(2026, 4, 30), StartsBeforeApproval),
            (date(2028, 5, 1), NoValidApproval),
            (date(2016, 12, 31), InvalidInput),  # the day before the birth
        ],
    )
    def test_a_first_day_without_an_approval_is_refused(self, starts_on: date, fault: type[Fault]) -> None:
        with pytest.raises(fault):
            place(make_request(), make_home(), starts_on)

    @pytest.mark.parametrize("starts_on", [date(2026, 5, 1), date(2028, 4, 30)])
    def test_the_day_of_the_decision_and_the_last_day_are_possible(self, starts_on: date) -> None:
        placement, _ = place(make_request(), make_home(), starts_on)
        assert placement.starts_on == starts_on

    def test_the_age_is_the_one_on_the_first_day(self) -> None:
        person = {**make_request().person, "personal_number": personal_number("20130601")}
        place(make_request(person=person), make_home(), date(2026, 5, 31))  # twelve years
        with pytest.raises(AgeOutsideApproval):
            place(make_request(person=person), make_home(), JUNE_1)  # thirteen

    @pytest.mark.parametrize(
        ("stands", "fault"),
        [
            ({"suspended": False, "revoked_on": date(2026, 5, 15)}, NoValidApproval),
            ({"suspended": True, "revoked_on": None}, ApprovalSuspended),
        ],
    )
    @pytest.mark.parametrize("said", [{}, {**INTRODUCTION, "ends_on": MAY_20.date()}], ids=["stay", "introduction"])
    def test_what_began_before_today_and_goes_on_needs_an_approval_today(
        self, said: dict[str, Any], stands: dict[str, Any], fault: type[Fault]
    ) -> None:
        home = make_home(decided_on=date(2026, 4, 1))
        home.approvals[0].stand(**stands)
        with pytest.raises(fault):
            place(make_request(), home, date(2026, 5, 14), body=said)

    def test_nor_does_it_go_on_under_an_approval_that_has_run_out(self) -> None:
        home = make_home(valid_until=date(2026, 5, 19))
        with pytest.raises(NoValidApproval):
            place(make_request(), home, date(2026, 5, 18))
        anew = recorded_approval(approval_id="approval-2", decided_on=date(2026, 5, 19))
        home.learn_approval(anew, lookup=lookup, at=MAY_20)
        placement, _ = place(make_request(), home, date(2026, 5, 18))
        assert placement.approval_id == "approval-1"

    def test_an_introduction_that_is_over_is_written_down_whatever_has_changed_since(self) -> None:
        said = {**INTRODUCTION, "ends_on": date(2026, 5, 15)}
        placement, _ = place(make_request(), make_home(valid_until=date(2026, 5, 15)), date(2026, 5, 14), body=said)
        assert placement.ends_on == date(2026, 5, 15)

    def test_a_full_home_is_refused_with_every_obstacle(self) -> None:
        stays = [Stay(starts_on=date(2026, 5, 3)), Stay(starts_on=date(2026, 9, 1))]
        person = {**make_request().person, "personal_number": personal_number("20100101")}
        with pytest.raises(AgeOutsideApproval) as problem:
            place(make_request(person=person), make_home(), stays_in_home=stays)
        assert [one["code"] for one in problem.value.extra["obstacles"]] == ["age_outside_approval", "no_free_place"]
        with pytest.raises(NoFreePlace):
            place(make_request(), make_home(), stays_in_home=stays)

    def test_nobody_takes_the_place_that_was_promised_to_who_comes_when_the_home_has_fewer(self) -> None:
        home = make_home(places=3, valid_until=date(2026, 12, 31))
        anew = recorded_approval(approval_id="approval-2", places=1, decided_on=date(2026, 5, 10))
        home.learn_approval(anew, lookup=lookup, at=MAY_20)
        with pytest.raises(NoFreePlace):
            place(make_request(), home, stays_in_home=[Stay(starts_on=date(2027, 1, 15))])
        placement, _ = place(make_request(), home, stays_in_home=[Stay(starts_on=JUNE_1, ends_on=date(2026, 12, 31))])
        assert placement.approval_id == "approval-2"

    def test_another_child_than_the_named_one_is_refused(self) -> None:
        with pytest.raises(ApprovedForAnotherChild):
            place(make_request(), make_home(child_name="Nils Ek", child_personal_number=personal_number(serial=985)))

    def test_the_child_is_the_one_of_that_number_whatever_it_is_called(self) -> None:
        home = make_home(child_name="Nils Ek", child_personal_number=personal_number())
        placement, _ = place(make_request(), home)
        assert placement.home_id == home.id

    def test_of_a_child_who_was_only_named_nobody_can_say_that_it_is_this_one(self) -> None:
        with pytest.raises(ApprovedForAnotherChild):
            place(make_request(), make_home(child_name="Elsa Ek"))

    def test_a_person_lives_in_one_place(self) -> None:
        with pytest.raises(PersonAlreadyPlaced):
            place(make_request(), make_home(), stays_of_person=[Stay(starts_on=date(2026, 1, 1))])

    def test_nobody_lives_twice_in_one_home_on_one_day(self) -> None:
        until = [Stay(starts_on=date(2026, 1, 1), ends_on=JUNE_1)]
        with pytest.raises(PersonAlreadyPlaced):
            place(make_request(), make_home(), stays_of_person=until, stays_of_person_here=until)
        placement, _ = place(make_request(), make_home(), stays_of_person=until)
        assert placement.starts_on == JUNE_1

    def test_a_contact_person_runs_beside(self) -> None:
        home = make_home(assignments=["contact_person"])
        elsewhere = [Stay(starts_on=date(2026, 1, 1))]
        placement, _ = place(make_request(assignment="contact_person"), home, stays_of_person=elsewhere)
        assert placement.home_id == home.id

    def test_a_refusal_changes_nothing(self) -> None:
        request, home = make_request(), make_home(places=1)
        inquiry: Inquiry = make_inquiry(request, home)
        inquiry.accept(by="anna", by_home=True, at=MAY_20)
        with pytest.raises(NoFreePlace):
            place(request, home, inquiries=[inquiry], stays_in_home=[Stay(starts_on=JUNE_1)])
        assert (request.status, inquiry.status) == ("open", "accepted")


class TestEnd:
    def test_the_others_learn_the_last_day(self) -> None:
        placement, _ = place(make_request(), make_home())
        recorded = placement.end(date(2026, 8, 31), reason="moved_home", note="", by="karin", at=MAY_20)
        assert recorded == {
            "placement_id": placement.id,
            "home_id": "home-1",
            "ends_on": date(2026, 8, 31),
            "reason": "moved_home",
        }

    def test_what_has_begun_can_end_on_its_first_day_and_not_before(self) -> None:
        placement, _ = place(make_request(), make_home(), MAY_20.date())
        with pytest.raises(InvalidInput) as problem:
            placement.end(date(2026, 5, 19), reason="other", note="Wrong.", by="karin", at=MAY_20)
        assert [error["pointer"] for error in problem.value.errors] == ["/ends_on"]
        placement.end(MAY_20.date(), reason="breakdown", note="", by="karin", at=MAY_20)
        assert placement.ends_on == MAY_20.date()

    def test_what_has_not_is_cancelled_by_a_day_before(self) -> None:
        placement, _ = place(make_request(), make_home())
        placement.end(date(2026, 5, 31), reason="other", note="Not needed.", by="karin", at=MAY_20)
        days = [MAY_20.date(), date(2026, 5, 31), JUNE_1]
        assert [(placement.status_on(day).value, placement.stay.occupies(day)) for day in days] == [
            ("cancelled", False)
        ] * 3

    def test_it_ends_once(self) -> None:
        placement, _ = place(make_request(), make_home())
        placement.end(date(2026, 8, 31), reason="moved_home", note="", by="karin", at=MAY_20)
        with pytest.raises(PlacementAlreadyEnded):
            placement.end(date(2026, 7, 31), reason="other", note="", by="karin", at=MAY_20)

    def test_it_runs_from_its_first_day_to_its_last(self) -> None:
        placement, _ = place(make_request(), make_home())
        placement.end(date(2026, 6, 3), reason="moved_home", note="", by="karin", at=MAY_20)
        days = [date(2026, 5, 31), JUNE_1, date(2026, 6, 3), date(2026, 6, 4)]
        assert [placement.status_on(day).value for day in days] == ["planned", "running", "running", "ended"]
