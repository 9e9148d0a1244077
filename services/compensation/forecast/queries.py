"""A year's forecast, read from what was approved and from what runs today."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from services.compensation.contract.forecast import TariffOfYearMissing
from services.compensation.contract.pay_runs import RunStatus
from services.compensation.forecast.forecast import Amount, Cell, Rates, approved, expected
from services.compensation.model import Agreement, Payee, PayRun, PayRunLine, Placement
from services.compensation.runs import reading
from services.compensation.runs.agreed import Agreed
from services.kernel.basics.days import Month
from services.kernel.contracts import Page, Total
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_HOMES_AT_ONCE = 250


def forecast_cost(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The months of a year, assignment by assignment."""
    year = query.get("year", unit.today.year)
    found = list(_cells(unit, year))
    return paged(found[page.offset : page.offset + page.limit], Total(len(found)))


def _cells(unit: Unit, year: int) -> Iterator[Cell]:
    rates = Rates(
        standard=unit.settings.contributions,
        older=unit.settings.contributions_older,
        older_from_age=unit.settings.contributions_older_from,
    )
    born = _born(unit)
    months = [Month(year=year, number=number) for number in range(1, 13)]
    known = _approved(unit, year)
    running = list(_running(unit, months))
    tariff = reading.run_of(unit, months[0]).tariffs.get(year)
    if tariff is None and running and len(known) < len(months):
        raise TariffOfYearMissing
    for month in months:
        if month.text in known:
            yield from approved(month, known[month.text], born=born, rates=rates)
        elif tariff is not None:
            yield from expected(month, running, tariff, born=born, rates=rates)


def _born(unit: Unit) -> dict[str, int]:
    """In which year whoever is paid was born."""
    payees = unit.session.execute(select(Payee.id, Payee.person)).all()
    numbers = ((one.id, one.person.get("personal_number")) for one in payees)
    return {adult_id: int(number[:4]) for adult_id, number in numbers if number}


def _approved(unit: Unit, year: int) -> dict[str, list[Amount]]:
    """The lines of the year's approved months."""
    statement = (
        select(
            PayRun.month,
            PayRunLine.agreement_id,
            PayRunLine.payee_adult_id,
            PayRunLine.amount,
            PayRunLine.taxable,
            Agreement.kind,
            Placement.assignment,
        )
        .join(PayRun, PayRun.id == PayRunLine.pay_run_id)
        .outerjoin(Agreement, Agreement.id == PayRunLine.agreement_id)
        .outerjoin(Placement, Placement.id == Agreement.placement_id)
        .where(
            PayRun.status == RunStatus.APPROVED,
            PayRun.month.startswith(f"{year}-"),
            PayRunLine.reason_code.is_(None),
        )
    )
    found: dict[str, list[Amount]] = {
        month: []
        for month in unit.session.scalars(
            select(PayRun.month).where(PayRun.status == RunStatus.APPROVED, PayRun.month.startswith(f"{year}-"))
        )
    }
    for row in unit.session.execute(statement):
        rules = reading.rules_of(row.kind, row.assignment) if row.kind is not None else None
        amount = Amount(
            assignment=str(rules or "claims"),
            agreement_id=row.agreement_id or "",
            payee_adult_id=row.payee_adult_id,
            amount=row.amount,
            taxable=row.taxable,
        )
        found[row.month].append(amount)
    return found


def _running(unit: Unit, months: list[Month]) -> Iterator[Agreed]:
    """The agreements that run in the year as they stand today."""
    run = reading.run_of(unit, months[-1])
    homes = list(
        unit.session.scalars(
            select(Agreement.home_id)
            .where(
                Agreement.starts_on <= months[-1].last,
                Agreement.ends_on.is_(None) | (Agreement.ends_on >= months[0].first),
            )
            .distinct()
            .order_by(Agreement.home_id)
        )
    )
    for first in range(0, len(homes), _HOMES_AT_ONCE):
        some = homes[first : first + _HOMES_AT_ONCE]
        for book in reading.books_of(unit, some, run, since=months[0].first):
            yield from book.agreements
