"""Exporting an approved run, and the municipality's own layouts."""

from typing import Any

from sqlalchemy import select

from services.compensation.contract.exports import LAYOUT_NEEDED, ExportIncomplete, PayRunNotApproved
from services.compensation.contract.pay_runs import RunStatus
from services.compensation.exports import paxml, sie, tables
from services.compensation.exports.lines import Format, Gap, Line, Payee, Sender, gaps
from services.compensation.model import ExportLayout, Home, PayRun, PayRunLine
from services.compensation.model import Payee as KeptPayee
from services.compensation.pay.lines import PayKind
from services.compensation.runs.entries import Channel
from services.kernel.basics import clock
from services.kernel.contracts import Page
from services.kernel.contracts.access import Subject
from services.kernel.contracts.files import MediaType
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.vocabulary.people import full_name

_MEDIA = {Format.PAXML: MediaType.XML, Format.SIE: MediaType.SIE}
_ENDINGS = {Format.PAXML: "xml", Format.SIE: "si"}
_CHANNELS = {Format.PAXML: Channel.PAYROLL, Format.SIE: Channel.LEDGER}
_NEEDED = {Format.PAXML: paxml.NEEDED, Format.SIE: sie.NEEDED}


def export_pay_run(unit: Unit, pay_run_id: str, query: dict[str, Any]) -> Answer:
    """An approved run as a file. What it lacks is named all at once, and nothing is written."""
    run = unit.read(PayRun, pay_run_id)
    if run.status != RunStatus.APPROVED:
        raise PayRunNotApproved
    wanted = Format(query["wanted"])
    layout = _layout(unit, query) if wanted is Format.COLUMNS else None
    lines = _lines(unit, run, _CHANNELS.get(wanted))
    missing = gaps(lines, _NEEDED.get(wanted, ()))
    if layout is not None:
        missing += [Gap("column_too_narrow", name) for name in tables.too_long(lines, layout)]
    if missing:
        raise ExportIncomplete(extra={"missing": [{"code": gap.code, "what": gap.what} for gap in missing]})
    content = _written(unit, wanted, _sender(unit, run), lines, layout)
    name = f"underlag-{run.month}.{_ENDINGS.get(wanted, 'csv')}"
    # No row will refer to it: who asked gets the key with the answer, and what lies in the store is swept.
    file = unit.shelf.put([content], name=name, media_type=_MEDIA.get(wanted, MediaType.CSV))
    return Answer({}, file=file, shows=[Subject("adult", one) for one in sorted({line.payee.id for line in lines})])


def set_export_layout(unit: Unit, layout_name: str, body: dict[str, Any]) -> Answer:
    """Describes a layout, or replaces it."""
    unit.alone(f"export layout {layout_name}")
    layout = unit.session.scalars(select(ExportLayout).where(ExportLayout.id == layout_name)).one_or_none()
    unit.match(layout)
    if layout is None:
        layout = ExportLayout(id=layout_name, changed_at=unit.now, layout=body)
        unit.add(layout)
    else:
        layout.layout = body
        layout.touch(unit.now)
    return Answer({"name": layout.id, **body}, version_of=layout)


def get_export_layout(unit: Unit, layout_name: str) -> Answer:
    """One layout."""
    layout = unit.read(ExportLayout, layout_name)
    return Answer({"name": layout.id, **layout.layout}, version_of=layout)


_LAYOUTS = Listing(select(ExportLayout.id, ExportLayout.layout), order=(ExportLayout.id,))


def list_export_layouts(unit: Unit, page: Page) -> Answer:
    """The layouts, by name."""
    found, total = unit.list(_LAYOUTS, page, {})
    return paged(({"id": one.id, "layout_format": one.layout["format"]} for one in found), total)


def _written(unit: Unit, wanted: Format, sender: Sender, lines: list[Line], layout: dict[str, Any] | None) -> bytes:
    if wanted is Format.PAXML:
        return paxml.written(sender, lines)
    if wanted is Format.SIE:
        return sie.written(sender, lines, counter_account=str(unit.settings.ledger_counter_account))
    return tables.as_csv(lines) if layout is None else tables.as_columns(lines, layout)


def _layout(unit: Unit, query: dict[str, Any]) -> dict[str, Any]:
    if "layout" not in query:
        raise LAYOUT_NEEDED.refusal("/layout")
    return unit.read(ExportLayout, query["layout"]).layout


def _sender(unit: Unit, run: PayRun) -> Sender:
    assert run.approved_at is not None  # noqa: S101  # it is approved
    return Sender(
        name=unit.municipality,
        organisation_number=f"{unit.settings.organisation_number:010}" if unit.settings.organisation_number else None,
        month=run.month,
        run_id=run.id,
        approved_on=clock.local_date(run.approved_at),
    )


def _lines(unit: Unit, run: PayRun, channel: Channel | None) -> list[Line]:
    """The paid lines of a channel (or of all), in the order in which they are listed."""
    statement = (
        select(PayRunLine, KeptPayee, Home.protected_identity)
        .outerjoin(KeptPayee, KeptPayee.id == PayRunLine.payee_adult_id)
        .outerjoin(Home, Home.id == PayRunLine.home_id)
        .where(PayRunLine.pay_run_id == run.id, PayRunLine.reason_code.is_(None))
        .order_by(
            PayRunLine.home_id,
            PayRunLine.agreement_id,
            PayRunLine.kind.desc(),
            PayRunLine.period_from,
            PayRunLine.id,
        )
    )
    if channel is not None:
        statement = statement.where(PayRunLine.channel == channel)
    rows = unit.session.execute(statement).all()
    unit.must_see(is_protected=any(is_protected for _, _, is_protected in rows))
    return [_line(line, payee) for line, payee, _ in rows]


def _line(line: PayRunLine, payee: KeptPayee | None) -> Line:
    names = ("kind", "period_from", "period_to", "quantity", "unit_amount", "amount", "explanation")
    codes = ("wage_type", "account", "cost_centre", "declaration_field")
    given: dict[str, Any] = {name: getattr(line, name) for name in (*names, *codes)}
    return Line(
        id=line.id,
        payee=_payee(str(line.payee_adult_id), payee),
        words=PayKind(given["kind"]).swedish,
        channel=line.channel or str(Channel.PAYROLL),
        **given,
    )


def _payee(adult_id: str, payee: KeptPayee | None) -> Payee:
    if payee is None:
        return Payee(id=adult_id, name="", personal_number=None, payroll_id=None)
    return Payee(
        id=adult_id,
        name=full_name(payee.person),
        personal_number=payee.person.get("personal_number"),
        payroll_id=payee.payroll_id,
    )
