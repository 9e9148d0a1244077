"""How the files of a source (the national form, Min insats, a municipality's own) become applications."""

from collections import Counter
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.intake.contract.applications import RECRUITER
from services.kernel.contracts import Operation, Rule, Schema, fields

SETTERS = RECRUITER | {"admin"}


class ImportField(StrEnum):
    """What a cell of a file may say of an application."""

    EXTERNAL_ID = "external_id"
    KIND = "kind"
    ASSIGNMENTS = "assignments"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    PERSONAL_NUMBER = "personal_number"
    PHONE = "phone"
    EMAIL = "email"
    STREET = "street"
    POSTCODE = "postcode"
    LOCALITY = "locality"
    LANGUAGES = "languages"
    AGE_FROM = "age_from"
    AGE_TO = "age_to"
    PLACES = "places"
    MESSAGE = "message"
    CONSENT = "consent"
    RECEIVED = "received"


NEEDED = (ImportField.PHONE, ImportField.CONSENT)  #: without which no row could be accepted
MAPPED_TWICE = Rule("mapped_twice", "{name} is mapped twice.")
NOT_MAPPED = Rule("not_mapped", "Neither a column nor a default says {name}.")


class MappedColumn(Schema):
    """Which column says a field."""

    column = fields.text(200, required=True)
    field = fields.one_of(ImportField, required=True)

    example = {"column": "Telefon", "field": "phone"}


class MappedValue(Schema):
    """What a cell's text means."""

    field = fields.one_of(ImportField, required=True)
    written = fields.text(200, required=True)
    means = fields.text(200, required=True)

    example = {"field": "assignments", "written": "Bli familjehem", "means": "family_home"}


class Default(Schema):
    """What a field says where no cell does."""

    field = fields.one_of(ImportField, required=True)
    value = fields.text(200, required=True)

    example = {"field": "consent", "value": "ja"}


class SetImportMapping(Schema):
    """How the files of a source become applications. Columns that no field takes are kept as questions and answers,
    unless `keep_rest` is false."""

    columns = fields.List(fields.Nested(MappedColumn), required=True, validate=validate.Length(1, len(ImportField)))
    values = fields.List(fields.Nested(MappedValue), validate=validate.Length(max=300), load_default=list)
    defaults = fields.List(fields.Nested(Default), validate=validate.Length(max=len(ImportField)), load_default=list)
    list_separator = fields.text(5, load_default="|")
    keep_rest = fields.Flag(load_default=True)

    rules = (MAPPED_TWICE, NOT_MAPPED)

    @validates_schema(skip_on_field_errors=True)
    def _each_field_once(self, values: dict[str, Any], **_: object) -> None:
        named = Counter(one["field"] for one in values["columns"])
        columns = Counter(one["column"].strip() for one in values["columns"])
        twice = [name for name, times in named.items() if times > 1]
        if twice or max(columns.values()) > 1:
            raise ValidationError(MAPPED_TWICE.format(name=", ".join(twice) or "column"), "columns")
        said = {*named, *(one["field"] for one in values["defaults"])}
        for name in NEEDED:
            if name not in said:
                raise ValidationError(NOT_MAPPED.format(name=str(name)), "columns")

    example = {
        "columns": [MappedColumn.example, {"column": "Förnamn", "field": "given_name"}],
        "values": [MappedValue.example],
        "defaults": [Default.example],
        "list_separator": ",",
        "keep_rest": True,
    }


class ImportMappingView(Schema):
    """How the files of a source become applications."""

    source = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "For If-Match. Till If-Match."})
    columns = fields.List(fields.Nested(MappedColumn), required=True)
    values = fields.List(fields.Nested(MappedValue), required=True)
    defaults = fields.List(fields.Nested(Default), required=True)
    list_separator = fields.String(required=True)
    keep_rest = fields.Flag(required=True)
    changed_at = fields.Instant(required=True)

    shows = {}
    example = {
        "source": "min-insats",
        "version": 1,
        **SetImportMapping.example,
        "changed_at": "2026-04-01T08:00:00.000000Z",
    }


class ImportMappings(Schema):
    """The mapping of each source."""

    items = fields.List(fields.Nested(ImportMappingView), required=True)

    shows = {}
    example = {"items": [ImportMappingView.example]}


LIST_IMPORT_MAPPINGS = Operation(
    name="list_import_mappings",
    route="GET /import-mappings",
    en="How the files of each source become applications.",
    sv="Hur filerna från varje källa blir intresseanmälningar.",
    roles=SETTERS,
    answer=ImportMappings,
    reads=True,
)
GET_IMPORT_MAPPING = Operation(
    name="get_import_mapping",
    route="GET /import-mappings/<source>",
    en="How the files of a source become applications.",
    sv="Hur filerna från en källa blir intresseanmälningar.",
    roles=SETTERS,
    answer=ImportMappingView,
    reads=True,
)
SET_IMPORT_MAPPING = Operation(
    name="set_import_mapping",
    route="PUT /import-mappings/<source>",
    en="Say how the files of a source become applications: which column says which field, what its texts mean, and "
    "what holds where nothing is said. An import that is under way goes on as it began.",
    sv="Ange hur filerna från en källa blir intresseanmälningar: vilken kolumn som är vilket fält, vad texterna "
    "betyder och vad som gäller när inget sägs. En inläsning som pågår fortsätter som den började.",
    roles=SETTERS,
    body=SetImportMapping,
    answer=ImportMappingView,
    conditional=True,
    creates=True,
)
