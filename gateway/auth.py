"""Who asks: bearer tokens, checked against the municipality's own issuer and keys.

Tenants come from `tenants.toml`, which is read again when it changes. A token of one municipality on another's path is
answered as if nothing were there.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from gateway import development
from services.kernel import clock
from services.kernel.directory import Tenant, read_tenants
from services.kernel.errors import Fault, NotFound

ALGORITHMS = ["RS256", "PS256", "ES256"]
_LEEWAY = 30  #: seconds by which two clocks may differ
_LOOK_AGAIN = 1.0  #: seconds after which it is looked whether the tenants' file has changed
_KEYS_FOR = 600.0  #: seconds for which a provider's keys are kept
_REFETCH_AFTER = 30.0  #: seconds before an unknown key makes us ask the provider again


class TokenMissing(Fault):
    """This needs a bearer token of the municipality's login."""

    status = 401


class TokenInvalid(Fault):
    """The token is not one that the municipality's login has signed, or its time has passed."""

    status = 401


class IdentityProviderUnavailable(Fault):
    """The municipality's login can not be reached to check the token."""

    status = 503


@dataclass(frozen=True, slots=True)
class Caller:
    """What a valid token says."""

    tenant: str
    subject: str
    roles: tuple[str, ...]
    personal_number: str | None


@dataclass(frozen=True, slots=True)
class _Keys:
    keys: KeySet
    fetched: float


class Authority:
    """Checks tokens. Thread-safe."""

    def __init__(self, tenants_file: Path, issuer_dir: Path | None) -> None:
        self._file = tenants_file
        self._issuer_dir = issuer_dir
        self._modified = 0.0
        self._looked_at = float("-inf")
        self._tenants: dict[str, Tenant] = {}
        self._keys: dict[str, _Keys] = {}
        self._lock = Lock()

    def tenant(self, slug: str) -> Tenant:
        """The tenant; `NotFound` when there is none of that name."""
        if time.monotonic() - self._looked_at > _LOOK_AGAIN:
            self._looked_at = time.monotonic()
            modified = self._file.stat().st_mtime
            if modified != self._modified:
                self._tenants = {tenant.slug: tenant for tenant in read_tenants(self._file)}
                self._modified = modified
        if slug not in self._tenants:
            raise NotFound
        return self._tenants[slug]

    def caller(self, token: str, *, slug: str) -> Caller:
        """Whom the token names, for a path of the municipality `slug`.

        Raises `TokenInvalid`, and `NotFound` when the token is good but another municipality's.
        """
        claims = self._claims(token)
        if claims["municipality"] != slug:
            raise NotFound
        roles = claims.get("roles", [])
        subject = claims.get("sub")
        if not isinstance(roles, list) or not isinstance(subject, str) or not subject:
            raise TokenInvalid
        number = claims.get("personal_number")
        return Caller(
            slug, subject, tuple(role for role in roles if isinstance(role, str)), str(number) if number else None
        )

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            unverified = extract_compact(token.encode())
            kid = unverified.headers().get("kid")
            slug = json.loads(unverified.payload).get("municipality")
        except (JoseError, ValueError, AttributeError):
            raise TokenInvalid from None
        try:
            provider = self.tenant(slug).identity_provider if isinstance(slug, str) else {}
        except NotFound:
            raise TokenInvalid from None
        if not provider:
            raise TokenInvalid
        issuer = development.issuer_of(slug) if provider["kind"] == "development" else provider["issuer"]
        audience = provider.get("audience", development.AUDIENCE)
        try:
            decoded = jwt.decode(token, self._keys_of(slug, provider, kid), algorithms=ALGORITHMS)
            registry = jwt.JWTClaimsRegistry(
                now=int(clock.now().timestamp()),
                leeway=_LEEWAY,
                iss={"essential": True, "value": issuer},
                aud={"essential": True, "value": audience},
                exp={"essential": True},
            )
            registry.validate(decoded.claims)
        except (JoseError, ValueError):
            raise TokenInvalid from None
        return decoded.claims

    def _keys_of(self, slug: str, provider: dict[str, str], kid: str | None) -> KeySet:
        with self._lock:
            known = self._keys.get(slug)
            age = time.monotonic() - known.fetched if known else _KEYS_FOR
            unknown = known is not None and kid is not None and all(key.kid != kid for key in known.keys.keys)
            if known is None or age >= _KEYS_FOR or (unknown and age >= _REFETCH_AFTER):
                known = self._keys[slug] = _Keys(self._fetch(slug, provider), time.monotonic())
            return known.keys

    def _fetch(self, slug: str, provider: dict[str, str]) -> KeySet:
        try:
            match provider["kind"]:
                case "development" if self._issuer_dir is not None:
                    found = json.loads((self._issuer_dir / f"{slug}.jwks.json").read_text(encoding="ascii"))
                case "jwks":
                    found = json.loads(Path(provider["jwks_file"]).read_text(encoding="utf-8"))
                case "oidc":
                    discovered = _get(provider["issuer"].rstrip("/") + "/.well-known/openid-configuration")
                    if discovered["issuer"] != provider["issuer"]:
                        raise TokenInvalid
                    found = _get(discovered["jwks_uri"])
                case _:
                    raise TokenInvalid
        except (OSError, KeyError, ValueError):  # requests' exceptions are OSErrors
            raise IdentityProviderUnavailable from None
        return KeySet.import_key_set(found)


def _get(url: str) -> Any:
    answer = requests.get(url, timeout=3, allow_redirects=False)
    answer.raise_for_status()
    return answer.json()
