"""What becomes of a form that comes in: a new application."""

from datetime import datetime
from typing import Any

from services.intake.applications import deadlines
from services.intake.applications.model import Application, as_kept
from services.intake.contract.applications import Status
from services.intake.contract.form import Kind
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id, new_reference
from services.vocabulary.people import must_be_of_age


def receive(body: dict[str, Any], *, at: datetime, contact_days: int, sent_at: datetime | None = None) -> Application:
    """A new application from a loaded `SubmitApplication`; `InvalidInput` when an adult of it is not of age."""
    received_at = sent_at or at
    must_be_of_age(body.get("adults", []), clock.local_date(at))
    return Application(
        id=new_id(),
        home_id=new_id(),
        reference=new_reference(),
        kind=body["kind"],
        status=Status.RECEIVED,
        assignments=body.get("assignments", []),
        protected_identity=body.get("protected_identity", False),
        received_at=received_at,
        contact_by=deadlines.contact_by(clock.local_date(received_at), contact_days),
        changed_at=at,
        details=_details(body),
    )


def _details(body: dict[str, Any]) -> dict[str, Any]:
    """What is sealed of a form: everything by which somebody could be known."""
    kept = ("email", "address", "experience", "knows_child", "message", "particulars", "first_call")
    return {
        "adults": [as_kept(adult) for adult in body.get("adults", [])],
        "phone": body["phone"],
        "children_at_home": body.get("children_at_home", []),
        # A household that was not said to be complete is not: an unknown adult would stay unchecked.
        "household_complete": body["kind"] == Kind.FORM and body.get("household_complete", False),
        "languages": body.get("languages", []),
        "wishes": body.get("wishes", {}),
        "answers": body.get("answers", []),
        **{name: body.get(name) for name in kept},
    }
