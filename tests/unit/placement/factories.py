"""One plain function per noun, valid by default. Times and people are of the tests' own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from stdnum import luhn

from services.kernel.basics.ids import new_id
from services.placement import model
from services.placement.contract.care import CareDecision
from services.placement.contract.requests import OpenPlacementRequest, RequestStatus
from services.placement.model import Home, Inquiry, PlacementRequest

MAY_20 = datetime(2026, 5, 20, 8, tzinfo=UTC)
JUNE_1 = date(2026, 6, 1)


def personal_number(birth_date: str = "20170101", serial: int = 980) -> str:
    """A number that nobody has: the serials 980 to 999 are for tests."""
    digits = f"{birth_date[2:]}{serial}"
    return f"{birth_date}{serial}{luhn.calc_check_digit(digits)}"


def lookup(value: str) -> bytes:
    return value.encode()


def recorded_approval(**overrides: Any) -> dict[str, Any]:
    """The data of `home_approved`: Anna and Bo in Örebro may take two children of at most twelve years."""
    values = {
        "approval_id": "approval-1",
        "investigation_id": "investigation-1",
        "application_id": "application-1",
        "home_id": "home-1",
        "assignments": ["family_home"],
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "child_name": None,
        "conditions": "Not beside a dog.",
        "decided_on": date(2026, 5, 1),
        "valid_until": date(2028, 4, 30),
        "adults": [recorded_adult("adult-1", "Anna"), recorded_adult("adult-2", "Bo", serial=981, relation="partner")],
        "position": {"latitude": 59.27, "longitude": 15.21},
        "languages": ["sv", "ar"],
        "protected_identity": False,
    }
    return values | overrides


def recorded_adult(adult_id: str, given_name: str, *, serial: int = 980, relation: str = "applicant") -> dict[str, str]:
    return {
        "id": adult_id,
        "given_name": given_name,
        "family_name": "Andersson",
        "personal_number": personal_number("18900101", serial),
        "relation": relation,
    }


def make_home(**overrides: Any) -> Home:
    """A home with one approval."""
    recorded = recorded_approval(**overrides)
    home = Home(id=recorded["home_id"])
    home.begin(MAY_20)
    home.learn_approval(recorded, lookup=lookup, at=MAY_20)
    return home


def request_body(**overrides: Any) -> dict[str, Any]:
    """A body as JSON: Elsa, nine years old, needs a family home from 1 June 2026 on."""
    return {**OpenPlacementRequest.example, **overrides}


def make_request(**overrides: Any) -> PlacementRequest:
    values: dict[str, Any] = {
        "id": new_id(),
        "assignment": "family_home",
        "status": RequestStatus.OPEN,
        "person": {
            "given_name": "Elsa",
            "family_name": "Ek",
            "personal_number": personal_number(),
            "protected_identity": False,
        },
        "lookup": lookup(personal_number()),
        "needed_from": JUNE_1,
        "urgent": False,
        "languages": [],
        "sibling_of": None,
        "siblings_together": False,
        "place_kind": "other",
        "needs": "",
        "changed_at": MAY_20,
    }
    return PlacementRequest(**(values | overrides))


def start_body(*, starts_on: date = JUNE_1, **overrides: Any) -> dict[str, Any]:
    """A loaded `StartPlacement` without who comes where: a stay that the committee decided on, the day before at the
    latest."""
    decided_on = min(starts_on - timedelta(days=1), MAY_20.date())
    decision = {**CareDecision.example, "decided_on": decided_on}
    return {"starts_on": starts_on, "kind": "stay", "ends_on": None, "care_decision": decision, **overrides}


def make_inquiry(request: PlacementRequest, home: Home) -> Inquiry:
    by = datetime(2026, 5, 22, 20, tzinfo=UTC)
    return model.ask(
        request,
        home,
        inquiries=[],
        message="Could you?",
        answer_by=by,
        by="karin",
        at=MAY_20,
    )
