"""A municipality's settings, seen and changed by its administrators: operations that every service has."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from services.kernel.contracts import Setting
from services.kernel.contracts.faults import InvalidInput, NotFound
from services.kernel.contracts.settings import ChangeStatus
from services.kernel.rows.settings import KeptSetting, SettingChange
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def list_settings(unit: Unit) -> Answer:
    """Every setting of this service."""
    kept = {row.id: row for row in unit.session.scalars(select(KeptSetting))}
    return Answer({"items": [_view(unit, name, kept.get(name) or _untouched(name)) for name in unit.declared_settings]})


def get_setting(unit: Unit, setting_name: str) -> Answer:
    """One setting with its history."""
    _declared(unit, setting_name)
    kept = unit.session.scalars(select(KeptSetting).where(KeptSetting.id == setting_name)).one_or_none()
    return _answer(unit, kept or _untouched(setting_name))


def change_setting(unit: Unit, setting_name: str, body: dict[str, Any]) -> Answer:
    """Changes a setting, or proposes to where a second person is needed. The value in force is no change: it takes back
    what waits."""
    setting = _declared(unit, setting_name)
    value = _accepted(setting_name, setting, body["value"])
    kept = _locked(unit, setting_name)
    unit.match(kept)
    said: dict[str, Any] = {"reason": body["reason"], "by": unit.actor, "at": unit.now}
    if value == _value(setting, kept):
        kept.take_back(at=unit.now)
    elif setting.needs_second_person:
        change = kept.propose(value, **said)
        return Answer(_change(unit, change, kept), version_of=kept, waits=True)
    else:
        kept.change(value, **said)
        unit.changes_known = True
    return _answer(unit, kept)


def list_setting_changes(unit: Unit) -> Answer:
    """What waits for another person, the oldest first."""
    waiting = select(SettingChange, KeptSetting).join(KeptSetting, KeptSetting.id == SettingChange.setting_id)
    found = unit.session.execute(
        waiting.where(SettingChange.status == ChangeStatus.WAITING).order_by(SettingChange.id)
    ).all()
    return Answer(
        {"items": [_change(unit, change, kept) for change, kept in found if kept.id in unit.declared_settings]}
    )


def confirm_setting(unit: Unit, setting_change_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Carries out what another person has proposed."""
    _service, _, change_id = setting_change_id.partition(".")
    name = unit.read(SettingChange, change_id).setting_id
    setting = _declared(unit, name)
    kept = unit.lock(KeptSetting, name)
    change = unit.lock(SettingChange, change_id)  # as it is now that nobody else can change it
    _accepted(name, setting, change.value)
    kept.confirm(change, by=unit.actor, at=unit.now)
    unit.changes_known = True
    return _answer(unit, kept)


def _declared(unit: Unit, name: str) -> Setting:
    if name not in unit.declared_settings:
        raise NotFound
    return unit.declared_settings[name]


def _accepted(name: str, setting: Setting, value: Any) -> Any:
    """The value; `InvalidInput` with the setting's name when it is not one that the setting may have."""
    problems = setting.problems(value)
    if problems:
        raise InvalidInput(errors=problems, extra={"setting": name})
    return value


def _untouched(name: str) -> KeptSetting:
    """What would be kept of a setting that nobody has changed."""
    return KeptSetting(id=name, version=0)


def _locked(unit: Unit, name: str) -> KeptSetting:
    """What is kept of the setting, made where nothing was. Of two that make it the second waits and finds it."""
    made = postgresql.insert(KeptSetting).values(id=name, version=0, changed_at=unit.now)
    unit.session.execute(made.on_conflict_do_nothing())
    return unit.lock(KeptSetting, name)


def _value(setting: Setting, kept: KeptSetting) -> Any:
    """The value in force, as JSON says it."""
    return setting.default if kept.value is None or setting.problems(kept.value) else kept.value


def _view(unit: Unit, name: str, kept: KeptSetting) -> dict[str, Any]:
    setting = unit.declared_settings[name]
    return {
        "name": name,
        "value": _value(setting, kept),
        "default": setting.default,
        "unit": setting.unit,
        "least": setting.least,
        "most": setting.most,
        "choices": setting.choices,
        "description": {"en": setting.en, "sv": setting.sv},
        "needs_second_person": setting.needs_second_person,
        "changed_by": kept.set_by,
        "changed_at": kept.set_at,
    }


def _answer(unit: Unit, kept: KeptSetting) -> Answer:
    """A setting with its history and its ETag."""
    waiting = kept.waiting
    values = {
        **_view(unit, kept.id, kept),
        "history": list(_history(kept)),
        "waiting": _change(unit, waiting, kept) if waiting else None,
    }
    return Answer(values, version_of=kept)


def _history(kept: KeptSetting) -> Iterator[dict[str, Any]]:
    """The values that it has had, the latest first."""
    for change in sorted(kept.changes, key=_done_at, reverse=True):
        if change.status == ChangeStatus.DONE:
            names = ("value", "by", "at", "reason", "confirmed_by")
            yield {name: getattr(change, name) for name in names}


def _done_at(change: SettingChange) -> Any:
    return change.confirmed_at or change.at, change.id


def _change(unit: Unit, change: SettingChange, kept: KeptSetting) -> dict[str, Any]:
    """A change that waits. Its id begins with the service's name, so that it is found again among five services."""
    service = kept.id.partition(".")[0]
    return {
        "id": f"{service}.{change.id}",
        "name": kept.id,
        "present_value": _value(unit.declared_settings[kept.id], kept),
        "value": change.value,
        "reason": change.reason,
        "by": change.by,
        "at": change.at,
    }
