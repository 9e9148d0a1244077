"""What the others learn of a concern: that there is one, about which home, and what it came to; nothing of what was
said."""

from typing import Any

from services.investigation.concerns.model import Concern
from services.investigation.contract import events
from services.kernel.basics.clock import local_date
from services.kernel.rows.unit import Unit


def tell_report(unit: Unit, concern: Concern) -> None:
    """Lets the other services know that there is one."""
    unit.record(events.CONCERN_REPORTED, subject=concern, data=reported(concern))


def tell_settlement(unit: Unit, concern: Concern) -> None:
    """Lets the other services know what it came to."""
    unit.record(events.CONCERN_SETTLED, subject=concern, data=settled(concern))


def reported(concern: Concern) -> dict[str, Any]:
    """The data of `concern_reported`."""
    return {**concern.named(), "kind": concern.kind, "reported_on": local_date(concern.reported_at)}


def settled(concern: Concern) -> dict[str, Any]:
    """The data of `concern_settled`."""
    assert concern.settlement is not None  # noqa: S101  # it is settled
    assert concern.settled_at is not None  # noqa: S101
    return {
        **concern.named(),
        "outcome": concern.settlement["outcome"],
        "settled_on": local_date(concern.settled_at),
    }
