"""Compensation: a tariff, a signed agreement, and a pay run."""

from datetime import date

from services.investigation.contract.events import HOME_CHANGED, HOME_WEEDED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED, PLACEMENT_WEEDED
from tests.home_changes import a_change, a_weeding, an_adult
from tests.services.compensation.conftest import (
    LAST_OF_APRIL,
    a_signed_agreement,
    a_start,
    compute,
    set_tariff,
)
from tests.tenancy.scenes import NEIGHBOUR, Scene


def scene(compensation: Harness) -> Scene:
    compensation.now = LAST_OF_APRIL
    set_tariff(compensation)
    agreement = a_signed_agreement(compensation)
    neighbour = a_signed_agreement(compensation)
    run = compute(compensation)
    started = a_start(placement_id=agreement["placement_id"], home_id=agreement["home_id"])
    changed = a_change(agreement["home_id"])
    compensation.react(HOME_CHANGED, changed)
    compensation.react(HOME_CHANGED, a_change(neighbour["home_id"], adults=[an_adult(NEIGHBOUR)]))
    spare = a_change(new_id())
    compensation.react(HOME_CHANGED, spare)
    return Scene(
        ids={
            "year": "2024",
            "agreement_id": agreement["id"],
            "home_id": agreement["home_id"],
            "pay_run_id": run["id"],
        },
        bodies={"search": {"text": changed["adults"][0]["given_name"]}},
        events={
            PLACEMENT_STARTED: started,
            PLACEMENT_ENDED: {**started, "ends_on": date(2024, 4, 20)},
            PLACEMENT_WEEDED: started,
            HOME_CHANGED: changed,
            HOME_WEEDED: a_weeding(spare["home_id"]),
        },
    )
