"""Every route of the interface, a module per service."""

from gateway.endpoints import Route
from gateway.routes import compensation, intake, investigation, mentorship, placement

ROUTES: tuple[Route, ...] = (
    *intake.ROUTES,
    *investigation.ROUTES,
    *placement.ROUTES,
    *mentorship.ROUTES,
    *compensation.ROUTES,
)
