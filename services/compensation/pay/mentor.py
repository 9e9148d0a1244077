"""Mentor families (mentorsfamiljer): contracted ones have a fee by the month, voluntary ones none."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.compensation.pay.days import Rate, Stay, monthly_line, running_of_all
from services.compensation.pay.lines import PayKind, PayLine
from services.compensation.pay.terms import Terms
from services.compensation.tariffs.levels import MentorModel
from services.compensation.tariffs.tariff import Tariff
from services.kernel.basics.days import Month


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentoring:
    """A mentor family's agreement."""

    stay: Stay
    agreed: Sequence[Terms]


def lines(mentoring: Mentoring, month: Month, tariff: Tariff) -> list[PayLine]:
    """The fee of one month. Raises `Unpayable` where the tariff has no part for mentors."""
    part = tariff.part(tariff.mentor, "mentor")
    found = running_of_all(mentoring.stay, month)  # its first and last day count, nobody comes or goes
    if found is None or part.model is MentorModel.VOLUNTARY:
        return []
    rate = Rate(amount=part.fee_per_month, words="mentorsfamilj")
    runs, within = found
    return [monthly_line(PayKind.MENTOR_FEE, runs, rate, within=within, month=month, tariff=tariff)]
