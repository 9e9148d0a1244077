"""What a month's pay run holds: what each agreement is paid, or the reason why it is held.

Values in, values out: which agreements run in the month, and what an earlier computation found, is known elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.compensation.pay import AgreementTerms, PayLine, pay_of
from services.compensation.tariffs import CostLevel, FeeLevel, Tariff, Unpayable
from services.kernel.basics.days import Month


class AgreementNotSigned(Unpayable):
    """Nothing is paid without a signed agreement (Social Services Act 2025:400, chapter 22, section 3)."""


class TariffMissing(Unpayable):
    """The municipality has set no tariff for the year of the month."""


class StartBeforeBirth(Unpayable):
    """The agreement starts before the placed child's day of birth, so one of the two days is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreed:
    """What a pay run needs to know of an agreement."""

    agreement_id: str
    home_id: str
    payee_adult_id: str
    signed: bool
    starts_on: date
    ends_on: date | None
    fee_level: FeeLevel
    cost_level: CostLevel
    birth_date: date  #: the placed child's

    def pay(self, month: Month, tariff: Tariff | None) -> tuple[PayLine, ...]:
        """The lines of the month; `Unpayable` says why there are none to be paid."""
        if not self.signed:
            raise AgreementNotSigned("The agreement has not been signed.")
        if tariff is None:
            raise TariffMissing(f"There is no tariff for {month.year}.")
        if self.starts_on < self.birth_date:
            raise StartBeforeBirth("The agreement starts before the child was born.")
        terms = AgreementTerms(
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            fee_level=self.fee_level,
            cost_level=self.cost_level,
            birth_date=self.birth_date,
        )
        return pay_of(terms, month, tariff)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of a pay run: paid (everything but a reason) or held (a reason and nothing to pay)."""

    agreement_id: str
    home_id: str
    payee_adult_id: str | None = None
    kind: str | None = None
    period_from: date | None = None
    period_to: date | None = None
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    amount: Decimal | None = None
    taxable: bool | None = None
    explanation: str | None = None
    reason_code: str | None = None
    detail: str | None = None

    @classmethod
    def paid(cls, agreed: Agreed, line: PayLine) -> "Entry":
        return cls(
            agreement_id=agreed.agreement_id,
            home_id=agreed.home_id,
            payee_adult_id=agreed.payee_adult_id,
            kind=str(line.kind),
            period_from=line.period_from,
            period_to=line.period_to,
            quantity=line.quantity,
            unit_amount=line.unit_amount,
            amount=line.amount,
            taxable=line.taxable,
            explanation=line.explanation,
        )

    @classmethod
    def held(cls, agreed: Agreed, reason: Unpayable) -> "Entry":
        return cls(
            agreement_id=agreed.agreement_id, home_id=agreed.home_id, reason_code=reason.code(), detail=str(reason)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reckoning:
    """A month's lines and their sums. `expected`, `paid` and `held` count agreements, never lines."""

    entries: frozenset[Entry]
    expected: int
    paid: int
    held: int
    total: Decimal


def reckon(running: Iterable[Agreed], month: Month, tariff: Tariff | None) -> Reckoning:
    """The month's reckoning of the agreements that run in it.

    An agreement without a paid day (a child who comes on the last day, where that day does not count) is one of the
    paid, with nothing: its month is settled and there is no reason for anybody to look into.
    """
    entries: set[Entry] = set()
    expected = paid = held = 0
    for agreed in running:
        expected += 1
        try:
            entries.update(Entry.paid(agreed, line) for line in agreed.pay(month, tariff))
            paid += 1
        except Unpayable as reason:
            entries.add(Entry.held(agreed, reason))
            held += 1
    total = sum((entry.amount for entry in entries if entry.amount is not None), start=Decimal(0))
    return Reckoning(entries=frozenset(entries), expected=expected, paid=paid, held=held, total=total)
