"""The lines of a pay run: one that is paid says all that a payroll needs, one that is held says why."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.compensation.pay.lines import PayKind, PayLine
from services.compensation.tariffs.unpayable import Unpayable


class Channel(StrEnum):
    """By which way money leaves. A line has one: what payroll pays the ledger does not book once more."""

    PAYROLL = "payroll"
    LEDGER = "ledger"


@dataclass(frozen=True, kw_only=True, slots=True)
class PayCode:
    """How the municipality's own systems call a kind of line; None where it has not said so."""

    wage_type: str | None = None
    account: str | None = None
    cost_centre: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Codes:
    """The municipality's codes by kind of line, and the channels of payees; the others are paid by payroll."""

    codes: Mapping[str, PayCode]
    channels: Mapping[str, Channel]

    def of(self, kind: PayKind) -> PayCode:
        return self.codes.get(kind, _NO_CODE)

    def channel(self, adult_id: str) -> Channel:
        return self.channels.get(adult_id, Channel.PAYROLL)


_NO_CODE = PayCode()


class Entry(NamedTuple):
    """One line of a pay run: paid (everything but a reason) or held (a reason and nothing to pay)."""

    home_id: str
    agreement_id: str | None = None
    placement_id: str | None = None
    claim_id: str | None = None
    recovery_id: str | None = None
    payee_adult_id: str | None = None
    kind: str | None = None
    period_from: date | None = None
    period_to: date | None = None
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    amount: Decimal | None = None
    taxable: bool | None = None
    explanation: str | None = None
    channel: str | None = None
    wage_type: str | None = None
    account: str | None = None
    cost_centre: str | None = None
    declaration_field: str | None = None
    corrects: str | None = None  #: the line of an approved run that this one corrects
    reason_code: str | None = None
    detail: str | None = None

    def said(self) -> list[str | None]:
        """What it says, as text in the order of `COLUMNS`; the same amount is always the same text."""
        return [value if value is None or type(value) is str else _plain(value) for value in self]

    def line_id(self, run_id: str) -> str:
        """An id that follows from what the line says: computed again, the same line is the same."""
        return id_of(run_id, self.said())


COLUMNS = Entry._fields


def id_of(run_id: str, said: list[str | None]) -> str:
    """The id of a line that says this."""
    whole = "\x1f".join([run_id, *("\x00" if value is None else value for value in said)])
    return str(UUID(bytes=hashlib.sha256(whole.encode()).digest()[:16]))


def _plain(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """What a line is about."""

    home_id: str
    agreement_id: str | None = None
    placement_id: str | None = None
    claim_id: str | None = None
    recovery_id: str | None = None


def paid(line: PayLine, codes: Codes, whose: Whose, *, corrects: str | None = None) -> Entry:
    """A line that is paid, with the municipality's own codes and the payee's channel."""
    assert line.payee_adult_id is not None  # noqa: S101  # `shared` has said who
    code = codes.of(line.kind)
    return Entry(
        home_id=whose.home_id,
        agreement_id=whose.agreement_id,
        placement_id=line.placement_id or whose.placement_id,
        claim_id=whose.claim_id,
        recovery_id=whose.recovery_id,
        payee_adult_id=line.payee_adult_id,
        kind=str(line.kind),
        period_from=line.period_from,
        period_to=line.period_to,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount=line.amount,
        taxable=line.taxable,
        explanation=line.explanation,
        channel=str(codes.channel(line.payee_adult_id)),
        wage_type=code.wage_type,
        account=code.account,
        cost_centre=code.cost_centre,
        declaration_field=line.kind.declaration_field,
        corrects=corrects,
    )


def held(reason: Unpayable, whose: Whose, *, period: tuple[date, date] | None = None) -> Entry:
    """A line that is held. A period is one of an earlier month, or the days that are left of this one."""
    return Entry(
        home_id=whose.home_id,
        agreement_id=whose.agreement_id,
        placement_id=whose.placement_id,
        claim_id=whose.claim_id,
        period_from=period[0] if period else None,
        period_to=period[1] if period else None,
        reason_code=reason.code(),
        detail=str(reason),
    )
