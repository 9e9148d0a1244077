"""Every operation has a route, and every route names an operation."""

from gateway.routes.mentorship import ROUTES
from services.mentorship.service import Mentorship


def test_every_operation_has_one_route() -> None:
    named = {route.operation.name: route.operation for route in ROUTES}
    assert named == Mentorship.operations()
    assert len(ROUTES) == len(named)
    assert {route.service for route in ROUTES} == {"mentorship"}
