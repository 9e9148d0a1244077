"""What a year's pay comes to by month and assignment, from what runs today. Pure.

Assumed is that what runs goes on to its known end, by the tariff of the year as it stands; days that somebody has still
to report, claims and new assignments are not in it. Employer contributions follow from the age of who is paid.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.compensation.runs.agreed import Agreed
from services.compensation.tariffs.tariff import Tariff
from services.compensation.tariffs.unpayable import Unpayable
from services.kernel.basics.days import Month
from services.kernel.basics.money import to_ore


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """Employer contributions (arbetsgivaravgifter) on pay, in hundredths of per cent."""

    standard: int
    older: int
    older_from_age: int  #: of whoever had that age when the year began

    def on(self, pay: Decimal, born: int | None, year: int) -> Decimal:
        """The contributions on somebody's pay; of whom the year of birth is not known the standard ones."""
        is_older = born is not None and year - 1 - born >= self.older_from_age
        return to_ore(pay * (self.older if is_older else self.standard) / 10_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What an assignment comes to in a month."""

    month: str
    assignment: str
    is_approved: bool
    agreements: int
    held: int  #: agreements of which it can not be said what they pay
    pay: Decimal  #: taxable
    reimbursements: Decimal
    contributions: Decimal

    @property
    def id(self) -> str:
        return f"{self.month} {self.assignment}"

    @property
    def cost(self) -> Decimal:
        return self.pay + self.reimbursements + self.contributions


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A sum for somebody of a kind of assignment: a line that was approved, or one that would be."""

    assignment: str
    agreement_id: str
    payee_adult_id: str
    amount: Decimal
    taxable: bool


def approved(month: Month, amounts: Iterable[Amount], *, born: Mapping[str, int], rates: Rates) -> list[Cell]:
    """The cells of a month that has been approved."""
    return _cells(month, amounts, {}, born=born, rates=rates, is_approved=True)


def expected(
    month: Month, agreements: Sequence[Agreed], tariff: Tariff, *, born: Mapping[str, int], rates: Rates
) -> list[Cell]:
    """The cells of a month as it would be paid. An agreement that waits for signatures is counted as if it were
    signed."""
    amounts: list[Amount] = []
    held: defaultdict[str, int] = defaultdict(int)
    for agreed in agreements:
        if not agreed.runs_in(month):
            continue
        try:
            lines = replace(agreed, signed=True).lines(month, tariff)
        except Unpayable:
            held[agreed.rules] += 1
            continue
        amounts += [
            Amount(
                assignment=agreed.rules,
                agreement_id=agreed.agreement_id,
                payee_adult_id=str(line.payee_adult_id),
                amount=line.amount,
                taxable=line.taxable,
            )
            for line in lines
        ]
    return _cells(month, amounts, held, born=born, rates=rates, is_approved=False)


def _cells(
    month: Month,
    amounts: Iterable[Amount],
    held: Mapping[str, int],
    *,
    born: Mapping[str, int],
    rates: Rates,
    is_approved: bool,
) -> list[Cell]:
    by: defaultdict[str, list[Amount]] = defaultdict(list)
    for one in amounts:
        by[one.assignment].append(one)
    return [
        _cell(month, name, by[name], held.get(name, 0), born=born, rates=rates, is_approved=is_approved)
        for name in sorted(by.keys() | held.keys())
    ]


def _cell(
    month: Month,
    assignment: str,
    amounts: Sequence[Amount],
    held: int,
    *,
    born: Mapping[str, int],
    rates: Rates,
    is_approved: bool,
) -> Cell:
    pay: defaultdict[str, Decimal] = defaultdict(Decimal)
    reimbursements = Decimal(0)
    for one in amounts:
        if one.taxable:
            pay[one.payee_adult_id] += one.amount
        else:
            reimbursements += one.amount
    contributions = [rates.on(amount, born.get(payee), month.year) for payee, amount in sorted(pay.items())]
    return Cell(
        month=month.text,
        assignment=assignment,
        is_approved=is_approved,
        agreements=len({one.agreement_id for one in amounts}) + held,
        held=held,
        pay=sum(pay.values(), Decimal(0)),
        reimbursements=reimbursements,
        contributions=sum(contributions, Decimal(0)),
    )
