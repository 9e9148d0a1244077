"""Every route of the interface, a module per service."""

from gateway.endpoints import Route
from gateway.routes import intake

ROUTES: tuple[Route, ...] = (*intake.ROUTES,)
