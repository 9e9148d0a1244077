"""A family home for an adult: the tariff's part for adults, from the twentieth birthday on."""

from decimal import Decimal

from services.compensation.pay.days import Rate
from services.compensation.pay.terms import Terms
from services.compensation.tariffs.tariff import Tariff, level_of


def cost(terms: Terms, tariff: Tariff) -> tuple[Rate, Decimal]:
    """The reimbursement of costs (omkostnadsersättning) a month, and up to which amount it is no pay."""
    levels = tariff.part(tariff.adult_home, "adult_home").cost_percent
    percent = level_of(levels, terms.cost_level, "cost reimbursement for an adult")
    rate = Rate(
        amount=tariff.monthly(percent),
        words=f"från 20 år: {tariff.cost_words(percent, divided_by=12)}",
    )
    return rate, tariff.monthly(levels.get("full", levels["base"]))
