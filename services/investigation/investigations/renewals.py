"""What follows when the people of a home have changed: who has to be looked at."""

from collections.abc import Sequence

from sqlalchemy import select

from services.investigation.approvals.model import Approval
from services.investigation.contract.approvals import Standing
from services.investigation.contract.common import Kind
from services.investigation.homes.model import Adult, Home
from services.investigation.homes.telling import tell
from services.investigation.investigations.demands import demands_of
from services.investigation.investigations.model import Investigation
from services.investigation.investigations.opening import open_renewal
from services.investigation.steps.rules import Requirement
from services.kernel.basics.clock import local_date
from services.kernel.rows.unit import Unit


def follow_up(unit: Unit, home: Home, *, opened: Investigation | None = None) -> None:
    """Sees to it that every adult of the locked home whom nobody has looked at is examined: by the investigations that
    are open (`opened` is a new one, which is about everybody), or, in an approved home, by a renewal; and that a home
    that has moved is visited."""
    unit.session.flush()  # the checks refer to the adults
    investigations = investigations_of(unit, home)
    for investigation in investigations:
        if investigation.is_open:
            _carry_on(unit, investigation)
        investigation.touch(unit.now)  # it shows the people of the home
    approved = assignments_of(unit, home)
    if approved and opened is None:
        _renew(unit, home, approved, investigations)


def take_over(unit: Unit, home: Home) -> None:
    """An application of the locked home has ended without an approval: whom it was to look at in an approved home, and
    what it was to visit, is a renewal's."""
    unit.session.flush()  # that it has ended
    approved = assignments_of(unit, home)
    if approved:
        _renew(unit, home, approved, investigations_of(unit, home))
        home.touch(unit.now)  # its file names its investigations
        tell(unit, home)


def _renew(unit: Unit, home: Home, approved: Sequence[str], investigations: Sequence[Investigation]) -> None:
    new = [adult for adult in home.household if adult.checks_due and not _is_examined(adult, investigations)]
    visits = _is_to_be_visited(unit, home, approved) and not _is_visited_by(home, investigations)
    renewing = next((one for one in investigations if one.is_open and one.kind == Kind.RENEWAL), None)
    if renewing is not None:
        renewing.visits = renewing.visits or visits
    elif new or visits:
        unit.add(open_renewal(home, new, assignments=approved, at=unit.now, visits=visits))


def _is_to_be_visited(unit: Unit, home: Home, approved: Sequence[str]) -> bool:
    """Whether the home is to be visited where it is now; a contact person's is not."""
    if home.visit_due and Requirement.HOME_VISIT not in demands_of(unit).steps_for(approved):
        home.need_no_visit()
    return home.visit_due


def _is_visited_by(home: Home, investigations: Sequence[Investigation]) -> bool:
    """Whether an investigation visits it there, or did not lead to an approval: that is not begun again by itself."""
    return any(
        one.visits or (one.is_open and one.kind == Kind.APPLICATION)
        for one in investigations
        if one.is_open or (home.moved_on is not None and local_date(one.opened_at) >= home.moved_on)
    )


def investigations_of(unit: Unit, home: Home) -> list[Investigation]:
    """Every investigation of the home, locked."""
    statement = select(Investigation).where(Investigation.home_id == home.id).order_by(Investigation.id)
    return list(unit.session.scalars(statement.with_for_update(of=Investigation)).unique())


def _carry_on(unit: Unit, investigation: Investigation) -> None:
    """An open one takes up who has come. One that was only about somebody who has moved out ends."""
    renews = investigation.kind != Kind.APPLICATION
    adults = [adult for adult in investigation.home.household if adult.checks_due or not renews]
    if investigation.kind == Kind.RECHECK:  # whoever comes is looked at by a renewal
        adults = [adult for adult in adults if adult in investigation.examined]
    investigation.examine(adults)
    if renews and not investigation.household and not investigation.visits:
        investigation.cancel(at=unit.now)


def _is_examined(adult: Adult, investigations: Sequence[Investigation]) -> bool:
    """Whether an investigation that can clear the adult is about them, or a renewal has been since they came: one that
    led to no approval is not begun again by itself."""
    return any(
        adult.id in {check.adult_id for check in one.register_checks}
        for one in investigations
        if (one.is_open and one.kind != Kind.RECHECK) or (one.kind == Kind.RENEWAL and one.opened_at >= adult.came_at)
    )


def assignments_of(unit: Unit, home: Home) -> list[str]:
    """What the home is approved for today."""
    found = unit.session.scalars(
        select(Approval.assignments).where(
            Approval.home_id == home.id, Approval.valid_until >= unit.today, Approval.standing != Standing.REVOKED
        )
    )
    return sorted({assignment for assignments in found for assignment in assignments})
