"""What can be done with tariffs, agreements and pay runs: one function per use case, each one unit of work."""

import re
from dataclasses import asdict
from typing import Any

from sqlalchemy import any_, delete, insert, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import Text

from services.compensation import queries
from services.compensation.contract import events
from services.compensation.contract.pay_runs import MonthNotBegun, PayRunOutdated, RunStatus
from services.compensation.contract.tariffs import TARIFF_FIELD, TARIFF_YEAR, YEARS, FamilyHomePart
from services.compensation.model import AdoptedTariff, Agreement, PayRun, PayRunLine
from services.compensation.reckoning import Reckoning, reckon
from services.compensation.tariffs import InvalidTariff, Tariff
from services.kernel.basics.days import Month, month_of
from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import AlreadyExists, InvalidInput
from services.kernel.contracts.schema import dump
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

_YEAR = re.compile("[0-9]{4}")


def set_tariff(unit: Unit, year: str, body: dict[str, Any]) -> Answer:
    """Creates or replaces the tariff of a year."""
    _check_tariff(year, body)
    columns = {**body, "family_home": dump(FamilyHomePart, body["family_home"])}
    tariff = unit.session.scalars(select(AdoptedTariff).where(AdoptedTariff.id == year).with_for_update()).one_or_none()
    unit.match(tariff)
    if tariff is None:
        return Answer(_adopt(unit, year, columns))
    tariff.replace(columns, at=unit.now)
    return Answer(tariff)


def sign_agreement(unit: Unit, agreement_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Records that an agreement has been signed."""
    agreement = unit.lock(Agreement, agreement_id)
    happened = agreement.sign(by=unit.actor, on=unit.today, at=unit.now)
    unit.record(events.AGREEMENT_SIGNED, subject=agreement, data=happened)
    return Answer(agreement)


def compute_pay_run(unit: Unit, body: dict[str, Any]) -> Answer:
    """Computes a month, anew or in place, in a fixed number of statements however many agreements there are."""
    month: Month = body["month"]
    if unit.today < month.first:
        raise MonthNotBegun
    run = _run_of(unit, month)
    run.must_be_computed()
    reckoning = _reckoned(unit, month)
    lines_changed = _write_lines(unit, run, reckoning)
    run.settle(reckoning, lines_changed=lines_changed, by=unit.actor, at=unit.now)
    return Answer(run)


def approve_pay_run(unit: Unit, pay_run_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Approves what another person has computed, while it is still what is owed; with If-Match only as it was read."""
    run = unit.lock(PayRun, pay_run_id)
    if unit.context.if_match is not None:
        unit.match(run)
    happened = run.approve(by=unit.actor, at=unit.now)
    if _reckoned(unit, month_of(run.month)).entries != queries.entries_of(unit, run).keys():
        raise PayRunOutdated
    unit.record(events.PAY_RUN_APPROVED, subject=run, data=happened)
    return Answer(run)


def discard_pay_run(unit: Unit, pay_run_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Puts a computed run aside."""
    run = unit.lock(PayRun, pay_run_id)
    run.discard(by=unit.actor, at=unit.now)
    return Answer(run)


def _reckoned(unit: Unit, month: Month) -> Reckoning:
    """What the month comes to by what is known now."""
    return reckon(queries.agreed_in(unit, month), month, queries.tariff_of(unit, month.year))


def _check_tariff(year: str, body: dict[str, Any]) -> None:
    if not (_YEAR.fullmatch(year) and YEARS[0] <= int(year) <= YEARS[1]):
        raise TARIFF_YEAR.refusal("/year", first=YEARS[0], last=YEARS[1])
    try:
        Tariff.from_body(body)
    except InvalidTariff as refused:
        errors = [TARIFF_FIELD.at(problem["pointer"], must=problem["detail"]) for problem in refused.problems]
        raise InvalidInput(errors=errors) from None


def _adopt(unit: Unit, year: str, columns: dict[str, Any]) -> AdoptedTariff:
    """The year's first tariff. Of two at once the second finds it there, as it would have a moment later."""
    adopted = unit.session.scalars(
        postgresql.insert(AdoptedTariff)
        .values(id=year, version=1, changed_at=unit.now, **columns)
        .on_conflict_do_nothing()
        .returning(AdoptedTariff)
    ).one_or_none()
    if adopted is None:
        raise AlreadyExists
    return adopted


def _run_of(unit: Unit, month: Month) -> PayRun:
    """The month's run that counts, locked; an empty one is made when there is none.

    The upsert waits for another computation of the same month and then finds its run: two at once are one run.
    """
    upsert = postgresql.insert(PayRun).values(
        id=new_id(),
        version=1,
        changed_at=unit.now,
        month=month.text,
        status=RunStatus.COMPUTED,
        expected=0,
        paid=0,
        held=0,
        total=0,
        computed_by=unit.actor,
        computed_at=unit.now,
    )
    run_id = unit.session.execute(
        upsert.on_conflict_do_update(
            index_elements=["tenant", "month"],
            index_where=PayRun.status != RunStatus.DISCARDED,
            set_={"month": upsert.excluded.month},
        ).returning(PayRun.id)
    ).scalar_one()
    return unit.lock(PayRun, run_id)


def _write_lines(unit: Unit, run: PayRun, reckoning: Reckoning) -> bool:
    """Takes away the lines that are no longer right and adds the new ones; the others keep their ids."""
    known = queries.entries_of(unit, run)
    gone = [known[entry] for entry in known.keys() - reckoning.entries]
    come = [{"id": new_id(), "pay_run_id": run.id, **asdict(entry)} for entry in reckoning.entries - known.keys()]
    if gone:
        outdated = PayRunLine.id == any_(literal(gone, postgresql.ARRAY(Text)))
        unit.session.execute(delete(PayRunLine).where(outdated), execution_options={"synchronize_session": False})
    if come:
        unit.session.execute(insert(PayRunLine), come)
    return bool(gone or come)
