"""Mentorship: a mentor, and a home that it is offered to."""

from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED, HOME_WEEDED
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_STARTED, PLACEMENT_WEEDED
from tests.home_changes import a_change, a_weeding
from tests.services.mentorship.conftest import a_start, an_adult, an_approval, approve_home, register, start_placement
from tests.tenancy.scenes import ANNA, NEIGHBOUR, Scene


def scene(mentorship: Harness) -> Scene:
    mentor = approve_home(mentorship)
    register(mentorship, mentor)
    home = approve_home(mentorship, adult=ANNA)
    approve_home(mentorship, adult=NEIGHBOUR)
    offered = start_placement(mentorship, home)
    return Scene(
        ids={"mentorship_id": offered["id"], "home_id": home},
        bodies={
            "search": {"text": ANNA},
            "register_mentor": {"home_id": home, "capacity": 10, "area": "norr", "paused": False},
        },
        refused={"register_mentor": 422},
        events={
            HOME_APPROVED: an_approval(home_id=home, adults=[an_adult(ANNA)]),
            HOME_CHANGED: a_change(home),
            HOME_WEEDED: a_weeding(approve_home(mentorship)),
            PLACEMENT_STARTED: a_start(home),
            PLACEMENT_WEEDED: a_start(home),
        },
    )
