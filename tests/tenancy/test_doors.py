"""Nobody enters a municipality but with a token of its own and a right to what is asked: every route, by everybody who
might try. No service is asked anything by whoever is refused."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc import jwt

from gateway.development import issuer_of
from gateway.routes import ROUTES, Route
from services.kernel.contracts import Operation
from services.kernel.contracts.join import OneThing
from tests.contract.house import path_parameters
from tests.contract.test_routes import ROLES
from tests.unit.gateway.factories import Visitor, a_token, claims, private_key

OWN, OTHER = "orebro", "stockholm"
#: Headers by which somebody might hope to become another municipality's, or somebody else.
FORGED = ("Tenant", "X-Tenant", "X-Tenant-ID", "X-Municipality", "Municipality", "Hemvist-Tenant", "X-Hemvist-Tenant",
          "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-HTTP-Method-Override",
          "X-Forwarded-User", "X-Remote-User", "Context", "X-Context", "X-Roles")  # fmt: skip

NOT_FOUND = {
    "fault": {"code": "not_found", "status": 404, "title": "", "detail": "", "errors": [], "extra": {}},
}

OF_A_MUNICIPALITY = [route for route in ROUTES if "<municipality>" in route.operation.path]
WITH_ROLES = [route for route in OF_A_MUNICIPALITY if route.operation.roles]

Refused = Callable[[Route, str | None], tuple[int, str]]


@pytest.fixture(scope="module")
def shared_visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return Visitor(tmp_path_factory.mktemp("gateway"))


@pytest.fixture
def visitor(shared_visitor: Visitor) -> Iterator[Visitor]:
    shared_visitor.services.asked.clear()
    yield shared_visitor
    shared_visitor.services.asked.clear()


def place(route: Route, municipality: str) -> str:
    """An address that the route serves."""
    path = route.operation.path.replace("<municipality>", municipality)
    for name in path_parameters(route):
        path = path.replace(f"<{name}>", "intake.1")
    return path


def given(operation: Operation) -> dict[str, Any]:
    """A body, and the headers that it needs."""
    body = {"json": operation.body.example} if operation.body is not None else {}
    return {**body, "headers": {"If-Match": "*", "Access-Reason": "Because."}}


@pytest.fixture
def refused(visitor: Visitor) -> Refused:
    """What whoever has the token is answered at a route of Örebro; no service has heard of it."""

    def ask(route: Route, token: str | None) -> tuple[int, str]:
        operation = route.operation
        return visitor.refusal(operation.method, place(route, OWN), token=token, **given(operation))

    return ask


def test_without_a_token_nobody_enters(refused: Refused, attempts: Callable[[int], None]) -> None:
    attempts(len(WITH_ROLES))
    entered = {route.operation.name: found for route in WITH_ROLES if (found := refused(route, None))[0] != 401}
    assert entered == {}


def test_with_another_municipalitys_token_nothing_is_there(
    visitor: Visitor, refused: Refused, attempts: Callable[[int], None]
) -> None:
    attempts(len(OF_A_MUNICIPALITY))
    token = signed(visitor, key=OTHER, iss=issuer_of(OTHER), municipality=OTHER, roles=sorted(ROLES))
    found = {route.operation.name: refused(route, token) for route in OF_A_MUNICIPALITY}
    assert {name: answer for name, answer in found.items() if answer != (404, "not_found")} == {}


@pytest.mark.parametrize("issuer", [OWN, OTHER])
def test_another_municipalitys_key_signs_for_nobody_here(
    visitor: Visitor, refused: Refused, attempts: Callable[[int], None], issuer: str
) -> None:
    attempts(len(OF_A_MUNICIPALITY))
    token = signed(visitor, key=OTHER, iss=issuer_of(issuer), municipality=OWN, roles=sorted(ROLES))
    found = {route.operation.name: refused(route, token) for route in OF_A_MUNICIPALITY}
    assert {name: answer for name, answer in found.items() if answer != (401, "token_invalid")} == {}


def test_whoever_lacks_the_role_is_refused_whatever_the_others(
    visitor: Visitor, refused: Refused, attempts: Callable[[int], None]
) -> None:
    attempts(len(WITH_ROLES))
    lacking = {route.operation.name: frozenset(ROLES - route.operation.roles) for route in WITH_ROLES}
    tokens = {roles: a_token(visitor.folder, roles=sorted(roles)) for roles in set(lacking.values())}
    found = {route.operation.name: refused(route, tokens[lacking[route.operation.name]]) for route in WITH_ROLES}
    assert {name: answer for name, answer in found.items() if answer != (403, "missing_role")} == {}


def test_a_header_makes_nobody_anothers(visitor: Visitor, attempts: Callable[[int], None]) -> None:
    """Whoever is entitled asks, and names another municipality in every way: the service hears of the token's alone."""
    attempts(len(OF_A_MUNICIPALITY) * len(FORGED))
    token = a_token(visitor.folder, roles=sorted(ROLES))
    visitor.services.answer = NOT_FOUND
    for route in OF_A_MUNICIPALITY:
        asked = given(route.operation)
        asked["headers"] |= dict.fromkeys(FORGED, OTHER)
        visitor.ask(route.operation.method, place(route, OWN), token=token, **asked)
    heard = {(context.tenant, context.actor) for _, _, context, _ in visitor.services.asked}
    assert heard == {(OWN, "anna")}
    unheard = {route.operation.name for route in OF_A_MUNICIPALITY} - {name for _, name, _, _ in visitor.services.asked}
    assert unheard == {route.operation.name for route in OF_A_MUNICIPALITY if needs_more(route.operation)}


def needs_more(operation: Operation) -> bool:
    """Whether no service hears of it but with a file, or while all are known to be there."""
    return operation.takes_file or (isinstance(operation.shared, OneThing) and not operation.reads)


def signed(visitor: Visitor, *, key: str, **said: Any) -> str:
    """A token with these claims under a municipality's key."""
    private = private_key(visitor.folder, key)
    return jwt.encode({"alg": "RS256", "kid": private.kid}, claims(**said), private)
