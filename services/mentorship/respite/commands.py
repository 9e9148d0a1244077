"""What can be done with respite: one function per use case, each one unit of work."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select

from services.kernel.basics.ids import new_id
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship import news
from services.mentorship.contract import events
from services.mentorship.contract.mentorships import Status
from services.mentorship.contract.respite import (
    RESPITE_PASSED,
    ApprovalDoesNotAllow,
    OfferStatus,
    RespiteNightsUsed,
    RespiteOverlaps,
    RespiteStatus,
)
from services.mentorship.homes import finding
from services.mentorship.homes.model import Home
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.model import Mentorship
from services.mentorship.respite import giving, queries
from services.mentorship.respite.model import RespiteOffer, RespiteRequest
from services.mentorship.respite.nights import Span, beyond

_TAKES = (RespiteStatus.ASKED, RespiteStatus.ACCEPTED)
_GIVES = (RespiteStatus.ACCEPTED, RespiteStatus.DONE)


def ask_respite(unit: Unit, body: dict[str, Any]) -> Answer:
    """A home asks; those of its network whose approval allows it are asked at once."""
    _alone(unit, {body["home_id"]})
    home = finding.named(unit, body["home_id"])
    if body["starts_on"] < unit.today:
        raise RESPITE_PASSED.refusal("/starts_on")
    request = RespiteRequest(
        id=new_id(), status=RespiteStatus.ASKED, created_at=unit.now, changed_at=unit.now, given_by=None, **body
    )
    _must_be_free(unit, home.id, request.span)
    if unit.for_home:
        _must_have_nights(unit, home.id, request.span)
    unit.add(request)
    unit.session.flush()
    for home_id in giving.able(unit, _network(unit, home) - _household(unit, home), request):
        _ask(unit, request, home_id)
    return _answer(unit, request)


def offer_respite(unit: Unit, respite_id: str, body: dict[str, Any]) -> Answer:
    """A home says that it can give it, or the coordinator for it."""
    request = unit.lock(RespiteRequest, respite_id)
    request.must_be_answerable(unit.today, by_home=unit.for_home)
    home = finding.named(unit, body["home_id"])
    offer = _offer_of(request, home.id)
    _must_be_allowed(unit, request, home.id)
    if offer is None and unit.for_home:
        raise ApprovalDoesNotAllow
    _must_be_free(unit, home.id, request.span, agreed=True)
    offer = offer or _ask(unit, request, home.id)
    offer.offer(unit.now)
    news.tell(unit, request, request.home_id, news.News.RESPITE)
    return _answer(unit, request)


def accept_respite(unit: Unit, respite_id: str, body: dict[str, Any]) -> Answer:
    """The home that asked chooses who gives it."""
    both = {unit.read(RespiteRequest, respite_id).home_id, body["home_id"]}
    _alone(unit, both)
    request = _locked_of_asker(unit, respite_id)
    request.must_be_answerable(unit.today, by_home=unit.for_home)
    for home_id in both:
        _must_be_free(unit, home_id, request.span, agreed=True)
    chosen = request.accept(_offer_of(request, body["home_id"]), unit.now)
    _must_be_allowed(unit, request, chosen.home_id)  # since it offered, an approval may be gone
    news.tell(unit, chosen, chosen.home_id, news.News.RESPITE)
    return _answer(unit, request)


def cancel_respite(unit: Unit, respite_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """It is not needed; who was to give it is told."""
    request = _locked_of_asker(unit, respite_id)
    request.cancel(by_home=unit.for_home, today=unit.today, at=unit.now)
    given = request.given_by and _offer_of(request, request.given_by)
    if given:
        news.tell(unit, given, given.home_id, news.News.RESPITE)
    return _answer(unit, request)


def complete_respite(unit: Unit, respite_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """It has been given, and is paid."""
    request = unit.lock(RespiteRequest, respite_id)
    happened = request.complete(by=unit.actor, today=unit.today, at=unit.now)
    unit.record(events.RESPITE_COMPLETED, subject=request, data=happened)
    return _answer(unit, request)


def _alone(unit: Unit, home_ids: Collection[str]) -> None:
    """Whatever gives or takes nights of a home goes one after the other."""
    for home_id in sorted(home_ids):
        unit.alone(f"respite {home_id}")


def _locked_of_asker(unit: Unit, respite_id: str) -> RespiteRequest:
    request = unit.lock(RespiteRequest, respite_id)
    if unit.for_home:
        request.must_be_of(unit.own_homes(RespiteRequest))
    return request


def _offer_of(request: RespiteRequest, home_id: str) -> RespiteOffer | None:
    return next((offer for offer in request.offers if offer.home_id == home_id), None)


def _ask(unit: Unit, request: RespiteRequest, home_id: str) -> RespiteOffer:
    offer = RespiteOffer(
        id=new_id(),
        respite_id=request.id,
        home_id=home_id,
        status=OfferStatus.ASKED,
        asked_at=unit.now,
        changed_at=unit.now,
    )
    unit.add(offer)
    news.tell(unit, offer, home_id, news.News.RESPITE)
    return offer


def _answer(unit: Unit, request: RespiteRequest) -> Answer:
    unit.session.flush()
    unit.session.refresh(request)
    return queries.answer(unit, request)


def _must_be_free(unit: Unit, home_id: str, span: Span, *, agreed: bool = False) -> None:
    """Raises `RespiteOverlaps` where the home takes or gives respite in one of these nights. Where only what is
    `agreed` counts, what it has asked for keeps it from nothing."""
    takes = RespiteRequest.home_id == home_id
    taken = RespiteRequest.status.in_([RespiteStatus.ACCEPTED] if agreed else _TAKES)
    gives = RespiteRequest.given_by == home_id
    overlapping = select(RespiteRequest.id).where(
        or_(takes & taken, gives & RespiteRequest.status.in_(_GIVES)),
        RespiteRequest.starts_on < span.ends_on,
        RespiteRequest.ends_on > span.starts_on,
    )
    if unit.session.scalar(overlapping.limit(1)) is not None:
        raise RespiteOverlaps


def _must_have_nights(unit: Unit, home_id: str, span: Span) -> None:
    """Raises `RespiteNightsUsed` where the home would have more nights in a month than the municipality gives."""
    had = select(RespiteRequest.starts_on, RespiteRequest.ends_on).where(
        RespiteRequest.home_id == home_id, RespiteRequest.status != RespiteStatus.CANCELLED
    )
    spans = [Span(*row) for row in unit.session.execute(had)]
    if beyond(span, spans, most=unit.settings.respite_nights_a_month) is not None:
        raise RespiteNightsUsed


def _household(unit: Unit, home: Home) -> frozenset[str]:
    return finding.households(unit, [home.id])[home.id]


def _network(unit: Unit, home: Home) -> set[str]:
    """The homes with the same mentor, and that mentor's own."""
    mentors = select(Mentorship.mentor_id).where(Mentorship.home_id == home.id, Mentorship.status == Status.ACCEPTED)
    own = select(Mentor.id).where(Mentor.home_id == home.id)
    of = or_(Mentor.id.in_(mentors), Mentor.id.in_(own))
    homes = (
        select(Mentorship.home_id)
        .join(Mentor, Mentor.id == Mentorship.mentor_id)
        .where(of, Mentorship.status == Status.ACCEPTED)
    )
    return {*unit.session.scalars(homes), *unit.session.scalars(select(Mentor.home_id).where(of))}


def _must_be_allowed(unit: Unit, request: RespiteRequest, home_id: str) -> None:
    """Raises `ApprovalDoesNotAllow` where the home may not give it as things stand, or somebody lives in both homes."""
    if home_id in _household(unit, request.home) or not giving.able(unit, {home_id}, request):
        raise ApprovalDoesNotAllow
