"""A statement as it is written down, in Swedish words, for its template. It holds no names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from services.compensation.pay.lines import written
from services.compensation.statements.statement import REASONS, Change, StatementLine, Sums
from services.kernel.basics.days import month_of

TEMPLATE = Path(__file__).with_name("statement.typ")
_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of pay."""

    name: str
    days: str
    amount: str
    explanation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What a kind comes to beside the month before."""

    name: str
    before: str
    now: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementDocument:
    """Everything that stands in the document."""

    what_for: str
    rows: tuple[Row, ...]
    held: tuple[str, ...]
    changes: tuple[Difference, ...]
    total: str
    income: str
    reimbursements: str
    deduction: str | None  #: of a year
    ask: str


def document_of(
    what_for: str,
    lines: Sequence[StatementLine],
    held: Sequence[str],
    changes: Sequence[Change],
    sums: Sums,
    *,
    is_year: bool,
    ask: str,
) -> StatementDocument:
    """A statement in words. `what_for` is a month `2024-04` or a year."""
    return StatementDocument(
        what_for=what_for if is_year else in_words(what_for),
        rows=tuple(
            Row(
                name=one.name,
                days=_days(one.period_from, one.period_to),
                amount=_kronor(one.amount),
                explanation=one.explanation,
            )
            for one in lines
        ),
        held=tuple(REASONS[one] for one in held),
        changes=tuple(Difference(name=one.name, before=_kronor(one.before), now=_kronor(one.now)) for one in changes),
        total=_kronor(sums.total),
        income=_kronor(sums.income),
        reimbursements=_kronor(sums.reimbursements),
        deduction=_kronor(sums.deduction) if is_year else None,
        ask=ask,
    )


def in_words(month: str) -> str:
    """`april 2024`."""
    found = month_of(month)
    return f"{_MONTHS[found.number - 1]} {found.year}"


def _kronor(amount: Decimal) -> str:
    return f"{written(amount)} kr"


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"
