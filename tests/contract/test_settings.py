"""What a municipality decides for itself: each setting is declared, described and used, and none is read by another
name."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from marshmallow.validate import Range

from deploy.cli.demo.compensation import TARIFF
from deploy.cli.names import ROOT
from services.compensation.contract.tariff_parts import ReportingPart
from services.kernel.contracts import Setting
from services.kernel.messages.tenants import read_tenants
from services.kernel.process.service import Service
from services.kernel.rows.settings import problems_of
from services.placement.settings import REPORT_BY_DAY
from tests.contract.house import SERVICES

DECLARED = [item for service in SERVICES.values() for item in service.declared_settings().items()]
each_setting = pytest.mark.parametrize("setting", [pytest.param(setting, id=name) for name, setting in DECLARED])
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
TEXT = re.compile(r"[A-ZÅÄÖ].{10,}\.")  #: a sentence
UNREADABLE = "(not by its name)"  #: a use of `settings` from which no name can be told


def read_in(source: str) -> Iterator[str]:
    """The settings that a module reads: X of each `unit.settings.X`. The settings as a whole are handed on nowhere, so
    that every name that is read is found."""
    tree = ast.parse(source)
    named = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "settings" and _is_unit(node.value):
            yield named.get(id(node), UNREADABLE)


def _is_unit(node: ast.expr) -> bool:
    """`unit`, or something's unit."""
    return (isinstance(node, ast.Name) and node.id == "unit") or (
        isinstance(node, ast.Attribute) and "unit" in node.attr
    )


def sources(service: type[Service]) -> Iterator[str]:
    for file in (ROOT / "services" / service.name).rglob("*.py"):
        yield file.read_text(encoding="utf-8")


def slips(declared: Iterable[Setting], modules: Iterable[str]) -> list[str]:
    """What is read and not declared, and what is declared and not read."""
    read = {name for source in modules for name in read_in(source)}
    names = {setting.name for setting in declared}
    return [
        *(f"{name} is read and not declared" for name in sorted(read - names)),
        *(f"{name} is declared and not read" for name in sorted(names - read)),
    ]


@each_service
def test_what_is_read_is_declared_and_what_is_declared_is_read(service: type[Service]) -> None:
    assert slips(service.declared_settings().values(), sources(service)) == []


class TestTheCheckItself:
    ONE = Setting(name="one", kind=int, default=1, least=0, most=2, en="", sv="")

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("x = unit.settings.one", []),
            ("def f(self): return g(self.unit.settings.one)", []),
            ("x = unit.settings.one + unit.settings.oen", ["oen is read and not declared"]),
            ("x = 1", ["one is declared and not read"]),
            ("x = unit.settings.one; f(unit.settings)", [f"{UNREADABLE} is read and not declared"]),
            ("x = unit.settings.one; y = unit.settings['one']", [f"{UNREADABLE} is read and not declared"]),
            ("x = unit.settings.get('one')", ["get is read and not declared", "one is declared and not read"]),
            ("x = unit.settings.one; getattr(unit.settings, n)", [f"{UNREADABLE} is read and not declared"]),
            ("y = self.settings.one", ["one is declared and not read"]),
        ],
    )
    def test_a_slip_is_seen(self, source: str, found: list[str]) -> None:
        assert slips([self.ONE], [source]) == found


def shortcomings(setting: Setting) -> list[str]:
    """What its declaration lacks: bounds and a unit of a number, choices of a text, what it is for in two languages."""
    number = setting.kind is int
    bounds = (setting.least, setting.most)
    found = {
        "it is a number and a choice": number != (setting.choices is None),
        "it has no least or no most": number and None in bounds,
        "its least is above its most": None not in bounds and bounds[0] > bounds[1],  # type: ignore[operator]
        "it has no unit": number and not setting.unit,
        "it is a choice with a number's bounds or unit": not number and (*bounds, setting.unit) != (None, None, None),
        "it offers no choice": setting.choices is not None and len(set(setting.choices)) < 2,
        "its default has another type": type(setting.default) is not setting.kind,
        "its default is none of its values": bool(setting.problems(setting.default)),
        "it is not described in English": not TEXT.fullmatch(setting.en),
        "it is not described in Swedish": not TEXT.fullmatch(setting.sv),
        "its two descriptions are one": setting.en == setting.sv,
        "its name is no name": not re.fullmatch("[a-z]+(_[a-z]+)*", setting.name),
    }
    return [text for text, is_so in found.items() if is_so]


