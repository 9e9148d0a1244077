"""What can be done about a concern. Whoever changes one locks the home first."""

from collections.abc import Callable
from typing import Any

from services.investigation.approvals.commands import in_force, revoke, suspend
from services.investigation.approvals.model import Approval
from services.investigation.concerns import queries
from services.investigation.concerns.model import Concern, report
from services.investigation.concerns.telling import tell_report, tell_settlement
from services.investigation.contract.common import DECIDER
from services.investigation.contract.concerns import ConcernOutcome, DeciderNeeded, NothingToEnd
from services.investigation.homes.model import Home
from services.kernel.contracts import rules
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

_ENDS: dict[str, Callable[[Unit, Approval, str], None]] = {
    ConcernOutcome.SUSPENDED: suspend,
    ConcernOutcome.REVOKED: revoke,
}


def report_concern(unit: Unit, body: dict[str, Any]) -> Answer:
    """Writes a concern down: from now on everybody who may place somebody in the home knows that there is one."""
    try:
        home = unit.lock(Home, body["home_id"])
    except NotFound:
        raise rules.NOT_FOUND.refusal("/home_id") from None
    concern = report(body, by=unit.actor, at=unit.now)
    home.count_concern(1, at=unit.now)
    unit.add(concern)
    tell_report(unit, concern)
    return queries.answer(home, concern)


def note_concern(unit: Unit, concern_id: str, body: dict[str, Any]) -> Answer:
    """Notes what was done to look into it."""
    home, concern = _locked(unit, concern_id)
    concern.note(body["text"], by=unit.actor, at=unit.now)
    unit.session.flush()
    return queries.answer(home, concern)


def settle_concern(unit: Unit, concern_id: str, body: dict[str, Any]) -> Answer:
    """Settles it, and does to the home's approvals what that says."""
    home, concern = _locked(unit, concern_id)
    concern.settle(ConcernOutcome(body["outcome"]), body["text"], by=unit.actor, at=unit.now)
    home.count_concern(-1, at=unit.now)
    if body["outcome"] in _ENDS:
        _end(unit, home, body["outcome"], body["text"])
    tell_settlement(unit, concern)
    unit.session.flush()
    return queries.answer(home, concern)


def _end(unit: Unit, home: Home, outcome: str, text: str) -> None:
    if DECIDER.isdisjoint(unit.context.roles):
        raise DeciderNeeded
    ended = in_force(unit, home)
    if not ended:
        raise NothingToEnd
    for approval in ended:
        if approval.standing != outcome:  # one that is suspended already stays so
            _ENDS[outcome](unit, approval, text)


def _locked(unit: Unit, concern_id: str) -> tuple[Home, Concern]:
    home = unit.lock(Home, unit.read(Concern, concern_id).home_id)
    return home, unit.lock(Concern, concern_id)
