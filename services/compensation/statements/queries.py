"""A home's statements, read from what was approved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, select, text

from services.compensation.contract.pay_runs import RunStatus
from services.compensation.contract.statements import HOME_NEEDED, MONTH_OR_YEAR
from services.compensation.model import Agreement, HomeAdult, PayRun, PayRunLine
from services.compensation.statements import documents
from services.compensation.statements.statement import REASONS, StatementLine, changes_of, sums_of
from services.kernel.basics.days import Month, add_months, month_of, month_with
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import MediaType
from services.kernel.files.documents import Frame, typeset
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Whose statement, of which months."""

    home_id: str
    months: Sequence[str]  #: of the runs
    year: int | None
    payees: Collection[str] | None  #: whose lines are shown; None: all

    @property
    def what_for(self) -> str:
        return str(self.year) if self.year is not None else self.months[0]


def get_statement(unit: Unit, query: dict[str, Any]) -> Answer:
    """What a home was paid."""
    asked = _asked(unit, _home(unit, query), query)
    lines = _lines(unit, asked, asked.months)
    values = {
        "home_id": asked.home_id,
        "month": None if asked.year is not None else asked.months[0],
        "year": asked.year,
        "lines": lines,
        "held": [{"reason_code": one, "text": REASONS[one]} for one in _held(unit, asked)],
        "changes": changes_of(lines, _before(unit, asked)),
        "sums": sums_of(lines),
        "ask": _contact(unit),
    }
    # A later month, and a month that was approved since, is another statement.
    return Answer(values, version_of=PayRun(id="", version=_version(unit, asked)))


def get_statement_document(unit: Unit, home_id: str, query: dict[str, Any]) -> Answer:
    """The same as a document."""
    asked = _asked(unit, _home(unit, {"home_id": home_id}), query)
    lines = _lines(unit, asked, asked.months)
    document = documents.document_of(
        asked.what_for,
        lines,
        _held(unit, asked),
        changes_of(lines, _before(unit, asked)),
        sums_of(lines),
        is_year=asked.year is not None,
        ask=_asking(_contact(unit)),
    )
    frame = Frame(
        municipality=unit.municipality,
        title="Ersättningsbesked",
        reference=f"{asked.what_for} {asked.home_id}",
        dated=month_of(asked.months[0]).last if asked.months else unit.today,
    )
    pdf = typeset(documents.TEMPLATE, frame, document)
    # No row will refer to it: who asked gets the key with the answer, and what lies in the store is swept.
    name = f"ersattningsbesked-{asked.what_for}-{home_id}.pdf"
    return Answer({}, file=unit.shelf.put([pdf], name=name, media_type=MediaType.PDF))


def _home(unit: Unit, query: dict[str, Any]) -> str:
    """Of which home: one that is the caller's own, where a home asks."""
    home_id: str | None = query.get("home_id")
    if unit.for_home:
        own = sorted(unit.own_homes(Agreement))
        home_id = own[0] if home_id is None and len(own) == 1 else home_id
        if home_id is not None and home_id not in own:
            raise NotFound
    if home_id is None:
        raise HOME_NEEDED.refusal("/home_id")
    return home_id


def _asked(unit: Unit, home_id: str, query: dict[str, Any]) -> _Asked:
    month, year = query.get("month"), query.get("year")
    if month is not None and year is not None:
        raise MONTH_OR_YEAR.refusal("/year")
    payees = _own_adults(unit, home_id) if unit.for_home else None
    known = (
        select(PayRun.month)
        .where(PayRun.status == RunStatus.APPROVED)
        .where(PayRun.id.in_(select(PayRunLine.pay_run_id).where(PayRunLine.home_id == home_id)))
        .order_by(PayRun.month.desc())
    )
    months = list(unit.session.scalars(known))
    if year is not None:
        wanted = sorted(one for one in months if one.startswith(f"{year}-"))
    else:
        wanted = [one for one in months if month is None or one == month.text][:1]
    if not wanted:
        raise NotFound
    return _Asked(home_id=home_id, months=wanted, year=year, payees=payees)


def _own_adults(unit: Unit, home_id: str) -> list[str]:
    """Who asks: what is paid to one adult is not shown to another."""
    number = unit.lookup_person(unit.context.personal_number or "")
    found = select(HomeAdult.id).where(HomeAdult.home_id == home_id, HomeAdult.lookup == number)
    return list(unit.session.scalars(found))


_COLUMNS = [field.name for field in fields(StatementLine) if field.name != "month"]


def _lines(unit: Unit, asked: _Asked, months: Sequence[str]) -> list[StatementLine]:
    statement = (
        select(PayRun.month, *(getattr(PayRunLine, name) for name in _COLUMNS))
        .join(PayRun, PayRun.id == PayRunLine.pay_run_id)
        .where(
            PayRunLine.home_id == asked.home_id,
            PayRunLine.reason_code.is_(None),
            PayRun.status == RunStatus.APPROVED,
            PayRun.month.in_(list(months)),
        )
        .order_by(PayRun.month, PayRunLine.agreement_id, PayRunLine.kind.desc(), PayRunLine.period_from, PayRunLine.id)
    )
    if asked.payees is not None:
        statement = statement.where(PayRunLine.payee_adult_id.in_(list(asked.payees)))
    return [StatementLine(**row._asdict()) for row in unit.session.execute(statement)]


def _before(unit: Unit, asked: _Asked) -> list[StatementLine]:
    """The lines of the month before; of a year nothing is compared."""
    if asked.year is not None:
        return _lines(unit, asked, asked.months)
    return _lines(unit, asked, [_month_before(month_of(asked.months[0])).text])


def _month_before(month: Month) -> Month:
    return month_with(add_months(month.first, -1))


def _held(unit: Unit, asked: _Asked) -> list[str]:
    """Why something of the home waits, each reason once."""
    held = (
        select(PayRunLine.reason_code)
        .join(PayRun, PayRun.id == PayRunLine.pay_run_id)
        .where(
            PayRunLine.home_id == asked.home_id,
            PayRunLine.reason_code.is_not(None),
            PayRun.status == RunStatus.APPROVED,
            PayRun.month == asked.months[-1],
        )
    )
    return sorted({str(one) for one in unit.session.scalars(held)})


def _version(unit: Unit, asked: _Asked) -> int:
    runs = select(func.sum(PayRun.version)).where(PayRun.status == RunStatus.APPROVED, PayRun.month <= asked.months[-1])
    return int(unit.session.scalar(runs) or 0)


def _contact(unit: Unit) -> dict[str, Any]:
    """Whom to ask, as the directory of municipalities says it."""
    contact = unit.session.scalar(text("select contact from tenant where slug = :slug"), {"slug": unit.context.tenant})
    return {name: (contact or {}).get(name) for name in ("phone", "email")}


def _asking(contact: dict[str, Any]) -> str:
    ways = [f"{name}: {contact[key]}" for name, key in (("Telefon", "phone"), ("E-post", "email")) if contact[key]]
    return "\n".join(["Fråga kommunen om något inte stämmer.", *ways])
