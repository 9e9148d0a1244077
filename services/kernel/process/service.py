"""A service's base class: from its contract and its rooms to nameko's entrypoints.

Everything about nameko is on this shelf and in each `service.py`; what is carried out, and how, knows nothing of it.
"""

from types import ModuleType, SimpleNamespace
from typing import Any

from sqlalchemy.orm import DeclarativeBase

from services.kernel import contracts
from services.kernel.contracts import Event, Operation, Schema, Setting
from services.kernel.contracts.access import LIST_ACCESS
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.feed import READ_EVENTS
from services.kernel.contracts.settings import Declared
from services.kernel.messages import topology
from services.kernel.messages.context import Context
from services.kernel.process.entrypoints import OperationEntrypoint, ReactionEntrypoint
from services.kernel.process.platform import Platform
from services.kernel.rows.database import Database
from services.kernel.work import (
    access,
    alerts,
    colleagues,
    feed,
    housekeeping,
    nudges,
    operations,
    reactions,
    settings,
    webhooks,
)
from services.kernel.work.clockwork import Handler
from services.kernel.work.personal_data import room_of as exports_of
from services.kernel.work.protection import Unprotected
from services.kernel.work.retelling import How
from services.kernel.work.retention.files import Files
from services.kernel.work.retention.room import room_of as weeding_of


def operation(declared: Operation, handler: operations.Handler) -> Any:
    """The entrypoint of an operation."""

    def carry_out(self: "Service", context: dict[str, Any], arguments: dict[str, Any]) -> operations.Reply:
        database = self.platform.database
        return operations.carry_out(database, declared, handler, Context.from_dict(context), arguments)

    carry_out.__name__ = declared.name
    carry_out.hemvist_operation = declared  # type: ignore[attr-defined]
    carry_out.hemvist_handler = handler  # type: ignore[attr-defined]
    return OperationEntrypoint.decorator(carry_out)


def reaction(event: Event, handler: reactions.Reaction) -> Any:
    """The entrypoint of a reaction."""

    def react(self: "Service", body: bytes) -> reactions.Outcome:
        queue = topology.reaction_queue(self.name, event)
        return reactions.react(self.platform.database, queue, event, handler, body)

    react.__name__ = f"on_{event.name}"
    react.hemvist_event = event  # type: ignore[attr-defined]
    react.hemvist_handler = handler  # type: ignore[attr-defined]
    return ReactionEntrypoint.decorator(event)(react)


def _ping(database: Database) -> operations.Answer:
    database.ping()
    return operations.Answer({})


PING = Operation(
    name="ping",
    route="",
    en="Whether the service and its database answer. Asked by the gateway's readiness check only.",
    sv="Om tjänsten och dess databas svarar.",
    roles=frozenset(),
    answer=Schema,
    reads=True,
    tenantless=True,
)


class Service:
    """The base of the five services. A service names its contract, its rooms, the events that it reacts to, and the
    rooms of what a municipality may set in it, of how its events are told again and of whose identity is protected, if
    there is anything.

    An operation of the contract is carried out by the function of its name in one of the rooms, an event by `on_` and
    its name, a duty that a room declares by the function of its name. One without exactly one such function is a
    `TypeError` as soon as the service is imported.
    """

    name: str
    contract: ModuleType
    rooms: tuple[ModuleType, ...]
    settings: ModuleType | None = None
    retention: ModuleType | None = None  #: the room that says which files it weeds, in their order, and which it keeps
    retelling: ModuleType | None = None  #: the room that says how each of its events is told again when it is old
    protection: ModuleType | None = None  #: the room that says of whom that its events concern it may be spoken
    tables: type[DeclarativeBase] | None = None  #: the base of its mapped classes
    reacts_to: tuple[Event, ...] = ()

    platform = Platform()
    ping = operation(PING, _ping)

    def __init_subclass__(cls) -> None:
        for declared in contracts.operations_of(cls.contract):
            setattr(cls, declared.name, operation(declared, cls._handler(declared)))
        cls.duties()
        for event in cls.reacts_to:
            setattr(cls, f"on_{event.name}", reaction(event, cls._reaction(f"on_{event.name}")))

    @classmethod
    def duties(cls) -> dict[str, tuple[Duty, Handler]]:
        """Every duty that its rooms (and the kernel, for every service) declare, with its function, by its name."""
        found = {member for room in cls._all_rooms() for member in vars(room).values() if isinstance(member, Duty)}
        return {duty.name: (duty, cls._function(duty.name)) for duty in sorted(found, key=lambda duty: duty.name)}

    @classmethod
    def _all_rooms(cls) -> tuple[ModuleType | SimpleNamespace, ...]:
        given = (housekeeping, settings, access, alerts, colleagues, webhooks, nudges)
        return (*cls.rooms, *given, weeding_of(cls.files()), exports_of(cls.tables))

    @classmethod
    def _handler(cls, declared: Operation) -> operations.Handler:
        if declared is READ_EVENTS:
            return feed.reader_of(cls.name, cls.events(), cls.unprotected())
        if declared is LIST_ACCESS:
            return access.reader_of(cls.unprotected())
        return cls._function(declared.name)  # type: ignore[no-any-return]

    @classmethod
    def _function(cls, name: str) -> Any:
        found = {vars(room)[name] for room in cls._all_rooms() if name in vars(room)}
        if len(found) != 1:
            raise TypeError(f"{cls.name}: {len(found)} functions in its rooms are called {name}")
        return found.pop()

    @classmethod
    def _reaction(cls, name: str) -> reactions.Reaction:
        found = cls._function(name)
        if not isinstance(found, reactions.Reaction):
            raise TypeError(f"{cls.name}: {name} does not say whether it is `newest` or `each`")
        return found

    @classmethod
    def operations(cls) -> dict[str, Operation]:
        """Every operation by its name, also those that the kernel gives to every service."""
        members = vars(cls).items()
        return {name: member.hemvist_operation for name, member in members if hasattr(member, "hemvist_operation")}

    @classmethod
    def declared_settings(cls) -> Declared:
        """What a municipality may set, by its whole name."""
        found = contracts.declared(cls.settings, Setting) if cls.settings else ()
        return {f"{cls.name}.{setting.name}": setting for setting in found}

    @classmethod
    def files(cls) -> dict[str, Files]:
        """The kinds of files that it weeds by itself, in their order."""
        found = vars(cls.retention) if cls.retention else {}
        return {name: files for name, files in found.items() if isinstance(files, Files)}

    @classmethod
    def retellings(cls) -> dict[str, How]:
        """How each event that it records is told again, by the event's key."""
        found = vars(cls.retelling) if cls.retelling else {}
        return {name: how for name, how in found.items() if isinstance(how, How)}

    @classmethod
    def unprotected(cls) -> dict[str, Unprotected]:
        """Which function says of a kind of thing that its events concern of whom it may be spoken, by the kind."""
        kinds = {kind for event in cls.events().values() for kind in event.concerns.values()}
        room = vars(cls.protection) if cls.protection else {}
        if missing := kinds - room.keys():
            raise TypeError(f"{cls.name}: its room `protection` has no function {', '.join(sorted(missing))}")
        return {kind: room[kind] for kind in sorted(kinds)}

    @classmethod
    def events(cls) -> dict[str, Event]:
        """Every event that it records, by its key."""
        found = contracts.declared(cls.contract, Event)
        return {event.key: event for event in found if event.source == cls.name}

    @classmethod
    def reactions(cls) -> list[Event]:
        """Every event that the service reacts to."""
        return list(cls.reacts_to)
