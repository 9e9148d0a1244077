"""What is shown of respite."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import OWN, Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.homes.model import Home
from services.mentorship.respite.model import RespiteOffer, RespiteRequest

_TEXTS = ARRAY(Text)
_RESPITE = Listing(
    select(RespiteRequest.id),
    order=(RespiteRequest.created_at.desc(), RespiteRequest.id.desc()),
    status=RespiteRequest.status == bindparam("status"),
    own=or_(
        RespiteRequest.home_id == any_(bindparam(OWN, type_=_TEXTS)),
        RespiteRequest.id == any_(bindparam("asked", type_=_TEXTS)),
    ),
)


#: who lives in the homes that a page names, with few statements
_PEOPLE = (
    joinedload(RespiteRequest.home).selectinload(Home.adults),
    selectinload(RespiteRequest.offers).joinedload(RespiteOffer.home).selectinload(Home.adults),
)


def list_respite(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """All respite for the coordinator; for a home's own user what it has asked for and is asked to give."""
    if unit.for_home:
        own = list(unit.own_homes(RespiteRequest))
        asked = unit.session.scalars(select(RespiteOffer.respite_id).where(RespiteOffer.home_id.in_(own))).all()
        found, total = unit.list(_RESPITE, page, {**query, OWN: own}, asked=list(asked))
    else:
        found, total = unit.list(_RESPITE, page, query)
    ids = [row.id for row in found]
    shown = select(RespiteRequest).where(RespiteRequest.id.in_(ids)).options(*_PEOPLE)
    rows = {one.id: one for one in unit.session.scalars(shown)}
    return paged((_shown(unit, rows[row_id]) for row_id in ids), total)


def get_respite(unit: Unit, respite_id: str) -> Answer:
    """One respite."""
    return answer(unit, unit.read(RespiteRequest, respite_id))


def answer(unit: Unit, request: RespiteRequest) -> Answer:
    """Respite for whoever asks, with its ETag."""
    return Answer(_shown(unit, request), version_of=request)


def _shown(unit: Unit, request: RespiteRequest) -> Any:
    """Homes are shown each other's first names; of others that were asked only the one that asks sees something."""
    own = unit.own_homes(RespiteRequest) if unit.for_home else None
    seen = [one for one in request.offers if own is None or request.home_id in own or one.home_id in own]
    given_by = request.given_by if own is None or {request.home_id, request.given_by} & own else None
    return Shown(
        request,
        home_name=_name(request.home, own),
        giving_home_id=given_by,
        offers=[Shown(one, name=_name(one.home, own), protected_identity=one.home.protected_identity) for one in seen],
    )


def _name(home: Home, own: Collection[str] | None) -> str | None:
    return home.name if own is None or home.id in own else home.first_names
