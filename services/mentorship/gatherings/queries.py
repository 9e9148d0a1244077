"""What is shown of gatherings."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.basics import clock
from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.listing import OWN, Listing, gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.contract.invitations import Answered
from services.mentorship.gatherings import inviting, siblings
from services.mentorship.gatherings.model import Gathering, Invitation
from services.mentorship.homes.finding import is_protected
from services.mentorship.homes.model import Adult, Support, name_of

_TEXTS = ARRAY(Text)
_GATHERINGS = Listing(
    select(
        Gathering.id,
        Gathering.kind,
        Gathering.title,
        Gathering.place,
        Gathering.starts_at,
        Gathering.ends_at,
        Gathering.answer_by,
        Gathering.seats_adults,
        Gathering.seats_children,
        Gathering.taken_adults,
        Gathering.taken_children,
        Gathering.status,
        Gathering.cancel_reason,
        Gathering.is_joint,
    ),
    order=(Gathering.starts_at.desc(), Gathering.id.desc()),
    status=Gathering.status == bindparam("status"),
    own=Gathering.id == any_(bindparam(OWN, type_=_TEXTS)),
)


class _Listed:
    """What a row of the list knows of itself as an invitation does."""

    __slots__ = ()
    people: list[dict[str, Any] | None] | None

    @property
    def home_name(self) -> str | None:
        return name_of(self.people)


_REPLIES = Listing(
    select(
        Invitation.id,
        Invitation.gathering_id,
        Invitation.home_id,
        Invitation.status,
        Invitation.adults,
        Invitation.children,
        Invitation.needs,
        Invitation.answered_at,
        Invitation.attended_adults,
        Invitation.attended_children,
        is_protected(Invitation.home_id),
        gathered(Adult.person, Adult.home_id == Invitation.home_id, order=Adult.id).label("people"),
    ),
    order=(Invitation.id,),
    row=_Listed,
    gathering=Invitation.gathering_id == bindparam("gathering"),
    status=Invitation.status == bindparam("status"),
)


def list_gatherings(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """All gatherings for the coordinator, those to which the own home is invited for a home's own user."""
    own = _own(unit)
    given = {**query, OWN: list(own)} if unit.for_home else query
    found, total = unit.list(_GATHERINGS, page, given)
    return paged((Shown(one, own=own.get(one.id, [])) for one in found), total)


def get_gathering(unit: Unit, gathering_id: str) -> Answer:
    """One gathering."""
    return whole(unit, read(unit, gathering_id))


def list_replies(unit: Unit, gathering_id: str, query: dict[str, Any], page: Page) -> Answer:
    """Who is invited and has answered what."""
    gathering = read(unit, gathering_id)
    return paged(*unit.list(_REPLIES, page, {**query, "gathering": gathering.id}))


def whole(unit: Unit, gathering: Gathering) -> Answer:
    """A gathering for whoever asks; numbers and siblings are the coordinator's."""
    if unit.for_home:
        own = _own(unit).get(gathering.id, [])
        return Answer(Shown(gathering, own=own, inviting=None, answers=[], needs=[], siblings=[]))
    unit.session.flush()
    numbers = {"answers": _answers(unit, gathering), "needs": _needs(unit, gathering)}
    run = inviting.run_of(unit, gathering)
    return Answer(
        Shown(gathering, own=[], inviting=run, siblings=_siblings(unit, gathering), **numbers),
        version_of=gathering,
    )


def is_invited(unit: Unit, gathering_id: str) -> bool:
    """Whether a home in which the caller lives is invited."""
    return gathering_id in _own(unit)


def is_coming(unit: Unit, gathering_id: str) -> bool:
    """Whether a home in which the caller lives has a seat."""
    return any(one.status == Answered.COMING for one in _own(unit).get(gathering_id, []))


def read(unit: Unit, gathering_id: str) -> Gathering:
    """The gathering, of those to which the caller's home is invited, where somebody acts for a home."""
    gathering = unit.session.get(Gathering, (unit.context.tenant, gathering_id))
    if gathering is None or (unit.for_home and not is_invited(unit, gathering_id)):
        raise NotFound
    return gathering


def _own(unit: Unit) -> dict[str, list[Invitation]]:
    """The invitations of the caller's own homes, by gathering; none of the municipality's staff."""
    found: dict[str, list[Invitation]] = {}
    if unit.for_home:
        homes = unit.own_homes(Invitation)
        mine = select(Invitation).where(Invitation.home_id.in_(homes)).order_by(Invitation.id)
        for one in unit.session.scalars(mine):
            found.setdefault(one.gathering_id, []).append(one)
    return found


def _answers(unit: Unit, gathering: Gathering) -> Sequence[Any]:
    counted = (
        select(
            Invitation.status,
            func.count().label("homes"),
            func.sum(Invitation.adults).label("adults"),
            func.sum(Invitation.children).label("children"),
        )
        .where(Invitation.gathering_id == gathering.id)
        .group_by(Invitation.status)
        .order_by(Invitation.status)
    )
    return unit.session.execute(counted).all()


def _needs(unit: Unit, gathering: Gathering) -> Sequence[Any]:
    each = (
        select(func.unnest(Invitation.needs).label("need"))
        .where(Invitation.gathering_id == gathering.id, Invitation.status == Answered.COMING)
        .subquery()
    )
    counted = select(each.c.need, func.count().label("homes")).group_by(each.c.need).order_by(each.c.need)
    return unit.session.execute(counted).all()


def _siblings(unit: Unit, gathering: Gathering) -> list[dict[str, Any]]:
    """Homes in which siblings live apart on the gathering's day, of those groups of which one home is invited."""
    groups = siblings.apart(_lives(unit, gathering))
    homes = {home_id for group in groups for home_id in group}
    asked = select(Invitation.home_id).where(Invitation.gathering_id == gathering.id, Invitation.home_id.in_(homes))
    invited = set(unit.session.scalars(asked)) if homes else set()
    return [
        {"homes": [{"home_id": home_id, "invited": home_id in invited} for home_id in group]}
        for group in groups
        if invited.intersection(group)
    ]


def _lives(unit: Unit, gathering: Gathering) -> Iterable[siblings.Lives]:
    """Who lives where on the gathering's day, of those who have siblings."""
    day = clock.local_date(gathering.starts_at)
    runs = (Support.starts_on <= day) & (func.coalesce(Support.ends_on, day) >= day)
    named = select(Support.sibling_of).where(Support.sibling_of.is_not(None))
    related = select(Support.home_id, Support.request_id, Support.sibling_of).where(
        runs, or_(Support.sibling_of.is_not(None), Support.request_id.in_(named))
    )
    return [siblings.Lives(*row) for row in unit.session.execute(related)]
