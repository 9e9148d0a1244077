"""The bench of growing lists covers every list and every filter that there is."""

from typing import Any

import pytest
from marshmallow import fields

from services.kernel.contracts import Operation, Schema
from tests.bench import growth


class Narrowed(Schema):
    """A filter whose values are endless."""

    colour = fields.String()


def a_list(**declared: Any) -> Operation:
    said: dict[str, Any] = {"name": "list_things", "route": "GET /things/<thing_id>/parts", "en": "", "sv": ""}
    return Operation(**said, roles=frozenset({"home", "caseworker"}), answer=Schema, paged=True, **declared)


def test_everything_is_covered() -> None:
    assert growth.uncovered(growth.lists()) == []


def test_what_is_not_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    new = a_list(query=Narrowed, followed=True)
    assert growth.uncovered([*growth.lists(), new]) == [
        "list_things: nothing here follows a cursor",
        "list_things: no thing_id in PATHS",
        "list_things: no value of colour in VALUES",
    ]
    monkeypatch.setattr(growth, "FEW", {"list_nothing": "it is gone"})
    assert growth.uncovered(growth.lists()) == ["list_nothing: there is no such list"]


def test_each_filter_is_asked_alone_and_beside_each_other_by_staff_and_by_a_home() -> None:
    (inquiries,) = (operation for operation in growth.lists() if operation.name == "list_inquiries")
    asked = list(growth.cases(inquiries))
    statuses, requests = 5, 3
    assert len(asked) == 2 * (1 + statuses + requests + statuses * requests)
    assert {case.role for case in asked} == {"caseworker", "home"}
