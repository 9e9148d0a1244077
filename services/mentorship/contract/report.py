"""Does the network work? Figures per period and area (R31), with what homes have said in a survey beside them."""

from services.kernel.contracts import Nothing, Operation, Schema, fields
from services.kernel.contracts.files import MediaType
from services.mentorship.contract.common import COORDINATOR
from services.mentorship.contract.surveys import SurveyResult
from services.vocabulary.across import ENDS_BEFORE_IT_BEGINS, Period


class ContactsByPart(Schema):
    """Contacts by the part of the day; null where fewer than five homes had any, or it would tell of so few."""

    day = fields.Integer(required=True, allow_none=True)
    evening = fields.Integer(required=True, allow_none=True)
    weekend = fields.Integer(required=True, allow_none=True)

    example = {"day": 12, "evening": 30, "weekend": 9}


class AreaReport(Schema):
    """The figures of an area, or of all. What is null is of too small a group, or would tell one."""

    area = fields.String(required=True, allow_none=True)
    homes = fields.Integer(required=True, allow_none=True)
    offered = fields.Integer(required=True, allow_none=True)
    accepted = fields.Integer(required=True, allow_none=True)
    days_to_first_contact = fields.Float(required=True, allow_none=True)
    contacts = fields.Nested(ContactsByPart, required=True, allow_none=True)
    gatherings = fields.Integer(required=True, allow_none=True)
    attendance = fields.Integer(required=True, allow_none=True)
    respite_nights = fields.Integer(required=True, allow_none=True)
    homes_at_start = fields.Integer(required=True, allow_none=True)
    homes_that_stayed = fields.Integer(required=True, allow_none=True)
    masked = fields.Boolean(required=True)

    example = {
        "area": "norr",
        "homes": 10,
        "offered": 12,
        "accepted": 12,
        "days_to_first_contact": 6.5,
        "contacts": ContactsByPart.example,
        "gatherings": 3,
        "attendance": 41,
        "respite_nights": 16,
        "homes_at_start": 10,
        "homes_that_stayed": 10,
        "masked": False,
    }


class Explained(Schema):
    """What a figure is."""

    figure = fields.String(required=True)
    en = fields.String(required=True)
    sv = fields.String(required=True)

    example = {
        "figure": "accepted",
        "en": "Homes that said yes to a mentor in the period.",
        "sv": "Hem som tackade ja till en mentor under perioden.",
    }


class MentorshipReport(Schema):
    """The figures of a period, area by area and of all; what each is; and what homes said in the latest survey."""

    since = fields.Day(required=True, data_key="from")
    until = fields.Day(required=True, data_key="to")
    areas = fields.List(fields.Nested(AreaReport), required=True)
    total = fields.Nested(AreaReport, required=True)
    figures = fields.List(fields.Nested(Explained), required=True)
    survey = fields.Nested(SurveyResult, required=True, allow_none=True)

    shows = {}
    example = {
        "from": "2026-01-01",
        "to": "2026-06-30",
        "areas": [AreaReport.example],
        "total": {**AreaReport.example, "area": None},
        "figures": [Explained.example],
        "survey": None,
    }


REPORT_MENTORSHIP = Operation(
    name="report_mentorship",
    route="GET /reports/mentorship",
    en="Whether the network of mentor families works, in a period and area by area. Groups of fewer than five homes "
    "are masked, and whatever else would tell them.",
    sv="Om nätverket av mentorsfamiljer fungerar, under en period och område för område. Grupper med färre än fem hem "
    "maskeras, liksom det som annars skulle avslöja dem.",
    roles=COORDINATOR,
    query=Period,
    answer=MentorshipReport,
    reads=True,
    rules=(ENDS_BEFORE_IT_BEGINS,),
)
EXPORT_MENTORSHIP_REPORT = Operation(
    name="export_mentorship_report",
    route="GET /reports/mentorship/<period>",
    en="The same figures as a table (CSV) for a spreadsheet; the period as `2026-01-01--2026-06-30`.",
    sv="Samma siffror som tabell (CSV) för ett kalkylark; perioden som `2026-01-01--2026-06-30`.",
    roles=COORDINATOR,
    gives_file=frozenset({MediaType.CSV}),
    shows={"period": "period"},
    answer=Nothing,
    reads=True,
)
