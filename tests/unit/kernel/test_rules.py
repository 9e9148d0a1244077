"""Each rule has a code and parameters, also those that marshmallow checks, and says nothing of what was sent."""

from typing import Any

import marshmallow
import pytest
from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Rule, Schema, fields, rules
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.schema import load

TOO_WIDE = Rule("too_wide", "{width} is more than {most}.")


class Box(Schema):
    """A box."""

    name = fields.text(5, required=True)
    width = fields.Integer(strict=True, validate=validate.Range(1, 10))
    colour = fields.String(validate=validate.OneOf(["red", "blue"]))
    owner = fields.PersonalNumber()
    price = fields.Money()
    tags = fields.List(fields.String(validate=validate.Length(max=3)), validate=validate.Length(max=2))
    rules = (TOO_WIDE,)

    @validates_schema
    def _fits(self, values: dict[str, Any], **_: object) -> None:
        if values.get("width") == 7:
            raise ValidationError(TOO_WIDE.format(width=7, most=6), "width")


def broken(**given: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """Pointer, code and parameters of each problem."""
    with pytest.raises(InvalidInput) as refused:
        load(Box, {"name": "a", **given})
    return [(one["pointer"], one["code"], one["parameters"]) for one in refused.value.errors]


class TestProblems:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"name": None}, ("/name", "null", {})),
            ({"name": 3}, ("/name", "not_a_string", {})),
            ({"name": "abcdef"}, ("/name", "length", {"min": 1, "max": 5})),
            ({"name": " "}, ("/name", "blank", {})),
            ({"width": 11}, ("/width", "out_of_range", {"min": 1, "max": 10})),
            ({"width": 1.5}, ("/width", "not_an_integer", {})),
            ({"width": 7}, ("/width", "too_wide", {"width": 7, "most": 6})),
            ({"colour": "green"}, ("/colour", "not_one_of", {"choices": ["red", "blue"]})),
            ({"owner": "12"}, ("/owner", "personal_number_form", {})),
            ({"owner": "189001019803"}, ("/owner", "personal_number_check_digit", {})),
            ({"owner": "189013019808"}, ("/owner", "personal_number_date", {})),
            ({"price": 1.5}, ("/price", "kronor", {})),
            ({"tags": ["abcd"]}, ("/tags/0", "too_long", {"max": 3})),
            ({"tags": "abc"}, ("/tags", "not_a_list", {})),
            ({"tags": ["a", "b", "c"]}, ("/tags", "too_long", {"max": 2})),
            ({"strange": 1}, ("/strange", "unknown_field", {})),
            ({"name": "a\0"}, ("/name", "not_text", {})),
        ],
    )
    def test_each_is_named_by_its_code_with_its_parameters(self, given: Any, expected: Any) -> None:
        assert broken(**given) == [expected]

    def test_what_is_missing_is_required(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            load(Box, {})
        detail = "Missing data for required field."
        assert refused.value.errors == [{"pointer": "/name", "code": "required", "parameters": {}, "detail": detail}]

    def test_the_value_that_was_sent_is_not_repeated(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            load(Box, {"name": "a", "owner": "189001019803", "colour": "189001019803", "width": 189001019803})
        assert len(refused.value.errors) == 3
        assert "189001019803" not in str(refused.value.errors)


class TestRulesOf:
    def test_it_lists_what_an_input_can_break(self) -> None:
        everything = {code for given in _each_wrong() for _, code, _ in broken(**given)}
        assert everything - {"not_text"} <= rules.rules_of(Box).keys()
        assert "too_wide" in rules.rules_of(Box)

    def test_a_validator_that_no_rule_is_known_for_is_seen(self) -> None:
        class Odd(Schema):
            """A schema with a validator of its own."""

            name = fields.String(validate=lambda _value: True)

        with pytest.raises(TypeError, match="no rule is known"):
            rules.rules_of(Odd)

    def test_a_message_that_no_rule_is_known_for_is_seen(self) -> None:
        class Odd(marshmallow.fields.String):
            """A field with a message of its own."""

            default_error_messages = {"invalid": "Odd."}

        class Holder(Schema):
            """A schema with such a field."""

            name = Odd()

        with pytest.raises(KeyError, match="Odd"):
            rules.rules_of(Holder)


def _each_wrong() -> list[dict[str, Any]]:
    return [{"name": None}, {"width": 11}, {"colour": "x"}, {"owner": "x"}, {"price": 1}, {"tags": 1}, {"x": 1}]
