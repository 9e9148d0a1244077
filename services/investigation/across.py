"""Investigation's part of what is asked of all services at once: search, deadlines, what waits, a home's way, the
overview."""

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Date, Select, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.investigation.contract.approvals import Standing
from services.investigation.contract.common import DECIDER, INVESTIGATOR, READERS, Kind, Status
from services.investigation.contract.concerns import SEERS, ConcernStatus
from services.investigation.contract.decisions import DecidedOutcome
from services.investigation.contract.home_files import KEEPERS
from services.investigation.model import (
    Adult,
    Approval,
    Base,
    Concern,
    Decision,
    Home,
    Investigation,
    Proposal,
    RegisterCheck,
)
from services.kernel.contracts import Shown
from services.kernel.rows.listing import gathered
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

_PEOPLE = gathered(Adult.person, (Adult.home_id == Home.id) & Adult.left_at.is_(None), order=Adult.id).label("people")


def _title(row: Any) -> str | None:
    """The adults of a home."""
    return household_name(row.people or ())


def _subject(kind: str, subject_id: str, row: Any) -> dict[str, Any]:
    return {"kind": kind, "id": subject_id, "title": _title(row), "protected_identity": row.protected_identity}


# --- search ---------------------------------------------------------------------------------------------------------

_IDS = any_(bindparam("ids", type_=ARRAY(Text)))
_HOMES = counted(
    select(Home.id, Home.id.label("home_id"), Home.protected_identity, _PEOPLE).where(
        Home.id == _IDS, may_be_found(Home.protected_identity)
    ),
    Home.id,
)
_INVESTIGATIONS = counted(
    select(Investigation.id, Investigation.home_id, Investigation.status, Home.protected_identity, _PEOPLE)
    .join(Home, Home.id == Investigation.home_id)
    .where(Investigation.home_id == _IDS, may_be_found(Home.protected_identity)),
    Investigation.id,
)


def search(unit: Unit, body: dict[str, Any]) -> Answer:
    """The homes of whom is searched for, and their investigations: what the caller may see of it."""
    finder = Finder(unit, body["text"])
    ids = finder.ids(Adult.found_as)
    if not KEEPERS.isdisjoint(unit.context.roles):
        finder.take(_HOMES, partial(_hit, HitKind.HOME, None), ids=ids)
    if not READERS.isdisjoint(unit.context.roles):
        finder.take(_INVESTIGATIONS, lambda row: _hit(HitKind.INVESTIGATION, row.status, row), ids=ids)
    return finder.answer()


def _hit(kind: HitKind, detail: str | None, row: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": row.id,
        "home_id": row.home_id,
        "title": _title(row),
        "detail": detail,
        "protected_identity": row.protected_identity,
    }


# --- deadlines and what waits ---------------------------------------------------------------------------------------

_OPEN = Investigation.status.in_((Status.OPEN, Status.PROPOSED))


def _expiring(row: Any) -> dict[str, Any]:
    return {"subject": _subject("home", row.home_id, row), "detail": ", ".join(row.assignments)}


def _checked(row: Any) -> dict[str, Any]:
    return {"subject": _subject("investigation", row.id, row), "detail": row.register, "responsible": row.recorded_by}


#: an outcome runs out before anybody has decided on it; or the one does that an approval stands on
_CHECKED_BY = func.least(RegisterCheck.valid_until, RegisterCheck.due_on, type_=Date)
REGISTER_CHECKS = Dated(
    kind=DeadlineKind.REGISTER_CHECK_EXPIRES,
    roles=READERS,
    rows=select(
        Investigation.id,
        RegisterCheck.register,
        RegisterCheck.recorded_by,
        _CHECKED_BY.label("due"),
        Home.protected_identity,
        _PEOPLE,
    )
    .join(Investigation, Investigation.id == RegisterCheck.investigation_id)
    .outerjoin(Home, Home.id == Investigation.home_id)
    .where(
        _OPEN,
        _CHECKED_BY.is_not(None),
        select(Adult.id).where(Adult.id == RegisterCheck.adult_id, Adult.left_at.is_(None)).exists(),
    ),
    due=_CHECKED_BY,
    order=RegisterCheck.id,
    view=_checked,
    responsible=RegisterCheck.recorded_by,
)


def _dated(today: date) -> list[Dated]:
    """What has a day: approvals that are still good, checks of investigations that are not decided, and children of
    approved homes who come of age."""
    shown = (Approval.home_id, Approval.assignments, Approval.valid_until.label("due"))
    approvals = Dated(
        kind=DeadlineKind.APPROVAL_EXPIRES,
        roles=READERS,
        rows=select(*shown, Home.protected_identity, _PEOPLE)
        .outerjoin(Home, Home.id == Approval.home_id)
        .where(Approval.valid_until >= today, Approval.standing != Standing.REVOKED),
        due=Approval.valid_until,
        order=Approval.id,
        view=_expiring,
    )
    return [approvals, REGISTER_CHECKS, of_age(today)]


