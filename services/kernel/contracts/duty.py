"""What a service does when its time has come: duties."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One kind of work by time, carried out by the function of the same name in the service's rooms.

    It is planned for an instant and a subject (`unit.plan`), or comes each night to each municipality.
    """

    name: str
    each_night_at: int | None = None  #: the hour in Sweden, for a regular duty; its subject is empty
    #: what becomes of its subject when the duty is parked, in the same unit of work; of the unit and the subject
    when_parked: Callable[[Any, str], None] | None = None
