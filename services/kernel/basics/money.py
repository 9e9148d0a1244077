"""Kronor as Decimal: reading, writing and the two roundings. No float comes in or goes out.

Halves are rounded away from zero, so that a correction of -x is always the exact opposite of a payment of x.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

_KRONA = Decimal(1)
_ORE = Decimal("0.01")
_WRITTEN_KRONOR = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?")


def whole_kronor(amount: Decimal) -> Decimal:
    """The nearest whole krona, a half upwards: how published rates are rounded. Never used on a pay line."""
    return _checked(amount).quantize(_KRONA, rounding=ROUND_HALF_UP)


def to_ore(amount: Decimal) -> Decimal:
    """The nearest öre (hundredth of a krona), a half upwards: how pay lines are rounded."""
    return _checked(amount).quantize(_ORE, rounding=ROUND_HALF_UP)


def kronor(text: str) -> Decimal:
    """Kronor as the interface writes them, `"11417.00"` or `"57300"`, with at most two decimals and twelve digits."""
    if not isinstance(text, str):
        raise TypeError(f"kronor are written as text, not as {type(text).__name__}")
    if not _WRITTEN_KRONOR.fullmatch(text):
        raise ValueError(f"not an amount of kronor with at most two decimals: {text!r}")
    return _without_negative_zero(Decimal(text).quantize(_ORE))


def kronor_text(amount: Decimal) -> str:
    """`Decimal("11417")` as `"11417.00"`. An amount finer than an öre is refused: rounding is the caller's decision."""
    exact = to_ore(amount)
    if exact != amount:
        raise ValueError(f"finer than an öre: {amount}")
    return f"{_without_negative_zero(exact):.2f}"


def _checked(amount: Decimal) -> Decimal:
    if not isinstance(amount, Decimal):
        raise TypeError(f"money is Decimal, not {type(amount).__name__}")
    if not amount.is_finite():
        raise ValueError(f"not an amount of money: {amount}")
    return amount


def _without_negative_zero(amount: Decimal) -> Decimal:
    return abs(amount) if amount.is_zero() else amount
