"""The routes of placement."""

from gateway.endpoints import Route

ROUTES: tuple[Route, ...] = ()
