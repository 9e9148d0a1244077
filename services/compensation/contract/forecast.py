"""What a year's pay comes to."""

from marshmallow import validate

from services.compensation.contract.pay_runs import PAYROLL
from services.compensation.contract.tariffs import YEARS
from services.kernel.contracts import Fault, Operation, Schema, fields


class TariffOfYearMissing(Fault):
    """The municipality has set no tariff for the year, and nothing is guessed."""


class ForecastQuery(Schema):
    """Of which year; this one unless said."""

    year = fields.Integer(
        validate=validate.Range(*YEARS), metadata={"description": "The year; this one unless said. Året."}
    )

    example = {"year": 2024}


class ForecastView(Schema):
    """What an assignment comes to in a month: as it was approved, or as what runs today would go on (`is_approved`
    false) by the tariff as it stands. `held`: agreements of which it can not be said. Days that somebody has still to
    report, claims, and assignments that are not there yet are not in it."""

    id = fields.String(required=True)
    month = fields.String(required=True)
    assignment = fields.String(required=True)
    is_approved = fields.Boolean(required=True)
    agreements = fields.Integer(required=True)
    held = fields.Integer(required=True)
    pay = fields.Money(required=True)
    reimbursements = fields.Money(required=True)
    contributions = fields.Money(required=True)
    cost = fields.Money(required=True)

    shows = {}
    example = {
        "id": "2024-06 family_home",
        "month": "2024-06",
        "assignment": "family_home",
        "is_approved": False,
        "agreements": 12,
        "held": 0,
        "pay": "137004.00",
        "reimbursements": "63036.00",
        "contributions": "43046.66",
        "cost": "243086.66",
    }


FORECAST_COST = Operation(
    name="forecast_cost",
    route="GET /forecast",
    en="What a year comes to by month and assignment: what has been approved, and from then on what runs today, with "
    "employer contributions by the age of who is paid.",
    sv="Vad ett år kostar per månad och uppdrag: det som är godkänt, och därefter det som pågår i dag, med "
    "arbetsgivaravgifter efter mottagarens ålder.",
    roles=PAYROLL,
    query=ForecastQuery,
    answer=ForecastView,
    reads=True,
    paged=True,
    faults=(TariffOfYearMissing,),
)
