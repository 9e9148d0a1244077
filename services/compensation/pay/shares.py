"""Several payees of one line: shares by percent, to the öre, so that their sum is the line."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from services.compensation.pay.lines import PayLine, counted
from services.compensation.pay.terms import Payee

_ORE = Decimal("0.01")


def divided(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount in parts by weight. The odd öre is in the first part."""
    whole = sum(weights, Decimal(0))
    parts = [(amount * weight / whole).quantize(_ORE, rounding=ROUND_DOWN) for weight in weights]
    parts[0] += amount - sum(parts, Decimal(0))
    return parts


def shared(line: PayLine, payees: Sequence[Payee]) -> Iterator[PayLine]:
    """A line for each payee, the largest share first, and of equal ones by id."""
    if len(payees) == 1:
        yield replace(line, payee_adult_id=payees[0].adult_id)
        return
    ordered = sorted(payees, key=lambda one: (-one.percent, one.adult_id))
    amounts = divided(line.amount, [one.percent for one in ordered])
    for payee, amount in zip(ordered, amounts, strict=True):
        words = f"{line.explanation}; del {counted(payee.percent)} %"
        yield replace(
            line,
            quantity=Decimal(1),
            unit_amount=amount,
            amount=amount,
            explanation=words,
            payee_adult_id=payee.adult_id,
        )
