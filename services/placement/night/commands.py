"""A call to a home at night: an inquiry and its answer in one step."""

from typing import Any

from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.contract.night_desk import CallOutcome
from services.placement.homes.model import Home
from services.placement.inquiries.commands import settled, written
from services.placement.inquiries.model import Inquiry, ask, telling
from services.placement.named import inquiries_of, must_exist
from services.placement.requests.model import PlacementRequest


def log_night_call(unit: Unit, body: dict[str, Any]) -> Answer:
    """Writes down a call. One that the home was asked before, and has not answered, is answered by it."""
    known = must_exist(unit, PlacementRequest, body["placement_request_id"], pointer="/placement_request_id")
    request = unit.lock(PlacementRequest, known.id)
    home = must_exist(unit, Home, body["home_id"], pointer="/home_id")
    inquiry = _asked(unit, request, home, body)
    _answer(unit, inquiry, CallOutcome(body["outcome"]), body["note"])
    settled(unit, inquiry)
    return written(unit, inquiry)


def _asked(unit: Unit, request: PlacementRequest, home: Home, body: dict[str, Any]) -> Inquiry:
    """The inquiry that the call is about: the one that waits for the home's answer, or a new one."""
    inquiries = inquiries_of(unit, request)
    said = telling(body["told"], by=unit.actor, at=unit.now)
    waiting = next((one for one in inquiries if one.home_id == home.id and one.waits), None)
    if waiting is not None and body["outcome"] != CallOutcome.NO_ANSWER:
        request.must_be_open()
        waiting.tell(said, at=unit.now)
        return waiting
    given: Any = {"message": "", "answer_by": None, "by": unit.actor, "at": unit.now}
    if waiting is not None:  # nobody answered: what waits goes on waiting, and the call stands beside it
        inquiries = [one for one in inquiries if one is not waiting]
    return ask(request, home, inquiries=inquiries, told=said, **given)


def _answer(unit: Unit, inquiry: Inquiry, outcome: CallOutcome, note: str) -> None:
    match outcome:
        case CallOutcome.ACCEPTED:
            inquiry.accept(by=unit.actor, by_home=False, at=unit.now, note=note)
        case CallOutcome.DECLINED:
            inquiry.decline(note, by=unit.actor, by_home=False, at=unit.now)
        case CallOutcome.NO_ANSWER:
            inquiry.miss(note, at=unit.now)
