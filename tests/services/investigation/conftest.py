"""Investigation in the test's own process."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.investigation.contract.decisions import ProposeDecision
from services.investigation.contract.steps import RecordReference
from services.investigation.investigations.blockers import Area
from services.investigation.service import Investigation
from services.kernel.basics.ids import new_id
from services.kernel.process.service import Service
from services.kernel.testing import Harness

MAY = datetime(2026, 5, 2, 9, tzinfo=UTC)
ANNA, BO = "189001019802", "201701012393"

CLEAR = {"status": "clear", "checked_on": "2026-05-01", "assessment": ""}
REMARK = {"status": "remark", "checked_on": "2026-05-01", "assessment": "A fine for speeding."}
MET = {"rating": "met", "note": "Room for two."}
VISIT = {"step": "home_visit", "held_on": "2026-05-01", "place": "At home", "present": [], "notes": "Calm."}
INTERVIEW = {**VISIT, "step": "interview_together", "notes": "Open."}
REJECTION = {"outcome": "reject", "reasons": "Too little room."}


@pytest.fixture
def investigation(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    harness = harness_of(Investigation)
    harness.now = MAY
    return harness


@pytest.fixture
def opened(investigation: Harness) -> dict[str, Any]:
    """An investigation of Anna and Bo, just opened."""
    return open_one(investigation)


@pytest.fixture
def ready(investigation: Harness) -> dict[str, Any]:
    """An investigation with nothing in the way of an approval."""
    return make_ready(investigation, open_one(investigation))


@pytest.fixture
def proposed(investigation: Harness, ready: dict[str, Any]) -> dict[str, Any]:
    """An investigation that Ivar has proposed to approve."""
    return investigation.do("propose_decision", investigation_id=ready["id"], body=a_proposal(), actor="ivar")


def an_application(**overrides: Any) -> dict[str, Any]:
    """The data of a qualified application, with ids of its own."""
    return {
        "application_id": new_id(),
        "home_id": new_id(),
        "assignments": ["family_home", "emergency_home"],
        "adults": [
            {
                "id": new_id(),
                "given_name": "Bo",
                "family_name": "Berg",
                "personal_number": BO,
                "relation": "partner",
            },
            {
                "id": new_id(),
                "given_name": "Anna",
                "family_name": "Andersson",
                "personal_number": ANNA,
                "relation": "applicant",
            },
        ],
        "children_birth_years": [2015],
        "household_complete": True,
        "position": {"latitude": 59.27, "longitude": 15.21},
        "languages": ["sv", "ar"],
        "protected_identity": False,
        **overrides,
    }


def a_proposal(**overrides: Any) -> dict[str, Any]:
    """A valid proposal to approve."""
    return {**ProposeDecision.example, "conditions": "No pets.", **overrides}


def a_start(home_id: str, **overrides: Any) -> dict[str, Any]:
    """What `placement_started` says: a child of nine comes to live in the home."""
    return {
        "placement_id": new_id(),
        "placement_request_id": new_id(),
        "approval_id": new_id(),
        "home_id": home_id,
        "assignment": "family_home",
        "birth_date": date(2017, 1, 1),
        "starts_on": date(2026, 6, 1),
        "adult_ids": [new_id()],
        **overrides,
    }


def a_mentorship(*, mentor: str, home: str) -> dict[str, Any]:
    """What `mentorship_accepted` says."""
    return {"mentorship_id": new_id(), "mentor_id": new_id(), "home_id": home, "mentor_home_id": mentor}


def a_training(home_id: str, **overrides: Any) -> dict[str, Any]:
    """What `training_attended` says: the home was at a course."""
    said = {"enrolment_id": new_id(), "course_id": new_id(), "kind": "course", "attended": True}
    return {**said, "home_id": home_id, "held_on": date(2026, 4, 18), **overrides}


def open_one(harness: Harness, *, tenant: str | None = None, **overrides: Any) -> dict[str, Any]:
    """Lets a qualified application arrive; the investigation that it opens."""
    application = an_application(**overrides)
    harness.react(APPLICATION_QUALIFIED, application, tenant=tenant)
    found = harness.do("list_investigations", page={"limit": "100"}, tenant=tenant)["items"]
    (item,) = [item for item in found if item["application_id"] == application["application_id"]]
    return harness.do("get_investigation", investigation_id=item["id"], tenant=tenant)


def a_reference(adult_id: str, **overrides: Any) -> dict[str, Any]:
    """What somebody says of an adult."""
    return {**RecordReference.example, "adult_id": adult_id, **overrides}


def meet(harness: Harness, opened: dict[str, Any], *, on: str = "2026-05-01") -> None:
    """Holds the steps that are asked for where a municipality has not said otherwise."""
    which = {"investigation_id": opened["id"], "actor": "ivar"}
    for step in (VISIT, INTERVIEW):
        harness.do("record_meeting", body={**step, "held_on": on}, **which)
    for adult in opened["adults"]:
        harness.do("record_reference", body=a_reference(adult["id"]), **which)


def approve(harness: Harness, ready: dict[str, Any], **proposal: Any) -> dict[str, Any]:
    """Lets Ivar propose an approval and Dora decide on it; the investigation."""
    which = {"investigation_id": ready["id"]}
    harness.do("propose_decision", body=a_proposal(**proposal), actor="ivar", **which)
    return harness.do("decide_investigation", body={"outcome": "approve", "reasons": "So."}, actor="dora", **which)


@pytest.fixture
def approved(investigation: Harness, ready: dict[str, Any]) -> dict[str, Any]:
    """An investigation that has led to an approval until 31 May 2028."""
    return approve(investigation, ready)


def make_ready(
    harness: Harness, opened: dict[str, Any], *, checked_on: str = "2026-05-01", visited_on: str = "2026-05-01"
) -> dict[str, Any]:
    """Records every check as clear, every area as met, and the steps that are asked for."""
    meet(harness, opened, on=visited_on)
    which = {"investigation_id": opened["id"], "if_match": "*", "actor": "ivar"}
    for check in opened["register_checks"]:
        harness.do("record_register_check", check_id=check["id"], body={**CLEAR, "checked_on": checked_on}, **which)
    for area in Area:
        harness.do("assess_area", area=str(area), body=MET, **which)
    return harness.do("get_investigation", investigation_id=opened["id"])
