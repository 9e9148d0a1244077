"""What has a day in mentorship."""

from typing import Any

from sqlalchemy import Date, Select, Text, any_, cast, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.kernel.basics import clock
from services.kernel.rows.listing import gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.counts import Dated
from services.mentorship.contract.common import COORDINATOR
from services.mentorship.contract.gatherings import GatheringStatus
from services.mentorship.contract.messages import TEAM
from services.mentorship.gatherings.terms import term_of
from services.mentorship.homes.model import name_of
from services.mentorship.model import Adult, Gathering, Home, Mentorship, RespiteRequest, Thread
from services.mentorship.offers.model import TAKING
from services.mentorship.respite import giving
from services.vocabulary.across import DeadlineKind

TRAINING_LAW = "SoL 22:3"


def kinds(unit: Unit) -> list[Dated]:
    """Every kind, for this municipality on this day."""
    return [_MESSAGES, UNAPPROVED, _training(unit), _joint_gathering(unit), _respite(unit)]


def _subject(kind: str, row: Any) -> dict[str, Any]:
    title = name_of(row.people)
    return {"kind": kind, "id": row.id, "title": title, "protected_identity": row.protected_identity}


def _view_message(row: Any) -> dict[str, Any]:
    return {"subject": _subject("thread", row), "detail": row.kind}


def _view_training(row: Any) -> dict[str, Any]:
    return {"subject": _subject("home", row), "detail": None, "law": TRAINING_LAW}


def _view_mentorship(row: Any) -> dict[str, Any]:
    return {"subject": _subject("mentorship", row), "detail": row.status}


def _view_respite(row: Any) -> dict[str, Any]:
    return {"subject": _subject("respite", row), "detail": None}


def _view_gathering(row: Any) -> dict[str, Any]:
    subject = {"kind": "term", "id": row.id, "title": None, "protected_identity": False}
    return {"subject": subject, "detail": None}


_MESSAGES = Dated(
    kind=DeadlineKind.MESSAGE_UNANSWERED,
    roles=TEAM,
    rows=select(
        Thread.id,
        Thread.kind,
        Thread.answer_by.label("due"),
        Home.protected_identity,
        gathered(Adult.person, Adult.home_id == Thread.home_id, order=Adult.id).label("people"),
    )
    .outerjoin(Home, Home.id == Thread.home_id)
    .where(Thread.answer_by.is_not(None)),
    due=Thread.answer_by,
    order=Thread.id,
    view=_view_message,
)


#: A home that takes nobody more, and its mentor's place.
UNAPPROVED = Dated(
    kind=DeadlineKind.MENTORSHIP_WITHOUT_APPROVAL,
    roles=COORDINATOR,
    rows=select(
        Mentorship.id,
        Mentorship.status,
        Mentorship.unapproved_since.label("due"),
        Home.protected_identity,
        gathered(Adult.person, Adult.home_id == Mentorship.home_id, order=Adult.id).label("people"),
    )
    .outerjoin(Home, Home.id == Mentorship.home_id)
    .where(Mentorship.unapproved_since.is_not(None), Mentorship.status.in_(TAKING)),
    due=Mentorship.unapproved_since,
    order=Mentorship.id,
    view=_view_mentorship,
)


def _training(unit: Unit) -> Dated:
    """What the law demands to be offered to whoever takes somebody in: a home in which somebody lives, or is to, and
    that has attended no course yet. One that stands empty is warned of when somebody is chosen for it (placement)."""
    lived_in = or_(Home.lived_in_until.is_(None), Home.lived_in_until >= unit.today)
    return Dated(
        kind=DeadlineKind.TRAINING_MISSING,
        roles=COORDINATOR,
        rows=select(
            Home.id,
            Home.lived_in_since.label("due"),
            Home.protected_identity,
            gathered(Adult.person, Adult.home_id == Home.id, order=Adult.id).label("people"),
        ).where(Home.trained_on.is_(None), Home.lived_in_since.is_not(None), lived_in),
        due=Home.lived_in_since,
        order=Home.id,
        view=_view_training,
    )


def _respite(unit: Unit) -> Dated:
    """Accepted respite that the chosen home, by whose name it goes, may not give any more: by its first night."""
    return Dated(
        kind=DeadlineKind.RESPITE_NOT_ALLOWED,
        roles=COORDINATOR,
        rows=select(
            RespiteRequest.id,
            RespiteRequest.starts_on.label("due"),
            func.coalesce(Home.protected_identity, false()).label("protected_identity"),
            gathered(Adult.person, Adult.home_id == RespiteRequest.given_by, order=Adult.id).label("people"),
        )
        .outerjoin(Home, Home.id == RespiteRequest.given_by)
        .where(RespiteRequest.id == any_(literal(giving.not_allowed(unit), ARRAY(Text)))),
        due=RespiteRequest.starts_on,
        order=RespiteRequest.id,
        view=_view_respite,
    )


def _joint_gathering(unit: Unit) -> Dated:
    """That the term still lacks gatherings to which all homes are invited: by its last day."""
    term = term_of(unit.today)
    begins, ends = clock.at_local(term.first, 0), clock.at_local(term.last, 23, 59)
    planned = (
        select(func.count())
        .where(Gathering.is_joint, Gathering.status == GatheringStatus.PLANNED)
        .where(Gathering.starts_at.between(begins, ends))
        .scalar_subquery()
    )
    due, of = cast(literal(term.last), Date), cast(literal(term.id), Text)
    return Dated(
        kind=DeadlineKind.JOINT_GATHERING,
        roles=COORDINATOR,
        rows=_lacks(of, due, planned < unit.settings.joint_gatherings_a_term),
        due=due,
        order=of,
        view=_view_gathering,
    )


def _lacks(of: Any, due: Any, condition: Any) -> Select[Any]:
    """The term itself, where the condition holds."""
    return select(of.label("id"), due.label("due")).where(condition)
