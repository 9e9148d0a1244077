"""A run as rows: plain CSV, or the columns that a municipality has described, delimited or of fixed width. Pure."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from services.compensation.exports.lines import Line

_VALUES: Mapping[str, Callable[[Line], Any]] = {
    "payroll_id": lambda line: line.payee.payroll_id,
    "personal_number": lambda line: line.payee.personal_number,
    "name": lambda line: line.payee.name,
    "kind": lambda line: line.kind,
    "wage_type": lambda line: line.wage_type,
    "amount": lambda line: line.amount,
    "quantity": lambda line: line.quantity,
    "unit_amount": lambda line: line.unit_amount,
    "period_from": lambda line: line.period_from,
    "period_to": lambda line: line.period_to,
    "account": lambda line: line.account,
    "cost_centre": lambda line: line.cost_centre,
    "declaration_field": lambda line: line.declaration_field,
    "channel": lambda line: line.channel,
    "text": lambda line: line.explanation,
}
VALUES = tuple(_VALUES)
_DATE_FORMATS = {"yyyy-mm-dd": "%Y-%m-%d", "yyyymmdd": "%Y%m%d", "yymmdd": "%y%m%d"}
DATE_FORMATS = tuple(_DATE_FORMATS)


def as_csv(lines: Sequence[Line]) -> bytes:
    """Every line with everything that is known of it, `;` between, in UTF-8."""
    columns = [{"value": name, "header": name} for name in VALUES]
    layout = {"format": "delimited", "encoding": "utf-8", "delimiter": ";", "decimal": ".", "columns": columns}
    return as_columns(lines, layout)


def as_columns(lines: Sequence[Line], layout: Mapping[str, Any]) -> bytes:
    """Every line in a layout of the municipality's own."""
    columns = layout["columns"]
    rows = [[_cell(line, column, layout) for column in columns] for line in lines]
    fixed = layout["format"] == "fixed"
    heads = [column.get("header") or "" for column in columns]
    if any(heads):
        rows.insert(0, [_aligned(head, column) if fixed else head for head, column in zip(heads, columns, strict=True)])
    text = "".join("".join(row) + "\r\n" for row in rows) if fixed else _delimited(rows, layout["delimiter"])
    return text.encode(layout["encoding"], errors="replace")


def too_long(lines: Sequence[Line], layout: Mapping[str, Any]) -> list[str]:
    """The columns of a fixed width in which a value has no room, in their order."""
    if layout["format"] != "fixed":
        return []
    return [
        column["value"]
        for column in layout["columns"]
        if any(len(_plain(line, column, layout)) > column["width"] for line in lines)
    ]


def _delimited(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _cell(line: Line, column: Mapping[str, Any], layout: Mapping[str, Any]) -> str:
    value = _plain(line, column, layout)
    return _aligned(value, column) if layout["format"] == "fixed" else _harmless(value, column)


def _harmless(value: str, column: Mapping[str, Any]) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if column["value"] in ("name", "text") and value[:1] in ("=", "+", "-", "@") else value


def _plain(line: Line, column: Mapping[str, Any], layout: Mapping[str, Any]) -> str:
    value = _VALUES[column["value"]](line)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime(_DATE_FORMATS[column.get("date_format") or "yyyy-mm-dd"])
    if isinstance(value, Decimal):
        number = f"{value:.2f}" if column["value"] != "quantity" else f"{value.normalize():f}"
        return number.replace(".", layout["decimal"])
    return " ".join(str(value).split())


def _aligned(value: str, column: Mapping[str, Any]) -> str:
    width = column["width"]
    return value[:width].rjust(width) if column.get("align") == "right" else value[:width].ljust(width)
