"""Who may ask for what: every operation by every role, at the service itself."""

from collections.abc import Callable

import pytest

from services.kernel.process.service import Service
from services.kernel.testing import Harness
from tests.contract.house import SERVICES
from tests.contract.test_routes import ROLES
from tests.tenancy.coverage import path_parameters

OPERATIONS = [(name, operation) for name, service in SERVICES.items() for operation in service.operations()]


def refused(harness: Harness, operation_name: str, *roles: str) -> bool:
    """Whether the service says that none of the roles allows it. What is asked for is nowhere."""
    path = dict.fromkeys(path_parameters(harness.service, operation_name), "nowhere")
    reply = harness.reply(operation_name, roles=roles, if_match="1", **path)
    return bool(reply.get("fault", {}).get("code") == "missing_role")


@pytest.mark.parametrize(("name", "operation_name"), OPERATIONS)
def test_an_operation_is_done_for_the_roles_that_it_names_and_for_no_other(
    harness_of: Callable[[type[Service]], Harness], attempts: Callable[[int], None], name: str, operation_name: str
) -> None:
    harness = harness_of(SERVICES[name])
    allowed = harness.service.operations()[operation_name].roles
    assert allowed <= ROLES
    attempts(len(ROLES - allowed) if allowed else 0)
    done = {role for role in ROLES if not refused(harness, operation_name, role)}
    assert done == (allowed or ROLES)
    assert refused(harness, operation_name) == bool(allowed)
    assert refused(harness, operation_name, *(ROLES - allowed)) == bool(allowed)
