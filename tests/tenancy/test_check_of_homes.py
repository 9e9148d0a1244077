"""The check of homes itself: with the kernel's own taken away it sees what a home would reach."""

from collections.abc import Callable

import pytest

from services.kernel.rows.unit import Unit
from tests.tenancy.stage import Stage
from tests.tenancy.test_isolation import check_neighbour


@pytest.mark.parametrize("operation_name", ["get_home", "accept_inquiry"])
def test_a_leak_is_seen(stage_of: Callable[[str], Stage], monkeypatch: pytest.MonkeyPatch, operation_name: str) -> None:
    monkeypatch.setattr(Unit, "_is_own", lambda _unit, _row: True)
    with pytest.raises((AssertionError, KeyError)):
        check_neighbour(stage_of("placement"), operation_name)
