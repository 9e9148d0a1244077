"""What every list promises: items that can be told apart, and no item that shows what another hides."""

from collections.abc import Iterable
from typing import Any

import pytest
from marshmallow import fields

from services.kernel.contracts import Operation, Schema
from tests.contract.house import operations

LISTS = [operation for _, operation, _ in operations() if operation.part is not None]


def problems(operation: Operation) -> Iterable[str]:
    """What an item of a list lacks."""
    item = operation.answer().fields
    if not (isinstance(item.get("id"), fields.String) and item["id"].required):
        yield "its items have no id"
    for name, field in item.items():
        is_name = name == "name" or name.endswith("_name")
        if is_name and not (field.required and field.allow_none):
            yield f"{name} is always there, and null where it is hidden"
    if "status" in item and not item["status"].required:
        yield "status is always there"
    if operation.paged and operation.followed:
        yield "it has pages or is followed, not both"


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.name)
class TestItems:
    def test_they_have_an_id_and_name_and_status_where_there_is_one(self, operation: Operation) -> None:
        assert list(problems(operation)) == []


class TestTheCheckItself:
    def listing(self, *, followed: bool = False, **item: Any) -> Operation:
        answer = type("Item", (Schema,), item)
        declared: dict[str, Any] = {"name": "list_things", "route": "GET /things", "en": "", "sv": ""}
        return Operation(**declared, roles=frozenset(), answer=answer, paged=True, followed=followed)

    def test_what_an_item_lacks_is_seen(self) -> None:
        bare = self.listing(home_name=fields.String(required=True), status=fields.String(), followed=True)
        assert list(problems(bare)) == [
            "its items have no id",
            "home_name is always there, and null where it is hidden",
            "status is always there",
            "it has pages or is followed, not both",
        ]

    def test_a_whole_one_is_not(self) -> None:
        text = fields.String(required=True)
        whole = self.listing(id=text, status=text, name=fields.String(required=True, allow_none=True))
        assert list(problems(whole)) == []
