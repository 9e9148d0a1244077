"""Contact persons (kontaktpersoner): a fee by the month within the band of its level, and a reimbursement of costs."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.compensation.pay.days import Days, Rate, Stay, by_rate, monthly_line, running
from services.compensation.pay.lines import PayKind, PayLine
from services.compensation.pay.terms import Terms, amended_on, terms_on
from services.compensation.tariffs.tariff import ContactPersonPart, Tariff, level_of
from services.compensation.tariffs.unpayable import FeeOutsideBand, LevelNotInTariff, Unpayable
from services.kernel.basics.days import Month


class ReportMissing(Unpayable):
    """The month has not been reported, and the municipality pays what is reported."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Supported:
    """A contact person's assignment, and the months of which a meeting was confirmed."""

    stay: Stay
    agreed: Sequence[Terms]
    reported: Collection[Month] = ()


def lines(supported: Supported, month: Month, tariff: Tariff) -> list[PayLine]:
    """The lines of one month. Raises `Unpayable`, `ReportMissing` among it."""
    part = tariff.part(tariff.contact_person, "contact_person")
    reporting = tariff.part(tariff.reporting, "reporting")
    runs = running(supported.stay, month)  # its first and last day count, nobody comes or goes
    if runs is None:
        return []
    if not reporting.pay_before_report and month not in supported.reported:
        raise ReportMissing(f"Nothing has been reported and confirmed for {month.text}.")
    return list(_lines(supported, runs, month, tariff, part))


def _lines(
    supported: Supported, runs: Days, month: Month, tariff: Tariff, part: ContactPersonPart
) -> Iterator[PayLine]:
    for kind, rate_on in ((PayKind.CONTACT_PERSON_FEE, _fee), (PayKind.CONTACT_PERSON_COST, _cost)):
        rates = by_rate(
            runs,
            amended_on(supported.agreed),
            lambda day, rate_on=rate_on: rate_on(supported, day, tariff, part),  # type: ignore[misc]
        )
        for some, rate in rates:
            yield monthly_line(kind, some, rate, within=runs, month=month, tariff=tariff)


def _fee(supported: Supported, day: date, tariff: Tariff, part: ContactPersonPart) -> Rate:
    terms = terms_on(supported.agreed, day)
    percent = fee_percent(terms, part)
    return Rate(
        amount=tariff.monthly(percent),
        words=f"nivå {terms.fee_level}: {tariff.cost_words(percent, divided_by=12)}",
    )


def fee_percent(terms: Terms, part: ContactPersonPart) -> Decimal:
    """The agreed fee in per cent of the price base amount. Raises `LevelNotInTariff`, `FeeOutsideBand`."""
    if terms.fee_level not in part.fee_percent:
        raise LevelNotInTariff(f"The tariff has no fee for the level {terms.fee_level}.")
    low, high = part.fee_percent[terms.fee_level]
    percent = low if terms.fee_percent is None else terms.fee_percent
    if not low <= percent <= high:
        raise FeeOutsideBand(f"A fee of {percent} % is not within {low} to {high} % of the level {terms.fee_level}.")
    return percent


def _cost(supported: Supported, day: date, tariff: Tariff, part: ContactPersonPart) -> Rate:
    level = terms_on(supported.agreed, day).cost_level
    percent = level_of(part.cost_percent, level, "cost reimbursement of a contact person")
    return Rate(amount=tariff.monthly(percent), words=tariff.cost_words(percent, divided_by=12))
