"""What becomes of an application that one municipality hands over to another, on either side."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake.applications import deadlines
from services.intake.applications.model import Application
from services.intake.contract.applications import Status
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id, new_reference

_NOBODY: Mapping[str, Any] = {
    "adults": [],
    "phone": "",
    "children_at_home": [],
    "household_complete": False,
    "languages": [],
    "wishes": {},
    "answers": [],
    **dict.fromkeys(
        ("email", "address", "experience", "knows_child", "message", "particulars", "first_call"),
    ),
}


def hand_over(application: Application, to: str, reason: str, *, by: str, at: datetime) -> None:
    """The sender waits for the other municipality's answer. Raises `ApplicationAlreadyClosed`."""
    application.must_be_open()
    application.turn(Status.TRANSFERRED, reason, by=by, at=at)
    application.transferred_to = to


def take_back(
    application: Application, reason: str | None, *, is_withdrawn: bool, at: datetime, contact_days: int
) -> bool:
    """The other municipality has let it go: it is open here as it was, unless the family has withdrawn it here or, as
    `is_withdrawn` says, there; whether its clock begins anew."""
    application.transferred_to = None
    if is_withdrawn and application.can_be_withdrawn:
        application.withdraw(reason, by="", at=at)
    if application.status == Status.WITHDRAWN:
        application.touch(at)
        return False
    return application.open_again(reason, by="", at=at, contact_days=contact_days)


def leave_stub(application: Application, *, at: datetime) -> None:
    """Reference, days and where it went stay, and nothing by which anybody could be known. Its parts go, too."""
    application.details = dict(_NOBODY)
    application.has_attachments = False
    for turn in application.turns:
        turn.reason = None
    application.touch(at)


def arrived(said: Mapping[str, Any], *, sender: str, had_before: bool, at: datetime, contact_days: int) -> Application:
    """The application that another municipality offers to this one: under ids of its own, and the same reference, so
    that whoever applied follows it here; a new one where this municipality has had it already."""
    details = said["details"]
    return Application(
        id=new_id(),
        home_id=new_id(),
        reference=new_reference() if had_before else said["reference"],
        kind=said["kind"],
        status=Status.OFFERED,
        assignments=said["assignments"],
        protected_identity=said["protected_identity"],
        received_at=at,
        contact_by=deadlines.contact_by(clock.local_date(at), contact_days),
        changed_at=at,
        transferred_from=sender,
        details={**details, "adults": [{**adult, "id": new_id()} for adult in details["adults"]]},
    )


def accept(application: Application, *, by: str, at: datetime, contact_days: int) -> None:
    """It is this municipality's own, which has its days to get in touch from now on."""
    application.turn(Status.RECEIVED, None, by=by, at=at)
    application.contact_by = deadlines.contact_by(clock.local_date(at), contact_days)


def turn_away(application: Application, status: Status, *, by: str, at: datetime) -> None:
    """This municipality does not take it, or the family does not go on."""
    application.turn(status, None, by=by, at=at)
