"""What placement shows: homes, requests with their candidates, inquiries and placements."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import any_, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import defer, joinedload, raiseload
from sqlalchemy.types import Text

from services.kernel.contracts import Page, Shown, Total
from services.kernel.contracts.faults import NotFound
from services.kernel.rows import nudges
from services.kernel.rows.listing import Listing, gathered
from services.kernel.rows.nudges import Nudge
from services.kernel.rows.unit import Unit
from services.kernel.work.nudges import set_up
from services.kernel.work.operations import Answer, paged
from services.placement import matching, protection
from services.placement.contract.inquiries import InquiryStatus
from services.placement.contract.placements import PlacementStatus
from services.placement.model import Approval, Home, HomeAdult, Inquiry, Placement, PlacementRequest, Postcode
from services.placement.occupancy import Stay, occupied_from
from services.placement.places import Middles
from services.vocabulary.centres import centre_of

MOST_CANDIDATES = 2_000  #: homes that are weighed for one request; no municipality has as many


def _own(unit: Unit) -> dict[str, list[str]]:
    """The filter for whoever acts for a home: what is its own."""
    return {"own": list(unit.own_homes(Home))} if unit.for_home else {}


def stays_from(unit: Unit, day: date, home_ids: Collection[str]) -> Mapping[str, list[Stay]]:
    """The stays of each home that are not over before that day."""
    found: dict[str, list[Stay]] = defaultdict(list)
    for home_id, starts_on, ends_on in unit.session.execute(
        select(Placement.home_id, Placement.starts_on, Placement.ends_on).where(
            Placement.home_id.in_(home_ids), or_(Placement.ends_on.is_(None), Placement.ends_on >= day)
        )
    ):
        found[home_id].append(Stay(starts_on=starts_on, ends_on=ends_on))
    return found


_OWN = any_(bindparam("own", type_=ARRAY(Text)))
_PEOPLE = gathered(HomeAdult.person, HomeAdult.home_id == Home.id, order=HomeAdult.rank).label("people")


# --- homes ----------------------------------------------------------------------------------------------------------


class _ListedHome:
    """What a row of the list knows of itself as a home does."""

    __slots__ = ()
    name = Home.name


_HOMES = Listing(
    select(Home.id, Home.languages, Home.protected_identity, _PEOPLE),
    order=(Home.id,),
    row=_ListedHome,
    approved=Home.is_approved.is_(True),
    own=Home.id == _OWN,
    ids=Home.id == any_(bindparam("ids", type_=ARRAY(Text))),
)


def list_homes(unit: Unit, page: Page) -> Answer:
    """The homes, those known longest first."""
    found, total = unit.list(_HOMES, page, {"approved": True} | _own(unit))
    ids = [home.id for home in found]
    valid: dict[str, list[Any]] = defaultdict(list)
    for approval in unit.session.execute(
        select(Approval.home_id, Approval.assignments, Approval.places).where(
            Approval.home_id.in_(ids), Approval.is_valid_on(unit.today)
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
    valid = [approval for approval in home.approvals if approval.is_valid_on(unit.today)]
    stays = stays_from(unit, unit.today, [home.id]).get(home.id, [])
    return Answer(_home(home, valid, stays, unit.today, **_people(unit, home)), version_of=home)


def _people(unit: Unit, home: Home) -> dict[str, list[Shown]]:
    """Who lives in a home, and for whom it is approved."""
    hidden = protection.protected_people(unit, [one.child_lookup for one in home.approvals])
    return {
        "adults": [Shown(adult, **adult.person) for adult in home.adults],
        "approvals": [Shown(one, child_is_protected=one.child_lookup in hidden) for one in home.approvals],
    }


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
        occupied=occupied_from(stays, today),
        **beside,
    )


def list_my_homes(unit: Unit, page: Page) -> Answer:
    """The caller's homes, those known longest first."""
    own = sorted(unit.own_homes(Home))
    shown = own[page.offset : page.offset + page.limit]
    asked = _counted(unit, Inquiry, shown, Inquiry.status == InquiryStatus.SENT)
    placed = _counted(unit, Placement, shown, Placement.runs_on(unit.today))
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


# --- placement requests ---------------------------------------------------------------------------------------------


class _ListedRequest:
    """What a row of the list knows of itself as a placement request does."""

    __slots__ = ()
    name, protected_identity = PlacementRequest.name, PlacementRequest.protected_identity
    birth_date, age, age_on = PlacementRequest.birth_date, PlacementRequest.age, PlacementRequest.age_on


_REQUESTS = Listing(
    select(
        PlacementRequest.id,
        PlacementRequest.assignment,
        PlacementRequest.status,
        PlacementRequest.person,
        PlacementRequest.needed_from,
        PlacementRequest.urgent,
        PlacementRequest.opened_at,
    ),
    order=(PlacementRequest.urgent.desc(), PlacementRequest.needed_from, PlacementRequest.id),
    row=_ListedRequest,
    status=PlacementRequest.status == bindparam("status"),
)


