"""How payees are known to payroll, and by what codes kinds of pay go into the municipality's own systems."""

from enum import StrEnum

from services.compensation.contract.pay_runs import PAYROLL
from services.compensation.contract.tariffs import TARIFF_KEEPERS
from services.compensation.pay.lines import PayKind
from services.compensation.runs.entries import Channel
from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import SecondPersonNeeded


class PayeeChangeStatus(StrEnum):
    """What became of a change."""

    WAITING = "waiting"  #: for another person
    DONE = "done"
    REPLACED = "replaced"  #: by a later change, before anybody confirmed it


class PayeeChangeNotWaiting(Fault):
    """The change of the payee has been confirmed already, or replaced by a later one."""


_PAYROLL_ID = Rule("payroll_id_form", "A number of payroll's own, of at most 20 letters and digits.")


class SetPayee(Schema):
    """Payroll's own number of a payee, and by which way the money leaves."""

    payroll_id = fields.form(r"^[0-9A-Za-z-]{1,20}$(?!\n)", _PAYROLL_ID, required=True, allow_none=True)
    channel = fields.one_of(Channel, required=True)

    example = {"payroll_id": "4711", "channel": "payroll"}


class PayeeView(Schema):
    """Whoever is paid by an agreement: how payroll knows them. A protected identity (skyddade personuppgifter) has no
    name."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    payroll_id = fields.String(required=True, allow_none=True)
    channel = fields.one_of(Channel, required=True)
    protected_identity = fields.Boolean(required=True)  #: the home's

    shows = {"adult": "id", "home": "home_id"}
    hides = (Hides("protected_identity", ("name",)),)
    example = {
        "id": "019a0000-0000-7000-8000-000000000004",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "name": "Anna Andersson",
        "payroll_id": "4711",
        "channel": "payroll",
        "protected_identity": False,
    }


class PayeeChangeView(Schema):
    """A change of a payee that waits for another person."""

    id = fields.String(required=True)
    adult_id = fields.String(required=True)
    payroll_id = fields.String(required=True, allow_none=True)
    channel = fields.one_of(Channel, required=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)

    shows = {"adult": "adult_id"}
    example = {
        "id": "019a0000-0000-7000-8000-000000000031",
        "adult_id": "019a0000-0000-7000-8000-000000000004",
        "payroll_id": "4711",
        "channel": "payroll",
        "by": "anna",
        "at": "2026-06-01T08:00:00Z",
    }


def _code(most: int) -> fields.String:
    rule = Rule("pay_code_form", "At most that many letters, digits, dots and hyphens.")
    return fields.form(rf"^[0-9A-Za-zÅÄÖåäö._-]{{1,{most}}}$(?!\n)", rule, required=True, allow_none=True)


class PayCode(Schema):
    """What a kind of line is called: payroll's wage type (löneart), the ledger's account and cost centre."""

    wage_type = _code(10)
    account = _code(10)
    cost_centre = _code(10)

    example = {"wage_type": "7101", "account": "5021", "cost_centre": "4310"}


class PayCodeView(PayCode):
    """What a kind of line is called, and the field of the employer's declaration (AGI) that it belongs to. Its id is
    the kind."""

    id = fields.one_of(PayKind, required=True)
    declaration_field = fields.String(required=True, allow_none=True)

    shows = {}
    example = {"id": "fee", **PayCode.example, "declaration_field": "FK011"}


PAY_KIND = Rule("pay_kind", "There is no such kind of line.")


GET_PAYEE = Operation(
    name="get_payee",
    route="GET /payees/<adult_id>",
    en="How payroll knows somebody who is paid by an agreement.",
    sv="Hur lönesystemet känner någon som får ersättning enligt ett avtal.",
    roles=PAYROLL,
    answer=PayeeView,
    reads=True,
)
SET_PAYEE = Operation(
    name="set_payee",
    route="PUT /payees/<adult_id>",
    en="Change how payroll knows a payee, or by which way the money leaves. Another person confirms it.",
    sv="Ändra hur lönesystemet känner en betalningsmottagare, eller vilken väg pengarna går. En annan person "
    "bekräftar.",
    roles=PAYROLL,
    body=SetPayee,
    answer=PayeeView,
    waits=PayeeChangeView,
    conditional=True,
)
CONFIRM_PAYEE = Operation(
    name="confirm_payee",
    route="POST /payee-changes/<payee_change_id>/confirm",
    en="Confirm a change of a payee that another person has made.",
    sv="Bekräfta en ändring av en betalningsmottagare som någon annan har gjort.",
    roles=PAYROLL,
    body=Nothing,
    answer=PayeeView,
    faults=(PayeeChangeNotWaiting, SecondPersonNeeded),
)
LIST_PAY_CODES = Operation(
    name="list_pay_codes",
    route="GET /pay-codes",
    en="What kinds of lines are called in payroll and in the ledger, as far as the municipality has said it.",
    sv="Vad slag av rader heter i lönesystemet och i ekonomisystemet, så långt kommunen har angett det.",
    roles=TARIFF_KEEPERS,
    answer=PayCodeView,
    reads=True,
    paged=True,
)
GET_PAY_CODE = Operation(
    name="get_pay_code",
    route="GET /pay-codes/<pay_kind>",
    en="What a kind of line is called in payroll and in the ledger.",
    sv="Vad ett slags rad heter i lönesystemet och i ekonomisystemet.",
    roles=TARIFF_KEEPERS,
    answer=PayCodeView,
    reads=True,
)
SET_PAY_CODE = Operation(
    name="set_pay_code",
    route="PUT /pay-codes/<pay_kind>",
    en="Say what a kind of line is called in payroll and in the ledger, for the runs that are computed from now on: "
    "If-None-Match: * the first time, then If-Match.",
    sv="Ange vad ett slags rad heter i lönesystemet och i ekonomisystemet, för de underlag som beräknas hädanefter: "
    "If-None-Match: * första gången, därefter If-Match.",
    roles=TARIFF_KEEPERS,
    body=PayCode,
    answer=PayCodeView,
    rules=(PAY_KIND,),
    conditional=True,
    creates=True,
)
