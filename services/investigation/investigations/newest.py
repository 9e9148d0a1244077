"""What the registers answered last about those who live in approved homes, and whether that has run out."""

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.investigation.checks.model import RegisterCheck
from services.investigation.checks.recheck import Newest, has_run_out
from services.investigation.checks.status import Register
from services.investigation.contract.common import Kind, Status
from services.investigation.homes.model import Adult, Home
from services.investigation.investigations.model import Investigation
from services.kernel.rows.unit import Unit

#: An approval stands on it, or it was decided what follows from it: a re-check that is refused suspends.
_DECIDED = or_(
    Investigation.status == Status.APPROVED,
    and_(Investigation.kind == Kind.RECHECK, Investigation.status == Status.REJECTED),
)
#: Of each adult who was approved with the home, in each register; one that gave no answer has none.
NEWEST = (
    select(Adult.home_id, RegisterCheck.register, RegisterCheck.checked_on, RegisterCheck.valid_until)
    .join(Adult, Adult.id == RegisterCheck.adult_id)
    .join(Investigation, Investigation.id == RegisterCheck.investigation_id)
    .where(
        *(_DECIDED, Adult.left_at.is_(None), Adult.is_cleared, RegisterCheck.valid_until.is_not(None)),
        RegisterCheck.recorded_at >= Adult.came_at,  # what is older may be about another number
    )
    .ext(distinct_on(RegisterCheck.adult_id, RegisterCheck.register))
    .order_by(
        *(RegisterCheck.adult_id, RegisterCheck.register),
        *(RegisterCheck.checked_on.desc(), RegisterCheck.recorded_at.desc()),
    )
)


def newest_of(unit: Unit, home: Home) -> list[Newest]:
    """The newest outcome of each adult of a home in each register."""
    rows = unit.session.execute(NEWEST.where(Investigation.home_id == home.id))
    return [
        Newest(register=Register(row.register), checked_on=row.checked_on, valid_until=row.valid_until) for row in rows
    ]


def note_age(unit: Unit, home: Home) -> None:
    """Notes in the file of the locked home whether what is known of its adults has run out, by what is decided now."""
    unit.session.flush()
    home.let_checks_expire(has_run_out(newest_of(unit, home), unit.today), at=unit.now)
