"""The municipalities' logins: where the keys that sign their tokens are found, and for how long they are kept.

One municipality's login that is slow or away delays nobody else's requests.
"""

import json
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import requests
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway import development
from services.kernel.basics.log import failed
from services.kernel.contracts.faults import Fault
from services.kernel.messages.tenants import Login

KEYS_FOR = 600.0  #: seconds after which a provider is asked for its keys again
STALE_FOR = 3600.0  #: seconds for which keys are used while their provider does not answer
REFETCH_AFTER = 30.0  #: seconds before an unknown key, or a failure, makes us ask again
FAILED_FOR = 5.0  #: seconds for which a provider that did not answer is left alone
PATIENCE = 3.0  #: seconds that a provider has to answer, and that others wait for the one who asks
#: whatever a provider that is away, or that answers something else, brings about (requests' exceptions are OSErrors)
_UNUSABLE = (JoseError, OSError, AttributeError, LookupError, TypeError, ValueError)


class IdentityProviderUnavailable(Fault):
    """The municipality's login can not be reached to check the token."""

    status = 503


@dataclass(frozen=True, slots=True)
class _Found:
    provider: Mapping[str, Any]
    keys: KeySet | None  #: None after a failure
    fetched: float  #: when the keys came
    asked: float  #: when they were last asked for

    def fits(self, provider: Mapping[str, Any], kid: Any, now: float) -> bool:
        """Whether this can be answered without asking the provider."""
        if self.provider != provider:
            return False
        if self.keys is None:
            return now - self.asked < FAILED_FOR
        if now - self.asked < FAILED_FOR:
            return True
        known = kid is None or any(key.kid == kid for key in self.keys)
        return now - self.fetched < KEYS_FOR and (known or now - self.asked < REFETCH_AFTER)


class Providers:
    """The keys of every municipality's login. Thread-safe."""

    def __init__(self, issuer_dir: Path | None, *, plain_http: bool) -> None:
        self._issuer_dir = issuer_dir
        self._plain_http = plain_http
        self._found: dict[str, _Found] = {}
        self._asking: defaultdict[str, Lock] = defaultdict(Lock)

    def keys(self, login: Login, *, kid: Any) -> KeySet:
        """The keys that may have signed the login's tokens; `IdentityProviderUnavailable` without any."""
        found = self._found.get(login.name)
        if found is None or not found.fits(login.provider, kid, time.monotonic()):
            found = self._ask(login.name, login.provider, kid)
        if found.keys is None:
            raise IdentityProviderUnavailable
        return found.keys

    def _ask(self, name: str, provider: Mapping[str, Any], kid: Any) -> _Found:
        lock = self._asking[name]
        if not lock.acquire(timeout=PATIENCE):
            raise IdentityProviderUnavailable
        try:
            found, now = self._found.get(name), time.monotonic()
            if found is not None and found.fits(provider, kid, now):
                return found  # another thread has asked meanwhile
            try:
                found = _Found(provider, self._fetch(name, provider), now, now)
            except _UNUSABLE as problem:
                failed("identity_provider_failed", problem, login=name)
                stale = found is not None and found.provider == provider and now - found.fetched < STALE_FOR
                found = _Found(provider, found.keys if found and stale else None, found.fetched if found else 0, now)
            self._found[name] = found
            return found
        finally:
            lock.release()

    def _fetch(self, name: str, provider: Mapping[str, Any]) -> KeySet:
        match provider["kind"]:
            case "development":
                if self._issuer_dir is None:
                    raise LookupError("the development issuer is refused here")
                found = json.loads((self._issuer_dir / f"{name}.jwks.json").read_text(encoding="ascii"))
            case "jwks":
                found = json.loads(Path(provider["jwks_file"]).read_text(encoding="utf-8"))
            case _:
                discovered = self._get(provider["issuer"].rstrip("/") + "/.well-known/openid-configuration")
                if discovered["issuer"] != provider["issuer"]:
                    raise ValueError("the provider calls itself by another name")
                found = self._get(discovered["jwks_uri"])
        if _issuer_of(name, provider) is None:
            raise LookupError("the file does not say who issues the tokens")
        signing = [key for key in found["keys"] if key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC")]
        return KeySet.import_key_set({"keys": signing})

    def _get(self, url: str) -> Any:
        if not url.startswith("https://" if not self._plain_http else ("https://", "http://")):
            raise ValueError("a provider must be asked over https")
        answer = requests.get(url, timeout=PATIENCE, allow_redirects=False)
        if answer.status_code != requests.codes.ok:
            raise ValueError("the provider did not answer with its document")
        return answer.json()


def issuer_of(login: Login) -> str | None:
    """The issuer that stands in the login's tokens; None where the file does not say it."""
    return _issuer_of(login.name, login.provider)


def _issuer_of(name: str, provider: Mapping[str, Any]) -> str | None:
    return development.issuer_of(name) if provider["kind"] == "development" else provider.get("issuer")
