"""A reader of SIE 4I, from the format's specification (sie.se, SIE 4B): it knows nothing of what writes the file, and
refuses whatever the format does not allow."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

_FIELD = re.compile(r'\{(?P<list>[^{}]*)\}|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s"{}]+)')
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")
#: Of a file of vouchers (4I) each of these is there, the flag first.
_MUST = ("FLAGGA", "PROGRAM", "FORMAT", "GEN", "SIETYP", "FNAMN")


@dataclass(frozen=True)
class Transaction:
    """A row of a voucher."""

    account: str
    objects: dict[str, str]  #: by dimension
    amount: Decimal


@dataclass(frozen=True)
class Sie:
    """What a file says."""

    head: dict[str, list[str]]  #: the fields of what stands once
    vouchers: list[list[Transaction]]


def sie_of(content: bytes) -> Sie:
    """Reads a file. `AssertionError` for one that the format does not allow."""
    text = content.decode("cp437")
    assert text.endswith("\r\n"), "the last row ends"
    rows = text.split("\r\n")[:-1]
    assert not any(ord(sign) < 32 or ord(sign) == 127 for row in rows for sign in row.replace("\t", " ")), "control"
    head: dict[str, list[str]] = {}
    known: set[tuple[str, str]] = set()
    vouchers: list[list[Transaction]] = []
    is_open = False
    for row in map(str.strip, rows):
        label, *fields = _fields(row)
        if label == "#VER":
            assert not is_open, "a voucher is closed before the next begins"
            datetime.strptime(fields[2], "%Y%m%d")  # noqa: DTZ007  # a day
            vouchers.append([])
        elif row in "{}":
            assert is_open == (row == "}"), "braces come in pairs"
            is_open = row == "{"
        elif label == "#TRANS":
            assert is_open, "a transaction stands in a voucher"
            vouchers[-1].append(_transaction(fields, known))
        elif label == "#OBJEKT":
            known.add((fields[0], fields[1]))
        elif label != "#DIM":
            assert label.startswith("#"), row
            assert label[1:] not in head, f"{label} stands once"
            head[label[1:]] = fields
    assert not is_open, "the last voucher is closed"
    assert rows[0] == "#FLAGGA 0"
    assert [name for name in _MUST if name not in head] == []
    assert (head["SIETYP"], head["FORMAT"]) == (["4"], ["PC8"])
    assert [sum(one.amount for one in voucher) for voucher in vouchers] == [0] * len(vouchers), "it balances"
    return Sie(head, vouchers)


def _fields(row: str) -> list[str]:
    """The fields of a row; an object list is one, as it stands between its braces."""
    if row in "{}":
        return [row]
    assert not _FIELD.sub("", row).strip(), f"what is no field: {row}"
    return [_read(found) for found in _FIELD.finditer(row)]


def _read(found: "re.Match[str]") -> str:
    if found["quoted"] is not None:
        return re.sub(r"\\(.)", r"\1", found["quoted"])
    return found["plain"] if found["plain"] is not None else found["list"]


def _transaction(fields: list[str], known: set[tuple[str, str]]) -> Transaction:
    account, objects, amount = fields[:3]
    assert account.isdecimal(), f"no account: {account}"
    assert _AMOUNT.fullmatch(amount), f"no amount: {amount}"
    pairs = [_read(one) for one in _FIELD.finditer(objects)]
    assert len(pairs) % 2 == 0, "objects come with their dimension"
    found = dict(zip(pairs[::2], pairs[1::2], strict=True))
    assert found.items() <= known, "an object is declared"
    return Transaction(account, found, Decimal(amount))
