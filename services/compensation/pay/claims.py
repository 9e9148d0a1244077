"""Claims (anspråk) that were approved: purchases, mileage in one's own car, income lost while a child settles in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.compensation.pay.days import Days, part_of
from services.compensation.pay.lines import PayKind, PayLine, counted, written
from services.compensation.tariffs.tariff import Tariff
from services.kernel.basics.days import Month, month_with
from services.kernel.basics.money import to_ore


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """A receipt, of which so much was approved."""

    on: date
    amount: Decimal  #: kronor

    def lines(self) -> list[PayLine]:
        """What is paid back; no pay, for it was decided and there is a receipt."""
        return [
            PayLine(
                kind=PayKind.PURCHASE,
                period_from=self.on,
                period_to=self.on,
                quantity=Decimal(1),
                unit_amount=self.amount,
                amount=self.amount,
                explanation="Godkänt utlägg",
            )
        ]


def mileage_lines(first: date, last: date, kilometres: Decimal, tariff: Tariff) -> list[PayLine]:
    """Journeys: the tax-free part, and what is paid beyond it as pay. Raises `Unpayable` where the tariff has no part
    for mileage. The total is what the kilometres are paid, to the öre; the tax-free part is rounded by itself."""
    part = tariff.part(tariff.mileage, "mileage")
    total = to_ore(kilometres * part.paid_per_km)
    free = to_ore(kilometres * min(part.tax_free_per_km, part.paid_per_km))
    words = f"{counted(kilometres)} km à {written(min(part.tax_free_per_km, part.paid_per_km))} kr"
    found = [_mileage(PayKind.MILEAGE, first, last, free, words)]
    if total > free:
        rest = f"{counted(kilometres)} km à {written(part.paid_per_km)} kr, minus det skattefria {written(free)} kr"
        found.append(_mileage(PayKind.MILEAGE_TAXABLE, first, last, total - free, rest))
    return found


def _mileage(kind: PayKind, first: date, last: date, amount: Decimal, words: str) -> PayLine:
    return PayLine(
        kind=kind,
        period_from=first,
        period_to=last,
        quantity=Decimal(1),
        unit_amount=amount,
        amount=amount,
        explanation=words,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LostIncome:
    """Income that is lost in an agreed period with a last day; the fee goes on beside it."""

    first: date
    last: date
    salary_per_month: Decimal  #: kronor
    percent: Decimal  #: of it that is lost

    def lines(self, month: Month, tariff: Tariff, holiday_pay_percent: Decimal) -> Iterator[PayLine]:
        """What one month is paid, with holiday pay (semesterersättning)."""
        some = Days(first=max(self.first, month.first), last=min(self.last, month.last))
        monthly = to_ore(self.salary_per_month * self.percent * (100 + holiday_pay_percent) / 10_000)
        part = part_of(some, within=some, month=month, method=tariff.part_month)
        yield PayLine(
            kind=PayKind.LOST_INCOME,
            period_from=some.first,
            period_to=some.last,
            quantity=part.quantity,
            unit_amount=monthly,
            amount=part.of_amount(monthly),
            explanation=(
                f"{part.words} av {written(monthly)} kr ({counted(self.percent)} % av lönen "
                f"{written(self.salary_per_month)} kr och {counted(holiday_pay_percent)} % semesterersättning)"
            ),
        )

    def months(self) -> Iterator[Month]:
        """The months that the period touches."""
        month = month_with(self.first)
        while month.first <= self.last:
            yield month
            month = month.next()
