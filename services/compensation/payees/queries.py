"""Payees and codes as they are shown."""

from typing import Any

from sqlalchemy import select

from services.compensation.model import PayCodes, Payee
from services.compensation.pay.lines import PayKind
from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged


def get_payee(unit: Unit, adult_id: str) -> Answer:
    """How payroll knows somebody."""
    return Answer(unit.read(Payee, adult_id))


def get_pay_code(unit: Unit, pay_kind: str) -> Answer:
    """What a kind of line is called."""
    code = unit.read(PayCodes, pay_kind)
    return Answer(pay_code(PayKind(pay_kind), code), version_of=code)


_CODES = Listing(select(PayCodes.id, PayCodes.wage_type, PayCodes.account, PayCodes.cost_centre), order=(PayCodes.id,))


def list_pay_codes(unit: Unit, page: Page) -> Answer:
    """The kinds of which the municipality has said what they are called."""
    found, total = unit.list(_CODES, page, {})
    return paged((pay_code(PayKind(one.id), one) for one in found), total)


def pay_code(kind: PayKind, said: Any) -> dict[str, Any]:
    """A kind with its codes, and the field of the declaration that it belongs to."""
    codes = {name: getattr(said, name) for name in ("wage_type", "account", "cost_centre")}
    return {"id": kind, **codes, "declaration_field": kind.declaration_field}
