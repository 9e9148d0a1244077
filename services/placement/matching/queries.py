"""The homes beside a need, as a screen shows them.

Those that could take the person are found by the database and ranked here; of the others only those are read that are
shown. So a page costs what could be chosen and what it shows, however many homes there are.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import all_, any_, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown, Total
from services.kernel.rows.listing import Reading
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.homes.listed import PEOPLE
from services.placement.homes.model import Home
from services.placement.matching import reading, rules
from services.placement.matching.possible import as_seen, possible
from services.placement.matching.settings import weights_of
from services.placement.matching.values import Candidate, Need
from services.placement.placements.stays import siblings_of
from services.placement.requests.model import PlacementRequest
from services.vocabulary.people import household_name


def list_candidates(unit: Unit, placement_request_id: str, page: Page) -> Answer:
    """The homes beside a request, so many statements however many homes."""
    request = unit.read(PlacementRequest, placement_request_id)
    need, weights = need_of(unit, request), weights_of(unit)
    ranked = rules.best_of(need, possible(unit, need), weights)
    ids = ranked[page.offset : page.offset + page.limit]
    ids += _others(unit, ranked, page)
    offers = {one.home_id: as_seen(unit, one) for one in reading.offers_of(unit, need, ids)}
    candidates = [rules.candidate_of(need, offers[one], weights) for one in ids]
    return paged(_named(unit, candidates), Total.counted(unit.rows(_APPROVED)[0].homes))


def need_of(unit: Unit, request: PlacementRequest) -> Need:
    """A request as matching reads it: from the day of the need on, or from today when that has passed."""
    day = max(request.needed_from, unit.today)
    need: Need = as_seen(unit, request.need_on(day, siblings_of(unit, request, day)))
    return need


def _others(unit: Unit, ranked: Sequence[str], page: Page) -> Sequence[str]:
    """Of the homes that can not take the person those that the page shows, those known longest first."""
    left = page.limit - len(ranked[page.offset : page.offset + page.limit])
    if not left:
        return []
    return unit.session.scalars(
        select(Home.id)
        .where(Home.is_approved.is_(True), Home.id != all_(literal(list(ranked), ARRAY(Text))))
        .order_by(Home.id)
        .offset(max(0, page.offset - len(ranked)))
        .limit(left)
    ).all()


_APPROVED = Reading(select(func.count().label("homes")).select_from(Home).where(Home.is_approved.is_(True)))
_NAMED = Reading(
    select(Home.id, Home.protected_identity, PEOPLE).where(Home.id == any_(bindparam("ids", type_=ARRAY(Text))))
)


def _named(unit: Unit, candidates: Sequence[Candidate]) -> list[Shown]:
    """The candidates with the homes' names."""
    known = {home.id: home for home in unit.rows(_NAMED, ids=[one.home_id for one in candidates])}
    return [_named_home(one, known[one.home_id]) for one in candidates]


def _named_home(one: Candidate, row: Any) -> Shown:
    name = household_name(row.people or ())
    return Shown(one, id=one.home_id, name=name, protected_identity=row.protected_identity)
