"""SIE 4I (sie.se): vouchers of a run's ledger lines, one for each payee, each of which sums to nothing. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from services.compensation.exports.lines import Line, Sender

NEEDED = ("account",)  #: of each line
_ENCODING = "cp437"  #: what SIE calls PC8
_SERIES = "H"


def written(sender: Sender, lines: Sequence[Line], *, counter_account: str) -> bytes:
    """The file. A sign that its character set does not have is written as a question mark."""
    ordered = sorted(lines, key=lambda line: (line.payee.id, line.id))
    text = [*_head(sender), *_objects(lines)]
    for number, (_, some) in enumerate(groupby(ordered, key=lambda line: line.payee.id), 1):
        text += _voucher(number, list(some), sender, counter_account)
    return "".join(f"{line}\r\n" for line in text).encode(_ENCODING, errors="replace")


def _head(sender: Sender) -> Iterator[str]:
    yield "#FLAGGA 0"
    yield "#FORMAT PC8"
    yield "#SIETYP 4"
    yield '#PROGRAM "Hemvist" 1.0'
    yield f"#GEN {_day(sender.approved_on)}"
    if sender.organisation_number is not None:
        yield f"#ORGNR {sender.organisation_number[:6]}-{sender.organisation_number[6:]}"
    yield f"#FNAMN {_quoted(sender.name)}"
    yield '#DIM 1 "Kostnadsställe"'


def _objects(lines: Sequence[Line]) -> Iterator[str]:
    """The cost centres that the vouchers name."""
    for one in sorted({line.cost_centre for line in lines if line.cost_centre}):
        yield f"#OBJEKT 1 {_quoted(one)} {_quoted(one)}"


def _voucher(number: int, lines: Sequence[Line], sender: Sender, counter_account: str) -> Iterator[str]:
    text = _quoted(f"Ersättning {sender.month} {lines[0].payee.id}")
    yield f"#VER {_SERIES} {number} {_day(sender.approved_on)} {text}"
    yield "{"
    for line in lines:
        yield _transaction(str(line.account), line.cost_centre, line.amount, line.words)
    yield _transaction(counter_account, None, -sum((line.amount for line in lines), Decimal(0)), "")
    yield "}"


def _transaction(account: str, cost_centre: str | None, amount: Decimal, words: str) -> str:
    objects = f"{{1 {_quoted(cost_centre)}}}" if cost_centre else "{}"
    return f'\t#TRANS {account} {objects} {amount:.2f} "" {_quoted(words)}'


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _quoted(text: str) -> str:
    """A field in quotation marks; those inside are marked, and no line ends."""
    one_line = " ".join(text.split())
    return '"' + one_line.replace("\\", "\\\\").replace('"', '\\"') + '"'
