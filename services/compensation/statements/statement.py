"""A home's statement: its lines, what has changed since the month before, and the sums of a year. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.compensation.pay.lines import PayKind

_WITHOUT_DEDUCTION = Decimal(5_000)  #: kronor of reimbursements a year that are not deducted (the Tax Agency)

#: Why something is held, as a home reads it.
REASONS = {
    "agreement_not_signed": "Avtalet är inte undertecknat av alla. Ersättningen betalas när det är det.",
    "agreement_missing": "Det finns inget avtal om ersättning ännu.",
    "payee_missing": "Det är inte angett vem som ska få ersättningen.",
    "tariff_missing": "Kommunen har inte fastställt någon taxa för året ännu.",
    "tariff_part_missing": "Kommunens taxa saknar beloppen för uppdraget.",
    "level_not_in_tariff": "Kommunens taxa saknar den avtalade nivån.",
    "fee_outside_band": "Det avtalade arvodet ligger utanför taxans spann.",
    "report_missing": "Månaden är inte rapporterad och bekräftad ännu.",
    "reported_too_late": "Dagarna rapporterades senare än kommunen betalar för.",
    "start_before_birth": "En av dagarna i avtalet är fel och måste rättas.",
    "placement_unknown": "Placeringen är gallrad. Det som är betalt står kvar.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementLine:
    """A line of a run, as the statement needs it."""

    id: str
    month: str  #: of the run
    payee_adult_id: str
    kind: str
    period_from: date
    period_to: date
    quantity: Decimal
    unit_amount: Decimal
    amount: Decimal
    taxable: bool
    declaration_field: str | None
    explanation: str
    corrects: str | None

    @property
    def name(self) -> str:
        """What the kind is called in Swedish."""
        return PayKind(self.kind).swedish


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What a kind comes to beside the month before."""

    kind: str
    before: Decimal
    now: Decimal

    @property
    def name(self) -> str:
        return PayKind(self.kind).swedish

    @property
    def difference(self) -> Decimal:
        return self.now - self.before


@dataclass(frozen=True, kw_only=True, slots=True)
class Sums:
    """What the lines come to. `income` and `reimbursements` are what the income statement of a year says under 1.1 and
    1.2; `deduction` is what may be deducted for costs under 2.4, without receipts."""

    total: Decimal
    income: Decimal
    reimbursements: Decimal
    deduction: Decimal


def sums_of(lines: Iterable[StatementLine]) -> Sums:
    """The sums of some lines."""
    some = list(lines)
    reimbursements = sum((one.amount for one in some if one.declaration_field == "FK020"), Decimal(0))
    return Sums(
        total=sum((one.amount for one in some), Decimal(0)),
        income=sum((one.amount for one in some if one.declaration_field == "FK011"), Decimal(0)),
        reimbursements=reimbursements,
        deduction=max(Decimal(0), reimbursements - _WITHOUT_DEDUCTION),
    )


def changes_of(lines: Sequence[StatementLine], before: Sequence[StatementLine]) -> list[Change]:
    """Kind by kind what is not as in the month before, in the order in which kinds are listed."""
    now_by, before_by = _by_kind(lines), _by_kind(before)
    return [
        Change(kind=str(kind), before=before_by[kind], now=now_by[kind])
        for kind in PayKind
        if now_by[kind] != before_by[kind]
    ]


def _by_kind(lines: Iterable[StatementLine]) -> defaultdict[str, Decimal]:
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in lines:
        found[one.kind] += one.amount
    return found
