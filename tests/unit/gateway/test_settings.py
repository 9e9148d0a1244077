"""What the gateway needs, and what it says when that is missing."""

import base64
import socket
from pathlib import Path
from typing import Any

import pytest

from gateway.app import build
from gateway.settings import GatewaySettings
from services.kernel.basics.environment import SettingsInvalid
from tests.unit.gateway.factories import SERVICES, some_settings

KEY = base64.b64encode(b"k" * 32).decode()
GOOD = {
    "HEMVIST_ENVIRONMENT": "production",
    "HEMVIST_BROKER_URL": "amqp://gateway:hunter2@broker//",
    "HEMVIST_WIRE_KEYS": ",".join(f"{service}={KEY}" for service in SERVICES),
    "HEMVIST_TENANTS_FILE": "/etc/hemvist/tenants.toml",
    "HEMVIST_FILE_STORE": "/var/lib/hemvist/files",
    "HEMVIST_TERMS_URL": "https://vard.example/terms",
    "HEMVIST_CONTACT_EMAIL": "api@vard.example",
    "HEMVIST_CONTACT_URL": "https://vard.example/api",
}
FOR_CALLERS = ["HEMVIST_TERMS_URL", "HEMVIST_CONTACT_EMAIL", "HEMVIST_CONTACT_URL"]


def problems(**overrides: str | None) -> list[str]:
    values = {name: value for name, value in {**GOOD, **overrides}.items() if value is not None}
    with pytest.raises(SettingsInvalid) as caught:
        GatewaySettings.read(values)
    return caught.value.problems


class TestRead:
    def test_good_ones_are_read(self) -> None:
        settings = GatewaySettings.read(GOOD)
        assert (settings.environment, settings.issuer_dir, settings.port) == ("production", None, 8080)
        assert settings.wire_keys == dict.fromkeys(SERVICES, b"k" * 32)

    def test_everything_that_is_missing_is_said_at_once(self) -> None:
        with pytest.raises(SettingsInvalid) as caught:
            GatewaySettings.read({})
        assert caught.value.problems == [
            "HEMVIST_BROKER_URL is missing",
            "HEMVIST_WIRE_KEYS is missing",
            "HEMVIST_TENANTS_FILE is missing",
            "HEMVIST_FILE_STORE is missing",
            *(f"{name} is missing" for name in FOR_CALLERS),
        ]

    @pytest.mark.parametrize("name", FOR_CALLERS)
    def test_what_callers_are_told_is_said_in_production_and_an_example_elsewhere(self, name: str) -> None:
        assert problems(**{name: None}) == [f"{name} is missing"]
        elsewhere = {key: value for key, value in GOOD.items() if key != name}
        settings = GatewaySettings.read(elsewhere | {"HEMVIST_ENVIRONMENT": "development"})
        assert "hemvist.example" in f"{settings.terms_url} {settings.contact_email} {settings.contact_url}"

    def test_the_development_issuer_is_refused_in_production(self) -> None:
        (problem,) = problems(HEMVIST_ISSUER_DIR="/var/lib/issuer")
        assert problem == "HEMVIST_ISSUER_DIR (the development issuer) is refused in production"

    def test_production_is_what_it_is_unless_said(self) -> None:
        assert problems(HEMVIST_ENVIRONMENT=None, HEMVIST_ISSUER_DIR="/var/lib/issuer")

    def test_a_moved_clock_is_refused_in_production(self) -> None:
        assert problems(HEMVIST_NOW="2026-04-01T08:00:00Z") == ["HEMVIST_NOW is refused in production"]

    def test_a_key_that_is_none_is_never_repeated(self) -> None:
        (problem,) = problems(HEMVIST_WIRE_KEYS="intake=secret")
        assert problem == "HEMVIST_WIRE_KEYS is not a 32-byte key in base64"

    @pytest.mark.parametrize("store", ["files", "https://files", "s3://bucket?colour=blue"])
    def test_a_store_is_a_folder_or_a_bucket(self, store: str) -> None:
        (problem,) = problems(HEMVIST_FILE_STORE=store)
        assert problem.startswith("HEMVIST_FILE_STORE is neither")

    def test_a_scanner_is_a_host_or_a_socket(self) -> None:
        (problem,) = problems(HEMVIST_SCANNER="clamav")
        assert problem == "HEMVIST_SCANNER is neither tcp://host:port nor unix:///path"
        assert GatewaySettings.read({**GOOD, "HEMVIST_SCANNER": "tcp://clamav:3310"}).scanner == "tcp://clamav:3310"

    @pytest.mark.parametrize("environment", ["production", "development"])
    def test_what_callers_are_told_leads_somewhere(self, environment: str) -> None:
        wrong = {"HEMVIST_TERMS_URL": "terms.html", "HEMVIST_CONTACT_EMAIL": "us", "HEMVIST_CONTACT_URL": "http://a"}
        assert problems(HEMVIST_ENVIRONMENT=environment, **wrong) == [
            "HEMVIST_TERMS_URL is not an address like https://host/page",
            "HEMVIST_CONTACT_EMAIL is not an e-mail address",
            "HEMVIST_CONTACT_URL is not an address like https://host/page",
        ]

    @pytest.mark.parametrize(
        "name", ["HEMVIST_GATEWAY_PORT", "HEMVIST_TIMEOUT", "HEMVIST_LIMIT_PER_CLIENT", "HEMVIST_FILE_LIMIT"]
    )
    def test_numbers_are_numbers(self, name: str) -> None:
        assert problems(**{name: "many"}) == [f"{name} is not a whole number of 1 or more"]

    def test_a_log_level_that_is_none_is_refused(self) -> None:
        assert problems(HEMVIST_LOG_LEVEL="LOUD") == [
            "HEMVIST_LOG_LEVEL is none of DEBUG, INFO, WARNING, ERROR, CRITICAL"
        ]

    def test_no_secret_is_shown(self) -> None:
        shown = repr(GatewaySettings.read(GOOD))
        assert "hunter2" not in shown
        assert "kkkk" not in shown


class TestBuild:
    def test_a_service_without_a_key_is_named(self, folder: Path) -> None:
        settings = some_settings(folder, wire_keys={"placement": b"k" * 32})
        with pytest.raises(SettingsInvalid, match=r"no key for .*intake"):
            build(settings)

    def test_nothing_is_connected_to(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: Any) -> None:
            raise AssertionError("it connects")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        assert build(some_settings(folder, tenants_file=folder / "not-there-yet.toml"))
