"""Investigation's routes."""

from gateway.endpoints import Route
from services.investigation import contract

_INVESTIGATIONS = "/<municipality>/investigations"
_INVESTIGATION = f"{_INVESTIGATIONS}/<investigation_id>"

ROUTES = (
    Route(method="GET", path=_INVESTIGATIONS, service="investigation", operation=contract.LIST_INVESTIGATIONS),
    Route(method="GET", path=_INVESTIGATION, service="investigation", operation=contract.GET_INVESTIGATION),
    Route(
        method="PUT",
        path=f"{_INVESTIGATION}/register-checks/<check_id>",
        service="investigation",
        operation=contract.RECORD_REGISTER_CHECK,
    ),
    Route(
        method="PUT",
        path=f"{_INVESTIGATION}/assessments/<area>",
        service="investigation",
        operation=contract.ASSESS_AREA,
    ),
    Route(
        method="POST",
        path=f"{_INVESTIGATION}/proposal",
        service="investigation",
        operation=contract.PROPOSE_DECISION,
    ),
    Route(
        method="POST",
        path=f"{_INVESTIGATION}/decision",
        service="investigation",
        operation=contract.DECIDE_INVESTIGATION,
    ),
)
