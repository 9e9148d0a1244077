"""What can be done with messages: one function per use case, each one unit of work."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, false, select, update

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.basics.working_days import add_working_days
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.files import SentFile
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship import news
from services.mentorship.contract import events
from services.mentorship.contract.messages import NOT_A_FILE_OF_IT, ThreadStatus
from services.mentorship.homes import finding
from services.mentorship.homes.model import Home, Support
from services.mentorship.messages import queries
from services.mentorship.messages.model import TeamMember, Thread, ThreadFile, ThreadMark

MESSAGE_UNANSWERED = Duty(name="message_unanswered")  #: its subject is the thread
TEAM_LEAVES = Duty(name="team_leaves")  #: its subject is the placement


def open_thread(unit: Unit, body: dict[str, Any]) -> Answer:
    """Begins a thread with its first message."""
    home = finding.named(unit, body["home_id"])
    queries.must_belong(unit, home.id)
    thread = Thread(
        id=new_id(),
        home_id=home.id,
        kind=body["kind"],
        subject=body["subject"],
        status=ThreadStatus.OPEN,
        created_at=unit.now,
        last_at=unit.now,
        changed_at=unit.now,
        has_team=False,
        team_left=False,
    )
    unit.add(thread)
    unit.session.flush()  # from now on the home's row is held, and with it its team
    thread.has_team = bool(queries.team_of(unit, home.id))
    _write(unit, thread, body["text"])
    unit.session.refresh(thread)
    return queries.whole(unit, thread)


def send_message(unit: Unit, thread_id: str, body: dict[str, Any]) -> Answer:
    """Writes one more message."""
    thread = _locked(unit, thread_id)
    thread.must_be_open()
    files = _files(thread, body["attachment_ids"])
    message_id = _write(unit, thread, body["text"])
    for file in files:
        file.message_id = message_id
    return queries.whole(unit, thread)


def read_thread(unit: Unit, thread_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """The caller has read all that stands in it."""
    thread = _locked(unit, thread_id)
    _mark(unit, thread)
    if unit.for_home:
        news.settle(unit, thread, thread.home_id)
    return queries.answer(unit, thread)


def close_thread(unit: Unit, thread_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Nothing more is written in it; nobody waits for an answer."""
    thread = _locked(unit, thread_id)
    thread.close(by=unit.actor, at=unit.now)
    unit.cancel(MESSAGE_UNANSWERED, subject=thread.id)
    return queries.answer(unit, thread)


def attach_to_thread(unit: Unit, thread_id: str, file: SentFile) -> Answer:
    """Keeps a file, which a message names then."""
    thread = _locked(unit, thread_id)
    thread.must_take_a_file()
    kept = ThreadFile.of(file, unit, beside=thread.files, thread_id=thread.id, message_id=None)
    unit.add(kept)
    thread.touch(unit.now)
    return Answer(kept.view)


def message_unanswered(unit: Unit, thread_id: str) -> None:
    """Lets it be known that a home has waited for an answer longer than it should."""
    thread = unit.lock(Thread, thread_id)
    if thread.is_unanswered_on(unit.today):
        unit.record(events.MESSAGE_UNANSWERED, subject=thread, data=thread.unanswered())


def change_team(unit: Unit, placement_id: str, home_id: str, members: list[str]) -> None:
    """The team of an assignment is another one: from now on others may read the home's threads."""
    unit.session.execute(delete(TeamMember).where(TeamMember.placement_id == placement_id))
    for member in sorted(set(members)):
        unit.add(TeamMember(id=new_id(), placement_id=placement_id, home_id=home_id, member=member))
    _follow_team(unit, home_id)
    plan_leaving(unit, placement_id)


def plan_leaving(unit: Unit, placement_id: str) -> None:
    """A team leaves when the last day of its placement has passed."""
    unit.session.flush()
    support = unit.session.get(Support, (unit.context.tenant, placement_id))
    members = select(TeamMember.id).where(TeamMember.placement_id == placement_id).limit(1)
    if support and support.ends_on and unit.session.scalar(members) is not None:
        unit.plan(TEAM_LEAVES, subject=placement_id, at=clock.at_local(support.ends_on + timedelta(days=1), 0))


def team_leaves(unit: Unit, placement_id: str) -> None:
    """Nobody looks after the placement any more, unless it goes on after all."""
    support = unit.session.get(Support, (unit.context.tenant, placement_id))
    if support and support.ends_on and support.ends_on < unit.today:
        forget_team(unit, placement_id)


def forget_team(unit: Unit, placement_id: str) -> None:
    """The placement has no team."""
    of = select(TeamMember.home_id).where(TeamMember.placement_id == placement_id).distinct()
    for home_id in unit.session.scalars(of).all():
        unit.lock(Home, home_id)
        change_team(unit, placement_id, home_id, [])


def _follow_team(unit: Unit, home_id: str) -> None:
    """The home's threads are those of the team that it has, or of one that has left."""
    unit.session.flush()
    has_team = bool(queries.team_of(unit, home_id))
    left = false() if has_team else Thread.has_team | Thread.team_left
    threads = update(Thread).where(Thread.home_id == home_id)
    unit.session.execute(threads.values(has_team=has_team, team_left=left))


def _locked(unit: Unit, thread_id: str) -> Thread:
    thread = unit.lock(Thread, thread_id)
    queries.must_belong(unit, thread.home_id, team_left=thread.team_left)
    return thread


def _write(unit: Unit, thread: Thread, text: str) -> str:
    """A message with all that follows from it; its id."""
    answer_by = add_working_days(unit.today, unit.settings.answer_working_days)
    message = thread.write(text, by=unit.actor, by_home=unit.for_home, answer_by=answer_by, at=unit.now)
    unit.add(message)
    _mark(unit, thread)
    if thread.answer_by is None:
        unit.cancel(MESSAGE_UNANSWERED, subject=thread.id)
    elif thread.waits_since == unit.now:
        unit.plan(MESSAGE_UNANSWERED, subject=thread.id, at=clock.at_local(thread.answer_by + timedelta(days=1), 0))
    if not unit.for_home:
        news.tell(unit, thread, thread.home_id, news.News.MESSAGE)
    return message.id


def _files(thread: Thread, wanted: list[str]) -> list[ThreadFile]:
    """The files that a message names; `InvalidInput` for one that is not of the thread, or stands in another."""
    free = {file.id: file for file in thread.files if file.message_id is None}
    for place, file_id in enumerate(wanted):
        if file_id not in free:
            raise NOT_A_FILE_OF_IT.refusal(f"/attachment_ids/{place}")
    return [free[file_id] for file_id in dict.fromkeys(wanted)]


def _mark(unit: Unit, thread: Thread) -> None:
    """The caller has read the thread until now."""
    found = select(ThreadMark).where(ThreadMark.thread_id == thread.id, ThreadMark.reader == unit.actor)
    mark = unit.session.scalars(found).one_or_none()
    if mark is None:
        mark = ThreadMark(id=new_id(), thread_id=thread.id, reader=unit.actor, by_home=unit.for_home)
        unit.add(mark)
    mark.read_at = unit.now
