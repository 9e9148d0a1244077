"""What placement shows of homes."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown, Total
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.nudges import set_up
from services.kernel.work.operations import Answer, paged
from services.placement import protection
from services.placement.contract.inquiries import InquiryStatus
from services.placement.homes.listed import OWN, PEOPLE, own
from services.placement.homes.model import Approval, Home, periods_of, wishes_of
from services.placement.inquiries.model import Inquiry
from services.placement.placements.model import Placement
from services.placement.placements.occupancy import Stay, occupied_from
from services.placement.placements.stays import stays_from


class _ListedHome:
    """What a row of the list knows of itself as a home does."""

    __slots__ = ()
    name = Home.name


HOMES = Listing(
    select(Home.id, Home.languages, Home.protected_identity, Home.others_children, PEOPLE),
    order=(Home.id,),
    row=_ListedHome,
    approved=Home.is_approved.is_(True),
    own=Home.id == OWN,
    ids=Home.id == any_(bindparam("ids", type_=ARRAY(Text))),
)


def list_homes(unit: Unit, page: Page) -> Answer:
    """The homes, those known longest first."""
    found, total = unit.list(HOMES, page, {"approved": True} | own(unit))
    ids = [home.id for home in found]
    valid: dict[str, list[Any]] = defaultdict(list)
    for approval in unit.session.execute(
        select(Approval.home_id, Approval.assignments, Approval.places).where(
            Approval.home_id.in_(ids), Approval.holds_on(unit.today)
        )
    ):
        valid[approval.home_id].append(approval)
    stays = stays_from(unit, unit.today, ids)
    return paged((_home(one, valid[one.id], stays.get(one.id, []), unit.today) for one in found), total)


def get_home(unit: Unit, home_id: str) -> Answer:
    """One home."""
    home = unit.read(Home, home_id)
    if not home.is_approved:
        raise NotFound
    valid = [approval for approval in home.approvals if approval.is_valid_on(unit.today) and not approval.suspended]
    stays = stays_from(unit, unit.today, [home.id]).get(home.id, [])
    return Answer(_home(home, valid, stays, unit.today, **_people(unit, home)), version_of=home)


def _people(unit: Unit, home: Home) -> dict[str, list[Shown]]:
    """Who lives in a home, and for whom it is approved."""
    hidden = protection.protected_people(unit, [one.child_lookup for one in home.approvals])
    return {
        "adults": [Shown(adult, **adult.person) for adult in home.adults],
        "approvals": [Shown(one, child_is_protected=one.child_lookup in hidden) for one in home.approvals],
    }


def get_availability(unit: Unit, home_id: str) -> Answer:
    """When a home has places."""
    return availability_answer(unit.read(Home, home_id))


def availability_answer(home: Home) -> Answer:
    """When a home has places, with its ETag."""
    said = home.availability or {}
    view = {
        "home_id": home.id,
        "periods": periods_of(said),
        "may_be_called_at_night": home.may_be_called_at_night,
        **asdict(wishes_of(said)),
    }
    return Answer(view, version_of=home)


def get_reach(unit: Unit, home_id: str) -> Answer:
    """How a home is reached."""
    return reach_answer(unit, unit.read(Home, home_id))


def reach_answer(unit: Unit, home: Home) -> Answer:
    """How a home is reached, with its ETag."""
    contact, unsaid = home.contact or {}, {"ways": None}
    view = Shown(
        home,
        home_id=home.id,
        set_up=sorted(set_up(unit)),
        email=contact.get("email"),
        phone=contact.get("phone"),
        adults=[{"email": None, "phone": None, **(adult.reach or unsaid), "id": adult.id} for adult in home.adults],
    )
    return Answer(view, version_of=home)


def _home(home: Any, valid: Sequence[Any], stays: Sequence[Stay], today: date, **beside: Any) -> Shown:
    """A home, or a row of the list, with what its valid approvals and its stays come to."""
    return Shown(
        home,
        assignments=sorted({assignment for approval in valid for assignment in approval.assignments}),
        places=max((approval.places for approval in valid), default=0),
        occupied=occupied_from(stays, today) + home.others_children,
        **beside,
    )


def list_my_homes(unit: Unit, page: Page) -> Answer:
    """The caller's homes, those known longest first."""
    own = sorted(unit.own_homes(Home))
    shown = own[page.offset : page.offset + page.limit]
    asked = _counted(unit, Inquiry, shown, Inquiry.status == InquiryStatus.SENT)
    placed = _counted(unit, Placement, shown, Placement.runs_on(unit.today) & Placement.is_stay())
    homes = unit.session.scalars(select(Home).where(Home.id.in_(shown)).order_by(Home.id))
    items = (
        Shown(home, **_people(unit, home), open_inquiries=asked[home.id], running_placements=placed[home.id])
        for home in homes
    )
    return paged(items, Total(len(own), is_exact=True))


def _counted(unit: Unit, row_type: Any, home_ids: Sequence[str], which: Any) -> Counter[str]:
    """How many such rows each home has."""
    counted = select(row_type.home_id, func.count()).where(row_type.home_id.in_(home_ids), which)
    return Counter(dict(unit.session.execute(counted.group_by(row_type.home_id)).all()))
