"""A gateway in the test's own process: its settings, its tokens, and a stand-in for the services behind it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway.app import build
from gateway.development import AUDIENCE, ensure_issuer, issuer_of
from gateway.endpoints import Gateway
from gateway.settings import GatewaySettings
from services.kernel.messages import wire
from services.kernel.messages.context import Context

ROOT = "/hemvist/v1"
SERVICES = ("intake", "investigation", "placement", "mentorship", "compensation")
DEVELOPMENT = '{ kind = "development" }'
NOBODY = "amqp://nobody:nothing@127.0.0.1:1//"  #: a broker that refuses at once


def a_tenants_file(path: Path, **providers: str) -> Path:
    """A tenants file with a municipality per name, and how it logs in."""
    entry = '[[tenant]]\nslug = "{}"\nmunicipality_code = "1880"\nname = "{}"\nidentity_provider = {}\n'
    path.write_text("\n".join(entry.format(slug, slug, provider) for slug, provider in providers.items()))
    return path


def some_settings(folder: Path, **overrides: Any) -> GatewaySettings:
    """Settings with a development issuer for Örebro and Stockholm."""
    tenants = folder / "tenants.toml"
    if not tenants.exists():
        a_tenants_file(tenants, orebro=DEVELOPMENT, stockholm=DEVELOPMENT)
    ensure_issuer(folder / "issuer", ["orebro", "stockholm"])
    settings = GatewaySettings(
        environment="test",
        broker_url=NOBODY,
        wire_keys=dict.fromkeys(SERVICES, b"k" * 32),
        tenants_file=tenants,
        issuer_dir=folder / "issuer",
        host="127.0.0.1",
        port=0,
        threads=1,
        at_once=1,
        waiting=0,
        per_municipality=100_000,
        public=100_000,
        per_client=100_000,
        timeout=5.0,
        proxies=0,
        file_store=str(folder),
        file_limit=10 * 1024 * 1024,
        file_places=32,
        feed_places=16,
        scanner=None,
        terms_url="https://hemvist.example/terms",
        contact_email="hemvist@hemvist.example",
        contact_url="https://hemvist.example/contact",
        availability="99.5 % of each month",
        response_time="95 % within a second",
        support="Weekdays 8 to 17",
        log_level="INFO",
    )
    return replace(settings, **overrides)


def claims(**overrides: Any) -> dict[str, Any]:
    """What a good token of a recruiter in Örebro says; a claim that is None is left out."""
    now = datetime.now(UTC)
    found = {
        "iss": issuer_of("orebro"),
        "aud": AUDIENCE,
        "sub": "anna",
        "municipality": "orebro",
        "roles": ["recruiter"],
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(hours=1)).timestamp()),
        **overrides,
    }
    return {name: value for name, value in found.items() if value is not None}


def private_key(folder: Path, slug: str = "orebro") -> RSAKey:
    """The key that the development issuer signs a municipality's tokens with."""
    return RSAKey.import_key(json.loads((folder / "issuer" / f"{slug}.jwk.json").read_text()))


def a_token(folder: Path, *, header: Mapping[str, Any] | None = None, **overrides: Any) -> str:
    """A token of the development issuer."""
    said = claims(**overrides)
    key = private_key(folder)
    return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, said, key)


@dataclass
class Services:
    """Stands in for the services: remembers what they were asked, and answers what the test says."""

    answer: dict[str, Any] = field(default_factory=lambda: {"body": {"id": "7"}, "etag": "3"})
    asked: list[tuple[str, str, Context, dict[str, Any]]] = field(default_factory=list)
    services: tuple[str, ...] = SERVICES

    def deadline(self) -> float:
        return 0.0

    def call(self, service: str, operation: str, context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((service, operation, context, arguments))
        return wire.read_reply(wire.write_reply(self.answer))


class Visitor:
    """Somebody who speaks HTTP to a gateway with stood-in services."""

    def __init__(self, folder: Path, **overrides: Any) -> None:
        self.folder = folder
        self.app: Flask = build(some_settings(folder, **overrides))
        self.answered_by(Services())
        self.http: FlaskClient = self.app.test_client()

    def answered_by(self, services: Services) -> None:
        """From now on these are the services that it asks."""
        self.services = services
        house: Gateway = self.app.extensions["hemvist"]
        self.app.extensions["hemvist"] = replace(house, client=services)

    def ask(self, method: str, path: str, *, token: str | None = "", **given: Any) -> Any:
        """The response. Without `token` with a good one, with None without any."""
        headers = dict(given.pop("headers", {}))
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token or a_token(self.folder)}")
        return self.http.open(ROOT + path, method=method, headers=headers, buffered=True, **given)

    def refusal(self, method: str, path: str, **given: Any) -> tuple[int, str]:
        """Status and code of a refusal, which must be a problem and must have asked no service."""
        before = len(self.services.asked)
        answer = self.ask(method, path, **given)
        assert answer.content_type == "application/problem+json", answer.get_data(as_text=True)
        body = answer.get_json()
        assert body["status"] == answer.status_code
        assert {"type", "title", "status", "detail", "instance"} <= set(body)
        assert body["instance"] == f"urn:hemvist:request:{answer.headers['X-Request-ID']}"
        assert len(self.services.asked) == before, "a service was asked"
        return answer.status_code, body["type"].removeprefix("urn:hemvist:problem:")
