"""The ladder that a failed message climbs: delay queues of growing length (no worker sleeps), and after the last it is
parked."""

from collections.abc import Sequence

from services.kernel.basics.log import logger
from services.kernel.messages import topology
from services.kernel.messages.broker import Line, Message

ATTEMPT = "x-hemvist-attempt"
REASON = "x-hemvist-reason"
QUEUE = "x-hemvist-queue"


def put_off(line: Line, service: str, queue: str, message: Message, reason: str, delays: Sequence[int]) -> None:
    """Hands a failed message to the next rung of the ladder, or parks it; returns when the broker has confirmed."""
    headers = dict(message.properties.get("application_headers") or {})
    attempt = int(headers.get(ATTEMPT, 0)) + 1
    headers |= {ATTEMPT: attempt, REASON: reason, QUEUE: queue}
    parked = attempt > len(delays)
    exchange = f"{service}.parking" if parked else topology.retry_queue(service, delays[attempt - 1])
    kept = {name: value for name, value in message.properties.items() if name in _KEPT}
    properties = {**kept, "delivery_mode": 2, "application_headers": headers}
    line.publish_confirmed([Message(exchange=exchange, routing_key=queue, body=message.body, properties=properties)])
    if parked:
        logger.error("event_parked", reaction=queue, message_id=message.properties.get("message_id"))


_KEPT = ("content_type", "content_encoding", "message_id")
