"""A file in the manner of the national form, as a municipality may describe it; its own columns are not public."""

from typing import Any

HEADER = "Ärende;Uppdrag;Förnamn;Efternamn;Personnummer;Telefon;Gata;Postnr;Ort;Husdjur"  #: of the last one nobody asks
_FIELDS = (
    *("external_id", "assignments", "given_name", "family_name", "personal_number"),
    *("phone", "street", "postcode", "locality"),
)
MAPPING: dict[str, Any] = {
    "columns": [{"column": column, "field": field} for column, field in zip(HEADER.split(";"), _FIELDS, strict=False)],
    "values": [
        {"field": "assignments", "written": "Bli familjehem", "means": "family_home"},
        {"field": "assignments", "written": "Bli jourhem", "means": "emergency_home"},
    ],
    "defaults": [{"field": "consent", "value": "ja"}],
    "list_separator": ",",
}
