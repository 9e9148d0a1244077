"""Payees and codes as they are shown."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from services.compensation.model import PayCodes, Payee
from services.compensation.pay.lines import PayKind
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def get_payee(unit: Unit, adult_id: str) -> Answer:
    """How payroll knows somebody."""
    return Answer(unit.read(Payee, adult_id))


def list_pay_codes(unit: Unit) -> Answer:
    """What each kind of line is called."""
    return Answer(pay_codes(unit.session.scalars(select(PayCodes))))


def pay_codes(known: Iterable[PayCodes]) -> dict[str, Any]:
    """Every kind, with its codes as far as the municipality has said them."""
    said = {one.id: one for one in known}
    return {"items": [_view(kind, said.get(kind)) for kind in PayKind]}


def _view(kind: PayKind, said: PayCodes | None) -> dict[str, Any]:
    return {
        "id": kind,
        "kind": kind,
        "wage_type": said.wage_type if said else None,
        "account": said.account if said else None,
        "cost_centre": said.cost_centre if said else None,
        "declaration_field": kind.declaration_field,
    }
