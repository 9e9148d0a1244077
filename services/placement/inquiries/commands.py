"""Asking homes, and writing down what they answer."""

from collections.abc import Sequence
from typing import Any

from services.kernel.rows import nudges
from services.kernel.rows.unit import Unit
from services.kernel.work.nudges import nudge
from services.kernel.work.operations import Answer
from services.placement.homes.model import Home
from services.placement.inquiries import queries
from services.placement.inquiries.duties import INQUIRY_UNANSWERED
from services.placement.inquiries.model import Inquiry, ask, telling
from services.placement.matching.weighing import keep_weighing
from services.placement.named import inquiries_of, must_exist
from services.placement.requests.model import PlacementRequest


def send_inquiry(unit: Unit, placement_request_id: str, body: dict[str, Any]) -> Answer:
    """Asks a home."""
    request = unit.lock(PlacementRequest, placement_request_id)
    home = must_exist(unit, Home, body["home_id"], pointer="/home_id")
    (inquiry,) = _send(unit, request, [home], body)
    return queries.inquiry_answer(unit, inquiry)


def send_inquiries(unit: Unit, placement_request_id: str, body: dict[str, Any]) -> Answer:
    """Asks several homes in the same words."""
    request = unit.lock(PlacementRequest, placement_request_id)
    wanted = enumerate(body["home_ids"])
    homes = [must_exist(unit, Home, home_id, pointer=f"/home_ids/{place}") for place, home_id in wanted]
    return queries.inquiries_answer(unit, _send(unit, request, homes, body))


def _send(unit: Unit, request: PlacementRequest, homes: Sequence[Home], body: dict[str, Any]) -> list[Inquiry]:
    """Asks homes, and keeps what matching comes to on the day."""
    others, said = inquiries_of(unit, request), {name: body[name] for name in ("message", "answer_by")}
    told: Any = {"told": telling(body["told"], by=unit.actor, at=unit.now), "by": unit.actor, "at": unit.now}
    sent = [ask(request, home, inquiries=others, **said, **told) for home in homes]
    keep_weighing(unit, request)
    # In the order of the homes, whose rows keep when they were asked: two who ask the same homes wait for each other.
    for home, inquiry in sorted(zip(homes, sent, strict=True), key=lambda one: one[0].id):
        unit.add(inquiry)
        if inquiry.answer_by is not None:
            unit.plan(INQUIRY_UNANSWERED, subject=inquiry.id, at=inquiry.answer_by)
        nudge(unit, "inquiry", subject=inquiry.id, home_id=home.id, reached=home.reached, is_urgent=request.urgent)
    unit.session.flush()
    return sent


def accept_inquiry(unit: Unit, inquiry_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """The home says yes."""
    inquiry = unit.lock(Inquiry, inquiry_id)
    inquiry.accept(by=unit.actor, by_home=unit.for_home, at=unit.now)
    settled(unit, inquiry)
    return written(unit, inquiry)


def decline_inquiry(unit: Unit, inquiry_id: str, body: dict[str, Any]) -> Answer:
    """The home says no."""
    inquiry = unit.lock(Inquiry, inquiry_id)
    inquiry.decline(body["reason"], by=unit.actor, by_home=unit.for_home, at=unit.now)
    settled(unit, inquiry)
    return written(unit, inquiry)


def written(unit: Unit, inquiry: Inquiry) -> Answer:
    """The inquiry is stored; its answer."""
    unit.add(inquiry)
    unit.session.flush()
    return queries.inquiry_answer(unit, inquiry)


def settled(unit: Unit, *inquiries: Inquiry) -> None:
    """Nobody has to be reminded of these any more, nor told of them."""
    for inquiry in inquiries:
        unit.cancel(INQUIRY_UNANSWERED, subject=inquiry.id)
    nudges.forget(unit, [inquiry.id for inquiry in inquiries])
