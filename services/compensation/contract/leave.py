"""Paid leave of contracted emergency homes: a balance in days."""

from services.compensation.contract.agreements import CASEWORKER, READERS_OR_HOME
from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields

LEAVE_TAKERS = CASEWORKER | {"home"}


class NoPaidLeave(Fault):
    """Only a contracted emergency home whose agreement is signed has paid leave."""


class NotEnoughLeave(Fault):
    """There are not so many days left."""


class LeaveOverlaps(Fault):
    """On one of these days leave is taken already."""


class LeaveAlreadyCancelled(Fault):
    """The leave has been cancelled already."""


class LeaveAlreadyTaken(Fault):
    """From its first day on a home's leave is taken; staff cancel the days that are left of it, if any are."""


LEAVE_DAYS = Rule("leave_days", "From the first to the last day, within one year and within the contract.")
LEAVE_PASSED = Rule("leave_passed", "A home takes days to come; those that have passed are written down by staff.")


class TakeLeave(Schema):
    """From the first to the last day."""

    agreement_id = fields.reference(required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)

    example = {
        "agreement_id": "019a0000-0000-7000-8000-000000000001",
        "starts_on": "2024-07-01",
        "ends_on": "2024-07-12",
    }


class LeaveView(Schema):
    """Days of leave; `days` are those that count."""

    id = fields.String(required=True)
    agreement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)
    days = fields.Integer(required=True)
    cancelled_at = fields.Instant(required=True, allow_none=True)

    shows = {"home": "home_id"}
    example = {
        **TakeLeave.example,
        "id": "019a0000-0000-7000-8000-000000000061",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "days": 10,
        "cancelled_at": None,
    }


class LeaveYear(Schema):
    """A year's balance in days: what was carried over, earned, taken, and what is left."""

    year = fields.Integer(required=True)
    carried_over = fields.Integer(required=True)
    earned = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    left = fields.Integer(required=True)

    example = {"year": 2024, "carried_over": 0, "earned": 19, "taken": 10, "left": 9}


class LeaveBalance(Schema):
    """The balances of a contract, year by year, to this one; none of an agreement that has no paid leave."""

    agreement_id = fields.String(required=True)
    years = fields.List(fields.Nested(LeaveYear), required=True)

    shows = {"agreement": "agreement_id"}
    example = {"agreement_id": "019a0000-0000-7000-8000-000000000001", "years": [LeaveYear.example]}


TAKE_LEAVE = Operation(
    name="take_leave",
    route="POST /leave",
    en="Take paid leave: the fee goes on, and the home is not asked meanwhile. A home takes days that are to come; "
    "staff also write down such as have passed.",
    sv="Ta ut betald ledighet: arvodet löper, och hemmet tillfrågas inte under tiden. Ett hem tar ut dagar som kommer; "
    "personal antecknar också sådana som har varit.",
    roles=LEAVE_TAKERS,
    body=TakeLeave,
    answer=LeaveView,
    rules=(LEAVE_DAYS, LEAVE_PASSED),
    faults=(NoPaidLeave, NotEnoughLeave, LeaveOverlaps),
    status=201,
)
CANCEL_LEAVE = Operation(
    name="cancel_leave",
    route="POST /leave/<leave_id>/cancel",
    en="Cancel leave: its days are left again. A home does before its first day; staff also later, from today on: it "
    "then ends with yesterday.",
    sv="Ångra ledighet: dagarna finns kvar. Ett hem gör det före första dagen; personal också senare, från och med i "
    "dag: den slutar då i går.",
    roles=LEAVE_TAKERS,
    body=Nothing,
    answer=LeaveView,
    faults=(LeaveAlreadyCancelled, LeaveAlreadyTaken, NoPaidLeave),
)
LIST_LEAVE = Operation(
    name="list_leave",
    route="GET /leave",
    en="The leave of contracted emergency homes, what was written down last first. A home's own user sees its own.",
    sv="Kontrakterade jourhems ledighet, det som antecknades senast först. Ett hems egen användare ser sin egen.",
    roles=READERS_OR_HOME,
    answer=LeaveView,
    reads=True,
    paged=True,
)
GET_LEAVE_BALANCE = Operation(
    name="get_leave_balance",
    route="GET /agreements/<agreement_id>/leave",
    en="How many days of leave a contract has: carried over, earned, taken and left.",
    sv="Hur många lediga dagar ett avtal har: sparade, intjänade, uttagna och kvar.",
    roles=READERS_OR_HOME,
    answer=LeaveBalance,
    reads=True,
)
