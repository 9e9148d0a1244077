"""What compensation shows, and what a pay run reads."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sqlalchemy import any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.compensation.model import (
    TARIFF_BODY,
    AdoptedTariff,
    Agreement,
    Home,
    HomeAdult,
    PayRun,
    PayRunLine,
    Placement,
    payee_name,
)
from services.compensation.reckoning import Agreed, Entry
from services.compensation.tariffs import Tariff
from services.kernel.basics.days import Month
from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_ENTRY = tuple(field.name for field in fields(Entry))


class _ListedTariff:
    """What a row of the list knows of itself as a tariff does."""

    __slots__ = ()
    year = AdoptedTariff.year


_TARIFFS = Listing(
    select(AdoptedTariff.id, *(getattr(AdoptedTariff, name) for name in TARIFF_BODY)),
    order=(AdoptedTariff.id.desc(),),
    row=_ListedTariff,
)


def list_tariffs(unit: Unit, page: Page) -> Answer:
    """The municipality's tariffs, the newest year first."""
    return paged(*unit.list(_TARIFFS, page, {}))


def get_tariff(unit: Unit, year: str) -> Answer:
    """A year's tariff."""
    return Answer(unit.read(AdoptedTariff, year))


class _ListedAgreement:
    """What a row of the list knows of itself as an agreement does."""

    __slots__ = ()
    person: dict[str, Any] | None
    home_is_protected: bool | None  #: None where it is not known

    @property
    def payee_name(self) -> str | None:
        return payee_name(self.person)

    @property
    def protected_identity(self) -> bool:
        return bool(self.home_is_protected)


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
        HomeAdult.person,
        Home.protected_identity.label("home_is_protected"),
    )
    .outerjoin(HomeAdult, HomeAdult.id == Agreement.payee_adult_id)
    .outerjoin(Home, Home.id == Agreement.home_id),
    order=(Agreement.id.desc(),),
    row=_ListedAgreement,
    status=Agreement.status == bindparam("status"),
    home_id=Agreement.home_id == bindparam("home_id"),
    own=Agreement.home_id == any_(bindparam("own", type_=ARRAY(Text))),
)


def list_agreements(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The agreements, the newest first."""
    own = {"own": list(unit.own_homes(Agreement))} if unit.for_home else {}
    found, total = unit.list(_AGREEMENTS, page, query | own)
    return paged((_agreement(unit, one) for one in found), total)


def get_agreement(unit: Unit, agreement_id: str) -> Answer:
    """One agreement."""
    agreement = unit.read(Agreement, agreement_id)
    return Answer(_agreement(unit, agreement), version_of=agreement)


def _agreement(unit: Unit, agreement: Any) -> Any:
    """An agreement, or a row of the list. A home is not shown who of the staff wrote its signature down."""
    return Shown(agreement, signed_by=None) if unit.for_home else agreement


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
    ),
    order=(PayRun.month.desc(), PayRun.id.desc()),
)


def list_pay_runs(unit: Unit, page: Page) -> Answer:
    """The pay runs, the newest month first, and of one month the newest run."""
    return paged(*unit.list(_PAY_RUNS, page, {}))


def get_pay_run(unit: Unit, pay_run_id: str) -> Answer:
    """One pay run."""
    return Answer(unit.read(PayRun, pay_run_id))


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
    ),
    order=(
        PayRunLine.reason_code.nulls_first(),
        PayRunLine.home_id,
        PayRunLine.agreement_id,
        PayRunLine.kind.desc(),
        PayRunLine.period_from,
        PayRunLine.id,
    ),
    pay_run_id=PayRunLine.pay_run_id == bindparam("pay_run_id"),
)


def list_pay_lines(unit: Unit, pay_run_id: str, page: Page) -> Answer:
    """The paid lines home by home, the fee before the cost reimbursement; then the held ones, reason by reason."""
    run = unit.read(PayRun, pay_run_id)
    found, total = unit.list(_PAY_LINES, page, {"pay_run_id": run.id})
    return paged((_line(one) for one in found), total)


def _line(row: Any) -> dict[str, Any]:
    """A line in its own shape: what it holds, paid or held, and nothing else."""
    held = {name: value for name, value in row._asdict().items() if value is not None}
    return held if row.reason_code is not None else {**held, "corrects": None}


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
