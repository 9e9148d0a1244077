"""What is asked of all services at once, about people, days and numbers that lie with several of them. Each service
declares its part (`search(...)`), with who may see something of it, and carries it out by the function of that name.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import ClassVar

from marshmallow import ValidationError, validates_schema

from services.kernel.contracts import Hides, Operation, Rule, Schema, fields
from services.kernel.contracts.join import Found, OneList, Pages, SideBySide
from services.kernel.contracts.page import PAGE_TOO_FAR, PageQuery, PageTooFar
from services.kernel.contracts.search import SearchText
from services.kernel.contracts.settings import ADMINS
from services.vocabulary.staff import STAFF

MOST_DEADLINES = 1_000  #: that can be paged to: whoever has so many before them narrows the list

# --- search ---------------------------------------------------------------------------------------------------------


class HitKind(StrEnum):
    """What can be found."""

    HOME = "home"
    APPLICATION = "application"
    INVESTIGATION = "investigation"
    PLACEMENT_REQUEST = "placement_request"
    PLACEMENT = "placement"
    AGREEMENT = "agreement"
    INFORMAL_STAY = "informal_stay"


class Search(Schema):
    """Whom or what to find: a name (beginnings of its words), a personal number, or the reference of a case."""

    text = SearchText(required=True)

    example = {"text": "anders and"}


class Hit(Schema):
    """Something that was found."""

    kind = fields.one_of(HitKind, required=True)
    id = fields.String(required=True)
    home_id = fields.String(required=True, allow_none=True)
    title = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)

    hides = (Hides("protected_identity", ("title", "detail")),)
    example = {
        "kind": "application",
        "id": "019a0000-0000-7000-8000-000000000001",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "title": "Anders Andersson",
        "detail": "ABCD-EFGH-JKMN",
        "protected_identity": False,
    }


class Hits(Schema):
    """What was found: of each kind the newest, and how many there are, as far as they are counted."""

    items = fields.List(fields.Nested(Hit), required=True)
    total = fields.Integer(required=True)
    total_is_exact = fields.Boolean(required=True)

    shows: ClassVar[Mapping[str, str]] = {"=items.kind": "items.id", "home": "items.home_id"}
    example = {"items": [Hit.example], "total": 1, "total_is_exact": True}


def search(roles: frozenset[str]) -> Operation:
    """A service's part of the search."""
    return Operation(
        name="search",
        route="POST /searches",
        en="Find homes, applications, investigations, placement requests, placements and agreements by name, personal "
        "number or case reference, and by nothing else: the ordinance 2001:637 allows no more. A name is found by the "
        "beginnings of its words, without case and accents; whoever types å, ä or ö means it. Protected identities are "
        "found by number only, by the role `protected` with an `Access-Reason`.",
        sv="Hitta hem, intresseanmälningar, utredningar, placeringsbehov, placeringar och avtal på namn, personnummer "
        "eller ärendets referens, och på inget annat: förordningen 2001:637 tillåter inte mer. Ett namn hittas på "
        "ordens början, utan skillnad på versaler och accenter; den som skriver å, ä eller ö menar det. Skyddade "
        "personuppgifter hittas bara på nummer, av rollen `protected` med en `Access-Reason`.",
        roles=roles,
        body=Search,
        answer=Hits,
        reads=True,
        shared=Found(),
    )


# --- deadlines ------------------------------------------------------------------------------------------------------


