"""Nudges as they are kept: of each thing that a home shall learn of, one row a way. Rows of one recipient, way and kind
go as one nudge, at most one an hour. What they say stands nowhere: it is the same for all.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, and_, func, select
from sqlalchemy.orm import Mapped, defer, mapped_column

from services.kernel.basics import quiet_hours
from services.kernel.contracts.about import About, ByName
from services.kernel.contracts.keep import Platform
from services.kernel.contracts.nudges import NO_WAY, NudgeState, Reached
from services.kernel.rows.tables import KernelBase, SealedJson, Tenanted
from services.kernel.rows.unit import Unit

APART = timedelta(hours=1)  #: between two of one kind to the same recipient on the same way
DAYS = 90  #: for which it can be seen what became of one


class Nudge(Tenanted, KernelBase):
    """That a home shall learn of something, on one way; without a way it is off. The address is there as long as it may
    be needed, and sealed."""

    __tablename__ = "nudge"
    __table_args__ = (
        Index(None, "tenant", "subject"),
        Index(None, "tenant", "recipient", "way", "kind", "settled_at"),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "planned_at"),
    )
    keep = Platform(f"{DAYS} days; the address, sealed, until nothing is to be sent")
    about = About(
        (
            ByName(
                column="recipient",
                kinds=("adult", "home"),
                tells=("kind", "way", "address", "is_urgent", "state", "planned_at", "settled_at"),
            ),
        ),
        leaves_out={
            "subject": "what it was about is told by itself",
            "home_id": "the home is told by itself",
            "problem": "a kind of failure, for the operator",
        },
    )

    kind: Mapped[str]  #: of what there is news: `inquiry`
    subject: Mapped[str]  #: the id of that
    home_id: Mapped[str]
    recipient: Mapped[str]
    way: Mapped[str | None]
    address: Mapped[str | None] = mapped_column(SealedJson("nudge.address"))
    is_urgent: Mapped[bool]
    state: Mapped[str]
    problem: Mapped[str | None]  #: a kind of failure, in words of our own
    planned_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def slot(self) -> str:
        """What goes as one: the subject of its duty."""
        return f"{self.kind}.{self.recipient}.{self.way}"

    @property
    def at(self) -> datetime | None:
        """When it was sent, or given up."""
        return self.settled_at

    def settle(self, state: NudgeState, at: datetime, problem: str | None = None) -> None:
        """It has come to this, and nothing is tried any more: the address is forgotten."""
        self.state, self.problem, self.settled_at, self.address = state, problem, at, None

    def fail(self, problem: str, at: datetime, *, for_good: bool) -> None:
        """An attempt failed. For good there is no next one, unless the operator or the next nudge of its slot tries it
        again: it keeps its address. One that was settled meanwhile stays so."""
        if self.address is not None:
            self.problem = problem
            if for_good:
                self.state, self.settled_at = NudgeState.FAILED, at


def time_of(now: datetime, last: datetime | None, *, is_urgent: bool) -> datetime:
    """When the next may go, after the last of its slot: an hour after that, and not in the quiet hours unless it is
    urgent."""
    earliest = now if last is None else max(now, last + APART)
    return earliest if is_urgent else quiet_hours.after(earliest)


def open_of_slot(unit: Unit, slot: str) -> Sequence[Nudge]:
    """The rows of a slot that have still to go, the oldest first."""
    return unit.session.scalars(select(Nudge).where(_in(slot), Nudge.address.is_not(None)).order_by(Nudge.id)).all()


def last_of_slot(unit: Unit, slot: str) -> datetime | None:
    """When the last one of a slot was sent."""
    statement = select(func.max(Nudge.settled_at)).where(_in(slot), Nudge.state == NudgeState.SENT)
    return unit.session.scalar(statement)


def by_ids(unit: Unit, ids: Collection[str]) -> Sequence[Nudge]:
    """These rows, locked."""
    return _locked(unit, Nudge.id.in_(ids))


def of_subjects(unit: Unit, subjects: Collection[str]) -> dict[str, list[Nudge]]:
    """What has become of the nudges for these things, by the thing's id."""
    found: dict[str, list[Nudge]] = {subject: [] for subject in subjects}
    statement = select(Nudge).where(Nudge.subject.in_(subjects)).order_by(Nudge.id)
    for nudge in unit.session.scalars(statement.options(defer(Nudge.address))):  # nobody is shown it
        found[nudge.subject].append(nudge)
    return found


def forget(unit: Unit, subjects: Collection[str]) -> None:
    """These things are settled: nobody needs to learn of them any more. What has failed by then stays so."""
    for nudge in _locked(unit, and_(Nudge.subject.in_(subjects), Nudge.address.is_not(None))):
        _end(nudge, NudgeState.NOT_NEEDED, unit.now)


def redirect(unit: Unit, home_id: str, reached: Iterable[Reached]) -> None:
    """A home is reached otherwise from now on: what has not gone yet goes there, or not at all."""
    addresses = {(one.recipient, one.way.value): one.address for one in reached}
    for nudge in _locked(unit, and_(Nudge.home_id == home_id, Nudge.address.is_not(None))):
        nudge.address = addresses.get((nudge.recipient, nudge.way or ""))
        if nudge.address is None:
            _end(nudge, NudgeState.OFF, unit.now, NO_WAY)


def _end(nudge: Nudge, state: NudgeState, at: datetime, problem: str | None = None) -> None:
    """Nothing is tried any more."""
    if nudge.state == NudgeState.WAITING:
        nudge.settle(state, at, problem)
    nudge.address = None


def _locked(unit: Unit, which: ColumnElement[bool]) -> Sequence[Nudge]:
    """Rows to be changed, locked in one order: nobody waits for who waits for them."""
    statement = select(Nudge).where(which).order_by(Nudge.id).with_for_update()
    return unit.session.scalars(statement.execution_options(populate_existing=True)).all()


def _in(slot: str) -> ColumnElement[bool]:
    kind, recipient, way = slot.split(".")
    return and_(Nudge.kind == kind, Nudge.recipient == recipient, Nudge.way == way)
