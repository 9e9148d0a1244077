"""What the contracts promise: texts in two languages, faults, examples that validate, and limits on what comes in."""

import json
import re
from typing import Any

import marshmallow
import pytest
from marshmallow import fields, validate

from services.kernel.contracts import Operation, Rule, Schema, declared
from services.kernel.contracts.faults import Fault
from services.kernel.contracts.fields import PersonalNumber, birth_date
from services.kernel.contracts.operation import PageQuery
from services.kernel.contracts.schema import load
from tests.contract.house import SERVICES, below, declarations, dump_whole, schemas_in, schemas_out

each_operation = pytest.mark.parametrize("operation", declarations(), ids=lambda operation: operation.name)
each_schema_in = pytest.mark.parametrize("schema", schemas_in(), ids=lambda schema: schema.__name__)
each_schema_out = pytest.mark.parametrize("schema", schemas_out(), ids=lambda schema: schema.__name__)
each_schema = pytest.mark.parametrize(
    "schema", list(dict.fromkeys([*schemas_in(), *schemas_out()])), ids=lambda schema: schema.__name__
)


def unlimited(schema: type[marshmallow.Schema]) -> list[str]:
    """The fields through which any amount could come in."""
    return [path for path, field in below(schema()) if not _limited(field)]


def _limited(field: fields.Field[Any]) -> bool:
    if isinstance(field, PersonalNumber | fields.Email | fields.UUID):
        return True  # each has a form of its own
    kinds = {
        fields.String: (validate.Length, validate.OneOf, validate.Regexp),
        fields.List: (validate.Length, validate.ContainsOnly),
        fields.Integer: (validate.Range, validate.OneOf),
        fields.Float: (validate.Range,),
        fields.Dict: (validate.Length,),
    }
    for kind, limits in kinds.items():
        if isinstance(field, kind):
            found = [validator for validator in field.validators if isinstance(validator, limits)]
            return any(
                not isinstance(validator, validate.Length | validate.Range)
                or (validator.max if isinstance(validator, validate.Range) else validator.max or validator.equal)
                is not None
                for validator in found
            )
    return True


class TestOperation:
    @each_operation
    def test_it_is_described_in_english_and_in_swedish(self, operation: Operation) -> None:
        for text in (operation.en, operation.sv):
            assert re.fullmatch(r"[A-ZÅÄÖ].{6,}\.", text, re.DOTALL), text
        assert operation.en != operation.sv
        swedish = r"[åäöÅÄÖ]|\b(och|en|ett|som|till|för|av|är|med|den|det|hos|kommunens)\b"
        assert re.search(f"(?i){swedish}", operation.sv), "this is not Swedish"
        assert not re.search(r"(?i)\b(och|ett|som|till|för|av|är|med|hos)\b", re.sub(r"\(.*?\)", "", operation.en))

    @each_operation
    def test_its_faults_are_the_callers(self, operation: Operation) -> None:
        codes = [fault.code() for fault in operation.faults]
        assert len(set(codes)) == len(codes)
        for fault in operation.faults:
            assert issubclass(fault, Fault)
            assert 400 <= fault.status < 500, f"{fault.__name__} blames the caller with {fault.status}"
            assert fault.title().endswith("."), f"{fault.__name__}'s docstring is its message"

    @each_operation
    def test_its_name_is_a_verb_and_a_noun(self, operation: Operation) -> None:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation.name) or operation.name == "search"  # a verb of its own


class TestExamples:
    @each_schema_in
    def test_that_of_a_body_is_accepted(self, schema: type[Schema]) -> None:
        if any(field.required for field in schema().fields.values()):
            assert schema.example
        load(schema, schema.example)

    @each_schema_out
    def test_that_of_an_answer_is_what_would_be_answered(self, schema: type[Schema]) -> None:
        assert schema.example or not schema().fields
        loaded = load(schema, schema.example)
        assert load(schema, dump_whole(schema, loaded)) == loaded
        needed = {field.data_key or name for name, field in schema().fields.items() if field.required}
        assert needed <= set(schema.example), "the example shows every field that is always there"

    @each_schema
    def test_no_real_person_stands_in_one(self, schema: type[Schema]) -> None:
        for number in re.findall(r"(?<!\d)(?:19|20)\d{10}(?!\d)", json.dumps(schema.example)):
            birth_date(number)
            assert number[8:11] >= "980" or number == "201701012393", f"{number} may be somebody's"

    @each_schema
    def test_names_are_in_snake_case(self, schema: type[Schema]) -> None:
        headers = {operation.headers for operation in declarations()}
        for path, field in below(schema()):
            name = field.data_key or path.rpartition("/")[2]
            form = (
                r"[A-Z][a-z]+(-[A-Z][a-z]+)*" if schema in headers else r"[a-z]+[a-z0-9]*(_[a-z0-9]+)*|\*|\d+(-\d+|\+)?"
            )
            assert re.fullmatch(form, name), path  # 0-12 are ages, 1 are places


class TestInput:
    @each_schema_in
    def test_every_field_has_a_limit(self, schema: type[Schema]) -> None:
        assert unlimited(schema) == []

    def test_a_field_without_a_limit_would_be_seen(self) -> None:
        class Loose(Schema):
            text = fields.String()
            least = fields.String(validate=validate.Length(min=1))
            number = fields.Integer(validate=validate.Range(min=0))
            many = fields.List(fields.String(validate=validate.Length(max=3)))
            fine = fields.List(fields.String(validate=validate.Length(max=3)), validate=validate.Length(max=3))
            flag = fields.Boolean()

        assert unlimited(Loose) == ["text", "least", "number", "many"]

    @each_schema
    def test_unknown_fields_are_refused(self, schema: type[Schema]) -> None:
        assert schema().unknown == marshmallow.RAISE
        for path, field in below(schema()):
            if isinstance(field, fields.Nested) and schema in schemas_in():
                assert (field.unknown or field.schema.unknown) == marshmallow.RAISE, path

    @each_operation
    def test_filters_do_not_collide_with_the_page(self, operation: Operation) -> None:
        if operation.paged and operation.query:
            assert not set(operation.query().fields) & set(PageQuery().fields)
        if operation.query:
            for name, field in operation.query().fields.items():
                assert field.metadata.get("description"), f"{name} is not described"
                assert not isinstance(field, fields.List | fields.Nested), f"{name}: a parameter is given once"
                assert not isinstance(field, PersonalNumber), f"{name}: no personal number in a query string"


class TestRules:
    @each_operation
    def test_everything_that_its_input_can_break_has_a_code(self, operation: Operation) -> None:
        for code, rule in operation.all_rules().items():
            assert re.fullmatch("[a-z]+(_[a-z]+)*", code)
            assert rule.strip(), code

    def test_a_code_means_one_thing_in_the_whole_house(self) -> None:
        """Of marshmallow's own messages several mean the same; ours do not, and none is a refusal's."""
        ours = {(rule.code, str(rule)) for service in SERVICES.values() for rule in declared(service.contract, Rule)}
        codes = [code for code, _ in ours]
        assert sorted(codes) == sorted(set(codes))
        refusals = {fault.code() for operation in declarations() for fault in operation.faults}
        assert refusals & set(codes) == set()

    def test_each_that_a_contract_declares_belongs_to_an_operation(self) -> None:
        known = {rule for operation in declarations() for rule in operation.all_rules().values()}
        ours = [rule for service in SERVICES.values() for rule in declared(service.contract, Rule)]
        assert [rule.code for rule in ours if rule not in known] == []
