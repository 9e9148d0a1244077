"""What becomes of a failed message: which rung of the ladder it goes to, and what goes with it."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from services.kernel.messages.broker import Line, Message
from services.kernel.messages.ladder import ATTEMPT, QUEUE, REASON, put_off

FAILED = "builtins.ValueError at here"


class Recorder:
    """A line that keeps what is published on it."""

    def __init__(self) -> None:
        self.published: list[Message] = []

    def publish_confirmed(self, messages: Sequence[Message]) -> None:
        self.published += messages


def rung(headers: dict[str, Any] | None, delays: tuple[int, ...] = (100, 200), **properties: Any) -> Message:
    line = Recorder()
    message = Message(
        exchange="",
        routing_key="probe.on_thing_made",
        body=b"{}",
        properties={"application_headers": headers, **properties},
    )
    put_off(cast("Line", line), "probe", "probe.on_thing_made", message, FAILED, delays)
    (published,) = line.published
    return published


class TestPutOff:
    @pytest.mark.parametrize(
        ("headers", "exchange", "attempt"),
        [
            (None, "probe.retry-100", 1),
            ({}, "probe.retry-100", 1),
            ({ATTEMPT: 1}, "probe.retry-200", 2),
            ({ATTEMPT: 2}, "probe.parking", 3),
            ({ATTEMPT: 9}, "probe.parking", 10),
        ],
    )
    def test_each_failure_is_a_rung_and_after_the_last_it_is_parked(
        self, headers: dict[str, Any] | None, exchange: str, attempt: int
    ) -> None:
        published = rung(headers)
        assert published.exchange == exchange
        assert published.properties["application_headers"][ATTEMPT] == attempt

    def test_without_delays_it_is_parked_at_once(self) -> None:
        assert rung(None, delays=()).exchange == "probe.parking"

    def test_it_keeps_its_body_its_id_and_the_way_back(self) -> None:
        published = rung({"traceparent": "t"}, message_id="m1", content_type="c", content_encoding="utf-8")
        assert (published.body, published.routing_key) == (b"{}", "probe.on_thing_made")
        assert published.properties == {
            "message_id": "m1",
            "content_type": "c",
            "content_encoding": "utf-8",
            "delivery_mode": 2,
            "application_headers": {
                "traceparent": "t",
                ATTEMPT: 1,
                REASON: "builtins.ValueError at here",
                QUEUE: "probe.on_thing_made",
            },
        }

    def test_an_expiration_does_not_go_along_or_the_message_would_be_lost(self) -> None:
        assert "expiration" not in rung(None, expiration="1").properties