class TestDeclaration:
    @each_setting
    def test_it_lacks_nothing(self, setting: Setting) -> None:
        assert shortcomings(setting) == []

    @each_service
    def test_its_name_is_its_own(self, service: type[Service]) -> None:
        room = vars(service.settings).values() if service.settings else ()
        declared = {value for value in room if isinstance(value, Setting)}
        assert len(declared) == len(service.declared_settings()), "two settings have one name"

    def test_those_that_touch_pay_need_a_second_person(self) -> None:
        found = SERVICES["compensation"].declared_settings().values()
        assert found
        assert all(setting.needs_second_person for setting in found)


class TestTheDeclarationsCheckItself:
    class Way(StrEnum):
        ONE = "one"
        OTHER = "other"

    DAYS = Setting(
        name="some_days", kind=int, default=1, least=1, most=9, unit="days", en="How many days.", sv="Hur många dagar."
    )
    WAY = Setting(name="some_way", kind=Way, default=Way.ONE, en="In which way.", sv="På vilket sätt.")

    def test_what_is_right_lacks_nothing(self) -> None:
        assert [shortcomings(setting) for setting in (self.DAYS, self.WAY)] == [[], []]

    @pytest.mark.parametrize(
        ("changed", "lacking"),
        [
            ({"least": None}, "it has no least or no most"),
            ({"most": None}, "it has no least or no most"),
            ({"least": 0, "most": -1}, "its least is above its most"),
            ({"unit": None}, "it has no unit"),
            ({"unit": ""}, "it has no unit"),
            ({"default": 10}, "its default is none of its values"),
            ({"default": True}, "its default has another type"),
            ({"default": "1"}, "its default has another type"),
            ({"en": ""}, "it is not described in English"),
            ({"sv": ""}, "it is not described in Swedish"),
            ({"sv": "todo"}, "it is not described in Swedish"),
            ({"sv": "How many days."}, "its two descriptions are one"),
            ({"name": "someDays"}, "its name is no name"),
            ({"name": "intake.some_days"}, "its name is no name"),
        ],
    )
    def test_what_a_number_lacks_is_seen(self, changed: dict[str, Any], lacking: str) -> None:
        assert lacking in shortcomings(replace(self.DAYS, **changed))

    @pytest.mark.parametrize(
        ("changed", "lacking"),
        [
            ({"default": "one"}, "its default has another type"),
            ({"least": 1}, "it is a choice with a number's bounds or unit"),
            ({"unit": "days"}, "it is a choice with a number's bounds or unit"),
            ({"kind": StrEnum("Alone", ["ONE"])}, "it offers no choice"),
            ({"kind": StrEnum("Other", ["A", "B"])}, "its default is none of its values"),
        ],
    )
    def test_what_a_choice_lacks_is_seen(self, changed: dict[str, Any], lacking: str) -> None:
        assert lacking in shortcomings(replace(self.WAY, **changed))


def test_the_file_of_municipalities_states_only_what_is_declared() -> None:
    declared = [service.declared_settings() for service in SERVICES.values()]
    for tenant in read_tenants(Path(ROOT / "deploy" / "tenants.toml")):
        assert tenant.settings
        assert problems_of(tenant.settings, declared) == []


def test_the_day_of_reporting_is_reminded_as_a_tariff_may_say_it() -> None:
    """It stands twice: in the tariff as the board adopted it, and as the setting by which placement reminds."""
    reminded, said = REPORT_BY_DAY, ReportingPart().fields["due_day"]
    bounds = next(one for one in said.validators if isinstance(one, Range))
    assert (reminded.least, reminded.most) == (bounds.min, bounds.max)
    assert reminded.default == ReportingPart.example["due_day"] == TARIFF["reporting"]["due_day"]
