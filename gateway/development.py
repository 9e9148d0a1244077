"""The local development issuer: one key pair per municipality, for `./hemvist token`. Never in production."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

AUDIENCE = "hemvist"


def issuer_of(slug: str) -> str:
    """The issuer that stands in a municipality's development tokens."""
    return f"urn:hemvist:development:{slug}"


def ensure_issuer(issuer_dir: Path, slugs: Iterable[str]) -> None:
    """Makes the keys that are missing. The private ones can be read by their owner only."""
    issuer_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for slug in slugs:
        private, public = issuer_dir / f"{slug}.jwk.json", issuer_dir / f"{slug}.jwks.json"
        if private.exists() and public.exists():
            continue
        key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
        private.touch(mode=0o600)
        private.write_text(json.dumps(key.as_dict(private=True)), encoding="ascii")
        public.write_text(json.dumps(KeySet([key]).as_dict(private=False)), encoding="ascii")


def issue_token(
    issuer_dir: Path,
    *,
    municipality: str,
    roles: Sequence[str],
    sub: str,
    now: datetime,
    personal_number: str | None = None,
    lifetime: timedelta = timedelta(hours=12),
) -> str:
    """A signed bearer token; `FileNotFoundError` for a municipality without a development issuer."""
    key = RSAKey.import_key(json.loads((issuer_dir / f"{municipality}.jwk.json").read_text(encoding="ascii")))
    claims: dict[str, Any] = {
        "iss": issuer_of(municipality),
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
