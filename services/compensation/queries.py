"""What compensation shows, and what a pay run reads."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, or_, select

from services.compensation.model import AdoptedTariff, Agreement, PayRun, PayRunLine, Placement
from services.compensation.reckoning import Agreed, Entry
from services.compensation.tariffs import Tariff
from services.kernel.basics.days import Month
from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_ENTRY = tuple(field.name for field in fields(Entry))


def list_tariffs(unit: Unit, page: Page) -> Answer:
    """The municipality's tariffs, the newest year first."""
    found, total = unit.page(select(AdoptedTariff).order_by(AdoptedTariff.id.desc()), page)
    return paged([tariff_view(tariff) for tariff in found], total)


def get_tariff(unit: Unit, year: str) -> Answer:
    """A year's tariff."""
    return tariff_answer(unit.read(AdoptedTariff, year))


_AGREEMENTS = Listing(
    select(
        Agreement.id,
        Agreement.home_id,
        Agreement.placement_id,
        Agreement.kind,
        Agreement.status,
        Agreement.starts_on,
        Agreement.ends_on,
        Agreement.fee_level,
        Agreement.cost_level,
        Agreement.payee_adult_id,
        Agreement.signed_on,
        Agreement.signed_by,
    ).order_by(Agreement.id.desc()),
    status=Agreement.status == bindparam("status"),
    home_id=Agreement.home_id == bindparam("home_id"),
)


def list_agreements(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The agreements, the newest first."""
    found, total = unit.list(_AGREEMENTS, page, query)
    return paged([agreement_view(agreement) for agreement in found], total)


def get_agreement(unit: Unit, agreement_id: str) -> Answer:
    """One agreement."""
    return agreement_answer(unit.read(Agreement, agreement_id))


_PAY_RUNS = Listing(
    select(
        PayRun.id,
        PayRun.month,
        PayRun.status,
        PayRun.expected,
        PayRun.paid,
        PayRun.held,
        PayRun.total,
        PayRun.computed_by,
        PayRun.computed_at,
        PayRun.approved_by,
    ).order_by(PayRun.month.desc(), PayRun.id.desc())
)


def list_pay_runs(unit: Unit, page: Page) -> Answer:
    """The pay runs, the newest month first, and of one month the newest run."""
    found, total = unit.list(_PAY_RUNS, page, {})
    return paged([run_view(run) for run in found], total)


def get_pay_run(unit: Unit, pay_run_id: str) -> Answer:
    """One pay run."""
    return run_answer(unit.read(PayRun, pay_run_id))


_PAY_LINES = Listing(
    select(
        PayRunLine.id,
        PayRunLine.agreement_id,
        PayRunLine.home_id,
        PayRunLine.payee_adult_id,
        PayRunLine.kind,
        PayRunLine.period_from,
        PayRunLine.period_to,
        PayRunLine.quantity,
        PayRunLine.unit_amount,
        PayRunLine.amount,
        PayRunLine.taxable,
        PayRunLine.explanation,
        PayRunLine.reason_code,
        PayRunLine.detail,
    )
    .where(PayRunLine.pay_run_id == bindparam("pay_run_id"))
    .order_by(
        PayRunLine.reason_code.is_not(None),
        PayRunLine.home_id,
        PayRunLine.agreement_id,
        PayRunLine.kind.desc(),
        PayRunLine.period_from,
    )
)


def list_pay_lines(unit: Unit, pay_run_id: str, page: Page) -> Answer:
    """The paid lines home by home, the fee before the cost reimbursement; then the held ones."""
    run = unit.read(PayRun, pay_run_id)
    found, total = unit.list(_PAY_LINES, page, {}, pay_run_id=run.id)
    return paged([line_view(line) for line in found], total)


def tariff_of(unit: Unit, year: int) -> Tariff | None:
    """The tariff that the months of a year are paid by."""
    adopted = unit.session.scalars(select(AdoptedTariff).where(AdoptedTariff.id == str(year))).one_or_none()
    return None if adopted is None else Tariff.from_body(adopted.body)


def agreed_in(unit: Unit, month: Month) -> Iterator[Agreed]:
    """The agreements that run on any day of the month, signed or not.

    As `AgreementTerms.has_work_in`; one that ended before it began runs in no month.
    """
    statement = (
        select(Agreement, Placement.birth_date)
        .join(Placement, Placement.id == Agreement.placement_id)
        .where(
            Agreement.starts_on <= month.last,
            or_(
                Agreement.ends_on.is_(None),
                (Agreement.ends_on >= month.first) & (Agreement.ends_on >= Agreement.starts_on),
            ),
        )
    )
    return (agreement.agreed(birth_date) for agreement, birth_date in unit.session.execute(statement))


def entries_of(unit: Unit, run: PayRun) -> dict[Entry, str]:
    """The lines that a run holds, each with its id."""
    columns = [getattr(PayRunLine, name) for name in _ENTRY]
    rows = unit.session.execute(select(PayRunLine.id, *columns).where(PayRunLine.pay_run_id == run.id))
    return {Entry(**dict(zip(_ENTRY, values, strict=True))): line_id for line_id, *values in rows}


def tariff_answer(tariff: AdoptedTariff) -> Answer:
    """A year's tariff with its ETag."""
    return Answer(tariff_view(tariff), version_of=tariff)


def agreement_answer(agreement: Agreement) -> Answer:
    """An agreement with its ETag."""
    return Answer(agreement_view(agreement), version_of=agreement)


def run_answer(run: PayRun) -> Answer:
    """A pay run with its ETag."""
    return Answer(run_view(run), version_of=run)


def tariff_view(tariff: AdoptedTariff) -> dict[str, Any]:
    """A year's tariff."""
    return {"year": tariff.year, **tariff.body}


def agreement_view(agreement: Agreement) -> dict[str, Any]:
    """An agreement, or a row of the listing."""
    return {
        "id": agreement.id,
        "home_id": agreement.home_id,
        "placement_id": agreement.placement_id,
        "kind": agreement.kind,
        "status": agreement.status,
        "starts_on": agreement.starts_on,
        "ends_on": agreement.ends_on,
        "fee_level": agreement.fee_level,
        "cost_level": agreement.cost_level,
        "payee_adult_id": agreement.payee_adult_id,
        "signed_on": agreement.signed_on,
        "signed_by": agreement.signed_by,
    }


def run_view(run: PayRun) -> dict[str, Any]:
    """A pay run, or a row of the listing."""
    return {
        "id": run.id,
        "month": run.month,
        "status": run.status,
        "expected": run.expected,
        "paid": run.paid,
        "held": run.held,
        "total": run.total,
        "computed_by": run.computed_by,
        "computed_at": run.computed_at,
        "approved_by": run.approved_by,
    }


def line_view(line: PayRunLine) -> dict[str, Any]:
    """A row of the listing in its own shape, paid or held."""
    if line.reason_code is not None:
        return {name: getattr(line, name) for name in ("agreement_id", "home_id", "reason_code", "detail")}
    return {
        "id": line.id,
        "agreement_id": line.agreement_id,
        "home_id": line.home_id,
        "payee_adult_id": line.payee_adult_id,
        "kind": line.kind,
        "period_from": line.period_from,
        "period_to": line.period_to,
        "quantity": None if line.quantity is None else f"{line.quantity.normalize():f}",
        "unit_amount": line.unit_amount,
        "amount": line.amount,
        "taxable": line.taxable,
        "explanation": line.explanation,
        "corrects": None,
    }
