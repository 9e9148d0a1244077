"""Every route of the interface, as the services' contracts declare them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType

from services.compensation import contract as compensation
from services.intake import contract as intake
from services.investigation import contract as investigation
from services.kernel.contracts import Operation, operations_of
from services.mentorship import contract as mentorship
from services.placement import contract as placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What a method and path name: an operation, and each service that has it with the service's own declaration."""

    operation: Operation
    parts: Mapping[str, Operation]

    @property
    def service(self) -> str:
        """Whose the operation is, when it is not shared."""
        return next(iter(self.parts))

    @property
    def tag(self) -> str:
        """Where the description shows it: under its service, or under what several services carry out together."""
        return self.service if self.operation.shared is None else ACROSS


ACROSS = "across"
CONTRACTS: dict[str, ModuleType] = {
    "intake": intake,
    "investigation": investigation,
    "placement": placement,
    "mentorship": mentorship,
    "compensation": compensation,
}


def routes_of(contracts: Mapping[str, ModuleType]) -> Iterator[Route]:
    """The routes of the services with these contracts. One that several have is one route; `TypeError` unless they all
    say so."""
    found: dict[str, dict[str, Operation]] = {}
    for service, contract in contracts.items():
        for operation in operations_of(contract):
            found.setdefault(operation.name, {})[service] = operation
    for parts in found.values():
        yield Route(operation=_whole(parts), parts=parts)


def _whole(parts: Mapping[str, Operation]) -> Operation:
    """An operation as the interface has it: whoever may ask for a part of it may ask."""
    first, *others = parts.values()
    for other in others:
        if first.shared is None or (other.route, other.shared) != (first.route, first.shared):
            raise TypeError(f"{', '.join(parts)} each have an operation {first.name}, and do not share it")
    is_open = not all(part.roles for part in parts.values())
    return replace(first, roles=frozenset() if is_open else first.roles.union(*(other.roles for other in others)))


ROUTES: tuple[Route, ...] = tuple(routes_of(CONTRACTS))
