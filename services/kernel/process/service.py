"""The nameko side: a service's base class, and the entrypoints of operations and reactions.

Everything about nameko is here and in each `service.py`; what is carried out, and how, knows nothing of it.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import eventlet
from eventlet.greenpool import GreenPool
from eventlet.semaphore import Semaphore
from kombu import Exchange, Queue
from nameko.constants import DEFAULT_TRANSPORT_OPTIONS, HEARTBEAT_CONFIG_KEY
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint
from nameko.messaging import QueueConsumer
from nameko.rpc import Rpc, RpcConsumer
from sqlalchemy.orm import DeclarativeBase

from services.kernel import contracts
from services.kernel.basics import clock
from services.kernel.basics.log import failed, logger
from services.kernel.contracts import Event, Operation, Schema, Setting
from services.kernel.contracts.access import LIST_ACCESS
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import MunicipalityBusy, ServiceUnavailable
from services.kernel.contracts.feed import READ_EVENTS
from services.kernel.contracts.settings import Declared
from services.kernel.files import store
from services.kernel.files.shelf import Shelves
from services.kernel.messages import ladder, topology, wire
from services.kernel.messages.broker import LOST, Line, Message, NotConfirmed, connection, raw
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import tenant_of
from services.kernel.messages.outlets import Outlets
from services.kernel.messages.relay import Relay
from services.kernel.process.settings import ServiceSettings
from services.kernel.rows.database import Database
from services.kernel.secrecy.crypto import SealBroken, Wire
from services.kernel.work import (
    access,
    alerts,
    colleagues,
    errands,
    feed,
    housekeeping,
    nudges,
    operations,
    reactions,
    settings,
    webhooks,
)
from services.kernel.work.clockwork import Clockwork, Handler
from services.kernel.work.personal_data import room_of as exports_of
from services.kernel.work.protection import Unprotected
from services.kernel.work.retelling import How
from services.kernel.work.retention import Files
from services.kernel.work.retention import room_of as weeding_of
from services.kernel.work.turns import Turns

_PAUSE = 1.0  #: seconds before a message that could neither be worked on nor put off is delivered again
REQUESTS_AT_HAND, EVENTS_AT_HAND = 400, 50  #: that wait in the process, so that one can overtake another
_MOST_WAITING = 60  #: of one municipality, so that none fills what is at hand
_MUNICIPALITIES_AT_ONCE = 4  #: for which one process carries out duties beside each other
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.125, 4.0  #: seconds before it is looked whether what was down is back
SETTINGS = "hemvist"  #: the key in nameko's configuration under which the settings lie


class Platform(DependencyProvider):  # type: ignore[misc]
    """What a service's process has one of: settings, database, relay, the sign of life."""

    def setup(self) -> None:
        self.settings: ServiceSettings = self.container.config[SETTINGS]
        self.database = Database(
            self.settings.database_url,
            self.settings.master_keys,
            service=self.container.service_name,
            connections=self.settings.workers + _MUNICIPALITIES_AT_ONCE + errands.UNITS + 2,
            idempotency_days=self.settings.idempotency_days,
            told_days=self.settings.told_days,
            shelf_of=Shelves(store.opened(self.settings.file_store), self.container.service_name).of,
            declared=self.container.service_cls.declared_settings(),
            in_production=self.settings.environment == "production",
            outlets=Outlets(mail=self.settings.mail, sms_secrets=self.settings.sms_secrets),
        )
        self.relay = Relay(
            self.container.service_name,
            self.settings.relay_database_url,
            self.settings.broker_url,
            sleep=eventlet.sleep,
        )
        pool = GreenPool(_MUNICIPALITIES_AT_ONCE)
        self.clockwork = Clockwork(
            self.container.service_name,
            self.database,
            self.settings.relay_database_url,
            self.container.service_cls.duties(),
            delays=self.settings.retry_delays,
            spawn=pool.spawn_n,
            crowded=lambda: pool.waiting() > 0,
            send=eventlet.spawn_n,
            sleep=eventlet.sleep,
        )

    def start(self) -> None:
        self.container.spawn_managed_thread(self.relay.run)
        self.container.spawn_managed_thread(self.clockwork.run)
        if self.settings.alive_file:
            self.container.spawn_managed_thread(self._show_life)

    def stop(self) -> None:
        self.relay.stop()
        self.clockwork.stop()
        self.database.close()

    def get_dependency(self, worker_ctx: Any) -> "Platform":  # noqa: ARG002
        return self

    def _show_life(self) -> None:
        line = Line(self.settings.broker_url)
        while True:
            try:
                self.database.ping()
                line.channel.basic_qos(0, 1, False)
                Path(str(self.settings.alive_file)).write_text(str(clock.seconds()), encoding="ascii")
            except (ServiceUnavailable, *LOST) as problem:
                failed("not_alive", problem)
                line.close()
            eventlet.sleep(5)


