"""Placement: a home with a placement, and an inquiry that waits."""

from datetime import date
from typing import Any

from services.compensation.contract.events import CONTRACT_AGREED, LEAVE_TAKEN
from services.investigation.contract.events import (
    APPROVAL_REINSTATED,
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    CONCERN_REPORTED,
    CONCERN_SETTLED,
    HOME_APPROVED,
    HOME_CHANGED,
    HOME_WEEDED,
)
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.mentorship.contract.events import HOME_HAS_NEWS, NEWS_SETTLED, TRAINING_ATTENDED
from services.placement.contract.informal_stays import NoteInformalStay
from services.placement.contract.need_codes import SetNeedCodes
from services.placement.contract.night_desk import LogCall
from services.placement.contract.plans import SetPlan
from services.placement.contract.visits import ReportVisit
from tests.home_changes import a_change, a_weeding
from tests.services.placement.conftest import Desk, a_file, approval
from tests.tenancy.scenes import ANNA, NEIGHBOUR, Scene
from tests.unit.placement.factories import MAY_20, personal_number, recorded_adult, request_body


def _visited(placement: Harness, supported: str) -> str:
    """A visit that was corrected."""
    given: Any = {"roles": ["home"], "personal_number": ANNA}
    body = {"starts_on": "2026-05-15", "ends_on": "2026-05-17"}
    visit = str(placement.do("report_visit", placement_id=supported, body=body, **given)["id"])
    placement.do("correct_visit", visit_id=visit, body={**body, "ends_on": "2026-05-16", "note": "Till Saturday."})
    return visit


def _unexecuted(placement: Harness, desk: Desk) -> None:
    """A decision that was not carried out in three months, and a child who has come."""
    desk.request(serial=989, assignment="contact_family", granted_on="2026-01-05")
    desk.placed(desk.home(), serial=990, starts_on="2026-05-02")


def _followed(placement: Harness, placed: str) -> None:
    """Plans and a review of a placement, as they follow it."""
    placement.do("set_plan", placement_id=placed, body=SetPlan.example, if_match="*")
    review = {"kind": "follow_up", "held_on": "2026-05-20"}
    placement.now = MAY_20.replace(month=6)
    placement.do("record_review", placement_id=placed, body={**review, "held_on": "2026-06-19"})
    placement.now = MAY_20


def scene(placement: Harness) -> Scene:
    placement.now = MAY_20
    desk = Desk(placement)
    home = desk.home()
    placed = desk.placed(home)
    protected = {**request_body()["person"], "personal_number": personal_number(serial=986), "protected_identity": True}
    desk.request(person=protected)
    neighbour = desk.home(adults=[{**recorded_adult(new_id(), "Bertil"), "personal_number": NEIGHBOUR}])
    asked = desk.request(serial=982)
    inquiry = desk.inquiry(asked, home)
    desk.inquiry(desk.request(serial=985), home)  # another one waits when that is answered
    adult = placement.do("get_reach", home_id=home)["adults"][0]["id"]
    urgent = desk.home(assignments=["emergency_home"])
    called = desk.request(assignment="emergency_home", serial=988)
    ready = desk.ready(desk.home(), serial=984)
    contact = desk.home(
        assignments=["contact_family"], adults=[{**recorded_adult(new_id(), "Anna"), "personal_number": ANNA}]
    )
    supported = desk.placed(contact, serial=987, assignment="contact_family", starts_on="2026-05-02")
    visit = _visited(placement, supported)
    ending = {"ends_on": "2026-12-31", "reason": "planned"}
    placement.do("end_placement", placement_id=supported, body=ending)
    _followed(placement, placed)
    concern = {"concern_id": new_id(), "home_id": home, "kind": "care", "reported_on": date(2026, 5, 19)}
    placement.react(CONCERN_REPORTED, concern)
    settled: dict[str, Any] = {"concern_id": concern["concern_id"], "home_id": home, "outcome": "measures"}
    settled["settled_on"] = date(2026, 5, 20)
    training: dict[str, Any] = {"enrolment_id": new_id(), "home_id": home, "course_id": new_id(), "kind": "course"}
    training |= {"attended": True, "held_on": date(2026, 5, 2)}
    leave: dict[str, Any] = {"leave_id": new_id(), "agreement_id": new_id(), "home_id": home, "cancelled": False}
    leave |= {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 7, 14)}
    contract = {"agreement_id": new_id(), "home_id": home, "places": 1, "age_from": 0, "age_to": 12}
    contract |= {"starts_on": date(2026, 5, 2), "ends_on": None}
    placement.react(CONTRACT_AGREED, contract)
    placement.do("set_need_codes", body=SetNeedCodes.example, if_match="*")
    placement.react(TRAINING_ATTENDED, training)
    placement.react(LEAVE_TAKEN, leave)
    news = {"news_id": new_id(), "home_id": home, "kind": "message", "urgent": False}
    approved = placement.do("get_home", home_id=home)["approvals"][0]["id"]
    stands = {"approval_id": approved, "home_id": home, "on": date(2026, 5, 20)}
    _unexecuted(placement, desk)
    weighed = placement.do("list_weighings", placement_request_id=asked)["items"][0]["id"]
    stay = placement.do("note_informal_stay", body={**NoteInformalStay.example, "since": "2026-05-10"})["id"]
    placement.do("set_postcodes", file=a_file(placement, "70210;59.27;15.21"), if_match="*")
    return Scene(
        subjects={
            "inquiry_unanswered": inquiry,
            "deadline_approaching": f"{placed} custody_consideration",
            "forget_clocks": placed,
        },
        ids={
            "home_id": home,
            "adult_id": adult,
            "placement_request_id": asked,
            "inquiry_id": inquiry,
            "placement_id": placed,
            "visit_id": visit,
            "year": "2026",
            "weighing_id": weighed,
            "informal_stay_id": stay,
        },
        bodies={
            "choose_reach": {"ways": ["email"], "email": "anna@example.se"},
            "search": {"text": ANNA},
            "start_placement": ready,
            "log_night_call": {**LogCall.example, "placement_request_id": called, "home_id": urgent},
            "report_visit": {**ReportVisit.example, "starts_on": "2026-05-12", "ends_on": "2026-05-12"},
            "send_inquiries": {"home_ids": [desk.home()]},
            "send_inquiry": {"home_id": neighbour, "message": "Could you?", "answer_by": "2026-05-22T20:00:00.000000Z"},
        },
        everywhere=frozenset({"get_placed_children_file"}),
        # A file of another municipality is nowhere.
        refused={"start_placement": 422, "log_night_call": 422, "set_postcodes": 503},
        files={"set_postcodes": a_file(placement, "70210;59.27;15.21")},
        events={
            HOME_APPROVED: approval(home_id=home),
            APPROVAL_SUSPENDED: stands,
            APPROVAL_REINSTATED: stands,
            APPROVAL_REVOKED: stands,
            CONCERN_REPORTED: concern,
            CONCERN_SETTLED: settled,
            TRAINING_ATTENDED: training,
            LEAVE_TAKEN: leave,
            CONTRACT_AGREED: contract,
            HOME_HAS_NEWS: news,
            NEWS_SETTLED: {"news_id": news["news_id"], "home_id": home},
            HOME_CHANGED: a_change(home),
            HOME_WEEDED: a_weeding(desk.home()),
        },
    )
