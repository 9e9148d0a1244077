"""Where keys come from: a provider of the test's own over real HTTP, and files."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from gateway import providers
from gateway.auth import Authority, Caller, TokenInvalid
from gateway.providers import IdentityProviderUnavailable
from tests.unit.gateway.factories import DEVELOPMENT, Visitor, a_tenants_file, a_token, claims

DISCOVERY = "/.well-known/openid-configuration"


class Provider:
    """An OpenID Connect provider that serves what the test lays out."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
        self.asked: list[str] = []
        self.broken = False
        self.wait: threading.Event | None = None
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self)

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.pages: dict[str, Any] = {
            DISCOVERY: {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"},
            "/keys": KeySet([self.key]).as_dict(private=False),
        }
        self.redirects: dict[str, str] = {}

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        if self.wait is not None:
            self.wait.wait(20)
        moved = self.redirects.get(request.path)
        page = self.pages.get(request.path)
        request.send_response(500 if self.broken else 302 if moved else 404 if page is None else 200)
        if moved:
            request.send_header("Location", self.issuer + moved)
        request.end_headers()
        request.wfile.write(page if isinstance(page, bytes) else json.dumps(page).encode())

    def rotate(self) -> None:
        """From now on another key signs."""
        self.key = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
        self.pages["/keys"] = KeySet([self.key]).as_dict(private=False)

    def token(self, **overrides: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims(iss=self.issuer, **overrides), self.key)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever, args=(0.02,))
    thread.start()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()
    thread.join()


@pytest.fixture
def authority(provider: Provider, tmp_path: Path, folder: Path) -> Authority:
    return an_authority(provider, tmp_path, folder)


def an_authority(provider: Provider, tmp_path: Path, folder: Path, *, plain_http: bool = True) -> Authority:
    oidc = f'{{ kind = "oidc", issuer = "{provider.issuer}", audience = "hemvist" }}'
    file = a_tenants_file(tmp_path / "tenants.toml", orebro=oidc, stockholm=DEVELOPMENT)
    return Authority(file, folder / "issuer", plain_http=plain_http)


