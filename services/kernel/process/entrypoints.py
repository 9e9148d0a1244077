"""How requests and events come in from nameko, in whose turn, and what becomes of one that fails."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import eventlet
from eventlet.semaphore import Semaphore
from kombu import Exchange, Queue
from nameko.constants import DEFAULT_TRANSPORT_OPTIONS, HEARTBEAT_CONFIG_KEY
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from nameko.messaging import QueueConsumer
from nameko.rpc import Rpc, RpcConsumer

from services.kernel.basics.log import failed, logger
from services.kernel.contracts import Event, Operation
from services.kernel.contracts.faults import MunicipalityBusy, ServiceUnavailable
from services.kernel.messages import ladder, topology, wire
from services.kernel.messages.broker import LOST, Message, NotConfirmed, connection, raw
from services.kernel.messages.envelope import tenant_of
from services.kernel.process.line import GreenLine
from services.kernel.process.platform import SETTINGS
from services.kernel.process.settings import ServiceSettings
from services.kernel.secrecy.crypto import SealBroken, Wire
from services.kernel.work import (
    operations,
    reactions,
)
from services.kernel.work.turns import Turns

_PAUSE = 1.0  #: seconds before a message that could neither be worked on nor put off is delivered again
REQUESTS_AT_HAND, EVENTS_AT_HAND = 400, 50  #: that wait in the process, so that one can overtake another
_MOST_WAITING = 60  #: of one municipality, so that none fills what is at hand
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.125, 4.0  #: seconds before it is looked whether what was down is back


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
        self._replies = GreenLine(self._settings.broker_url)
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
        self._line = GreenLine(broker_url)
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
