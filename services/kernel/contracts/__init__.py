"""What words do contracts use? A service's contract is made of operations, events, schemas of fields, and faults.

A contract is the single definition: the service loads commands with it, the gateway checks bodies with it, OpenAPI is
written from it, and tests list it. Nothing here knows a database, a broker or HTTP.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

from services.kernel.contracts import access, alerts, feed, fields, personal_data, retention, settings, webhooks
from services.kernel.contracts.event import Event, EventData
from services.kernel.contracts.faults import Fault
from services.kernel.contracts.hiding import Hides
from services.kernel.contracts.operation import Operation
from services.kernel.contracts.page import After, Page, Total
from services.kernel.contracts.rules import Rule
from services.kernel.contracts.schema import Nothing, Schema, Shown, Text
from services.kernel.contracts.settings import Setting

__all__ = [
    "After", "Event", "EventData", "Fault", "Hides", "Nothing", "Operation", "Page", "Rule", "Schema", "Setting",
    "Shown", "Text", "Total", "declared", "fields", "operations_of",
]  # fmt: skip

Kind = TypeVar("Kind")


def declared(contract: ModuleType, kind: type[Kind]) -> Iterator[Kind]:
    """Every operation (or event) that the modules of a service's contract declare, each once, module by module."""
    known: set[int] = set()
    for module in modules(contract):
        for member in vars(module).values():
            if isinstance(member, kind) and id(member) not in known:
                known.add(id(member))
                yield member


def operations_of(contract: ModuleType) -> Iterator[Operation]:
    """Every operation of a service: those of its contract, and those that the kernel gives to each service."""
    yield from declared(contract, Operation)
    yield from declared(settings, Operation)
    yield from declared(access, Operation)
    yield from declared(alerts, Operation)
    yield from declared(feed, Operation)
    yield from declared(webhooks, Operation)
    yield from declared(retention, Operation)
    yield from declared(personal_data, Operation)


def modules(contract: ModuleType) -> Iterator[ModuleType]:
    """The modules of a contract: its own, and those in its folder."""
    yield contract
    for part in pkgutil.iter_modules(getattr(contract, "__path__", []), f"{contract.__name__}."):
        yield importlib.import_module(part.name)