def of_age(today: date) -> Dated:
    """Children of approved homes who are adults by the end of the year: who asks the family learns since when, and
    names them in the home's file."""
    in_force = (
        select(Approval.id)
        .where(Approval.home_id == Home.id, Approval.valid_until >= today, Approval.standing != Standing.REVOKED)
        .limit(1)
        .scalar_subquery()
    )
    return Dated(
        kind=DeadlineKind.CHILD_OF_AGE,
        roles=READERS,
        rows=select(Home.id.label("home_id"), Home.of_age_on.label("due"), Home.protected_identity, _PEOPLE).where(
            Home.of_age_on.is_not(None), in_force.is_not(None)
        ),
        due=Home.of_age_on,
        order=Home.id,
        view=lambda row: {"subject": _subject("home", row.home_id, row), "detail": None},
    )


QUEUES = [
    Queue(
        kind="investigation",
        roles=INVESTIGATOR,
        rows=select(Investigation.opened_at.label("since")).where(Investigation.status == Status.OPEN),
    ),
    Queue(
        kind="proposal",
        roles=DECIDER,
        rows=select(func.max(Proposal.proposed_at).label("since"))
        .join(Investigation, Investigation.id == Proposal.investigation_id)
        .where(Investigation.status == Status.PROPOSED)
        .group_by(Proposal.investigation_id),
    ),
    Queue(
        kind="refusal_to_tell",
        roles=INVESTIGATOR,
        rows=select(Decision.decided_at.label("since"))
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .join(Investigation, Investigation.id == Proposal.investigation_id)
        .where(
            Decision.outcome == DecidedOutcome.REJECT,
            Decision.told_on.is_(None),
            Investigation.kind == Kind.APPLICATION,
        ),
    ),
    Queue(
        kind="concern",
        roles=SEERS,
        rows=select(Concern.reported_at.label("since")).where(Concern.status == ConcernStatus.OPEN),
    ),
]


def list_deadlines(unit: Unit, query: dict[str, Any]) -> Answer:
    """The last days of approvals, of register checks, of childhoods and of files."""
    return counts.soonest(unit, [*_dated(unit.today), previews.dated()], query, most=MOST_DEADLINES)


def view_waiting(unit: Unit) -> Answer:
    """The investigations that are open, the proposals that are not decided, the concerns that are not settled."""
    return counts.waiting(unit, "investigation", QUEUES)


# --- journey and overview -------------------------------------------------------------------------------------------

_OF_HOME = (
    select(
        Investigation.id,
        Investigation.kind,
        Investigation.status,
        Investigation.opened_at,
        Investigation.decided_at,
    )
    .where(Investigation.home_id == bindparam("home_id"))
    .order_by(Investigation.opened_at, Investigation.id)
    .limit(100)
)


def view_journey(unit: Unit, home_id: str) -> Answer:
    """A home with its investigations and approvals."""
    home = unit.read(Home, home_id)
    investigations = unit.session.execute(_OF_HOME, {"home_id": home_id}).all()
    approvals = unit.session.scalars(
        select(Approval).where(Approval.home_id == home_id).order_by(Approval.decided_on, Approval.id).limit(100)
    ).all()
    return Answer(
        {
            "name": home.name,
            "protected_identity": home.protected_identity,
            "approvals_wait": home.approvals_wait,
            "open_concerns": home.open_concerns,
            "investigations": investigations,
            "approvals": [
                Shown(approval, state=approval.state_on(unit.today, waits=home.approvals_wait))
                for approval in approvals
            ],
        }
    )


def view_overview(unit: Unit, query: dict[str, Any]) -> Answer:
    """From the opened investigation to the approval, which comes with the decision."""
    funnel = [step(unit, name, rows) for name, rows in steps(counts.days_of(unit, query)).items()]
    return Answer({"funnel": funnel, "clocks": counts.at_risk(unit, _dated(unit.today))})


def steps(days: Days) -> dict[str, Select[Any]]:
    """What came to each step in the period, with the days that it took."""
    of_applications = Investigation.kind == Kind.APPLICATION
    took = days_between(Investigation.opened_at, Investigation.decided_at)
    return {
        "investigation": select(counts.NOBODY_KNOWS).where(of_applications, days.hold(Investigation.opened_at)),
        "decision": select(took).where(of_applications, days.hold(Investigation.decided_at)),
        "approval": select(counts.NOBODY_KNOWS).where(days.hold(Approval.decided_on)),
    }
