"""An investigation without a session, valid by default."""

from datetime import UTC, date, datetime
from typing import Any

from services.investigation.investigations import outcome
from services.investigation.investigations.blockers import Area
from services.investigation.investigations.opening import open_investigation
from services.investigation.investigations.rules import Demands
from services.investigation.model import Approval, Home, Investigation
from services.kernel.basics.geo import Place

OPENED = datetime(2026, 4, 8, 9, tzinfo=UTC)
DEMANDS = Demands(near_km=50, centre=Place(59.27, 15.21))  #: of Örebro, which asks for the usual steps
MAY = datetime(2026, 5, 2, 9, tzinfo=UTC)

ANNA = {
    "id": "anna",
    "given_name": "Anna",
    "family_name": "Andersson",
    "personal_number": "189001019802",
    "relation": "applicant",
}
BO = {"id": "bo", "given_name": "Bo", "family_name": "Berg", "personal_number": "201701012393", "relation": "partner"}


def make_investigation(**overrides: Any) -> Investigation:
    """As it is opened, for Anna and Bo."""
    recorded: dict[str, Any] = {
        "application_id": "application-1",
        "home_id": "home-1",
        "assignments": ["family_home", "emergency_home"],
        "adults": [ANNA, BO],
        "children_birth_years": [2015],
        "household_complete": True,
        "position": {"latitude": 59.27, "longitude": 15.21},
        "languages": ["sv", "ar"],
        "protected_identity": False,
        **overrides,
    }
    home = Home(id=recorded["home_id"])
    home.begin(OPENED)
    home.join(recorded, lookup=str.encode, at=OPENED)
    return open_investigation(home, recorded, at=OPENED)


def make_ready(*, checked_on: date = date(2026, 5, 1), **overrides: Any) -> Investigation:
    """With every check clear and every area met."""
    investigation = make_investigation(**overrides)
    for check in investigation.register_checks:
        record(investigation, check.id, checked_on=checked_on)
    for area in Area:
        assess(investigation, area)
    meet(investigation, "home_visit")
    meet(investigation, "interview_together")
    for adult in investigation.household:
        refer(investigation, adult.id)
    return investigation


def assess(investigation: Investigation, area: Area, *, by: str = "ivar", **judgement: Any) -> None:
    """Assesses an area as met."""
    factors: dict[str, Any] = {"risk_factors": [], "protective_factors": [], "resources": [], "conditions": ""}
    investigation.assess(area, {"rating": "met", "note": "", **factors, **judgement}, by=by, at=MAY)


def meet(investigation: Investigation, step: str, **overrides: Any) -> None:
    """A step is held, with all adults."""
    said: dict[str, Any] = {"step": step, "held_on": date(2026, 5, 1), "place": "Hemma", "present": [], "notes": ""}
    investigation.meet({**said, **overrides}, by="ivar", at=MAY)


def refer(investigation: Investigation, adult_id: str, **overrides: Any) -> None:
    """Somebody says what an adult is like."""
    who = {"name": "Gunilla Gran", "relation": "chef", "way": "telefon", "summary": "Tålmodig."}
    said = {"adult_id": adult_id, "given_on": date(2026, 5, 1), **who, **overrides}
    investigation.refer(said, by="ivar", at=MAY)


def record(investigation: Investigation, check_id: str, **overrides: Any) -> None:
    """Records a clear check."""
    values: dict[str, Any] = {
        "status": "clear",
        "checked_on": date(2026, 5, 1),
        "assessment": "",
        "months": 6,
        "by": "ivar",
        "at": MAY,
    }
    investigation.record_check(check_id, **(values | overrides))


def make_proposal(**overrides: Any) -> dict[str, Any]:
    """A loaded proposal to approve."""
    return {
        "outcome": "approve",
        "assignments": ["family_home"],
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "child_name": None,
        "child_personal_number": None,
        "conditions": "No pets.",
        "valid_until": date(2028, 5, 31),
        "reasons": "A calm home.",
        "suited_for": ["child"],
        "experience": None,
        "why_near": "",
        "investigated_by": "own",
        "board": None,
        **overrides,
    }


def propose(investigation: Investigation, *, by: str = "ivar", at: datetime = MAY, **overrides: Any) -> None:
    """Proposes to approve."""
    outcome.propose(investigation, make_proposal(**overrides), demands=DEMANDS, years=5, by=by, at=at)


def decide(
    investigation: Investigation, what: str, *, by: str = "dagny", at: datetime = MAY, reasons: str = "So be it."
) -> Approval | None:
    """Decides on the proposal."""
    return outcome.decide(investigation, what, demands=DEMANDS, reasons=reasons, by=by, at=at)
