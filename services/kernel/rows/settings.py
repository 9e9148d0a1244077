"""A municipality's settings as they are kept: the value in force, every change, and what the operator's file states.

The file states a value once: what an administrator changed afterwards stays, until the file's own value is another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import ForeignKeyConstraint, Index, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.keep import ForEver
from services.kernel.contracts.settings import ChangeStatus, Declared, Setting, SettingChangeNotWaiting
from services.kernel.rows.tables import KernelBase, SealedJson, Tenanted, Versioned

HISTORY = ForEver("the board's own decisions: nobody's file")


class SettingChange(Tenanted, KernelBase):
    """A change of a setting; what the file states is one by nobody. Only what became of it is ever rewritten."""

    __tablename__ = "setting_change"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "setting_id"], ["setting.tenant", "setting.id"]),
        Index(None, "tenant", "setting_id"),
    )
    keep = HISTORY
    about = Nobody("what a municipality decided: nobody's data but who decided it")

    setting_id: Mapped[str]
    value: Mapped[Any] = mapped_column(JSONB)
    status: Mapped[str]
    by: Mapped[str | None]
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(SealedJson("setting_change.reason"))
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class KeptSetting(Versioned, KernelBase):
    """What a municipality has decided, by the setting's whole name. Version 0: nobody has changed anything yet."""

    __tablename__ = "setting"
    keep = HISTORY
    about = Nobody("what a municipality decided: nobody's data but who decided it")

    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))  #: None: the default is in force
    set_by: Mapped[str | None]
    set_at: Mapped[datetime | None]

    changes: Mapped[list[SettingChange]] = relationship(order_by=SettingChange.id)

    @property
    def waiting(self) -> SettingChange | None:
        """The change that another person has to confirm."""
        return next((change for change in self.changes if change.status == ChangeStatus.WAITING), None)

    def change(self, value: Any, *, reason: str, by: str, at: datetime) -> None:
        """It has the value from now on."""
        self.take_back(at=at)
        self._note(value, ChangeStatus.DONE, reason=reason, by=by, at=at)
        self._set(value, by=by, at=at)

    def propose(self, value: Any, *, reason: str, by: str, at: datetime) -> SettingChange:
        """It has the value when another person confirms it."""
        self.take_back(at=at)
        self.touch(at)
        return self._note(value, ChangeStatus.WAITING, reason=reason, by=by, at=at)

    def take_back(self, *, at: datetime) -> None:
        """Nothing waits any more."""
        waiting = self.waiting
        if waiting is not None:
            waiting.status = ChangeStatus.REPLACED
            self.touch(at)

    def confirm(self, change: SettingChange, *, by: str, at: datetime) -> None:
        """Carries out what another person proposed. Raises `SettingChangeNotWaiting`, `SecondPersonNeeded`."""
        if change.status != ChangeStatus.WAITING:
            raise SettingChangeNotWaiting
        if change.by == by:
            raise SecondPersonNeeded
        change.status = ChangeStatus.DONE
        change.confirmed_by, change.confirmed_at = by, at
        self._set(change.value, by=change.by, at=at)

    def _set(self, value: Any, *, by: str | None, at: datetime) -> None:
        self.value, self.set_by, self.set_at = value, by, at
        self.touch(at)

    def _note(self, value: Any, status: ChangeStatus, *, reason: str, by: str, at: datetime) -> SettingChange:
        noted = SettingChange(id=new_id(), value=value, status=status, reason=reason, by=by, at=at)
        self.changes.append(noted)
        return noted


class Settings:
    """A municipality's settings in one service as they are in force, by name: `unit.settings.contact_days`."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        if name not in self._values:
            raise AttributeError(f"no setting {name} is declared")
        return self._values[name]


def in_force(declared: Declared, kept: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """The settings, and the names of those whose kept value the service no longer accepts: they have their default."""
    wrong = [name for name, value in kept.items() if name in declared and declared[name].problems(value)]
    values = {
        setting.name: setting.read(kept[name]) if name in kept and name not in wrong else setting.default
        for name, setting in declared.items()
    }
    return Settings(values), wrong


def past_of(session: Session, name: str, setting: Setting) -> Callable[[datetime], Any]:
    """What a setting, by its whole name, had at an instant, as its history says it: for what was decided by it and is
    looked at again. What the service no longer accepts has given way to the default."""
    since = func.coalesce(SettingChange.confirmed_at, SettingChange.at)
    done = select(SettingChange.value, since.label("since")).where(
        SettingChange.setting_id == name, SettingChange.status == ChangeStatus.DONE
    )
    rows = session.execute(done.order_by(since, SettingChange.id)).all()
    return lambda instant: _last(setting, [row.value for row in rows if row.since <= instant])


def _last(setting: Setting, values: Sequence[Any]) -> Any:
    accepted = values and not setting.problems(values[-1])
    return setting.read(values[-1]) if accepted else setting.default


def problems_of(stated: Mapping[str, Any], declared: Iterable[Declared]) -> list[str]:
    """What is wrong with the settings that a file states for the services that declare these."""
    known = {name: setting for some in declared for name, setting in some.items()}
    problems = []
    for name, value in stated.items():
        if name in known:
            problems += [f"setting {name}: {problem['detail']}" for problem in known[name].problems(value)]
        else:
            meant = [whole for whole in known if whole.partition(".")[2] == name]
            problems.append(f"setting {name} is unknown{f'; it is written {meant[0]}' if meant else ''}")
    return problems


def state(connection: "psycopg.Connection[Any]", stated: Mapping[str, Any], declared: Declared, at: datetime) -> bool:
    """Sets what the file states of a service and has not stated before, in the transaction of a tenant; whether
    anything is different now."""
    own = {name: value for name, value in stated.items() if name in declared}
    row = connection.execute("select settings from tenant_settings").fetchone()
    before = row[0] if row else {}
    kept = dict(connection.execute("select id, value from setting").fetchall())
    changed = {
        name: value for name, value in own.items() if name not in kept or value not in (before.get(name), kept[name])
    }
    for name, value in changed.items():
        (set_at,) = connection.execute(_SET, {"name": name, "value": Jsonb(value), "at": at}).fetchone() or (at,)
        connection.execute(
            "update setting_change set status = 'replaced' where setting_id = %s and status = 'waiting'", (name,)
        )
        connection.execute(
            "insert into setting_change (id, setting_id, value, status, at) values (%s, %s, %s, 'done', %s)",
            (new_id(), name, Jsonb(value), set_at),
        )
    connection.execute(_STATE, (Jsonb({**before, **own}),))
    return bool(changed)


_SET = """
    insert into setting as s (id, value, set_at, version, changed_at)
    values (%(name)s, %(value)s, %(at)s, 1, %(at)s)
    on conflict (tenant, id) do update
    set value = excluded.value, set_by = null, set_at = greatest(s.set_at, excluded.set_at), version = s.version + 1,
        changed_at = greatest(s.changed_at, excluded.changed_at)
    returning set_at
"""  # an administrator may have been quicker while this waited for the row: what comes after it is not dated before it
_STATE = """
    insert into tenant_settings as s (settings) values (%s)
    on conflict (tenant) do update set settings = excluded.settings where s.settings <> excluded.settings
"""
