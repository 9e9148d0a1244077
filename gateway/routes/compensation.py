"""The routes of compensation."""

from gateway.endpoints import Route

ROUTES: tuple[Route, ...] = ()
