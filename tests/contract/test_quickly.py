"""What is loaded quickly is what marshmallow would load, for every input of the house, right or wrong."""

import copy
from collections.abc import Iterator
from typing import Any

import marshmallow
import pytest

from gateway.routes import ROUTES
from services.kernel.contracts import Schema, fields
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.quickly import NotSure, quickly
from services.kernel.contracts.schema import _load, instance, load

INPUTS = sorted(
    {
        schema
        for route in ROUTES
        for schema in (route.operation.body, route.operation.query, route.operation.headers, route.operation.part)
        if schema is not None
    },
    key=lambda one: f"{one.__module__}.{one.__qualname__}",
)
WRONG = [None, "", " ", "x", 0, -1, 1.5, True, "true", "2026-02-30", [], {}, [None], ["x"]]


def outcome(way: Any, schema: type[Schema], values: Any) -> str:
    """What comes of loading, with its types; or every problem."""
    try:
        return repr(way(schema, copy.deepcopy(values)))
    except InvalidInput as invalid:
        return repr(invalid.as_dict())


def others(values: Any) -> Iterator[Any]:
    """The values with one part, at whatever depth, missing, another one, or one that nobody knows."""
    if isinstance(values, dict):
        yield {**values, "unheard_of": 1}
        for name, below in values.items():
            yield {one: values[one] for one in values if one != name}
            yield from ({**values, name: other} for other in [*WRONG, *others(below)])
    elif isinstance(values, list) and values:
        yield values * 2
        yield from ([other, *values[1:]] for other in [*WRONG, *others(values[0])])


@pytest.mark.parametrize("schema", INPUTS, ids=lambda one: one.__qualname__)
def test_every_input_is_loaded_as_marshmallow_does(schema: type[Schema]) -> None:
    for values in [schema.example, {}, [], None, "x", *others(schema.example)]:
        assert outcome(load, schema, values) == outcome(_load, schema, values)


@pytest.mark.parametrize("schema", [one for one in INPUTS if one.example], ids=lambda one: one.__qualname__)
def test_what_is_right_is_loaded_quickly(schema: type[Schema]) -> None:
    assert quickly(instance(schema), schema.example) == instance(schema).load(schema.example)


class Odd(Schema):
    """A schema with a way of its own, which nothing in the house has."""

    name = fields.String()

    @marshmallow.post_load
    def _louder(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        return {"name": values["name"].upper()}


class Pair(fields.List[int]):
    """A list with a way of its own."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        if found != sorted(found):
            raise marshmallow.ValidationError("the lower one first")
        return found


class Paired(Schema):
    """A schema with such a list."""

    pair = Pair(fields.Integer())


def test_a_field_that_reads_in_its_own_way_is_asked() -> None:
    assert load(Paired, {"pair": [1, 2]}) == {"pair": [1, 2]}
    with pytest.raises(InvalidInput):
        load(Paired, {"pair": [2, 1]})


def test_what_only_marshmallow_knows_is_left_to_it() -> None:
    with pytest.raises(NotSure):
        quickly(instance(Odd), {"name": "anna"})
    assert load(Odd, {"name": "anna"}) == {"name": "ANNA"}
