"""What a service does when its time has come: duties."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

CLAIM = timedelta(seconds=30)  #: for which an errand is claimed: longer than any takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something to be done outside of the house, where somebody may be slow or away."""

    go: Callable[[], None]  #: does it, while no transaction is open; raises when it could not be done
    done: Callable[[Any], None]  #: what becomes of it then, in a unit of work
    #: and what when it could not be done: of the unit, what was wrong, and whether it is the last attempt
    failed: Callable[[Any, Exception, bool], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One kind of work by time, carried out by the function of the same name in the service's rooms.

    It is planned for an instant and a subject (`unit.plan`), or comes each night to each municipality.

    One that leads outside of the house has `delays`. Its function says the next errand, or None when there is none
    left; it is asked again after each. Errands go beside all other work, and each is done at least once.
    """

    name: str
    each_night_at: int | None = None  #: the hour in Sweden, for a regular duty; its subject is empty
    #: what becomes of its subject when the duty is parked, in the same unit of work; of the unit and the subject
    when_parked: Callable[[Any, str], None] | None = None
    delays: tuple[timedelta, ...] = ()  #: after which an errand that failed is tried again; after the last it is parked

    @property
    def leads_outside(self) -> bool:
        """Whether its function says errands."""
        return bool(self.delays)
