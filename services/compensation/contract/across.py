"""Compensation's part of what is asked of all services at once."""

from services.compensation.contract.agreements import AGREEMENT_READERS, CASEWORKER, AgreementStatus
from services.compensation.contract.pay_runs import PAYROLL
from services.kernel.contracts import Schema, fields
from services.vocabulary import across, staff


class JourneyAgreement(Schema):
    """An agreement on a home's way."""

    id = fields.String(required=True)
    placement_id = fields.String(required=True, allow_none=True)
    status = fields.one_of(AgreementStatus, required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000007",
        "placement_id": "019a0000-0000-7000-8000-000000000005",
        "status": "signed",
        "starts_on": "2026-06-01",
        "ends_on": None,
    }


class JourneyPay(Schema):
    """What a home was paid for a month, as approved."""

    month = fields.String(required=True)
    amount = fields.Money(required=True)

    example = {"month": "2026-06", "amount": "15842.00"}


class CompensationJourney(Schema):
    """A home's agreements, the first ones first (a hundred at most), and what it was paid in the last two years: null
    for whoever may not see pay."""

    agreements = fields.List(fields.Nested(JourneyAgreement), required=True)
    pay = fields.List(fields.Nested(JourneyPay), required=True, allow_none=True)

    shows = {"agreement": "agreements.id"}
    example = {"agreements": [JourneyAgreement.example], "pay": [JourneyPay.example]}


class MonthCost(Schema):
    """What a month has cost: approved, or computed so far."""

    month = fields.String(required=True)
    approved = fields.Boolean(required=True)
    total = fields.Money(required=True)

    example = {"month": "2026-06", "approved": True, "total": "158420.00"}


class CompensationOverview(Schema):
    """What the months of the period have cost so far, and the sum of those that are approved."""

    months = fields.List(fields.Nested(MonthCost), required=True)
    approved_total = fields.Money(required=True)

    shows = {}
    example = {"months": [MonthCost.example], "approved_total": "158420.00"}


SEARCH = across.search(AGREEMENT_READERS)
VIEW_WAITING = across.view_waiting(AGREEMENT_READERS)
VIEW_JOURNEY = across.view_journey(CompensationJourney, AGREEMENT_READERS)
VIEW_OVERVIEW = across.view_overview(CompensationOverview)
LIST_DEADLINES = across.list_deadlines(CASEWORKER | PAYROLL)
LIST_STAFF = staff.LIST_STAFF
