"""Investigation: one that has just been opened, and one that has led to an approval."""

from datetime import date

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.investigation.contract.decisions import DecideInvestigation
from services.investigation.contract.staff import ProtectStaff
from services.investigation.investigations.blockers import Area
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.mentorship.contract.events import MENTORSHIP_ACCEPTED
from services.placement.contract.events import (
    PLACED_PERSON_CHANGED,
    PLACEMENT_ENDED,
    PLACEMENT_STARTED,
    PLACEMENT_WEEDED,
)
from tests.services.investigation.conftest import (
    ANNA,
    MAY,
    a_mentorship,
    a_proposal,
    a_start,
    an_application,
    make_ready,
    open_one,
)
from tests.tenancy.scenes import Scene


def scene(investigation: Harness) -> Scene:
    investigation.now = MAY
    decided = open_one(investigation)
    for _ in range(2):  # the second time replaces what was found the first time
        make_ready(investigation, decided)
    which = {"investigation_id": decided["id"]}
    investigation.do("propose_decision", body=a_proposal(), actor="ivar", **which)
    investigation.do("decide_investigation", body=DecideInvestigation.example, actor="dora", **which)
    opened = open_one(investigation)
    investigation.do("protect_staff", body=ProtectStaff.example)
    child = {"placement_request_id": new_id(), "personal_number": ANNA, "protected_identity": True}
    investigation.react(PLACED_PERSON_CHANGED, child)
    approval = investigation.do("list_approvals")["items"][0]["id"]
    started = a_start(decided["home_id"])
    investigation.react(PLACEMENT_STARTED, started)
    return Scene(
        subjects={"approval_expiring": f"{approval} 60", "approval_expired": approval},
        bodies={"search": {"text": "anna"}},
        ids={
            "investigation_id": opened["id"],
            "check_id": opened["register_checks"][0]["id"],
            "area": str(next(iter(Area))),
            "home_id": opened["home_id"],
        },
        events={
            APPLICATION_QUALIFIED: an_application(application_id=opened["application_id"], home_id=opened["home_id"]),
            PLACED_PERSON_CHANGED: child,
            PLACEMENT_STARTED: started,
            PLACEMENT_ENDED: {**started, "ends_on": date(2026, 6, 30)},
            PLACEMENT_WEEDED: a_start(decided["home_id"]),
            MENTORSHIP_ACCEPTED: a_mentorship(mentor=decided["home_id"], home=opened["home_id"]),
        },
    )