class RawConsumer(QueueConsumer):  # type: ignore[misc]
    """Nameko's consumer, without its decoding: what kombu can not or will not decode it acknowledges, writes into the
    log and loses. Here every message reaches its entrypoint, which reads the bytes itself."""

    @property
    def connection(self) -> Any:
        heartbeat = self.container.config[HEARTBEAT_CONFIG_KEY]
        return connection(self.amqp_uri, transport_options=DEFAULT_TRANSPORT_OPTIONS, heartbeat=heartbeat)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:  # noqa: ARG002
        for provider in self._providers:
            consumer = consumer_cls(queues=[provider.queue], on_message=partial(self.handle_message, provider, None))
            at_hand = REQUESTS_AT_HAND if isinstance(provider, RequestConsumer) else EVENTS_AT_HAND
            consumer.qos(prefetch_count=at_hand)
            self._consumers[provider] = consumer
        return self._consumers.values()

    # A connection that breaks under an acknowledgement is no reason to die (nameko knows only some of the ways in which
    # it can): the broker delivers again, and the inbox or the caller's key knows what was done.

    def ack_message(self, message: Any) -> None:
        with suppress(*LOST):
            super().ack_message(message)

    def requeue_message(self, message: Any) -> None:
        with suppress(*LOST):
            super().requeue_message(message)


class RequestConsumer(RpcConsumer):  # type: ignore[misc]
    """Nameko's request queue, with three differences: it goes when its last consumer goes (so that a stopped service is
    known at once), what lies in it is sealed, and replies are transient and never take the service down."""

    queue_consumer = RawConsumer()
    queue: Queue

    def setup(self) -> None:
        if self.queue is not None:
            return
        name = self.container.service_name
        self._settings: ServiceSettings = self.container.config[SETTINGS]
        self._wire = Wire(self._settings.wire_key)
        self._replies = Line(self._settings.broker_url)
        self._writing = Semaphore()
        exchange = Exchange(topology.REQUESTS, type="topic", durable=True, no_declare=True)
        self.queue = Queue(f"rpc-{name}", exchange=exchange, routing_key=f"{name}.*", durable=False, auto_delete=True)
        self.queue_consumer.register_provider(self)
        self._registered = True

    def handle_message(self, _body: None, message: Any) -> None:
        method = message.delivery_info["routing_key"].rpartition(".")[2]
        provider = next((known for known in self._providers if known.method_name == method), None)
        try:
            request = wire.read_request(self._wire.open(raw(message), wire.REQUEST))
        except (SealBroken, ValueError) as problem:
            failed("request_unreadable", problem, method=method)
            self.queue_consumer.ack_message(message)
            return
        if provider is None:
            logger.error("operation_unknown", operation=method)
            self.reply(message, {"fault": ServiceUnavailable().as_dict()})
            return
        provider.begin(request, message)

    def reply(self, message: Any, result: operations.Reply) -> None:
        """Sends the reply and lets the request go. When it can not be sent, the caller's retry is the guarantee."""
        properties = message.properties
        if "reply_to" in properties:
            reply = Message(
                exchange=topology.REQUESTS,
                routing_key=properties["reply_to"],
                body=self._wire.seal(wire.write_reply(result), wire.REPLY),
                properties={"correlation_id": properties.get("correlation_id"), "delivery_mode": 1},
            )
            with self._writing:
                try:
                    self._replies.publish(reply)
                except LOST as problem:
                    failed("reply_lost", problem)
                    self._replies.close()
        self.queue_consumer.ack_message(message)


