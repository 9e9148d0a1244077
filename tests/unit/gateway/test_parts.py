"""How HTTP asks for a part of a list, and how that is described; of feeds too, of which no service has one yet."""

from typing import Any

import pytest
from marshmallow import fields

from gateway.describing import operations
from gateway.endpoints import query_schema
from services.kernel.contracts import Operation, Schema
from services.kernel.contracts.schema import load
from tests.unit.gateway.factories import Visitor


class Item(Schema):
    """An item."""

    id = fields.String(required=True)

    example = {"id": "7"}


class Narrowed(Schema):
    """A filter."""

    status = fields.String()


def an_operation(**declared: Any) -> Operation:
    return Operation(
        name="list_things",
        route="GET /things",
        en="",
        sv="",
        roles=frozenset(),
        answer=Item,
        query=Narrowed,
        **declared,
    )


@pytest.mark.parametrize(
    ("declared", "query", "frame"),
    [
        ({"paged": True}, {"page", "limit"}, {"page", "limit", "total", "total_is_exact"}),
        ({"followed": True}, {"after", "limit"}, {"limit", "next"}),
    ],
)
class TestFrame:
    def test_its_parameters_are_the_filters_and_the_part(
        self, declared: dict[str, Any], query: set[str], frame: set[str]
    ) -> None:
        schema = query_schema(an_operation(**declared))
        assert schema is not None
        assert set(schema().fields) == {"status"} | query

    def test_it_is_described_with_a_true_example(
        self, declared: dict[str, Any], query: set[str], frame: set[str]
    ) -> None:
        operation = an_operation(**declared)
        schema = operations._frame_of(operation)
        assert set(schema().fields) == {"items"} | frame
        assert set(load(schema, operations._example(operation))) == {"items"} | frame


def test_what_is_no_list_has_no_frame() -> None:
    assert operations._frame_of(an_operation()) is Item


def test_the_part_goes_to_the_service_apart_from_the_filters(visitor: Visitor) -> None:
    visitor.ask("GET", "/orebro/applications?page=3&limit=7&status=received")
    assert visitor.services.asked[0][3] == {
        "path": {},
        "page": {"page": "3", "limit": "7"},
        "query": {"status": "received"},
    }
