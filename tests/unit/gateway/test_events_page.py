"""The page of what happens: every event, in two languages, and nothing from anywhere else."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from gateway.describing.asyncapi import events, shown_of
from gateway.describing.events_page import page
from services.kernel.contracts import Event
from services.kernel.contracts.schema import instance
from tests.unit.gateway.factories import ROOT, Visitor

each_event = pytest.mark.parametrize("event", list(events()), ids=lambda event: event.type)


class Read(HTMLParser):
    """The page as a browser takes it apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [str(given[name]) for _, given in self.tags if name in given]


@pytest.fixture
def served(visitor: Visitor) -> str:
    """The page, to anybody."""
    answer = visitor.ask("GET", "/asyncapi", token=None)
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    return str(answer.get_data(as_text=True))


def test_it_is_whole_and_swedish(served: str) -> None:
    read = Read(served)
    assert read.open == []
    assert read.tags[0] == ("html", {"lang": "sv"})
    ids = read.all("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in read.all("href") if link.startswith("#")} == set(ids)


def test_nothing_of_it_comes_from_or_leads_elsewhere(served: str, visitor: Visitor) -> None:
    read = Read(served)
    assert {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe", "form", "base", "object"} == set()
    assert read.all("src") == read.all("style") == []
    own = [link for link in read.all("href") if not link.startswith("#")]
    assert own == [f"{ROOT}/asyncapi.json", f"{ROOT}/docs/"]
    for link in own:
        assert visitor.ask("GET", link.removeprefix(ROOT), token=None).status_code == 200


def test_its_policy_lets_its_own_style_in_and_nothing_else(served: str, visitor: Visitor) -> None:
    policy = visitor.ask("GET", "/asyncapi", token=None).headers["Content-Security-Policy"]
    (style,) = re.findall("<style>(.*?)</style>", served, re.DOTALL)
    wanted = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules.pop("style-src") == f"'sha256-{wanted}'"
    assert rules == dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'")


@each_event
def test_each_event_is_there_with_both_texts_and_all_its_parts(served: str, event: Event) -> None:
    (section,) = re.findall(rf'<section id="{re.escape(event.type)}">(.*?)</section>', served, re.DOTALL)
    texts = [text.strip() for text in Read(section).texts]
    assert {event.en, event.sv} <= set(texts)
    assert set(instance(shown_of(event)).fields) <= set(texts)


def test_what_is_described_is_text_and_never_markup() -> None:
    name = "hemvist.a.b.v1"
    message = {
        "description": "<b>en</b>\n\n<b>sv</b>",
        "headers": {"properties": {"<i>": {"description": "<i>"}}},
        "payload": {"allOf": [{}, {"properties": {"data": {"$ref": "#/components/schemas/A"}}}]},
    }
    channel = {"address": "/<u>", "title": "<u>", "description": "<u>", "messages": {name: {}}}
    text = page(
        {
            "info": {"description": "<u>\n\n<u>"},
            "channels": {"a": channel, "webhooks": {**channel, "address": None}},
            "components": {"messages": {name: message}, "schemas": {"A": {"properties": {"<u>": {"type": "string"}}}}},
        }
    )
    assert {tag for tag, _ in Read(text).tags} & {"b", "i", "u"} == set()
