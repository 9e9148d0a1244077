"""Respite (avlastning) inside the network: nights that a home has taken another home's child."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.compensation.pay.lines import PayKind, PayLine, counted, written
from services.compensation.tariffs.tariff import Tariff
from services.kernel.basics.money import to_ore


@dataclass(frozen=True, kw_only=True, slots=True)
class Respite:
    """Nights that were taken."""

    starts_on: date
    ends_on: date
    nights: int


def line(respite: Respite, tariff: Tariff) -> PayLine:
    """What the nights are paid. Raises `Unpayable` where the tariff has no part for mentors."""
    fee = tariff.part(tariff.mentor, "mentor").respite_fee_per_night
    nights = Decimal(respite.nights)
    return PayLine(
        kind=PayKind.RESPITE_FEE,
        period_from=respite.starts_on,
        period_to=respite.ends_on,
        quantity=nights,
        unit_amount=fee,
        amount=to_ore(nights * fee),
        explanation=f"{counted(nights)} nätter à {written(fee)} kr",
    )
