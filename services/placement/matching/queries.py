"""The homes beside a need, as a screen shows them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import any_, literal, select
from sqlalchemy.orm import defer, joinedload, raiseload

from services.kernel.contracts import Page, Shown, Total
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.homes.model import Approval, Home
from services.placement.homes.queries import HOMES
from services.placement.matching import rules
from services.placement.placements.stays import stays_from
from services.placement.postcodes.model import Postcode
from services.placement.postcodes.places import Middles
from services.placement.requests.model import PlacementRequest
from services.vocabulary.centres import centre_of

MOST_CANDIDATES = 2_000  #: homes that are weighed for one request; no municipality has as many


def list_candidates(unit: Unit, placement_request_id: str, page: Page) -> Answer:
    """The homes beside a request, so many statements however many homes."""
    request = unit.read(PlacementRequest, placement_request_id)
    day = max(request.needed_from, unit.today)
    weighed, are_all = _weighed(unit, request.assignment, day)
    homes = list(
        unit.session.scalars(
            select(Home)
            .where(Home.id.in_(weighed))
            .options(raiseload(Home.adults), joinedload(Home.approvals).options(defer(Approval.conditions)))
        ).unique()
    )
    stays, middles = stays_from(unit, day, weighed), _middles(unit, homes)
    offers = [home.offer_from(day, stays=stays.get(home.id, []), middles=middles) for home in homes]
    need, offers = _as_seen(unit, request.need_on(day)), [_as_seen(unit, offer) for offer in offers]
    candidates = rules.candidates_for(need, offers)
    shown = candidates[page.offset : page.offset + page.limit]
    named, _ = unit.list(HOMES, Page(limit=page.limit), {"ids": [one.home_id for one in shown]})
    known = {home.id: home for home in named}
    items = (_candidate(one, known[one.home_id]) for one in shown)
    return paged(items, Total(len(candidates), is_exact=are_all))


def _middles(unit: Unit, homes: Iterable[Home]) -> Middles:
    """What stands in for the positions of those homes that have none."""
    wanted = {home.postcode for home in homes if home.position is None}
    found = unit.session.scalars(select(Postcode).where(Postcode.id.in_(wanted))) if wanted else ()
    return Middles({postcode.id: postcode.place for postcode in found}, centre_of(unit.municipality_code))


def _as_seen(unit: Unit, one: Any) -> Any:
    """A need or an offer for whoever may know where a protected identity is: the distance as it is."""
    return replace(one, protected_identity=False) if unit.sees_protected else one


def _candidate(one: rules.Candidate, home: Any) -> Shown:
    return Shown(one, id=one.home_id, name=home.name, protected_identity=home.protected_identity)


def _weighed(unit: Unit, assignment: str, day: date) -> tuple[list[str], bool]:
    """The homes that are weighed, and whether these are all: first of all those approved for the assignment."""
    fits = literal(assignment) == any_(Approval.assignments)
    approved = select(Approval.home_id).where(fits, Approval.is_valid_on(day)).distinct().order_by(Approval.home_id)
    found: dict[str, None] = {}
    for statement in (approved, select(Home.id).where(Home.is_approved).order_by(Home.id)):
        found.update(dict.fromkeys(unit.session.scalars(statement.limit(MOST_CANDIDATES + 1))))
    return list(found)[:MOST_CANDIDATES], len(found) <= MOST_CANDIDATES
