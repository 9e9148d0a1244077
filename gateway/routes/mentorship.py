"""The routes of mentorship."""

from gateway.endpoints import Route

ROUTES: tuple[Route, ...] = ()
