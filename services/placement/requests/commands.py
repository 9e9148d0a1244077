"""What can be done with a need: it is written down, and it is said whether its person is protected."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy

from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.clocks.keeping import forget_warning, warn
from services.placement.contract import events
from services.placement.homes.model import Home
from services.placement.informal.model import InformalStay
from services.placement.inquiries.commands import settled
from services.placement.named import inquiries_of, lock_informal_stays_of, lock_requests_of, must_exist
from services.placement.need_codes.commands import known_codes
from services.placement.need_codes.model import must_be_among
from services.placement.placements.entry import cut_off
from services.placement.placements.stays import introductions_of
from services.placement.requests.model import PlacementRequest, open_request
from services.vocabulary.across import DeadlineKind


def open_placement_request(unit: Unit, body: dict[str, Any]) -> Answer:
    """Writes down what a person needs."""
    for name, row_type in (("sibling_of", PlacementRequest), ("knows_home_id", Home)):
        if body[name] is not None:
            must_exist(unit, row_type, body[name], pointer=f"/{name}")
    if body["need_codes"]:
        must_be_among(body["need_codes"], known_codes(unit))
    request = open_request(body, lookup=unit.lookup_person, by=unit.actor, at=unit.now, today=unit.today)
    others, stays = lock_requests_of(unit, request.lookup), lock_informal_stays_of(unit, request.lookup)
    unit.add(request)
    if request.execution_due_on is not None:
        warn(unit, request.id, DeadlineKind.UNEXECUTED_DECISION, request.execution_due_on)
    share_protection(unit, [request, *others], stays)
    return Answer(request)


def close_placement_request(unit: Unit, placement_request_id: str, body: dict[str, Any]) -> Answer:
    """Nobody needs the home any more: nobody has to answer, no home is got to know for it, and no clock runs."""
    request = unit.lock(PlacementRequest, placement_request_id)
    request.withdraw(body["reason"], by=unit.actor, at=unit.now)
    inquiries = inquiries_of(unit, request)
    for inquiry in inquiries:
        inquiry.close(at=unit.now)
    settled(unit, *inquiries)
    introductions = introductions_of(unit, request)
    cut_off(introductions, request.id, unit.today, by=unit.actor, at=unit.now, today=unit.today)
    forget_warning(unit, request.id, DeadlineKind.UNEXECUTED_DECISION)
    unit.session.flush()
    return Answer(request)


def protect_placed_person(unit: Unit, placement_request_id: str, body: dict[str, Any]) -> Answer:
    """Says in all requests of a person whether the identity is protected."""
    known = unit.read(PlacementRequest, placement_request_id)
    requests = lock_requests_of(unit, known.lookup)
    request = next(one for one in requests if one.id == known.id)
    unit.match(request)
    stays = lock_informal_stays_of(unit, known.lookup)
    _protect(unit, requests, stays, is_protected=body["protected_identity"])
    unit.session.flush()
    return Answer(request)


def share_protection(unit: Unit, requests: Sequence[PlacementRequest], stays: Sequence[InformalStay]) -> None:
    """Of a person: who is protected in one of these is so in all of them, whichever was written down first."""
    if any(one.protected_identity for one in requests) or any(one.protected_identity for one in stays):
        _protect(unit, requests, stays, is_protected=True)


def _protect(
    unit: Unit, requests: Sequence[PlacementRequest], stays: Sequence[InformalStay], *, is_protected: bool
) -> None:
    """The other services hear it of each request of which it was not known."""
    for request in requests:
        is_new = not sqlalchemy.inspect(request).persistent
        if is_new or request.protected_identity != is_protected:
            happened = request.protect(is_protected=is_protected, at=unit.now)
            unit.record(events.PLACED_PERSON_CHANGED, subject=request, data=happened)
    for stay in stays:
        stay.protect(is_protected=is_protected, at=unit.now)