class DeadlineKind(StrEnum):
    """What has a day."""

    CONTACT_DUE = "contact_due"
    INQUIRY_ANSWER = "inquiry_answer"
    APPROVAL_EXPIRES = "approval_expires"
    REGISTER_CHECK_EXPIRES = "register_check_expires"
    CHILD_OF_AGE = "child_of_age"  #: a child of the home is an adult who lives there, and is looked up
    EMERGENCY_STAY_LIMIT = "emergency_stay_limit"  #: jourhem
    CARE_CONSIDERATION = "care_consideration"  #: övervägande av vården
    CUSTODY_CONSIDERATION = "custody_consideration"  #: övervägande av vårdnadsöverflyttning
    CARE_PLAN_REVISION = "care_plan_revision"
    PLAN_MISSING = "plan_missing"
    VISIT_UNCONFIRMED = "visit_unconfirmed"
    MORE_THAN_THREE = "more_than_three"  #: told to IVO
    UNEXECUTED_DECISION = "unexecuted_decision"  #: ej verkställt beslut
    CHAIR_DECISION_FOLLOW_UP = "chair_decision_follow_up"
    INFORMAL_STAY = "informal_stay"
    MESSAGE_UNANSWERED = "message_unanswered"
    JOINT_GATHERING = "joint_gathering"
    TRAINING_MISSING = "training_missing"
    RESPITE_NOT_ALLOWED = "respite_not_allowed"  #: avlastning: accepted, and the chosen home may not give it any more
    MENTORSHIP_WITHOUT_APPROVAL = "mentorship_without_approval"  #: of a home that is none any more
    REPORTING_DUE = "reporting_due"  #: what a contact family or a contact person did in a period
    RETENTION_DUE = "retention_due"  #: gallring: what the latest dry run found
    ALLOWANCE_REQUEST = "allowance_request"  #: that the home gets the child allowance (barnbidrag)
    CONTRACT_WITHOUT_APPROVAL = "contract_without_approval"  #: of a contracted emergency home: notice (uppsägning)


class With(StrEnum):
    """The services that know of something with a day."""

    INTAKE = "intake"
    INVESTIGATION = "investigation"
    PLACEMENT = "placement"
    MENTORSHIP = "mentorship"
    COMPENSATION = "compensation"


class DeadlineFilter(PageQuery):
    """Which of what has a day, and which page of it."""

    before = fields.Day(metadata={"description": "Due before this day. Senast före denna dag."})
    kind = fields.one_of(DeadlineKind, metadata={"description": "Only of this kind. Bara av detta slag."})
    mine = fields.Boolean(metadata={"description": "Only (or not) the caller's own. Bara egna (eller andras)."})
    service = fields.one_of(With, metadata={"description": "Only of this service. Bara från denna tjänst."})

    rules = (PAGE_TOO_FAR,)


class DeadlineSubject(Schema):
    """What it is about."""

    kind = fields.String(required=True)
    id = fields.String(required=True)
    title = fields.String(required=True, allow_none=True)

    hides = (Hides("protected_identity", ("title",)),)
    example = {"kind": "application", "id": "019a0000-0000-7000-8000-000000000001", "title": "Anna Andersson"}


class Deadline(Schema):
    """Something with a day. `responsible` is the subject of whose token began it; `law` the paragraph, where one says
    so."""

    kind = fields.one_of(DeadlineKind, required=True)
    due_on = fields.Day(required=True)
    overdue = fields.Boolean(required=True)
    subject = fields.Nested(DeadlineSubject, required=True)
    responsible = fields.Staff(required=True, allow_none=True)
    law = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)

    example = {
        "kind": "contact_due",
        "due_on": "2026-04-22",
        "overdue": False,
        "subject": DeadlineSubject.example,
        "responsible": None,
        "law": None,
        "detail": "ABCD-EFGH-JKMN",
    }


class Counted(Schema):
    """How many there are of a kind, as far as they are counted."""

    kind = fields.String(required=True)
    count = fields.Integer(required=True)

    example = {"kind": "contact_due", "count": 1}


class Deadlines(Schema):
    """What has a day, the soonest first, and how many there are of each kind."""

    items = fields.List(fields.Nested(Deadline), required=True)
    counts = fields.List(fields.Nested(Counted), required=True)
    page = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    total = fields.Integer(required=True)
    total_is_exact = fields.Boolean(required=True)

    shows: ClassVar[Mapping[str, str]] = {"=items.subject.kind": "items.subject.id"}
    example = {
        "items": [Deadline.example],
        "counts": [Counted.example],
        "page": 1,
        "limit": 20,
        "total": 1,
        "total_is_exact": True,
    }


def list_deadlines(roles: frozenset[str]) -> Operation:
    """A service's part of what has a day."""
    return Operation(
        name="list_deadlines",
        route="GET /deadlines",
        en="Everything with a day, of every service, the soonest first: contacts, answers, approvals, register checks, "
        f"and what an administrator has to weed. Shown up to the {MOST_DEADLINES}th item.",
        sv="Allt som har en dag, i varje tjänst, det närmaste först: kontakter, svar, godkännanden, "
        f"registerkontroller, och det som en administratör ska gallra. Visas till och med nummer {MOST_DEADLINES}.",
        roles=roles | ADMINS,
        query=DeadlineFilter,
        answer=Deadlines,
        reads=True,
        faults=(PageTooFar,),
        shared=Pages(by="due_on", asks_by="service"),
    )


