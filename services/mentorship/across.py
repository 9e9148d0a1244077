"""Mentorship's part of what is asked of all services at once: search, what waits, a home's way, the overview."""

from datetime import date
from typing import Any

from sqlalchemy import DateTime, Select, Text, any_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.kernel.basics import clock
from services.kernel.rows.listing import gathered
from services.kernel.rows.unit import Unit
from services.kernel.work import counts
from services.kernel.work.counts import Days, Queue, days_between, step
from services.kernel.work.operations import Answer
from services.kernel.work.search import WRITE_SEARCH_WORDS, Finder, counted, may_be_found, writer_of
from services.mentorship import deadlines
from services.mentorship.contract.common import COORDINATOR
from services.mentorship.contract.mentorships import Status
from services.mentorship.contract.messages import TEAM
from services.mentorship.contract.respite import RespiteStatus
from services.mentorship.homes.model import name_of
from services.mentorship.model import Adult, Base, Contact, Home, Mentor, Mentorship, RespiteRequest, Thread
from services.vocabulary.across import MOST_DEADLINES, HitKind

__all__ = ["WRITE_SEARCH_WORDS"]

write_search_words = writer_of(Base)

_HOMES = counted(
    select(
        Home.id,
        Home.protected_identity,
        gathered(Adult.person, Adult.home_id == Home.id, order=Adult.id).label("people"),
    )
    .where(Home.id == any_(bindparam("ids", type_=ARRAY(Text))), Home.approval_id.is_not(None))
    .where(may_be_found(Home.protected_identity)),
    Home.id,
)


def search(unit: Unit, body: dict[str, Any]) -> Answer:
    """The approved homes of whom is searched for."""
    finder = Finder(unit, body["text"])
    finder.take(_HOMES, _hit, ids=finder.ids(Adult.found_as))
    return finder.answer()


def _hit(row: Any) -> dict[str, Any]:
    return {
        "kind": HitKind.HOME,
        "id": row.id,
        "home_id": row.id,
        "title": name_of(row.people),
        "detail": None,
        "protected_identity": row.protected_identity,
    }


QUEUES = [
    Queue(
        kind="home_without_mentor",
        roles=COORDINATOR,
        rows=select(Mentorship.created_at.label("since")).where(Mentorship.status == Status.WAITING),
    ),
    Queue(
        kind="contact_to_follow_up",
        roles=COORDINATOR,
        rows=select(Contact.created_at.label("since")).where(Contact.follow_up, Contact.followed_up_at.is_(None)),
    ),
    Queue(
        kind="message",
        roles=TEAM,
        rows=select(Thread.waits_since.label("since")).where(Thread.waits_since.is_not(None)),
    ),
]


def view_waiting(unit: Unit) -> Answer:
    """What waits for the coordinator, and the messages that wait for an answer."""
    return counts.waiting(unit, "mentorship", [*QUEUES, _respite_to_confirm(unit.today)])


def _respite_to_confirm(today: date) -> Queue:
    """Respite that is over, from its last day on: nobody can confirm it before."""
    is_over = (RespiteRequest.status == RespiteStatus.ACCEPTED, RespiteRequest.ends_on <= today)
    since = func.timezone(clock.SWEDEN.key, cast(RespiteRequest.ends_on, DateTime)).label("since")
    return Queue(kind="respite_to_confirm", roles=COORDINATOR, rows=select(since).where(*is_over))


def view_journey(unit: Unit, home_id: str) -> Answer:
    """A home's mentorships, and those in which it is the mentor."""
    home = unit.read(Home, home_id)
    found = unit.session.execute(
        select(
            Mentorship.id,
            (Mentorship.home_id != home_id).label("is_mentor"),
            Mentorship.status,
            Mentorship.created_at,
            Mentorship.answered_at,
        )
        .where(or_(Mentorship.home_id == home_id, Mentorship.mentor_id.in_(_mentor_of(home_id))))
        .order_by(Mentorship.created_at, Mentorship.id)
        .limit(100)
    ).all()
    return Answer({"trained_on": home.trained_on, "mentorships": found})


def _mentor_of(home_id: str) -> Any:
    return select(Mentor.id).where(Mentor.home_id == home_id)


def view_overview(unit: Unit, query: dict[str, Any]) -> Answer:
    """The homes that have said yes to a mentor."""
    funnel = [step(unit, "mentor", accepted_in(counts.days_of(unit, query)))]
    return Answer({"funnel": funnel, "clocks": counts.at_risk(unit, deadlines.kinds(unit))})


def accepted_in(days: Days) -> Select[Any]:
    """Of each home that has said yes in the period the days that it took."""
    took = days_between(Mentorship.offered_at, Mentorship.answered_at)
    said_yes = Mentorship.status.in_([Status.ACCEPTED, Status.ENDED])
    return select(took).where(said_yes, days.hold(Mentorship.answered_at))


def list_deadlines(unit: Unit, query: dict[str, Any]) -> Answer:
    """Messages to be answered, mentorships of homes that are none any more, homes without training, the joint gathering
    of the term, and accepted respite that the chosen home may not give any more."""
    return counts.soonest(unit, deadlines.kinds(unit), query, most=MOST_DEADLINES)
