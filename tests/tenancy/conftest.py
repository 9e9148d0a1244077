"""The attempts to reach what is another's are counted: the report of the run says how many there were."""

from collections.abc import Callable

import pytest

from tests.conftest import ATTEMPTS


@pytest.fixture
def attempts(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Says how many a test has made; every one was refused, or the test has failed."""
    return lambda count: record_property(ATTEMPTS, count)


@pytest.fixture
def attempt(attempts: Callable[[int], None]) -> None:
    """The test is one."""
    attempts(1)
