"""Intake's routes."""

from gateway.endpoints import Route
from services.intake import contract

_APPLICATION = "/<municipality>/applications/<application_id>"

ROUTES = (
    Route(method="GET", path="/municipalities", service="intake", operation=contract.LIST_MUNICIPALITIES),
    Route(
        method="POST",
        path="/<municipality>/applications",
        service="intake",
        operation=contract.SUBMIT_APPLICATION,
        status=201,
        location="/applications/{id}",
    ),
    Route(method="GET", path="/<municipality>/applications", service="intake", operation=contract.LIST_APPLICATIONS),
    Route(method="GET", path=_APPLICATION, service="intake", operation=contract.GET_APPLICATION),
    Route(method="POST", path=f"{_APPLICATION}/contacts", service="intake", operation=contract.RECORD_CONTACT),
    Route(method="POST", path=f"{_APPLICATION}/qualify", service="intake", operation=contract.QUALIFY_APPLICATION),
)
