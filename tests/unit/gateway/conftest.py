"""A gateway in the test's own process."""

from pathlib import Path

import pytest

from tests.unit.gateway.factories import Visitor, some_settings


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and tenants that no test changes."""
    folder = tmp_path_factory.mktemp("gateway")
    some_settings(folder)
    return folder


@pytest.fixture(scope="session")
def shared_visitor(folder: Path) -> Visitor:
    return Visitor(folder)


@pytest.fixture
def visitor(shared_visitor: Visitor) -> Visitor:
    """A visitor whom nobody has answered yet."""
    shared_visitor.services.asked.clear()
    shared_visitor.services.answer = {"body": {"id": "7"}, "etag": "3"}
    return shared_visitor
