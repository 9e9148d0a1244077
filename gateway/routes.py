"""Every route of the interface, as the services' contracts declare them."""

from dataclasses import dataclass
from types import ModuleType

from services.compensation import contract as compensation
from services.intake import contract as intake
from services.investigation import contract as investigation
from services.kernel.contracts import Operation, declared
from services.mentorship import contract as mentorship
from services.placement import contract as placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The one operation of the one service that a method and path name."""

    service: str
    operation: Operation


_CONTRACTS: dict[str, ModuleType] = {
    "intake": intake,
    "investigation": investigation,
    "placement": placement,
    "mentorship": mentorship,
    "compensation": compensation,
}

ROUTES: tuple[Route, ...] = tuple(
    Route(service=service, operation=operation)
    for service, contract in _CONTRACTS.items()
    for operation in declared(contract, Operation)
)
