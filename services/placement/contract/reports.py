"""Reports: the standing list of placed children, decisions that were not carried out, and what inspectors find
missing."""

from enum import StrEnum
from typing import ClassVar

from marshmallow import validate

from services.kernel.contracts import Hides, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import MediaType
from services.kernel.contracts.schema import Nothing
from services.placement.contract.common import CASEWORKER, HOME_ID, PLACEMENT_ID, REQUEST_ID
from services.placement.placements.care import LegalGround
from services.vocabulary.assignments import Assignment
from services.vocabulary.staff import STAFF

QUARTER = Rule("quarter", "A quarter of a year, like 2026-Q3.")


def _year(**kwargs: str) -> fields.Integer:
    return fields.Integer(validate=validate.Range(2000, 2100), metadata={"description": kwargs["about"]})


class PlacedFilter(Schema):
    """Of which year."""

    year = _year(about="Whoever was placed on a day of this year; else today. Placerade under året; annars i dag.")


class PlacedChild(Schema):
    """A child who is, or was in that year, placed in a family home or network home. Of a protected identity (skyddade
    personuppgifter) the names are null."""

    id = fields.String(required=True)  #: of the placement
    placement_request_id = fields.String(required=True)
    home_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    home_name = fields.String(required=True, allow_none=True)
    assignment = fields.one_of(Assignment, required=True)
    legal_ground = fields.one_of(LegalGround, required=True, allow_none=True)
    decided_on = fields.Day(required=True, allow_none=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"placement": "id", "home": "home_id", "placement_request": "placement_request_id"}
    hides: ClassVar[tuple[Hides, ...]] = (
        Hides("person_is_protected", ("name",)),
        Hides("home_is_protected", ("home_name",)),
    )
    example = {
        "id": PLACEMENT_ID,
        "placement_request_id": REQUEST_ID,
        "home_id": HOME_ID,
        "name": "Elsa Ek",
        "home_name": "Anna Andersson",
        "assignment": "family_home",
        "legal_ground": "sol_consent",
        "decided_on": "2026-05-20",
        "starts_on": "2026-06-01",
        "ends_on": None,
        "protected_identity": False,
    }


class QuarterFilter(Schema):
    """Of which quarter."""

    quarter = fields.form(
        "^20[0-9]{2}-Q[1-4]$(?!\n)",
        QUARTER,
        metadata={"description": "The quarter, like 2026-Q3; else this one. Kvartalet; annars det innevarande."},
    )


class UnexecutedDecision(Schema):
    """A decision in somebody's favour that was not carried out within three months, or only after them. Names
    nobody."""

    id = fields.String(required=True)  #: of the placement request
    assignment = fields.one_of(Assignment, required=True)
    granted_on = fields.Day(required=True)
    execution_due_on = fields.Day(required=True)
    executed_on = fields.Day(required=True, allow_none=True)

    shows = {"placement_request": "id"}
    example = {
        "id": REQUEST_ID,
        "assignment": "contact_family",
        "granted_on": "2026-03-02",
        "execution_due_on": "2026-06-02",
        "executed_on": None,
    }


class OfYear(Schema):
    """Of which year."""

    year = _year(about="Of what happened in a year; this one. Det som hänt under ett år; i år.")


class FigureCode(StrEnum):
    """What inspectors find missing (IVO 2017:15 and decisions of JO), and its paragraph."""

    WITHOUT_DECISION = "without_decision"
    CHAIR_NOT_FOLLOWED_UP = "chair_not_followed_up"
    NOTHING_TOLD = "nothing_told"
    NETWORK_NOT_ASKED = "network_not_asked"
    PLANS_MISSING = "plans_missing"
    CARE_NOT_CONSIDERED = "care_not_considered"
    CUSTODY_NOT_CONSIDERED = "custody_not_considered"
    CARE_PLAN_NOT_REVISED = "care_plan_not_revised"
    EMERGENCY_TOO_LONG = "emergency_too_long"
    EMERGENCY_WITHOUT_LIMIT = "emergency_without_limit"
    MORE_THAN_THREE_UNTOLD = "more_than_three_untold"
    INFORMAL_TOO_LONG = "informal_too_long"
    APPROVAL_LOST = "approval_lost"
    OPEN_CONCERN = "open_concern"
    NOT_EXECUTED = "not_executed"
    UNTRAINED = "untrained"
    HOST_NOT_CONSULTED = "host_not_consulted"
    NOT_FOLLOWED_UP = "not_followed_up"
    NOT_WEIGHED = "not_weighed"
    VISITS_UNCONFIRMED = "visits_unconfirmed"
    WITHOUT_SOCIAL_WORKER = "without_social_worker"
    BREAKDOWNS = "breakdowns"


