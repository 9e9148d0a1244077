"""Compensation's routes."""

from gateway.endpoints import Route
from services.compensation import contract

_TARIFFS = "/<municipality>/tariffs"
_AGREEMENTS = "/<municipality>/agreements"
_PAY_RUNS = "/<municipality>/pay-runs"
_PAY_RUN = f"{_PAY_RUNS}/<pay_run_id>"
_SERVICE = "compensation"

ROUTES = (
    Route(method="GET", path=_TARIFFS, service=_SERVICE, operation=contract.LIST_TARIFFS),
    Route(method="GET", path=f"{_TARIFFS}/<year>", service=_SERVICE, operation=contract.GET_TARIFF),
    Route(method="PUT", path=f"{_TARIFFS}/<year>", service=_SERVICE, operation=contract.SET_TARIFF),
    Route(method="GET", path=_AGREEMENTS, service=_SERVICE, operation=contract.LIST_AGREEMENTS),
    Route(method="GET", path=f"{_AGREEMENTS}/<agreement_id>", service=_SERVICE, operation=contract.GET_AGREEMENT),
    Route(
        method="POST", path=f"{_AGREEMENTS}/<agreement_id>/sign", service=_SERVICE, operation=contract.SIGN_AGREEMENT
    ),
    Route(
        method="POST",
        path=_PAY_RUNS,
        service=_SERVICE,
        operation=contract.COMPUTE_PAY_RUN,
        status=201,
        location="/pay-runs/{id}",
    ),
    Route(method="GET", path=_PAY_RUNS, service=_SERVICE, operation=contract.LIST_PAY_RUNS),
    Route(method="GET", path=_PAY_RUN, service=_SERVICE, operation=contract.GET_PAY_RUN),
    Route(method="GET", path=f"{_PAY_RUN}/lines", service=_SERVICE, operation=contract.LIST_PAY_LINES),
    Route(method="POST", path=f"{_PAY_RUN}/approve", service=_SERVICE, operation=contract.APPROVE_PAY_RUN),
    Route(method="POST", path=f"{_PAY_RUN}/discard", service=_SERVICE, operation=contract.DISCARD_PAY_RUN),
)
