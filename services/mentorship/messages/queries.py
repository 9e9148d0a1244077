"""What is shown of messages, and to whom."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.listing import OWN, Listing, gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.contract.common import COORDINATOR
from services.mentorship.contract.messages import ReasonNeeded
from services.mentorship.homes.finding import is_protected
from services.mentorship.homes.model import Adult, name_of
from services.mentorship.messages.model import Message, TeamMember, Thread, ThreadFile, ThreadMark, may_read

_TEXTS = ARRAY(Text)
_MOST = 500  #: messages that are shown of a thread


def _read_at(*conditions: Any) -> Any:
    """When a thread was last read by somebody."""
    return select(func.max(ThreadMark.read_at)).where(ThreadMark.thread_id == Thread.id, *conditions).scalar_subquery()


def _unread(me: Any) -> Any:
    """How many messages of others came after the caller's mark."""
    seen = select(ThreadMark.read_at).where(ThreadMark.thread_id == Thread.id, ThreadMark.reader == me)
    return (
        select(func.count())
        .where(
            Message.thread_id == Thread.id,
            Message.author != me,
            Message.at > func.coalesce(seen.scalar_subquery(), func.to_timestamp(0)),
        )
        .scalar_subquery()
    )


class _Listed:
    """What a row of the list knows of itself as a thread does."""

    __slots__ = ()
    people: list[dict[str, Any] | None] | None

    @property
    def home_name(self) -> str | None:
        return name_of(self.people)


_ME: Any = bindparam("me", type_=Text)
_OF_TEAM: Any = Thread.home_id == any_(bindparam("homes", type_=_TEXTS))
_THREADS = Listing(
    select(
        Thread.id,
        Thread.home_id,
        Thread.kind,
        Thread.subject,
        Thread.status,
        Thread.created_at,
        Thread.last_at,
        Thread.answer_by,
        is_protected(Thread.home_id),
        gathered(Adult.person, Adult.home_id == Thread.home_id, order=Adult.id).label("people"),
        _unread(_ME).label("unread"),
        _read_at(ThreadMark.by_home).label("home_read_at"),
        _read_at(~ThreadMark.by_home).label("team_read_at"),
    ),
    order=(Thread.last_at.desc(), Thread.id.desc()),
    row=_Listed,
    status=Thread.status == bindparam("status"),
    kind=Thread.kind == bindparam("kind"),
    own=Thread.home_id == any_(bindparam(OWN, type_=_TEXTS)),
    team=or_(_OF_TEAM, ~Thread.has_team & ~Thread.team_left),
    coordinator=or_(_OF_TEAM, ~Thread.has_team),
)


def list_threads(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """Threads of the own home, or of the homes to whose team one belongs."""
    if unit.for_home:
        return paged(*unit.list(_THREADS, page, {**query, OWN: list(unit.own_homes(Thread))}, me=unit.actor))
    whose = "coordinator" if _is_coordinator(unit) else "team"
    return paged(*unit.list(_THREADS, page, {**query, whose: True}, me=unit.actor, homes=_homes_of(unit)))


def _is_coordinator(unit: Unit) -> bool:
    return not COORDINATOR.isdisjoint(unit.context.roles)


def _homes_of(unit: Unit) -> list[str]:
    """The homes to whose team the caller belongs."""
    return list(unit.session.scalars(select(TeamMember.home_id).where(TeamMember.member == unit.actor).distinct()))


def get_thread(unit: Unit, thread_id: str) -> Answer:
    """One thread with its messages."""
    return whole(unit, read(unit, thread_id))


def get_thread_attachment(unit: Unit, thread_id: str, thread_attachment_id: str) -> Answer:
    """One file of a thread."""
    thread = read(unit, thread_id)
    file = next((one for one in thread.files if one.id == thread_attachment_id), None)
    if file is None:
        raise NotFound
    unit.must_see(is_protected=thread.protected_identity and thread.home_id not in unit.homes_known)
    return Answer({}, file=file.in_store)


def read(unit: Unit, thread_id: str) -> Thread:
    """The thread, when the caller may read it."""
    thread = unit.read(Thread, thread_id)
    must_belong(unit, thread.home_id, team_left=thread.team_left)
    return thread


def must_belong(unit: Unit, home_id: str, *, team_left: bool = False) -> None:
    """Raises `ReasonNeeded` for one of the staff who does not belong to the home's team and does not say why."""
    if unit.for_home:
        return
    whose = {"team_left": team_left, "is_coordinator": _is_coordinator(unit)}
    if not may_read(unit.actor, team_of(unit, home_id), unit.context.reason, **whose):
        raise ReasonNeeded


def team_of(unit: Unit, home_id: str) -> Sequence[str]:
    """Who belongs to the team of a home, by any of its assignments."""
    return unit.session.scalars(select(TeamMember.member).where(TeamMember.home_id == home_id)).all()


def answer(unit: Unit, thread: Thread) -> Answer:
    """A thread without its messages."""
    return Answer(Shown(thread, **_counted(unit, thread)), version_of=thread)


def whole(unit: Unit, thread: Thread) -> Answer:
    """A thread with its messages."""
    counted = _counted(unit, thread)
    last = select(Message).where(Message.thread_id == thread.id).order_by(Message.at.desc(), Message.id.desc())
    messages = list(unit.session.scalars(last.limit(_MOST)))
    files: dict[str | None, list[Any]] = {}
    for file in unit.session.scalars(select(ThreadFile).where(ThreadFile.thread_id == thread.id)):
        files.setdefault(file.message_id, []).append(file.view)
    shown = [
        Shown(one, author=None if one.by_home else one.author, attachments=files.get(one.id, []))
        for one in reversed(messages)
    ]
    return Answer(Shown(thread, messages=shown, **counted), version_of=thread)


def _counted(unit: Unit, thread: Thread) -> dict[str, Any]:
    """What depends on who asks, and on who has read."""
    unit.session.flush()
    marks = unit.session.scalars(select(ThreadMark).where(ThreadMark.thread_id == thread.id)).all()
    own = max((mark.read_at for mark in marks if mark.reader == unit.actor), default=None)
    others = select(func.count()).where(Message.thread_id == thread.id, Message.author != unit.actor)
    unread = others if own is None else others.where(Message.at > own)
    return {
        "unread": unit.session.scalar(unread),
        "home_read_at": max((mark.read_at for mark in marks if mark.by_home), default=None),
        "team_read_at": max((mark.read_at for mark in marks if not mark.by_home), default=None),
    }
