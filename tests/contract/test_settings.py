"""What a municipality decides for itself: each setting is declared, described and used, and none is read by another
name."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from deploy.cli.names import ROOT
from services.kernel.contracts import Setting
from services.kernel.process.service import Service
from services.kernel.rows.directory import read_tenants
from services.kernel.rows.settings import problems_of
from tests.contract.house import SERVICES

DECLARED = [item for service in SERVICES.values() for item in service.declared_settings().items()]
each_setting = pytest.mark.parametrize("setting", [pytest.param(setting, id=name) for name, setting in DECLARED])
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
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


class TestDeclaration:
    @each_setting
    def test_its_default_is_one_of_its_values(self, setting: Setting) -> None:
        assert setting.problems(setting.default) == []
        assert setting.read(setting.default) == setting.default
        assert isinstance(setting.default, setting.kind)

    @each_setting
    def test_a_number_has_bounds_and_a_unit_and_a_text_has_choices(self, setting: Setting) -> None:
        is_number = setting.kind is int
        assert is_number == (setting.choices is None)
        for of_numbers in (setting.least, setting.most, setting.unit):
            assert (of_numbers is not None) == is_number

    @each_setting
    def test_it_is_described_in_english_and_in_swedish(self, setting: Setting) -> None:
        for text in (setting.en, setting.sv):
            assert re.fullmatch(r"[A-ZÅÄÖ].{10,}\.", text)
        assert setting.en != setting.sv

    @each_service
    def test_its_name_is_its_own(self, service: type[Service]) -> None:
        names = [setting.name for setting in service.declared_settings().values()]
        assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names)
        declared = (
            [value for value in vars(service.settings).values() if isinstance(value, Setting)]
            if service.settings
            else []
        )
        assert len(declared) == len(set(names)), "two settings have one name"

    def test_those_that_touch_pay_need_a_second_person(self) -> None:
        found = SERVICES["compensation"].declared_settings().values()
        assert found
        assert all(setting.needs_second_person for setting in found)


def test_the_file_of_municipalities_states_only_what_is_declared() -> None:
    declared = [service.declared_settings() for service in SERVICES.values()]
    for tenant in read_tenants(Path(ROOT / "deploy" / "tenants.toml")):
        assert tenant.settings
        assert problems_of(tenant.settings, declared) == []
