"""A line as an export sees it, and what has to be known before anything is written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Format(StrEnum):
    """What a run can be exported as."""

    PAXML = "paxml"  #: PAXml 2.0, of what payroll pays
    SIE = "sie"  #: SIE 4I, of what the ledger pays
    CSV = "csv"  #: every line
    COLUMNS = "columns"  #: every line, in a layout of the municipality's own


@dataclass(frozen=True, kw_only=True, slots=True)
class Payee:
    """Who is paid: as payroll knows them, or by their number."""

    id: str
    name: str
    personal_number: str | None
    payroll_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A paid line with its payee."""

    id: str
    payee: Payee
    kind: str
    words: str  #: what it is called in Swedish
    period_from: date
    period_to: date
    quantity: Decimal
    unit_amount: Decimal
    amount: Decimal
    channel: str
    wage_type: str | None
    account: str | None
    cost_centre: str | None
    declaration_field: str | None
    explanation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Whose run it is, and when it was approved."""

    name: str
    organisation_number: str | None
    month: str
    run_id: str
    approved_on: date


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing before a run can be exported: a code, and of which kind of line or whom."""

    code: str
    what: str


def gaps(lines: Iterable[Line], needed: Sequence[str]) -> list[Gap]:
    """Everything that is missing, each once, in a fixed order: of each kind its codes, of each payee a number."""
    found = {gap for line in lines for gap in _gaps(line, needed)}
    return sorted(found, key=lambda gap: (gap.code, gap.what))


def _gaps(line: Line, needed: Sequence[str]) -> Iterator[Gap]:
    for name in needed:
        if name == "payee":
            if line.payee.personal_number is None and line.payee.payroll_id is None:
                yield Gap("payee_without_number", line.payee.id)
        elif getattr(line, name) is None:
            yield Gap(f"{name}_missing", line.kind)
