"""A tariff as a table (CSV): a line for each field, `family_home.fee.base;11417.00`. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.compensation.contract.tariffs import TARIFF_LINE
from services.kernel.contracts.faults import InvalidInput
from services.kernel.files.tables import Row, rows, some

COLUMNS = ("field", "value")
_MOST = 500
_FLAGS = {"true": True, "false": False}
_FLAG_FIELDS = frozenset(
    {
        *("arrival_day_counts", "departure_day_counts", "deduct_child_allowance"),
        *("eves_pay_double", "pay_before_report"),
    }
)
_NUMBER_FIELDS = frozenset({"leave_days_per_year", "double_pay_limit_days", "due_day", "retroactive_months"})


def body_of(pieces: Iterable[bytes], charset: str) -> dict[str, Any]:
    """The body that the lines of a table say. `InvalidInput` names each line that can not be read."""
    body: dict[str, Any] = {}
    problems = []
    for row in some(rows(pieces, charset, columns=COLUMNS, needed=COLUMNS), most=_MOST):
        if not _take(body, row):
            problems.append(TARIFF_LINE.at("", line=row.line))
    if problems:
        raise InvalidInput(errors=problems)
    return body


def of_body(body: Mapping[str, Any]) -> bytes:
    """The table of a body, which `body_of` reads as the same body again."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows(_lines(body, ""))
    return text.getvalue().encode()


def _lines(body: Mapping[str, Any], way: str) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, Mapping):
            yield from _lines(value, f"{way}{name}.")
        elif value is not None:
            yield f"{way}{name}", _written(value)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "|".join(value) if isinstance(value, list) else str(value)


def _take(body: dict[str, Any], row: Row) -> bool:
    """Puts a line where it belongs; whether it could be."""
    *way, name = row.cells["field"].split(".")
    if row.too_long or not name:
        return False
    below: Any = body
    for step in way:
        below = below.setdefault(step, {}) if isinstance(below, dict) else None
    if not isinstance(below, dict) or name in below:
        return False
    value = _value(name, row.cells["value"])
    below[name] = value
    return value is not None


def _value(name: str, written: str) -> Any:
    """A value as JSON says it; None where it is none for the field."""
    if name in _FLAG_FIELDS:
        return _FLAGS.get(written.lower())
    if name in _NUMBER_FIELDS:
        return int(written) if written.isdecimal() and len(written) < 5 else None
    return written.split("|") if "|" in written else written
