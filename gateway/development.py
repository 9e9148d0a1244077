"""The local development issuer: one key pair per municipality, for `./hemvist token`. Never in production."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

AUDIENCE = "hemvist"


def issuer_of(login: str) -> str:
    """The issuer that stands in the development tokens of a municipality's login."""
    return f"urn:hemvist:development:{login}"


def ensure_issuer(issuer_dir: Path, logins: Iterable[str]) -> None:
    """Makes the keys that are missing. The private ones can be read by their owner only."""
    issuer_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for login in logins:
        private, public = issuer_dir / f"{login}.jwk.json", issuer_dir / f"{login}.jwks.json"
        if private.exists() and public.exists():
            continue
        key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
        private.touch(mode=0o600)
        private.write_text(json.dumps(key.as_dict(private=True)), encoding="ascii")
        public.write_text(json.dumps(KeySet([key]).as_dict(private=False)), encoding="ascii")


@lru_cache(maxsize=1000)
def _key(private: str) -> RSAKey:
    """The key that a file holds; it is tried when it is read, which takes a hundred times as long as to sign."""
    return RSAKey.import_key(json.loads(private))


def issue_token(
    issuer_dir: Path,
    *,
    municipality: str,
    roles: Sequence[str],
    sub: str,
    now: datetime,
    personal_number: str | None = None,
    login: str | None = None,
    lifetime: timedelta = timedelta(hours=12),
) -> str:
    """A signed bearer token, of the municipality's only login or the one that is named; `FileNotFoundError` where it
    has no development issuer."""
    login = login or municipality
    key = _key((issuer_dir / f"{login}.jwk.json").read_text(encoding="ascii"))
    claims: dict[str, Any] = {
        "iss": issuer_of(login),
        "aud": AUDIENCE,
        "sub": sub,
        "municipality": municipality,
        "roles": list(roles),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    if personal_number is not None:
        claims["personal_number"] = personal_number
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
