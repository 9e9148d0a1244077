"""Intake in the test's own process."""

from collections.abc import Callable
from typing import Any

import pytest

from services.intake.contract.form import SubmitApplication
from services.intake.service import Intake
from services.kernel.process.service import Service
from services.kernel.testing import Harness


@pytest.fixture
def intake(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    return harness_of(Intake)


def a_form(**overrides: Any) -> dict[str, Any]:
    """A valid form."""
    return {**SubmitApplication.example, **overrides}


ANNA = "189001019802"
CALLBACK = {"kind": "callback", "phone": "+46701234567", "consent": True}
