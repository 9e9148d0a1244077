"""Files of applications for imports."""

from collections.abc import Iterable

from services.kernel.contracts.files import SentFile
from services.kernel.testing import Harness, a_sent_file
from tests.conftest import shelves

HEADER = (
    "external_id;kind;assignments;given_name;family_name;personal_number;phone;email;street;postcode;locality;consent"
)
ANNA = "4711;form;family_home|emergency_home;Anna;Andersson;189001019802;+46701234567;;Storgatan 1;70210;Örebro;ja"
BERIT = "4712;callback;;;;;+46701234568;;;;;ja"


def callbacks(number: int, *, begin: int = 0) -> Iterable[str]:
    """Lines of wishes to be rung up, each another one's."""
    return (f"{one};callback;;;;;+4670{one:07d};;;;;ja" for one in range(begin, begin + number))


def a_table(intake: Harness, *lines: str, charset: str = "utf-8") -> SentFile:
    """A file on the shelf of the harness's municipality, as the gateway hands it over; with Anna's and Berit's rows
    unless others are given."""
    content = "\n".join(lines or (HEADER, ANNA, BERIT)).encode(charset)
    kept = shelves("intake").of(intake.tenant).put([content], name="anmälningar.csv", media_type="text/csv")
    same = {name: getattr(kept, name) for name in ("id", "name", "media_type", "size", "key")}
    return a_sent_file(**same, charset=charset)
