"""PAXml 2.0 (www.paxml.se): the wage transactions of a run's payroll lines. Pure."""

import xml.etree.ElementTree as ET  # it writes; nothing that came from outside is parsed
from collections.abc import Sequence

from services.compensation.exports.lines import Line, Sender

NEEDED = ("wage_type", "payee")  #: of each line
_SCHEMA = "http://www.paxml.se/2.0/paxml.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_ENCODING = "iso-8859-1"


def written(sender: Sender, lines: Sequence[Line]) -> bytes:
    """The file. Its date is the day of approval, so that the same run gives the same bytes."""
    root = ET.Element("paxml", {"xmlns:xsi": _INSTANCE, "xsi:noNamespaceSchemaLocation": _SCHEMA})
    _header(root, sender)
    centres = sorted({line.cost_centre for line in lines if line.cost_centre})
    if centres:
        dimensions = ET.SubElement(root, "dimensioner")
        ET.SubElement(dimensions, "dimension", dim="1", namn="Kostnadsställe")
        units = ET.SubElement(root, "resultatenheter")
        for centre in centres:
            ET.SubElement(units, "resultatenhet", dim="1", id=centre, namn=centre)
    transactions = ET.SubElement(root, "lonetransaktioner")
    for number, line in enumerate(lines, 1):
        _transaction(transactions, number, line)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding=_ENCODING, xml_declaration=True)) + b"\n"


def _header(root: ET.Element, sender: Sender) -> None:
    header = ET.SubElement(root, "header")
    _text(header, "format", "LÖNIN")
    _text(header, "version", "2.0")
    _text(header, "datum", f"{sender.approved_on.isoformat()}T00:00:00")
    if sender.organisation_number is not None:
        _text(header, "foretagorgnr", sender.organisation_number)
    _text(header, "foretagnamn", sender.name)
    _text(header, "programnamn", "Hemvist")
    _text(header, "info", f"{sender.month} {sender.run_id}")


def _transaction(transactions: ET.Element, number: int, line: Line) -> None:
    who = {"postid": str(number)}
    if line.payee.payroll_id is not None:
        who["anstid"] = line.payee.payroll_id
    if line.payee.personal_number is not None:
        who["persnr"] = line.payee.personal_number
    one = ET.SubElement(transactions, "lonetrans", who)
    _text(one, "lonart", str(line.wage_type))
    _text(one, "benamning", line.words)
    _text(one, "datumfrom", f"{line.period_from.isoformat()}T00:00:00")
    _text(one, "datumtom", f"{line.period_to.isoformat()}T00:00:00")
    _text(one, "antal", f"{line.quantity.normalize():f}")
    _text(one, "apris", f"{line.unit_amount:.2f}")
    _text(one, "belopp", f"{line.amount:.2f}")
    if line.account is not None:
        _text(one, "kontonr", line.account)
    if line.cost_centre is not None:
        units = ET.SubElement(one, "resenheter")
        ET.SubElement(units, "resenhet", dim="1", id=line.cost_centre)


def _text(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, name).text = value