def list_placement_requests(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The placement requests, the most pressing first."""
    return paged(*unit.list(_REQUESTS, page, query))


def get_placement_request(unit: Unit, placement_request_id: str) -> Answer:
    """One placement request."""
    return Answer(unit.read(PlacementRequest, placement_request_id))


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
    candidates = matching.candidates_for(need, offers)
    shown = candidates[page.offset : page.offset + page.limit]
    named, _ = unit.list(_HOMES, Page(limit=page.limit), {"ids": [one.home_id for one in shown]})
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


def _candidate(one: matching.Candidate, home: Any) -> Shown:
    return Shown(one, id=one.home_id, name=home.name, protected_identity=home.protected_identity)


def _weighed(unit: Unit, assignment: str, day: date) -> tuple[list[str], bool]:
    """The homes that are weighed, and whether these are all: first of all those approved for the assignment."""
    fits = literal(assignment) == any_(Approval.assignments)
    approved = select(Approval.home_id).where(fits, Approval.is_valid_on(day)).distinct().order_by(Approval.home_id)
    found: dict[str, None] = {}
    for statement in (approved, select(Home.id).where(Home.is_approved).order_by(Home.id)):
        found.update(dict.fromkeys(unit.session.scalars(statement.limit(MOST_CANDIDATES + 1))))
    return list(found)[:MOST_CANDIDATES], len(found) <= MOST_CANDIDATES


# --- inquiries ------------------------------------------------------------------------------------------------------


class _ListedInquiry:
    """What a row of the list knows of itself as an inquiry does."""

    __slots__ = ()
    home_name, may_decline, is_overdue = Home.name, Inquiry.may_decline, Inquiry.is_overdue
    home_is_protected: bool
    person: dict[str, Any]
    person_is_protected = PlacementRequest.protected_identity
    protected_identity = Placement.protected_identity  # of either, as there


_INQUIRIES = Listing(
    select(
        Inquiry.id,
        Inquiry.placement_request_id,
        Inquiry.home_id,
        Inquiry.assignment,
        Inquiry.message,
        Inquiry.answer_by,
        Inquiry.status,
        Inquiry.sent_at,
        Inquiry.answered_at,
        Inquiry.answered_by_home,
        Inquiry.reason,
        PlacementRequest.needed_from,
        PlacementRequest.person,
        Home.protected_identity.label("home_is_protected"),
        _PEOPLE,
    )
    .join(Home, Home.id == Inquiry.home_id)
    .join(PlacementRequest, PlacementRequest.id == Inquiry.placement_request_id),
    order=(Inquiry.sent_at.desc(), Inquiry.id.desc()),
    row=_ListedInquiry,
    status=Inquiry.status == bindparam("status"),
    placement_request_id=Inquiry.placement_request_id == bindparam("placement_request_id"),
    own=Inquiry.home_id == _OWN,
)


def list_inquiries(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The inquiries, the newest first."""
    found, total = unit.list(_INQUIRIES, page, query | _own(unit))
    told = nudges.of_subjects(unit, [one.id for one in found])
    return paged((_inquiry(one, told[one.id], unit.now) for one in found), total)


def get_inquiry(unit: Unit, inquiry_id: str) -> Answer:
    """One inquiry."""
    return inquiry_answer(unit, unit.read(Inquiry, inquiry_id))


def inquiry_answer(unit: Unit, inquiry: Inquiry) -> Answer:
    """An inquiry and its answer, with its ETag."""
    told = nudges.of_subjects(unit, [inquiry.id])
    return Answer(_inquiry(inquiry, told[inquiry.id], unit.now), version_of=inquiry)


def _inquiry(inquiry: Any, told: Sequence[Nudge], now: datetime) -> Shown:
    """An inquiry, or a row of the list, with what has become of its nudges."""
    return Shown(inquiry, overdue=inquiry.is_overdue(now), nudges=told)


# --- placements -----------------------------------------------------------------------------------------------------


class _ListedPlacement:
    """What a row of the list knows of itself as a placement does."""

    __slots__ = ()
    home_name, person_name = Home.name, PlacementRequest.name
    status_on, stay = Placement.status_on, Placement.stay
    home_is_protected: bool
    person: dict[str, Any]
    person_is_protected = PlacementRequest.protected_identity
    protected_identity = Placement.protected_identity


_PLACEMENTS = Listing(
    select(
        Placement.id,
        Placement.placement_request_id,
        Placement.home_id,
        Placement.assignment,
        Placement.starts_on,
        Placement.ends_on,
        PlacementRequest.person,
        Home.protected_identity.label("home_is_protected"),
        _PEOPLE,
    )
    .join(Home, Home.id == Placement.home_id)
    .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id),
    order=(Placement.starts_on.desc(), Placement.id.desc()),
    row=_ListedPlacement,
    home_id=Placement.home_id == bindparam("home_id"),
    placement_request_id=Placement.placement_request_id == bindparam("placement_request_id"),
    own=Placement.home_id == _OWN,
)


def list_placements(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The placements, those that start latest first."""
    found, total = unit.list(_PLACEMENTS, page, query | _own(unit))
    return paged((_placement(unit, one) for one in found), total)


def get_placement(unit: Unit, placement_id: str) -> Answer:
    """One placement."""
    return placement_answer(unit, unit.read(Placement, placement_id))


def placement_answer(unit: Unit, placement: Placement) -> Answer:
    """The whole placement with its ETag."""
    return Answer(_placement(unit, placement), version_of=placement)


_STAFFS_OWN = dict.fromkeys(("end_reason", "started_by", "ended_by"))  #: of a placement, what its home is not shown


def _placement(unit: Unit, placement: Any) -> Shown:
    """A placement, or a row of the list. A home is shown what it needs: who is placed there, until it has ended."""
    status = placement.status_on(unit.today)
    if not unit.for_home:
        return Shown(placement, status=status)
    over = dict.fromkeys(("person_name", "person")) if status == PlacementStatus.ENDED else {}
    return Shown(placement, status=status, **_STAFFS_OWN, **over)
