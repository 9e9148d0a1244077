"""The board of open investigations, in one question to the database."""

from typing import Any

from sqlalchemy import Date, Integer, bindparam, case, cast, func, select
from sqlalchemy.types import DateTime

from services.investigation.checks.model import RegisterCheck
from services.investigation.contract.board import MOST
from services.investigation.contract.common import Kind, Status
from services.investigation.homes.model import Adult, Home
from services.investigation.investigations.assessments import Assessment
from services.investigation.investigations.blockers import Area
from services.investigation.investigations.model import Investigation
from services.investigation.steps.model import GivenReference, Meeting
from services.kernel.contracts import Shown
from services.kernel.rows.listing import gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.vocabulary.people import household_name

_NOW: Any = bindparam("now", type_=DateTime(timezone=True))
_TODAY: Any = bindparam("today", type_=Date)
_OPEN = Investigation.status.in_((Status.OPEN, Status.PROPOSED))
_AGE = cast(func.floor(func.extract("epoch", _NOW - Investigation.opened_at) / 86_400), Integer)


def _count(row_type: Any, *conditions: Any) -> Any:
    """How many rows of a kind an investigation has."""
    return (
        select(func.count(row_type.id))
        .where(row_type.investigation_id == Investigation.id, *conditions)
        .scalar_subquery()
    )


_LIVES_THERE = select(Adult.id).where(Adult.id == RegisterCheck.adult_id, Adult.left_at.is_(None)).exists()
#: not made, failed, or too old
_MISSING = RegisterCheck.valid_until.is_(None) | (RegisterCheck.valid_until < _TODAY)
_AREAS_MISSING = case((Investigation.kind == Kind.APPLICATION, len(Area) - _count(Assessment)), else_=0)
_ALL = select(_AGE.label("days")).where(_OPEN).cte("every")
_BOARD = (
    select(
        Investigation.id,
        Investigation.home_id,
        Investigation.kind,
        Investigation.status,
        Investigation.assignments,
        Investigation.opened_at,
        _AGE.label("age_days"),
        _count(RegisterCheck, _MISSING, _LIVES_THERE).label("checks_missing"),
        _AREAS_MISSING.label("areas_missing"),
        _count(Meeting).label("meetings"),
        _count(GivenReference).label("references"),
        Home.protected_identity,
        gathered(
            Adult.person, (Adult.home_id == Investigation.home_id) & Adult.left_at.is_(None), order=Adult.id
        ).label("people"),
        select(func.count()).select_from(_ALL).scalar_subquery().label("every"),
        select(func.percentile_cont(0.5).within_group(_ALL.c.days)).scalar_subquery().label("median"),
        select(func.max(_ALL.c.days)).scalar_subquery().label("longest"),
    )
    .join(Home, Home.id == Investigation.home_id)
    .where(_OPEN)
    .order_by(Investigation.opened_at, Investigation.id)
    .limit(MOST)
)


def view_open_investigations(unit: Unit) -> Answer:
    """The board."""
    rows = unit.session.execute(_BOARD, {"now": unit.now, "today": unit.today}).all()
    first = rows[0] if rows else None
    return Answer(
        {
            "count": first.every if first else 0,
            "median_days": round(float(first.median), 1) if first else None,
            "longest_days": first.longest if first else None,
            "items": [Shown(row, name=household_name(row.people or ())) for row in rows],
        }
    )