# --- waiting --------------------------------------------------------------------------------------------------------


class WaitingView(Schema):
    """How much of a kind waits for the caller's roles (at most 10,000 are counted), and since when."""

    kind = fields.String(required=True)
    service = fields.String(required=True)
    count = fields.Integer(required=True)
    oldest = fields.Instant(required=True)

    example = {"kind": "proposal", "service": "investigation", "count": 2, "oldest": "2026-05-02T08:00:00Z"}


class Waiting(Schema):
    """What waits. Of what nothing waits nothing is said."""

    items = fields.List(fields.Nested(WaitingView), required=True)

    shows: ClassVar[Mapping[str, str]] = {}  # numbers
    example = {"items": [WaitingView.example]}


def view_waiting(roles: frozenset[str]) -> Operation:
    """A service's part of what waits; administrators are shown the changes of settings that do."""
    return Operation(
        name="view_waiting",
        route="GET /waiting",
        en="What waits for the caller's roles in every service: how much of each kind, and since when.",
        sv="Vad som väntar på den som frågar, i varje tjänst: hur mycket av varje slag, och sedan när.",
        roles=roles | {"admin"},
        answer=Waiting,
        reads=True,
        shared=OneList(),
    )


# --- journey and overview -------------------------------------------------------------------------------------------


def view_journey(answer: type[Schema], roles: frozenset[str]) -> Operation:
    """A service's part of a home's way."""
    return Operation(
        name="view_journey",
        route="GET /journeys/<home_id>",
        en="A home's whole way, from interest to pay: each service's part, where the caller may see it.",
        sv="Ett hems hela väg, från intresse till ersättning: varje tjänsts del, där den som frågar får se den.",
        roles=roles,
        answer=answer,
        reads=True,
        shows={"home": "home_id"},
        shared=SideBySide(),
    )


ENDS_BEFORE_IT_BEGINS = Rule("period_in_order", "The period ends before it begins.")


class Period(Schema):
    """From which day to which, both included."""

    since = fields.Day(
        data_key="from", metadata={"description": "The first day; a year before the last. Första dagen."}
    )
    until = fields.Day(data_key="to", metadata={"description": "The last day; today. Sista dagen; i dag."})

    rules = (ENDS_BEFORE_IT_BEGINS,)

    @validates_schema
    def _in_order(self, values: dict[str, date], **_: object) -> None:
        if "since" in values and "until" in values and values["until"] < values["since"]:
            raise ValidationError(ENDS_BEFORE_IT_BEGINS, "to")


class Step(Schema):
    """A step on the way from interest to home: how many came there in the period, and the days (median) that they had
    needed from the step before."""

    step = fields.String(required=True)
    count = fields.Integer(required=True)
    median_days = fields.Float(required=True, allow_none=True)

    example = {"step": "contact", "count": 12, "median_days": 6.5}


class Clock(Schema):
    """Days of a kind that have passed, and that come within two weeks."""

    kind = fields.one_of(DeadlineKind, required=True)
    overdue = fields.Integer(required=True)
    soon = fields.Integer(required=True)

    example = {"kind": "contact_due", "overdue": 1, "soon": 4}


def view_overview(answer: type[Schema]) -> Operation:
    """A service's part of the manager's view."""
    return Operation(
        name="view_overview",
        route="GET /overview",
        en="The manager's view of a period: how many came how far from interest to home, and in which time; free "
        "places, clocks at risk, and what it has cost. Numbers only.",
        sv="Chefens överblick över en period: hur många som kom hur långt från intresse till hem, och på vilken tid; "
        "lediga platser, dagar som hotar att passeras, och vad det har kostat. Bara siffror.",
        roles=STAFF,
        query=Period,
        answer=answer,
        reads=True,
        rules=(ENDS_BEFORE_IT_BEGINS,),
        shared=SideBySide(),
    )
