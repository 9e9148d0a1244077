"""Placement's part of what is asked of all services at once: search, deadlines, what waits, a home's way, the
overview."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, Text, any_, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import aliased

from services.kernel.basics import clock
from services.kernel.contracts import Shown
from services.kernel.rows.listing import gathered
from services.kernel.rows.unit import Unit
from services.kernel.work import counts
from services.kernel.work.counts import Dated, Days, Queue, days_between, step
from services.kernel.work.operations import Answer
from services.kernel.work.retention import previews
from services.kernel.work.search import WRITE_SEARCH_WORDS, Finder, counted, may_be_found, writer_of
from services.placement.clocks.queries import dated, reporting
from services.placement.contract.common import CASEWORKER
from services.placement.contract.inquiries import InquiryStatus
from services.placement.contract.placements import EndReason, PlacementStatus
from services.placement.contract.requests import RequestStatus
from services.placement.model import (
    Approval,
    Base,
    Home,
    HomeAdult,
    HomeContract,
    InformalStay,
    Inquiry,
    Placement,
    PlacementRequest,
)
from services.placement.placements.free import Bound, Offered, free_places
from services.placement.placements.occupancy import Stay
from services.vocabulary.across import MOST_DEADLINES, DeadlineKind, HitKind
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import full_name, household_name

__all__ = ["WRITE_SEARCH_WORDS"]

write_search_words = writer_of(Base)

_PEOPLE = gathered(HomeAdult.person, HomeAdult.home_id == Home.id, order=HomeAdult.rank).label("people")


def _home_name(row: Any) -> str | None:
    """The adults of a home."""
    return household_name(row.people or ())


# --- search ---------------------------------------------------------------------------------------------------------

_TEXTS = ARRAY(Text)
_HOME_IDS, _REQUEST_IDS = any_(bindparam("home_ids", type_=_TEXTS)), any_(bindparam("request_ids", type_=_TEXTS))
_HOMES = counted(
    select(Home.id, Home.protected_identity, _PEOPLE).where(
        Home.id == _HOME_IDS, Home.is_approved, may_be_found(Home.protected_identity)
    ),
    Home.id,
)
_REQUESTS = (
    select(PlacementRequest.id, PlacementRequest.person, PlacementRequest.assignment, PlacementRequest.status)
    .where(PlacementRequest.id == _REQUEST_IDS)
    .order_by(PlacementRequest.id.desc())
)
_PLACEMENTS = counted(
    select(
        Placement.id,
        Placement.placement_request_id,
        Placement.home_id,
        Placement.starts_on,
        PlacementRequest.person,
        Home.protected_identity,
        _PEOPLE,
    )
    .join(Home, Home.id == Placement.home_id)
    .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id)
    .where(
        or_(
            (Placement.home_id == _HOME_IDS) & may_be_found(Home.protected_identity),
            Placement.placement_request_id == _REQUEST_IDS,
        )
    ),
    Placement.id,
)


_INFORMAL = (
    select(InformalStay.id, InformalStay.person, InformalStay.since)
    .where(InformalStay.id == any_(bindparam("stay_ids", type_=_TEXTS)))
    .order_by(InformalStay.id.desc())
)


def search(unit: Unit, body: dict[str, Any]) -> Answer:
    """The homes and the people in need of one who are searched for, and their placements."""
    finder = Finder(unit, body["text"])
    homes, requests = finder.ids(HomeAdult.found_as), finder.ids(PlacementRequest.found_as)
    finder.take(_HOMES, _home_hit, home_ids=homes)
    open_ones = finder.take_open(map(_request_hit, unit.session.execute(_REQUESTS, {"request_ids": requests})))
    stays = finder.ids(InformalStay.found_as)
    finder.take_open(map(_stay_hit, unit.session.execute(_INFORMAL, {"stay_ids": stays})))
    finder.take(_PLACEMENTS, _placement_hit, home_ids=homes, request_ids=open_ones)
    return finder.answer()


def _home_hit(row: Any) -> dict[str, Any]:
    hit = {"kind": HitKind.HOME, "id": row.id, "home_id": row.id, "title": _home_name(row), "detail": None}
    return {**hit, "protected_identity": row.protected_identity}


def _request_hit(row: Any) -> dict[str, Any]:
    hit = {"kind": HitKind.PLACEMENT_REQUEST, "id": row.id, "home_id": None, "title": full_name(row.person)}
    return {**hit, "detail": row.assignment, "protected_identity": row.person["protected_identity"]}


def _stay_hit(row: Any) -> dict[str, Any]:
    hit = {"kind": HitKind.INFORMAL_STAY, "id": row.id, "home_id": None, "title": full_name(row.person)}
    return {**hit, "detail": row.since.isoformat(), "protected_identity": row.person["protected_identity"]}


def _placement_hit(row: Any) -> dict[str, Any]:
    return {
        "kind": HitKind.PLACEMENT,
        "id": row.id,
        "home_id": row.home_id,
        "title": full_name(row.person),
        "detail": ", ".join(filter(None, (_home_name(row), row.starts_on.isoformat()))),
        "protected_identity": row.protected_identity or row.person["protected_identity"],
    }


# --- deadlines and what waits ---------------------------------------------------------------------------------------


def _asked(row: Any) -> dict[str, Any]:
    named = {"title": _home_name(row), "protected_identity": row.protected_identity}
    subject = {"kind": "inquiry", "id": row.id, **named}
    return {"subject": subject, "detail": row.assignment, "responsible": row.sent_by}


INQUIRY_ANSWER = Dated(
    kind=DeadlineKind.INQUIRY_ANSWER,
    roles=CASEWORKER,
    rows=select(
        Inquiry.id,
        Inquiry.assignment,
        Inquiry.sent_by,
        Inquiry.answer_by.label("due"),
        Home.protected_identity,
        _PEOPLE,
    )
    .outerjoin(Home, Home.id == Inquiry.home_id)
    .where(Inquiry.status == InquiryStatus.SENT, Inquiry.answer_by.is_not(None)),
    due=Inquiry.answer_by,
    order=Inquiry.id,
    view=_asked,
    responsible=Inquiry.sent_by,
)
QUEUES = [
    Queue(
        kind="placement_request",
        roles=CASEWORKER,
        rows=select(PlacementRequest.opened_at.label("since")).where(PlacementRequest.status == RequestStatus.OPEN),
    ),
    Queue(
        kind="accepted_inquiry",  # the home has said yes, and nobody has come
        roles=CASEWORKER,
        rows=select(Inquiry.answered_at.label("since"))
        .join(PlacementRequest, PlacementRequest.id == Inquiry.placement_request_id)
        .where(Inquiry.status == InquiryStatus.ACCEPTED, PlacementRequest.status == RequestStatus.OPEN),
    ),
]


def list_deadlines(unit: Unit, query: dict[str, Any]) -> Answer:
    """The instants by which homes have to answer, the clocks of the law, what is to be reported, and what weeded."""
    return counts.soonest(unit, [*_kinds(unit), previews.dated()], query, most=MOST_DEADLINES)


def _kinds(unit: Unit) -> list[Dated]:
    return [INQUIRY_ANSWER, *dated(unit.today), reporting(unit)]


def view_waiting(unit: Unit) -> Answer:
    """The people who need a home, and the homes that have said yes."""
    return counts.waiting(unit, "placement", QUEUES)


# --- journey and overview -------------------------------------------------------------------------------------------


def _status(row: Any, today: date) -> PlacementStatus:
    """Where a row stands, as a placement does."""
    days: Any = Shown(row, stay=Stay(starts_on=row.starts_on, ends_on=row.ends_on))
    return Placement.status_on(days, today)


def view_journey(unit: Unit, home_id: str) -> Answer:
    """What a home was asked, and who came."""
    unit.read(Home, home_id)
    said = select(Inquiry.status, func.count()).where(Inquiry.home_id == home_id).group_by(Inquiry.status)
    answers = Counter(dict(unit.session.execute(said).all()))
    shown = (Placement.id, Placement.assignment, Placement.starts_on, Placement.ends_on)
    placements = unit.session.execute(
        select(*shown).where(Placement.home_id == home_id).order_by(Placement.starts_on, Placement.id).limit(100)
    )
    return Answer(
        {
            "inquiries": {
                "asked": answers.total(),
                "accepted": answers[InquiryStatus.ACCEPTED],
                "declined": answers[InquiryStatus.DECLINED],
            },
            "placements": [Shown(row, status=_status(row, unit.today)) for row in placements],
        }
    )


_OF_HOME = aliased(Placement)
#: The home's first stay, and when it was approved first: looked up for those that began in the period.
_FIRST = (
    select(_OF_HOME.id)
    .where(_OF_HOME.home_id == Placement.home_id, _OF_HOME.is_stay())
    .order_by(_OF_HOME.starts_on, _OF_HOME.id)
    .limit(1)
    .scalar_subquery()
)
_APPROVED_ON = select(func.min(Approval.decided_on)).where(Approval.home_id == Placement.home_id).scalar_subquery()


def view_overview(unit: Unit, query: dict[str, Any]) -> Answer:
    """The homes that got their first placement, and what is free."""
    days = counts.days_of(unit, query)
    came = select(days_between(_APPROVED_ON, Placement.starts_on)).where(
        days.hold(Placement.starts_on), Placement.id == _FIRST
    )
    ended, broken = _ended(unit, days)
    return Answer(
        {
            "funnel": [step(unit, "first_placement", came)],
            "free_places": _free_on(unit, unit.today),
            "coming": [
                {"on": day, "free_places": _free_on(unit, day)} for day in (unit.today + weeks for weeks in _COMING)
            ],
            "without_home": _without_home(unit),
            "ended": ended,
            "breakdowns": broken,
            "clocks": counts.at_risk(unit, _kinds(unit)),
        }
    )


_COMING = (timedelta(weeks=2), timedelta(weeks=4))


def _free_on(unit: Unit, day: date) -> list[dict[str, Any]]:
    return [
        {"assignment": assignment, "age_from": age_from, "age_to": age_to, "places": places}
        for (assignment, age_from, age_to), places in sorted(_free(unit, day).items())
    ]


def _without_home(unit: Unit) -> list[dict[str, Any]]:
    """The needs that wait for a home, by what they need."""
    rows = unit.session.execute(
        select(
            PlacementRequest.assignment,
            func.count(),
            func.count().filter(PlacementRequest.urgent),
            func.min(PlacementRequest.opened_at),
        )
        .where(PlacementRequest.status == RequestStatus.OPEN)
        .group_by(PlacementRequest.assignment)
        .order_by(PlacementRequest.assignment)
    )
    return [
        {
            "assignment": assignment,
            "count": count,
            "urgent": urgent,
            "oldest_days": (unit.today - clock.local_date(oldest)).days,
        }
        for assignment, count, urgent, oldest in rows
    ]


def _ended(unit: Unit, days: Days) -> tuple[int, int]:
    """How many stays ended in the period, and how many of them broke down."""
    broke = func.count().filter(Placement.end_code == EndReason.BREAKDOWN)
    ended = select(func.count(), broke).where(Placement.is_stay(), days.hold(Placement.ends_on))
    row = unit.session.execute(ended).one()
    return row[0], row[1]


def _free(unit: Unit, day: date) -> Counter[tuple[str, int, int]]:
    """What is free on a day. Homes that offer the same, and of which as much is taken, are weighed once."""
    found: Counter[tuple[str, int, int]] = Counter()
    contracts = _contracts(unit)
    for row in unit.session.execute(_alike(day)):
        home_id = row.home_id or ""
        offers = [Offered(home_id=home_id, **dict(zip(_SAID, one, strict=True))) for one in row.offers]
        bound = {home_id: _bound(contracts[home_id], row.contracted, day)} if row.home_id else {}
        for what, places in free_places(offers, Counter({home_id: row.occupied}), bound).items():
            found[what] += places * row.homes
    return found


_SAID = ("assignments", "age_from", "age_to", "places")


def _alike(day: date) -> Select[Any]:
    """How many homes have the same approvals on a day, and the same places taken. Each home is one by itself that has a
    contract; of an approval for one child nothing is free."""
    offer: Any = func.jsonb_build_array(*(getattr(Approval, name) for name in _SAID))
    offers = (
        select(Approval.home_id, func.jsonb_agg(aggregate_order_by(offer, offer)).label("offers"))
        .where(Approval.holds_on(day), Approval.child_name.is_(None))
        .group_by(Approval.home_id)
        .subquery()
    )
    of_contracts = Placement.assignment == Assignment.CONTRACTED_EMERGENCY_HOME
    taken = (
        select(Placement.home_id, func.count().label("all"), func.count().filter(of_contracts).label("contracted"))
        .where(Placement.runs_on(day), Placement.is_stay())
        .group_by(Placement.home_id)
        .subquery()
    )
    has_contract = Home.id.in_(select(HomeContract.home_id))
    homes = (
        select(
            offers.c.offers,
            (func.coalesce(taken.c.all, 0) + Home.others_children).label("occupied"),
            case((has_contract, Home.id)).label("home_id"),
            case((has_contract, func.coalesce(taken.c.contracted, 0)), else_=0).label("contracted"),
        )
        .select_from(Home)
        .join(offers, offers.c.home_id == Home.id)
        .outerjoin(taken, taken.c.home_id == Home.id)
        .where(~Home.approvals_wait)
        .subquery()
    )
    return select(*homes.c, func.count().label("homes")).group_by(*homes.c)


def _contracts(unit: Unit) -> Mapping[str, list[HomeContract]]:
    """The contracts of each home of which one was told, also those that have ended."""
    found: dict[str, list[HomeContract]] = defaultdict(list)
    for one in unit.session.scalars(select(HomeContract)):
        found[one.home_id].append(one)
    return found


def _bound(contracts: Iterable[HomeContract], occupied: int, day: date) -> list[Bound]:
    """What a home is contracted for on a day, of which so many places are occupied."""
    return [
        Bound(age_from=one.age_from, age_to=one.age_to, free=one.places - occupied)
        for one in contracts
        if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
    ]