class Behind(Schema):
    """One of what a figure counts."""

    kind = fields.String(required=True)
    id = fields.String(required=True)

    example = {"kind": "placement", "id": PLACEMENT_ID}


class Figure(Schema):
    """How many there are, and which (a hundred at most, for caseworkers)."""

    code = fields.one_of(FigureCode, required=True)
    law = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True)
    items = fields.List(fields.Nested(Behind), required=True)

    example = {"code": "plans_missing", "law": "SoL 9:12, SoF 10:2-3", "count": 1, "items": [Behind.example]}


class SelfMonitoring(Schema):
    """What is missing today in what goes on, and what happened in the year."""

    year = fields.Integer(required=True)
    figures = fields.List(fields.Nested(Figure), required=True)

    shows: ClassVar[dict[str, str]] = {"=figures.items.kind": "figures.items.id"}
    example = {"year": 2026, "figures": [Figure.example]}


REPORT_PLACED_CHILDREN = Operation(
    name="report_placed_children",
    route="GET /reports/placed-children",
    en="The standing list of children who are placed in family homes and network homes (SoF 3:4), those who came first "
    "first.",
    sv="Den löpande förteckningen över barn som är placerade i familjehem och nätverkshem (SoF 3:4), de som kom först "
    "först.",
    roles=CASEWORKER,
    query=PlacedFilter,
    answer=PlacedChild,
    reads=True,
    paged=True,
)
GET_PLACED_CHILDREN_FILE = Operation(
    name="get_placed_children_file",
    route="GET /reports/placed-children/<year>/file",
    en="The same list of a year as a file (CSV in UTF-8, with `;`), with personal numbers, for the inspectorate. "
    "Where an "
    "identity "
    "on it is protected only with the role `protected` and a reason.",
    sv="Samma förteckning för ett år som fil (CSV i UTF-8, med `;`), med personnummer, för tillsynsmyndigheten. Om "
    "någon på den "
    "har "
    "skyddade personuppgifter bara med rollen `protected` och ett skäl.",
    roles=CASEWORKER,
    gives_file=frozenset({MediaType.CSV}),
    shows={"placed_children": "year"},
    answer=Nothing,
    reads=True,
    faults=(IdentityProtected,),
)
REPORT_UNEXECUTED_DECISIONS = Operation(
    name="report_unexecuted_decisions",
    route="GET /reports/unexecuted-decisions",
    en="The decisions that were not carried out within three months, or carried out after them in the quarter "
    "(SoL 34:1-2), the oldest first. Nobody is named.",
    sv="Besluten som inte verkställts inom tre månader, eller verkställts därefter under kvartalet (SoL 34:1-2), de "
    "äldsta först. Ingen nämns vid namn.",
    roles=CASEWORKER,
    query=QuarterFilter,
    answer=UnexecutedDecision,
    reads=True,
    paged=True,
)
REPORT_SELF_MONITORING = Operation(
    name="report_self_monitoring",
    route="GET /reports/self-monitoring",
    en="What inspectors find missing (self-monitoring, egenkontroll), counted from the house's own data, and for "
    "caseworkers what stands behind each figure.",
    sv="Det som tillsynen brukar sakna (egenkontroll), räknat ur husets egna uppgifter, och för handläggare vad som "
    "ligger bakom varje siffra.",
    roles=STAFF,
    query=OfYear,
    answer=SelfMonitoring,
    reads=True,
)
