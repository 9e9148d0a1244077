"""The routes of investigation."""

from gateway.endpoints import Route

ROUTES: tuple[Route, ...] = ()