class OperationEntrypoint(Rpc):  # type: ignore[misc]
    """An operation: one nameko RPC method."""

    rpc_consumer = RequestConsumer()

    def begin(self, request: dict[str, Any], message: Any) -> None:
        """Spawns the worker for one request."""

        def answered(_worker: Any, result: Any = None, exc_info: Any = None) -> tuple[Any, Any]:
            if exc_info is not None:
                failed("worker_failed", exc_info[1], operation=self.method_name)
                result, exc_info = {"fault": ServiceUnavailable().as_dict()}, None
            try:
                self.rpc_consumer.reply(message, result)
            finally:
                if tenant:
                    turns.give_back(tenant, changes=changes)
            return result, exc_info

        def start() -> None:
            arguments = (request["context"], request["arguments"])
            try:
                self.container.spawn_worker(self, arguments, {}, handle_result=answered)
            except ContainerBeingKilled:
                self.rpc_consumer.requeue_message(message)

        declared: Operation = getattr(self.container.service_cls, self.method_name).hemvist_operation
        named, changes = request["context"].get("tenant"), not declared.reads
        tenant = named if isinstance(named, str) else ""
        turns = turns_of(self.container)
        if not tenant:
            start()
        elif not turns.take(tenant, start, changes=changes):
            self.rpc_consumer.reply(message, {"fault": MunicipalityBusy().as_dict()})


class ReactionEntrypoint(Entrypoint):  # type: ignore[misc]
    """A reaction: one quorum queue. The acknowledgement comes after the commit, or after the broker has confirmed
    that it keeps the failed message for later."""

    queue_consumer = RawConsumer()

    def __init__(self, event: Event, **kwargs: Any) -> None:
        self.event = event
        super().__init__(event, **kwargs)

    def setup(self) -> None:
        self._service = self.container.service_name
        self._settings: ServiceSettings = self.container.config[SETTINGS]
        self._name = topology.reaction_queue(self._service, self.event)
        self.queue = Queue(self._name, durable=True, no_declare=True, queue_arguments={"x-queue-type": "quorum"})
        self._pause = _SHORTEST_PAUSE
        self._failures = Failures.shared(self.container, self._settings.broker_url)
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    def handle_message(self, _body: None, message: Any) -> None:
        body = raw(message)
        tenant = tenant_of(body)

        def start() -> None:
            try:
                self.container.spawn_worker(self, (body,), {}, handle_result=handled)
            except ContainerBeingKilled:
                self.queue_consumer.requeue_message(message)

        def handled(worker: Any, result: Any = None, exc_info: Any = None) -> Any:
            try:
                return self._handled(message, body, worker, result, exc_info)
            finally:
                if tenant:
                    turns.give_back(tenant, changes=True)

        turns = turns_of(self.container)
        if not tenant:
            start()
        elif not turns.take(tenant, start, changes=True):
            eventlet.spawn_after(_PAUSE, self.queue_consumer.requeue_message, message)

    def _handled(self, message: Any, body: bytes, _worker: Any, result: Any = None, exc_info: Any = None) -> Any:
        outcome = result if exc_info is None else reactions.Outcome(done=False, reason="worker_failed")
        if outcome.down:
            # The message stays in hand, and its worker is free meanwhile; it goes back for as long as it takes.
            self._pause = min(_LONGEST_PAUSE, 2 * self._pause)
            eventlet.spawn_after(self._pause, self.queue_consumer.requeue_message, message)
            return result, None
        self._pause = _SHORTEST_PAUSE
        if not outcome.done:
            failed_message = Message(
                exchange="",
                routing_key=self._name,
                body=body,
                properties={**message.properties, "application_headers": message.headers},
            )
            delays = self._settings.retry_delays
            try:
                self._failures.put_off(self._service, self._name, failed_message, outcome.reason, delays)
            except (NotConfirmed, *LOST) as problem:
                failed("put_off_failed", problem, reaction=self._name)
                eventlet.sleep(_PAUSE)
                self.queue_consumer.requeue_message(message)
                return result, None
        self.queue_consumer.ack_message(message)
        return result, None


def turns_of(container: Any) -> Turns:
    """Whose turn it is at this container's workers."""
    if not hasattr(container, "hemvist_turns"):
        workers = container.config[SETTINGS].workers
        container.hemvist_turns = Turns(workers, most_waiting=_MOST_WAITING)
    return container.hemvist_turns  # type: ignore[no-any-return]


class Failures:
    """The line on which a service puts failed messages off; one writer at a time."""

    def __init__(self, broker_url: str) -> None:
        self._line = Line(broker_url)
        self._writing = Semaphore()

    @classmethod
    def shared(cls, container: Any, broker_url: str) -> "Failures":
        """The one of this container."""
        if not hasattr(container, "hemvist_failures"):
            container.hemvist_failures = cls(broker_url)
        return container.hemvist_failures  # type: ignore[no-any-return]

    def put_off(self, service: str, queue: str, message: Message, reason: str, delays: Sequence[int]) -> None:
        with self._writing:
            try:
                ladder.put_off(self._line, service, queue, message, reason, delays)
            except BaseException:
                self._line.close()
                raise


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