class TestOpenIdConnect:
    def test_keys_are_discovered_once(self, provider: Provider, authority: Authority) -> None:
        for _ in range(3):
            assert authority.caller(provider.token()) == Caller("orebro", "anna", ("recruiter",), None)
        assert provider.asked == [DISCOVERY, "/keys"]

    def test_a_token_of_the_development_issuer_is_refused(self, authority: Authority, folder: Path) -> None:
        with pytest.raises(TokenInvalid):
            authority.caller(a_token(folder))

    def test_a_token_for_another_system_is_refused(self, provider: Provider, authority: Authority) -> None:
        with pytest.raises(TokenInvalid):
            authority.caller(provider.token(aud="elsewhere"))

    def test_a_new_key_is_fetched_when_it_is_first_seen(
        self, provider: Provider, authority: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(providers, "REFETCH_AFTER", 0)
        monkeypatch.setattr(providers, "FAILED_FOR", 0)
        old = provider.token()
        authority.caller(old)
        provider.rotate()
        assert authority.caller(provider.token()).subject == "anna"
        with pytest.raises(TokenInvalid):
            authority.caller(old)

    def test_unknown_keys_do_not_make_us_ask_again_and_again(self, provider: Provider, authority: Authority) -> None:
        authority.caller(provider.token())
        provider.rotate()
        for _ in range(5):
            with pytest.raises(TokenInvalid):
                authority.caller(provider.token())
        assert provider.asked == [DISCOVERY, "/keys"]

    def test_a_provider_that_is_away_is_said_so(self, provider: Provider, authority: Authority) -> None:
        provider.broken = True
        for _ in range(3):
            with pytest.raises(IdentityProviderUnavailable):
                authority.caller(provider.token())
        assert provider.asked == [DISCOVERY], "a provider that does not answer is left alone for a while"

    def test_known_keys_are_used_while_the_provider_is_away(
        self, provider: Provider, authority: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        authority.caller(provider.token())
        provider.broken = True
        monkeypatch.setattr(providers, "KEYS_FOR", 0)
        monkeypatch.setattr(providers, "FAILED_FOR", 0)
        assert authority.caller(provider.token()).subject == "anna"
        monkeypatch.setattr(providers, "STALE_FOR", 0)
        with pytest.raises(IdentityProviderUnavailable):
            authority.caller(provider.token())

    @pytest.mark.parametrize(
        "page",
        [
            {"issuer": "https://elsewhere.example", "jwks_uri": "http://127.0.0.1/keys"},
            {"jwks_uri": "http://127.0.0.1/keys"},
            {"issuer": None},
            ["issuer"],
            b"<html>",
        ],
        ids=str,
    )
    def test_a_provider_that_calls_itself_otherwise_is_refused(
        self, provider: Provider, authority: Authority, page: Any
    ) -> None:
        provider.pages[DISCOVERY] = page
        with pytest.raises(IdentityProviderUnavailable):
            authority.caller(provider.token())

    @pytest.mark.parametrize(
        "keys",
        [b"nonsense", [], {}, {"keys": []}, {"keys": ["x"]}, {"keys": [{"kty": "RSA"}]}, {"keys": None}],
        ids=str,
    )
    def test_keys_that_are_none_are_said_to_be_unavailable(
        self, provider: Provider, authority: Authority, keys: Any
    ) -> None:
        provider.pages["/keys"] = keys
        with pytest.raises(IdentityProviderUnavailable):
            authority.caller(provider.token())

    def test_keys_of_other_kinds_do_not_disturb(self, provider: Provider, authority: Authority) -> None:
        others = [
            OKPKey.generate_key("Ed25519", {"use": "sig"}).as_dict(private=False),
            RSAKey.generate_key(2048, {"use": "enc"}).as_dict(private=False),
            {"kty": "AKP", "alg": "ML-DSA-44", "pub": "x"},
        ]
        provider.pages["/keys"]["keys"] = others + provider.pages["/keys"]["keys"]
        assert authority.caller(provider.token()).subject == "anna"

    def test_an_elliptic_key_signs_too(self, provider: Provider, authority: Authority) -> None:
        key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
        provider.pages["/keys"] = KeySet([key]).as_dict(private=False)
        token = jwt.encode({"alg": "ES256", "kid": key.kid}, claims(iss=provider.issuer), key)
        assert authority.caller(token).subject == "anna"

    @pytest.mark.parametrize("path", [DISCOVERY, "/keys"])
    def test_redirects_are_not_followed(self, provider: Provider, authority: Authority, path: str) -> None:
        provider.pages["/elsewhere"] = provider.pages[path]
        provider.redirects[path] = "/elsewhere"
        with pytest.raises(IdentityProviderUnavailable):
            authority.caller(provider.token())
        assert "/elsewhere" not in provider.asked

    def test_in_production_a_provider_must_be_asked_over_tls(
        self, provider: Provider, tmp_path: Path, folder: Path
    ) -> None:
        authority = an_authority(provider, tmp_path, folder, plain_http=False)
        with pytest.raises(IdentityProviderUnavailable):
            authority.caller(provider.token())
        assert provider.asked == []

    def test_a_slow_provider_delays_no_other_municipality(
        self, provider: Provider, authority: Authority, folder: Path
    ) -> None:
        provider.wait = threading.Event()
        stockholm = {"municipality": "stockholm", "iss": "urn:hemvist:development:stockholm"}
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(authority.caller, provider.token())
            try:
                token = jwt.encode({"alg": "RS256"}, claims(**stockholm), private_key_of(folder, "stockholm"))
                assert authority.caller(token).tenant == "stockholm"
                assert not waiting.done()
            finally:
                provider.wait.set()
            assert waiting.result().tenant == "orebro"

    def test_many_at_once_ask_the_provider_once(self, provider: Provider, authority: Authority) -> None:
        with ThreadPoolExecutor(10) as pool:
            found = list(pool.map(authority.caller, [provider.token()] * 10))
        assert {caller.subject for caller in found} == {"anna"}
        assert provider.asked == [DISCOVERY, "/keys"]


def private_key_of(folder: Path, slug: str) -> RSAKey:
    return RSAKey.import_key(json.loads((folder / "issuer" / f"{slug}.jwk.json").read_text()))


class TestFile:
    @pytest.fixture
    def key(self) -> RSAKey:
        return RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)

    def authority(self, folder: Path, provider: str) -> Authority:
        return Authority(a_tenants_file(folder / "tenants.toml", orebro=provider), None)

    def test_the_keys_stand_in_it(self, tmp_path: Path, key: RSAKey) -> None:
        (tmp_path / "keys.json").write_text(json.dumps(KeySet([key]).as_dict(private=False)))
        authority = self.authority(
            tmp_path, f'{{ kind = "jwks", issuer = "https://login.example", jwks_file = "{tmp_path}/keys.json" }}'
        )
        token = jwt.encode({"alg": "PS256", "kid": key.kid}, claims(iss="https://login.example"), key, ["PS256"])
        assert authority.caller(token).subject == "anna"
        with pytest.raises(TokenInvalid):
            authority.caller(jwt.encode({"alg": "RS256", "kid": key.kid}, claims(iss="https://else.example"), key))

    @pytest.mark.parametrize(
        "provider",
        [
            '{ kind = "jwks", issuer = "https://login.example", jwks_file = "/nonexistent/keys.json" }',
            '{ kind = "jwks", issuer = "https://login.example" }',
            '{ kind = "jwks", jwks_file = "/nonexistent/keys.json" }',
            '{ kind = "oidc" }',
        ],
    )
    def test_a_login_that_is_half_described_can_not_be_asked(self, tmp_path: Path, key: RSAKey, provider: str) -> None:
        token = jwt.encode({"alg": "RS256", "kid": key.kid}, claims(iss="https://login.example"), key)
        with pytest.raises(IdentityProviderUnavailable):
            self.authority(tmp_path, provider).caller(token)

    def test_an_issuer_that_is_not_named_is_never_any_issuer(self, tmp_path: Path, key: RSAKey) -> None:
        (tmp_path / "keys.json").write_text(json.dumps(KeySet([key]).as_dict(private=False)))
        authority = self.authority(tmp_path, f'{{ kind = "jwks", jwks_file = "{tmp_path}/keys.json" }}')
        with pytest.raises(IdentityProviderUnavailable):
            authority.caller(jwt.encode({"alg": "RS256", "kid": key.kid}, claims(), key))


class TestProduction:
    def test_the_development_issuer_is_not_believed(self, folder: Path) -> None:
        production = Visitor(folder, environment="production", issuer_dir=None)
        refused = production.refusal("GET", "/orebro/applications")
        assert refused == (503, "identity_provider_unavailable")
        assert "Retry-After" in production.ask("GET", "/orebro/applications").headers
