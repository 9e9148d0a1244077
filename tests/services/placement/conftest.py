"""Placement in the test's own process, and the steps that lead to a placement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from services.investigation.contract.events import HOME_APPROVED
from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import SentFile
from services.kernel.process.service import Service
from services.kernel.testing import Harness, a_sent_file
from services.placement.contract.care import CareDecision
from services.placement.service import Placement
from tests.conftest import shelves
from tests.unit.placement.factories import MAY_20, personal_number, recorded_adult, recorded_approval, request_body

ANNA = "189001019802"


@dataclass
class Desk:
    """A caseworker's desk: what is done again and again before the thing that a test is about."""

    harness: Harness

    def home(self, *, tenant: str | None = None, **overrides: Any) -> str:
        """An approved home with its applicant Anna; its id."""
        recorded = approval(**overrides)
        self.harness.react(HOME_APPROVED, recorded, tenant=tenant)
        return str(recorded["home_id"])

    def request(self, *, born: str = "20170101", serial: int = 980, **overrides: Any) -> str:
        """A placement request; its id. Another serial is another person."""
        person = {**request_body()["person"], "personal_number": personal_number(born, serial)}
        body = request_body(**{"person": person, **overrides})
        return str(self.harness.do("open_placement_request", body=body)["id"])

    def inquiry(self, request_id: str, home_id: str) -> str:
        """An inquiry that waits for its answer; its id."""
        body = {"home_id": home_id, "message": "Could you?", "answer_by": "2026-05-22T20:00:00.000000Z"}
        return str(self.harness.do("send_inquiry", placement_request_id=request_id, body=body)["id"])

    def accepted(self, request_id: str, home_id: str) -> str:
        """An inquiry that the home has said yes to; its id."""
        inquiry_id = self.inquiry(request_id, home_id)
        self.harness.do("accept_inquiry", inquiry_id=inquiry_id)
        return inquiry_id

    def ready(self, home_id: str, **overrides: Any) -> dict[str, Any]:
        """A body for `start_placement` of a request to which the home has said yes."""
        request_id = self.request(**overrides)
        self.accepted(request_id, home_id)
        return start(request_id, home_id)

    def placed(self, home_id: str, *, starts_on: str = "2026-06-01", **overrides: Any) -> str:
        """A placement; its id."""
        body = {**self.ready(home_id, **overrides), "starts_on": starts_on}
        return str(self.harness.do("start_placement", body=body)["id"])


def approval(**overrides: Any) -> dict[str, Any]:
    """The data of `home_approved` for a new home with ids of its own."""
    recorded = recorded_approval(
        approval_id=new_id(),
        home_id=new_id(),
        decided_on=date(2026, 5, 1),
        adults=[recorded_adult(new_id(), "Anna"), recorded_adult(new_id(), "Bo", serial=981, relation="partner")],
    )
    return recorded | overrides


#: What the committee decided, before any first day of these tests.
DECIDED: dict[str, str] = {**CareDecision.example, "decided_on": "2026-04-01"}


def start(request_id: str, home_id: str, starts_on: str = "2026-06-01", **overrides: Any) -> dict[str, Any]:
    """A body for `start_placement`: a stay that the committee has decided on."""
    stay = {"placement_request_id": request_id, "home_id": home_id, "starts_on": starts_on}
    return {**stay, "care_decision": DECIDED, **overrides}


def a_file(placement: Harness, *lines: str, tenant: str | None = None) -> SentFile:
    """A file of postcodes on the shelf of a municipality, as the gateway hands it over."""
    content = "\n".join(("postcode;latitude;longitude", *lines)).encode()
    shelf = shelves("placement").of(tenant or placement.tenant)
    kept = shelf.put([content], name="postnummer.csv", media_type="text/csv")
    return a_sent_file(**{name: getattr(kept, name) for name in ("id", "name", "media_type", "size", "key")})


@pytest.fixture
def placement(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    harness = harness_of(Placement)
    harness.now = MAY_20
    return harness


@pytest.fixture
def desk(placement: Harness) -> Desk:
    return Desk(placement)
