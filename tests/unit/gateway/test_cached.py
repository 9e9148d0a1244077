"""What anybody may read is kept by caches, and not sent again to whoever has it."""

import json
from typing import Any

import pytest

from tests.unit.gateway.factories import Visitor

NEEDS = {"items": [{"id": "teenagers", "title": "Hem för tonåringar"}]}


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    visitor.services.answer = {"body": NEEDS, "etag": None}
    return visitor


def ask(reader: Visitor, path: str = "/orebro/needs", **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return reader.ask("GET", path, token=None, headers=given)


def test_it_says_for_how_long_it_may_be_kept(reader: Visitor) -> None:
    answer = ask(reader)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert json.loads(answer.get_data()) == NEEDS


def test_whoever_has_it_already_is_told_so_without_a_body(reader: Visitor) -> None:
    tag = ask(reader).headers["ETag"]
    again = ask(reader, If_None_Match=tag)
    assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)


def test_what_has_changed_is_sent_anew(reader: Visitor) -> None:
    tag = ask(reader).headers["ETag"]
    reader.services.answer = {"body": {"items": []}, "etag": None}
    answer = ask(reader, If_None_Match=tag)
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


def test_a_text_is_sent_as_what_it_is(reader: Visitor) -> None:
    reader.services.answer = {"body": {"text": "<feed>å</feed>"}, "etag": None}
    answer = ask(reader, "/orebro/needs/feed")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert answer.get_data().decode() == "<feed>å</feed>"
    assert ask(reader, "/orebro/needs/feed", If_None_Match=answer.headers["ETag"]).status_code == 304


def test_what_belongs_to_somebody_is_kept_by_nobody(visitor: Visitor) -> None:
    answer = visitor.ask("GET", "/orebro/applications/7")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["ETag"] == '"3"'
