"""Mentorship in the test's own process, and the events that it receives."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from stdnum import luhn

from services.investigation.contract.events import HOME_APPROVED
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event
from services.kernel.process.service import Service
from services.kernel.testing import Harness
from services.mentorship.service import Mentorship
from services.placement.contract.events import PLACEMENT_STARTED

ANNA, BERTIL, CECILIA = "189001019802", "189001019810", "189001019828"
#: A tenth of a degree of latitude is 11.1 km.
CENTRE = {"latitude": 59.2, "longitude": 15.2}


@pytest.fixture
def mentorship(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    return harness_of(Mentorship)


def an_adult(personal_number: str = ANNA) -> dict[str, str]:
    """An adult as the investigation tells of one."""
    return {
        "id": new_id(),
        "given_name": "Anna",
        "family_name": "Andersson",
        "personal_number": personal_number,
        "relation": "applicant",
    }


def an_approval(**overrides: Any) -> dict[str, Any]:
    """What `home_approved` says."""
    return {
        "approval_id": new_id(),
        "investigation_id": new_id(),
        "application_id": new_id(),
        "home_id": new_id(),
        "assignments": ["family_home"],
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "child_name": None,
        "conditions": "",
        "decided_on": date(2025, 5, 1),
        "valid_until": date(2028, 4, 30),
        "adults": [an_adult()],
        "position": CENTRE,
        "languages": ["sv"],
        "protected_identity": False,
        **overrides,
    }


def a_start(home_id: str, **overrides: Any) -> dict[str, Any]:
    """What `placement_started` says."""
    return {
        "placement_id": new_id(),
        "placement_request_id": new_id(),
        "approval_id": new_id(),
        "home_id": home_id,
        "assignment": "family_home",
        "birth_date": date(2020, 2, 29),
        "starts_on": date(2026, 6, 1),
        "adult_ids": [new_id()],
        **overrides,
    }


def north(degrees: float) -> dict[str, float]:
    """A position that far north of Örebro."""
    return {**CENTRE, "latitude": CENTRE["latitude"] + degrees}


def somebody() -> str:
    """A test number that nobody has had before: two homes of the same adult are one household."""
    digits = f"{date(1950, 1, 1) + timedelta(days=next(_born)):%Y%m%d}980"
    return f"{digits}{luhn.calc_check_digit(digits[2:])}"


_born = count()


def approve_home(mentorship: Harness, *, adult: str | None = None, tenant: str | None = None, **overrides: Any) -> str:
    """A home that the service knows of; its id."""
    approval = an_approval(adults=[an_adult(adult or somebody())], **overrides)
    mentorship.react(HOME_APPROVED, approval, tenant=tenant)
    return str(approval["home_id"])


def register(mentorship: Harness, home_id: str, **overrides: Any) -> dict[str, Any]:
    """A home as a mentor."""
    body = {"home_id": home_id, "capacity": 10, "area": "norr", "paused": False, **overrides}
    return mentorship.do("register_mentor", body=body)


def start_placement(mentorship: Harness, home_id: str) -> dict[str, Any]:
    """Starts a placement; the home's newest mentorship."""
    mentorship.react(PLACEMENT_STARTED, a_start(home_id))
    return of_home(mentorship, home_id)[-1]


def of_home(mentorship: Harness, home_id: str) -> list[dict[str, Any]]:
    """The home's mentorships, the oldest first."""
    listed = mentorship.do("list_mentorships", page={"limit": "100"})
    return [item for item in listed["items"] if item["home_id"] == home_id]


def react_at_once(mentorship: Harness, event: Event, data: Sequence[dict[str, Any]]) -> None:
    """Delivers events at the same moment and insists that every reaction succeeds."""
    messages = [mentorship.message(event, recorded) for recorded in data]
    start = Barrier(len(messages))

    def deliver(message: bytes) -> bool:
        start.wait(10)
        return mentorship.deliver(event, message).done

    with ThreadPoolExecutor(len(messages)) as pool:
        assert all(pool.map(deliver, messages))
