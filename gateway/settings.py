"""The gateway's settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.kernel.basics.environment import Reader
from services.kernel.files import store
from services.kernel.files.scanner import Scanner


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """What the gateway's process needs."""

    environment: str
    broker_url: str = field(repr=False)
    wire_keys: dict[str, bytes] = field(repr=False)  #: by service
    tenants_file: Path
    issuer_dir: Path | None  #: the development issuer's folder; refused in production
    host: str
    port: int
    threads: int
    per_municipality: int  #: requests a minute
    public: int  #: requests a minute to one municipality by all who have not logged in
    per_client: int  #: requests a minute
    timeout: float  #: seconds within which a service has to answer
    file_store: str  #: where files lie
    file_limit: int  #: bytes of one file
    file_places: int  #: files that are received or sent at once
    scanner: str | None  #: where the virus scanner is, if there is one
    proxies: int  #: how many proxies before us set X-Forwarded-For
    log_level: str

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> "GatewaySettings":
        """Raises `SettingsInvalid` with every problem at once."""
        reader = Reader(environment)
        name = reader.environment()
        issuer_dir = reader.optional("HEMVIST_ISSUER_DIR")
        if issuer_dir and name == "production":
            reader.problems.append("HEMVIST_ISSUER_DIR (the development issuer) is refused in production")
        pairs = (part.partition("=") for part in reader.text("HEMVIST_WIRE_KEYS").split(",") if part)
        settings = cls(
            environment=name,
            broker_url=reader.text("HEMVIST_BROKER_URL"),
            wire_keys={service.strip(): reader.key("HEMVIST_WIRE_KEYS", key) for service, _, key in pairs},
            tenants_file=Path(reader.text("HEMVIST_TENANTS_FILE")),
            issuer_dir=Path(issuer_dir) if issuer_dir else None,
            host=reader.optional("HEMVIST_GATEWAY_HOST") or "127.0.0.1",
            port=reader.number("HEMVIST_GATEWAY_PORT", 8080),
            threads=reader.number("HEMVIST_GATEWAY_THREADS", 48),
            per_municipality=reader.number("HEMVIST_LIMIT_PER_MUNICIPALITY", 6000),
            public=reader.number("HEMVIST_LIMIT_PUBLIC", 1200),
            per_client=reader.number("HEMVIST_LIMIT_PER_CLIENT", 1200),
            timeout=float(reader.number("HEMVIST_TIMEOUT", 5)),
            file_store=store.address(reader),
            file_limit=reader.number("HEMVIST_FILE_LIMIT", 10 * 1024 * 1024),
            file_places=reader.number("HEMVIST_FILE_PLACES", 32),
            scanner=_scanner(reader),
            proxies=reader.number("HEMVIST_PROXIES", 0, least=0),
            log_level=reader.optional("HEMVIST_LOG_LEVEL") or "INFO",
        )
        reader.finish()
        return settings


def _scanner(reader: Reader) -> str | None:
    address = reader.optional("HEMVIST_SCANNER")
    try:
        if address:
            Scanner.at(address)
    except ValueError:
        reader.problems.append("HEMVIST_SCANNER is neither tcp://host:port nor unix:///path")
    return address
