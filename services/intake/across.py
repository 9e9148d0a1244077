"""Intake's part of what is asked of all services at once: search, deadlines, what waits, a home's way, the overview."""

from typing import Any

from sqlalchemy import Select, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.intake.applications.model import WAITING, Application
from services.intake.base import Base
from services.intake.contract.applications import RECRUITER, Status
from services.intake.contract.transfers import TransferStatus
from services.intake.transfers.model import ReceivedTransfer
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work import counts
from services.kernel.work.counts import Dated, Days, Queue, days_between, step
from services.kernel.work.operations import Answer
from services.kernel.work.retention import previews
from services.kernel.work.search import WRITE_SEARCH_WORDS, Finder, counted, may_be_found, writer_of
from services.vocabulary.across import MOST_DEADLINES, DeadlineKind, HitKind
from services.vocabulary.people import household_name

__all__ = ["WRITE_SEARCH_WORDS"]

write_search_words = writer_of(Base)


def _title(row: Any) -> str | None:
    """The adults of an application."""
    return household_name(row.details["adults"])


# --- search ---------------------------------------------------------------------------------------------------------

_IS_PROTECTED = Application.protected_identity | Application.names_protected
_NAMED = (Application.id, Application.home_id, _IS_PROTECTED.label("protected_identity"), Application.details)
_FOUND = counted(
    select(*_NAMED, Application.reference).where(
        Application.id == any_(bindparam("ids", type_=ARRAY(Text))), may_be_found(_IS_PROTECTED)
    ),
    Application.id,
)


def search(unit: Unit, body: dict[str, Any]) -> Answer:
    """The applications of whom is searched for."""
    finder = Finder(unit, body["text"])
    finder.take(_FOUND, _hit, ids=finder.ids(Application.found_as))
    return finder.answer()


def _hit(row: Any) -> dict[str, Any]:
    return {
        "kind": HitKind.APPLICATION,
        "id": row.id,
        "home_id": row.home_id,
        "title": _title(row),
        "detail": row.reference,
        "protected_identity": row.protected_identity,
    }


# --- deadlines and what waits ---------------------------------------------------------------------------------------


def _due(row: Any) -> dict[str, Any]:
    subject = {"kind": "application", "id": row.id, "title": _title(row)}
    return {"subject": subject | {"protected_identity": row.protected_identity}, "detail": row.reference}


CONTACT_DUE = Dated(
    kind=DeadlineKind.CONTACT_DUE,
    roles=RECRUITER,
    rows=select(*_NAMED, Application.reference, Application.contact_by.label("due")).where(
        Application.status.in_(WAITING)
    ),
    due=Application.contact_by,
    order=Application.id,
    view=_due,
)
QUEUES = [
    Queue(
        kind="application",
        roles=RECRUITER,
        rows=select(Application.received_at.label("since")).where(Application.status == Status.RECEIVED),
    ),
    Queue(
        kind="transfer",
        roles=RECRUITER,
        rows=select(ReceivedTransfer.sent_at.label("since")).where(ReceivedTransfer.status == TransferStatus.WAITING),
    ),
]


def list_deadlines(unit: Unit, query: dict[str, Any]) -> Answer:
    """The days by which somebody has to get in touch, and by which files are weeded."""
    return counts.soonest(unit, [CONTACT_DUE, previews.dated()], query, most=MOST_DEADLINES)


def view_waiting(unit: Unit) -> Answer:
    """The interests that nobody has answered, and those that another municipality hands over."""
    return counts.waiting(unit, "intake", QUEUES)


# --- journey and overview -------------------------------------------------------------------------------------------

_OF_HOME = (
    select(
        Application.id,
        Application.reference,
        Application.kind,
        Application.status,
        Application.assignments,
        Application.received_at,
        Application.contact_by,
        Application.reached_at,
    )
    .where(Application.home_id == bindparam("home_id"))
    .order_by(Application.id)
    .limit(100)
)


def view_journey(unit: Unit, home_id: str) -> Answer:
    """A home's interests."""
    found = unit.session.execute(_OF_HOME, {"home_id": home_id}).all()
    if not found:
        raise NotFound
    return Answer({"applications": found})


def view_overview(unit: Unit, query: dict[str, Any]) -> Answer:
    """From interest to qualified."""
    asked = steps(counts.days_of(unit, query))
    funnel = [step(unit, name, rows) for name, rows in asked.items()]
    return Answer({"funnel": funnel, "clocks": counts.at_risk(unit, [CONTACT_DUE])})


def steps(days: Days) -> dict[str, Select[Any]]:
    """Whoever came to each step in the period, with the days that it took."""
    begun = func.coalesce(Application.reached_at, Application.received_at)
    came = {
        "interest": (Application.received_at, counts.NOBODY_KNOWS),
        "contact": (Application.reached_at, days_between(Application.received_at, Application.reached_at)),
        "qualified": (Application.qualified_at, days_between(begun, Application.qualified_at)),
    }
    return {name: select(took).where(days.hold(at)) for name, (at, took) in came.items()}
