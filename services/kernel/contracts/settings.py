"""What a municipality may decide for itself: how a service declares it, and the operations by which it is seen and
changed. The kernel gives these to every service; nothing here knows how a value is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import marshmallow
from marshmallow import validate

from services.kernel.contracts import fields
from services.kernel.contracts.faults import Fault, Problem, SecondPersonNeeded
from services.kernel.contracts.join import OneList, OneOf
from services.kernel.contracts.operation import Operation
from services.kernel.contracts.rules import Rule, rules_of
from services.kernel.contracts.schema import Nothing, Schema, pointers

ADMINS = frozenset({"admin"})
_LONGEST = 200  #: signs of a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that a municipality decides for itself. The service reads it as `unit.settings.contact_days`."""

    name: str
    #: whole numbers from `least` to `most`, or one of the texts of an enumeration
    kind: type[int | StrEnum]
    default: Any
    en: str  #: description in English
    sv: str  #: description in Swedish
    unit: str | None = None  #: of a number: `days`
    least: int | None = None
    most: int | None = None
    needs_second_person: bool = False  #: it concerns pay or money: another person confirms a change

    @property
    def choices(self) -> list[str] | None:
        """The texts that it may have."""
        return [str(choice) for choice in self.kind] if issubclass(self.kind, StrEnum) else None

    def problems(self, value: Any) -> list[Problem]:
        """What is wrong with a value, at the pointer `/value`."""
        try:
            self._form.deserialize(value)
        except marshmallow.ValidationError as invalid:
            return pointers({"value": invalid.messages})
        return []

    def read(self, value: Any) -> Any:
        """A value that has no problem, in the declared type."""
        return self.kind(value)

    @property
    def _form(self) -> fields.Field[Any]:
        if self.choices is not None:
            return fields.String(required=True, validate=validate.OneOf(self.choices))
        return fields.Integer(required=True, strict=True, validate=validate.Range(self.least, self.most))


Declared: TypeAlias = Mapping[str, Setting]  #: a service's settings by their whole names: `intake.contact_days`


class ChangeStatus(StrEnum):
    """What became of a change."""

    WAITING = "waiting"  #: for another person
    DONE = "done"
    REPLACED = "replaced"  #: by a later change, before anybody confirmed it


class SettingChangeNotWaiting(Fault):
    """The change of the setting has been confirmed already, or replaced by a later one."""


