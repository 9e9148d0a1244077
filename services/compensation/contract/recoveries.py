"""What was paid too much (återkrav): how it is recovered, as one person proposes and another decides."""

from enum import StrEnum

from marshmallow import validate

from services.compensation.contract.pay_runs import PAYROLL, WrittenMonth
from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import SecondPersonNeeded

MOST_INSTALMENTS = 60


class RecoveryStatus(StrEnum):
    """Where a recovery stands."""

    OPEN = "open"  #: nothing is taken yet
    PROPOSED = "proposed"
    DECIDED = "decided"  #: taken by instalments
    WAIVED = "waived"
    SETTLED = "settled"


class RecoveryNotOpen(Fault):
    """It has been decided on the recovery already."""


class RecoveryNotProposed(Fault):
    """There is no proposal to decide on."""


RECOVERY_PLAN = Rule("recovery_plan", "Either instalments with their first month, or that it is waived.")


class RecoveryFilter(Schema):
    """Which recoveries."""

    home_id = fields.String(
        validate=validate.Length(1, 100), metadata={"description": "Only of this home. Bara detta hem."}
    )
    status = fields.one_of(RecoveryStatus, metadata={"description": "Only of this status. Bara med denna status."})


class ProposeRecovery(Schema):
    """Instalments from a month on, or that nothing is taken; and why."""

    instalments = fields.Integer(strict=True, validate=validate.Range(1, MOST_INSTALMENTS))
    first_month = WrittenMonth(metadata={"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"})
    waived = fields.Flag()
    reason = fields.text(1000, required=True)

    example = {"instalments": 3, "first_month": "2026-09", "reason": "Hemmet vill betala under hösten."}


class DecideRecovery(Schema):
    """What another person decides."""

    outcome = fields.String(required=True, validate=validate.OneOf(["approve", "return"]))
    reason = fields.text(1000, required=True, shortest=0)

    example = {"outcome": "approve", "reason": ""}


class RecoveryPlan(Schema):
    """How it is recovered."""

    instalments = fields.Integer(required=True, allow_none=True)
    first_month = fields.String(required=True, allow_none=True)
    waived = fields.Boolean(required=True)

    example = {"instalments": 3, "first_month": "2026-09", "waived": False}


class RecoveryView(Schema):
    """A sum that was paid too much to somebody, and how it is recovered. `left` is outstanding."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    payee_adult_id = fields.String(required=True)
    pay_run_id = fields.String(required=True)
    status = fields.one_of(RecoveryStatus, required=True)
    amount = fields.Money(required=True)
    recovered = fields.Money(required=True)
    left = fields.Money(required=True)
    plan = fields.Nested(RecoveryPlan, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    proposed_by = fields.Staff(required=True)
    decided_by = fields.Staff(required=True)
    decided_at = fields.Instant(required=True, allow_none=True)
    decision_reason = fields.String(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)  #: the home's

    shows = {"home": "home_id", "adult": "payee_adult_id"}
    hides = (Hides("protected_identity", ("reason", "decision_reason")),)
    example = {
        "id": "019a0000-0000-7000-8000-000000000021",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "payee_adult_id": "019a0000-0000-7000-8000-000000000004",
        "pay_run_id": "019a0000-0000-7000-8000-000000000005",
        "status": "proposed",
        "amount": "11292.58",
        "recovered": "0.00",
        "left": "11292.58",
        "plan": RecoveryPlan.example,
        "reason": "Hemmet vill betala under hösten.",
        "proposed_by": "anna",
        "decided_by": None,
        "decided_at": None,
        "decision_reason": None,
        "protected_identity": False,
    }


LIST_RECOVERIES = Operation(
    name="list_recoveries",
    route="GET /recoveries",
    en="What was paid too much, and how it is recovered; the newest first.",
    sv="Det som har betalats för mycket, och hur det återbetalas; det senaste först.",
    roles=PAYROLL,
    query=RecoveryFilter,
    answer=RecoveryView,
    reads=True,
    paged=True,
)
PROPOSE_RECOVERY = Operation(
    name="propose_recovery",
    route="POST /recoveries/<recovery_id>/propose",
    en="Propose how it is recovered: by instalments in the runs from a month on, or not at all.",
    sv="Föreslå hur det återbetalas: i delbetalningar från och med en månad, eller inte alls.",
    roles=PAYROLL,
    body=ProposeRecovery,
    answer=RecoveryView,
    rules=(RECOVERY_PLAN,),
    faults=(RecoveryNotOpen,),
)
DECIDE_RECOVERY = Operation(
    name="decide_recovery",
    route="POST /recoveries/<recovery_id>/decide",
    en="Decide on what another person has proposed. Instalments begin with the first month whose run is open, and "
    "never make a payee's sum negative: the rest moves on.",
    sv="Besluta om det som någon annan har föreslagit. Delbetalningarna börjar tidigast den första månad vars "
    "löneunderlag är öppet och gör aldrig en summa negativ: resten flyttas fram.",
    roles=PAYROLL,
    body=DecideRecovery,
    answer=RecoveryView,
    faults=(RecoveryNotProposed, SecondPersonNeeded),
)
