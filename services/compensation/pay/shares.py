"""Several payees of one line: shares by percent, and by days where others are paid from a day on, to the öre, so that
their sum is the line."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, Decimal

from services.compensation.pay.days import Days, by_rate
from services.compensation.pay.lines import PayLine, counted
from services.compensation.pay.terms import Payee, Terms, amended_on, terms_on

_ORE = Decimal("0.01")


def divided(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount in parts by weight. The odd öre is in the first part."""
    whole = sum(weights, Decimal(0))
    parts = [(amount * weight / whole).quantize(_ORE, rounding=ROUND_DOWN) for weight in weights]
    parts[0] += amount - sum(parts, Decimal(0))
    return parts


def for_payees(line: PayLine, agreed: Sequence[Terms]) -> Iterator[PayLine]:
    """A line for each payee; where an amendment within its days has other payees, each for the days that were agreed,
    as parts of the line by calendar days."""
    if len(agreed) == 1:
        yield from shared(line, agreed[0].payees)
        return
    whole = Days(first=line.period_from, last=line.period_to)
    spans = list(by_rate(whole, amended_on(agreed), lambda day: terms_on(agreed, day).payees))
    amounts = divided(line.amount, [Decimal(some.count) for some, _ in spans])
    for (some, payees), amount in zip(spans, amounts, strict=True):
        yield from shared(line if some == whole else _of_days(line, some, whole, amount), payees)


def _of_days(line: PayLine, some: Days, whole: Days, amount: Decimal) -> PayLine:
    return line._replace(
        period_from=some.first,
        period_to=some.last,
        quantity=Decimal(1),
        unit_amount=amount,
        amount=amount,
        explanation=f"{line.explanation}; {some.count} av {whole.count} dagar",
    )


def shared(line: PayLine, payees: Sequence[Payee]) -> Iterator[PayLine]:
    """A line for each payee, the largest share first, and of equal ones by id."""
    if len(payees) == 1:
        yield line._replace(payee_adult_id=payees[0].adult_id)
        return
    ordered = sorted(payees, key=lambda one: (-one.percent, one.adult_id))
    amounts = divided(line.amount, [one.percent for one in ordered])
    for payee, amount in zip(ordered, amounts, strict=True):
        words = f"{line.explanation}; del {counted(payee.percent)} %"
        yield line._replace(
            quantity=Decimal(1),
            unit_amount=amount,
            amount=amount,
            explanation=words,
            payee_adult_id=payee.adult_id,
        )
