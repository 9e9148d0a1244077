"""Noting informal stays, and closing them."""

from typing import Any

from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.clocks.keeping import forget_warning, warn
from services.placement.contract.informal_stays import InformalOutcome
from services.placement.informal.model import InformalStay, note
from services.placement.named import lock_informal_stays_of, lock_requests_of
from services.placement.requests.commands import share_protection
from services.vocabulary.across import DeadlineKind


def note_informal_stay(unit: Unit, body: dict[str, Any]) -> Answer:
    """Writes down that somebody lives somewhere without a decision, and starts the clock."""
    given: Any = {"lookup": unit.lookup_person, "by": unit.actor, "at": unit.now, "today": unit.today}
    stay = note(body, days=unit.settings.informal_stay_days, **given)
    requests, others = lock_requests_of(unit, stay.lookup), lock_informal_stays_of(unit, stay.lookup)
    unit.add(stay)
    share_protection(unit, requests, [stay, *others])
    warn(unit, stay.id, DeadlineKind.INFORMAL_STAY, stay.decision_due_on)
    return Answer(stay)


def close_informal_stay(unit: Unit, informal_stay_id: str, body: dict[str, Any]) -> Answer:
    """Says what became of it, and stops the clock."""
    stay = unit.lock(InformalStay, informal_stay_id)
    stay.close(InformalOutcome(body["outcome"]), reason=body["reason"], by=unit.actor, at=unit.now)
    forget_warning(unit, stay.id, DeadlineKind.INFORMAL_STAY)
    unit.session.flush()
    return Answer(stay)