class SettingValue(fields.Field[Any]):
    """A whole number or a text, as the setting declares it."""

    default_error_messages = {"invalid": Rule("setting_value", "Not a whole number or a text.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "metadata": {"type": ["integer", "string"], "maxLength": _LONGEST}})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > _LONGEST:
            raise self.make_error("invalid")
        return value


class ChangeSetting(Schema):
    """The value that a setting shall have, and why."""

    value = SettingValue(required=True)
    reason = fields.text(500, required=True)

    example = {"value": 14, "reason": "Nämndens beslut den 2 maj."}


class Description(Schema):
    """What a setting is for."""

    en = fields.String(required=True)
    sv = fields.String(required=True)

    example = {"en": "Days within which somebody gets in touch.", "sv": "Dagar inom vilka någon hör av sig."}


class SettingView(Schema):
    """A setting as it is in force. Who changed it is null where the operator's file of municipalities did; when it was
    changed is null, too, while it is at its default."""

    name = fields.String(required=True)
    value = SettingValue(required=True)
    default = SettingValue(required=True)
    unit = fields.String(required=True, allow_none=True)
    least = fields.Integer(required=True, allow_none=True)
    most = fields.Integer(required=True, allow_none=True)
    choices = fields.List(fields.String(), required=True, allow_none=True)
    description = fields.Nested(Description, required=True)
    needs_second_person = fields.Flag(required=True)
    changed_by = fields.Staff(required=True)
    changed_at = fields.Instant(required=True, allow_none=True)

    example = {
        "name": "intake.contact_days",
        "value": 14,
        "default": 21,
        "unit": "days",
        "least": 1,
        "most": 90,
        "choices": None,
        "description": Description.example,
        "needs_second_person": False,
        "changed_by": "anna",
        "changed_at": "2026-05-02T08:00:00Z",
    }


class SettingsView(Schema):
    """Settings."""

    items = fields.List(fields.Nested(SettingView), required=True)

    shows = {}
    example = {"items": [SettingView.example]}


class SettingChangeView(Schema):
    """A change that waits for another person."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    present_value = SettingValue(required=True)
    value = SettingValue(required=True)
    reason = fields.String(required=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)

    shows = {}
    example = {
        "id": "compensation.019a0000-0000-7000-8000-000000000001",
        "name": "compensation.default_fee_level",
        "present_value": "base",
        "value": "raised_1",
        "reason": "Nämndens beslut den 2 maj.",
        "by": "anna",
        "at": "2026-05-02T08:00:00Z",
    }


class SettingChangesView(Schema):
    """Changes that wait for another person."""

    items = fields.List(fields.Nested(SettingChangeView), required=True)

    shows = {}
    example = {"items": [SettingChangeView.example]}


class PastValue(Schema):
    """A value that a setting has had. Nobody has said why where the operator's file of municipalities did it."""

    value = SettingValue(required=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)
    reason = fields.String(required=True, allow_none=True)
    confirmed_by = fields.Staff(required=True)

    example = {
        "value": 14,
        "by": "anna",
        "at": "2026-05-02T08:00:00Z",
        "reason": "Nämndens beslut den 2 maj.",
        "confirmed_by": None,
    }


class SettingWithHistory(SettingView):
    """A setting with the values that it has had, the latest first, and the change that waits for another person."""

    history = fields.List(fields.Nested(PastValue), required=True)
    waiting = fields.Nested(SettingChangeView, required=True, allow_none=True)

    shows = {}
    example = {**SettingView.example, "history": [PastValue.example], "waiting": None}


class _Values(Schema):
    """Of every kind a value, for the rules that one can break."""

    number = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1))
    text = fields.String(required=True, validate=validate.OneOf([""]))


LIST_SETTINGS = Operation(
    name="list_settings",
    route="GET /settings",
    en="What the municipality has decided for itself, of every service.",
    sv="Vad kommunen har bestämt själv, för varje tjänst.",
    roles=ADMINS,
    answer=SettingsView,
    reads=True,
    shared=OneList(),
)
GET_SETTING = Operation(
    name="get_setting",
    route="GET /settings/<setting_name>",
    en="One setting with its history.",
    sv="En inställning med sin historik.",
    roles=ADMINS,
    answer=SettingWithHistory,
    reads=True,
    shared=OneOf(by="setting_name"),
)
CHANGE_SETTING = Operation(
    name="change_setting",
    route="PUT /settings/<setting_name>",
    en="Change a setting. One that concerns pay or money is changed when another person confirms it (202); until then "
    "a later change replaces it, and to ask for the value in force takes it back.",
    sv="Ändra en inställning. En som rör ersättning eller pengar ändras när en annan person bekräftar det (202); till "
    "dess ersätts den av en senare ändring, och den tas tillbaka genom att be om det gällande värdet.",
    roles=ADMINS,
    body=ChangeSetting,
    answer=SettingWithHistory,
    waits=SettingChangeView,
    conditional=True,
    rules=tuple(rules_of(_Values).values()),
    shared=OneOf(by="setting_name"),
)
LIST_SETTING_CHANGES = Operation(
    name="list_setting_changes",
    route="GET /setting-changes",
    en="The changes of settings that wait for another person, of every service.",
    sv="De ändringar av inställningar som väntar på en annan person, för varje tjänst.",
    roles=ADMINS,
    answer=SettingChangesView,
    reads=True,
    shared=OneList(),
)
CONFIRM_SETTING = Operation(
    name="confirm_setting",
    route="POST /setting-changes/<setting_change_id>/confirm",
    en="Confirm a change that another person has made: from now on the setting has the new value.",
    sv="Bekräfta en ändring som en annan person har gjort: från och med nu har inställningen det nya värdet.",
    roles=ADMINS,
    body=Nothing,
    answer=SettingWithHistory,
    faults=(SecondPersonNeeded, SettingChangeNotWaiting),
    rules=tuple(rules_of(_Values).values()),
    shared=OneOf(by="setting_change_id"),
)
