"""Placement: a home with a placement, and an inquiry that waits."""

from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED, HOME_WEEDED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.home_changes import a_change, a_weeding
from tests.services.placement.conftest import Desk, a_file, approval
from tests.tenancy.scenes import ANNA, NEIGHBOUR, Scene
from tests.unit.placement.factories import MAY_20, personal_number, recorded_adult, request_body


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
    ready = desk.ready(desk.home(), serial=984)
    placement.do("set_postcodes", file=a_file(placement, "70210;59.27;15.21"), if_match="*")
    return Scene(
        subjects={"inquiry_unanswered": inquiry},
        ids={
            "home_id": home,
            "adult_id": adult,
            "placement_request_id": asked,
            "inquiry_id": inquiry,
            "placement_id": placed,
        },
        bodies={
            "choose_reach": {"ways": ["email"], "email": "anna@example.se"},
            "search": {"text": ANNA},
            "start_placement": ready,
            "send_inquiry": {"home_id": neighbour, "message": "Could you?", "answer_by": "2026-05-22T20:00:00.000000Z"},
        },
        refused={"start_placement": 422, "set_postcodes": 503},  # a file of another municipality is nowhere
        files={"set_postcodes": a_file(placement, "70210;59.27;15.21")},
        events={
            HOME_APPROVED: approval(home_id=home),
            HOME_CHANGED: a_change(home),
            HOME_WEEDED: a_weeding(desk.home()),
        },
    )
