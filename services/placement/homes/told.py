"""What other services tell of a home that matters when somebody is chosen for it: training, leave, and contracts."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped

from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import Tenanted
from services.kernel.rows.unit import Unit
from services.placement.base import Base, is_among
from services.placement.matching.values import Contract, Period


class Training(Tenanted, Base):
    """Whether a home has attended a course, as mentorship tells it."""

    __tablename__ = "training"
    __table_args__ = (Index(None, "tenant", "home_id"),)
    keep = With("home", "home_id")
    about = Nobody("what a home has attended is told by mentorship")

    home_id: Mapped[str]
    held_on: Mapped[date]
    attended: Mapped[bool]


class Leave(Tenanted, Base):
    """Days on which a contracted home has leave, as compensation tells it: it takes nobody then."""

    __tablename__ = "home_leave"
    __table_args__ = (
        Index(None, "tenant", "home_id"),
        Index("ix_home_leave_taken", "tenant", "home_id", "ends_on", postgresql_where=text("not cancelled")),
    )
    keep = With("home", "home_id")
    about = Nobody("what leave is taken is told by compensation")

    home_id: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cancelled: Mapped[bool]


class HomeContract(Tenanted, Base):
    """What a contracted emergency home has bound itself to, as compensation tells it. Its id is the agreement's."""

    __tablename__ = "home_contract"
    __table_args__ = (Index(None, "tenant", "home_id"),)
    keep = With("home", "home_id")
    about = Nobody("what a home has agreed to is told by compensation")

    home_id: Mapped[str]
    places: Mapped[int]
    age_from: Mapped[int]
    age_to: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


def contracts(unit: Unit, ids: Collection[str]) -> Mapping[str, tuple[Contract, ...]]:
    """The contracts of each home, also those that have ended: a home of which there is one is bound by none else."""
    found: dict[str, tuple[Contract, ...]] = defaultdict(tuple)
    known = select(HomeContract).where(is_among(HomeContract.home_id, ids)).order_by(HomeContract.id)
    for one in unit.session.scalars(known):
        ages = {"age_from": one.age_from, "age_to": one.age_to}
        found[one.home_id] += (Contract(places=one.places, first=one.starts_on, last=one.ends_on, **ages),)
    return found


def leaves(unit: Unit, ids: Collection[str], day: date) -> Mapping[str, tuple[Period, ...]]:
    """The leave of each home that has not ended before a day, as times in which it has no place."""
    found: dict[str, tuple[Period, ...]] = defaultdict(tuple)
    taken = select(Leave.home_id, Leave.starts_on, Leave.ends_on).where(
        is_among(Leave.home_id, ids), Leave.cancelled.is_(False), Leave.ends_on >= day
    )
    for leave in unit.session.execute(taken.order_by(Leave.starts_on)):
        found[leave.home_id] += (Period(first=leave.starts_on, last=leave.ends_on, places=0),)
    return found
