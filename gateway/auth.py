"""Who asks: bearer tokens, checked against the municipality's own issuer and keys.

Tenants come from `tenants.toml`, which is read again when it changes; the keys come from `providers`.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact
from marshmallow import ValidationError

from gateway import development
from gateway.providers import Providers, issuer_of
from services.kernel.basics import clock
from services.kernel.basics.log import failed
from services.kernel.contracts.faults import Fault, NotFound
from services.kernel.contracts.fields import PersonalNumber
from services.kernel.contracts.schema import not_text
from services.kernel.messages.tenants import Login, Tenant, read_tenants

ALGORITHMS = ["RS256", "PS256", "ES256"]
_LONGEST = 16_384  #: signs of a token
_LONGEST_NAME = 200
_REMEMBERED = 1024  #: good tokens; then they are forgotten and remembered anew
_LEEWAY = 30  #: seconds by which two clocks may differ
_LOOK_AGAIN = 1.0  #: seconds after which it is looked whether the tenants' file has changed


class TokenMissing(Fault):
    """This needs a bearer token of the municipality's login."""

    status = 401


class TokenInvalid(Fault):
    """The token is not one that the municipality's login has signed, or its time has passed."""

    status = 401


@dataclass(frozen=True, slots=True)
class Caller:
    """What a valid token says."""

    tenant: str
    subject: str
    roles: tuple[str, ...]
    personal_number: str | None
    name: str | None = None  #: as the login knows whoever it is


def _normal(number: str) -> str:
    """A personal number as the services know it, twelve digits; `TokenInvalid` when it is none."""
    try:
        return str(PersonalNumber().deserialize(number))
    except ValidationError:
        raise TokenInvalid from None


class Authority:
    """Checks tokens. Thread-safe. `plain_http` lets a provider be asked without TLS: never in production."""

    def __init__(self, tenants_file: Path, issuer_dir: Path | None, *, plain_http: bool = False) -> None:
        self._file = tenants_file
        self._modified = 0
        self._looked_at = float("-inf")
        self._tenants: dict[str, Tenant] = {}
        self._providers = Providers(issuer_dir, plain_http=plain_http)
        self._known: dict[str, _Known] = {}

    def tenant(self, slug: str) -> Tenant:
        """The tenant; `NotFound` when there is none of that name."""
        if time.monotonic() - self._looked_at > _LOOK_AGAIN:
            self._read()
            self._looked_at = time.monotonic()  # only now, so that nobody else finds the tenants not yet read
        if slug not in self._tenants:
            raise NotFound
        return self._tenants[slug]

    def _read(self) -> None:
        try:
            modified = self._file.stat().st_mtime_ns
            if modified != self._modified:
                self._tenants = {tenant.slug: tenant for tenant in read_tenants(self._file)}
                self._modified = modified
        except (OSError, ValueError) as problem:
            # A slip in the file must not lock out the municipalities that stood in it before.
            failed("tenants_unreadable", problem)
            if not self._tenants:
                raise

    def caller(self, token: str) -> Caller:
        """Whom the token names; `TokenInvalid` unless that municipality's own login has signed it for us."""
        claims, login = self._claims(token)
        subject, roles, number = claims.get("sub"), claims.get("roles", []), claims.get("personal_number")
        if not isinstance(subject, str) or not 0 < len(subject) <= 200 or not_text(subject):
            raise TokenInvalid
        if not isinstance(roles, list) or not isinstance(number, str | None):
            raise TokenInvalid
        name = claims.get("name")
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not_text(name):
            name = None  # it is only for reading
        named = login.of_these(role for role in roles if isinstance(role, str))
        return Caller(claims["municipality"], subject, named, _normal(number) if number else None, name)

    def _claims(self, token: str) -> tuple[dict[str, Any], Login]:
        """What the token says, and the login that has signed it."""
        if len(token) > _LONGEST:
            raise TokenInvalid
        known = self._known.get(token)
        named = known.named if known else _named(token)
        login = self._login(named)
        keys = self._providers.keys(login, kid=named.kid)
        if known is None or known.keys is not keys:
            known = _Known(named, keys, _signed(token, keys))
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[token] = known
        registry = jwt.JWTClaimsRegistry(
            now=int(clock.now().timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": issuer_of(login) or ""},
            aud={"essential": True, "value": login.provider.get("audience", development.AUDIENCE)},
            exp={"essential": True},
        )
        try:
            registry.validate(known.claims)
        except (JoseError, ValueError, TypeError):
            raise TokenInvalid from None
        return known.claims, login

    def _login(self, named: "_Named") -> Login:
        """The municipality's login of that issuer."""
        try:
            logins = self.tenant(named.slug).logins
        except NotFound:
            raise TokenInvalid from None
        found = next((login for login in logins if login.provider and issuer_of(login) in (None, named.issuer)), None)
        if found is None:
            raise TokenInvalid
        return found


@dataclass(frozen=True, slots=True)
class _Named:
    """What a token says of itself before anything of it is believed."""

    kid: str | None
    slug: str
    issuer: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A token whose signature was good for these keys. A client sends the same one again and again."""

    named: _Named
    keys: KeySet  #: the very ones; when they are fetched anew they are others, and the token is checked again
    claims: dict[str, Any]


def _named(token: str) -> _Named:
    """The key, the municipality and the issuer that the token names."""
    try:
        unverified = extract_compact(token.encode())
        kid, said = unverified.headers().get("kid"), json.loads(unverified.payload)
        slug, issuer = said.get("municipality"), said.get("iss")
    except (JoseError, ValueError, AttributeError, RecursionError):
        raise TokenInvalid from None
    if not isinstance(slug, str) or not isinstance(issuer, str) or not isinstance(kid, str | None):
        raise TokenInvalid
    return _Named(kid, slug, issuer)


def _signed(token: str, keys: KeySet) -> dict[str, Any]:
    """The claims, signed with one of the keys."""
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError):
        raise TokenInvalid from None
