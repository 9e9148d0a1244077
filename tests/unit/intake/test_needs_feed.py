"""The Atom feed of what a municipality needs (R6)."""

from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

from services.intake.needs import feed
from services.intake.needs.model import Need

ATOM = "{http://www.w3.org/2005/Atom}"
APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
MAY = datetime(2026, 5, 1, 8, tzinfo=UTC)


def a_need(**said: Any) -> Need:
    given = {
        "id": "teenagers",
        "title": "Familjehem för tonåringar",
        "text": "Vi söker <fler> hem & familjer.",
        "assignments": ["family_home", "emergency_home"],
        "until": date(2026, 8, 31),
        "published_at": APRIL,
        "changed_at": MAY,
    }
    return Need(**{**given, **said})


def read(*needs: Need) -> Any:
    text = feed.written(needs, tenant="orebro", municipality="Örebro kommun", empty_since=APRIL)
    return ElementTree.fromstring(text.encode())  # noqa: S314  # our own


def texts(element: Any, name: str) -> list[str]:
    return [one.text for one in element.findall(f"{ATOM}{name}")]


def test_a_reader_finds_each_need_with_its_days_and_kinds() -> None:
    whole = read(a_need())
    (entry,) = whole.findall(f"{ATOM}entry")
    assert texts(entry, "title") == ["Familjehem för tonåringar"]
    assert texts(entry, "id") == ["urn:hemvist:orebro:needs:teenagers"]
    assert (texts(entry, "published"), texts(entry, "updated")) == (
        ["2026-04-01T08:00:00+00:00"],
        ["2026-05-01T08:00:00+00:00"],
    )
    assert [one.get("term") for one in entry.findall(f"{ATOM}category")] == ["familjehem", "jourhem"]


def test_what_atom_demands_of_a_feed_is_there() -> None:
    """RFC 4287, 4.1.1: id, title, updated, and an author."""
    whole = read(a_need())
    assert texts(whole, "id") == ["urn:hemvist:orebro:needs"]
    assert texts(whole, "title") == ["Örebro kommun söker hem"]
    assert texts(whole, "updated") == ["2026-05-01T08:00:00+00:00"]
    assert texts(whole.find(f"{ATOM}author"), "name") == ["Örebro kommun"]


def test_what_was_written_is_text_and_never_markup() -> None:
    (entry,) = read(a_need()).findall(f"{ATOM}entry")
    assert texts(entry, "summary") == ["Vi söker &lt;fler&gt; hem &amp; familjer."]
    assert entry.find(f"{ATOM}summary").get("type") == "html"


def test_without_a_need_it_is_the_same_each_time() -> None:
    assert texts(read(), "updated") == ["2026-04-01T08:00:00+00:00"]
    assert ElementTree.tostring(read()) == ElementTree.tostring(read())


def test_what_xml_can_not_say_is_left_out_and_the_feed_is_read_all_the_same() -> None:
    """As a break of a line that a word processor writes (XML 1.0, 2.2)."""
    (entry,) = read(a_need(id="te\x1fn", title="Hem\x0bsökes\ufffe", text="Vi\x0csöker.")).findall(f"{ATOM}entry")
    assert texts(entry, "title") == ["Hem sökes "]
    assert texts(entry, "summary") == ["Vi söker."]
    assert texts(entry, "id") == ["urn:hemvist:orebro:needs:te n"]
