"""A service's settings: what its process needs, read from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.kernel.basics.environment import LOG_LEVELS, Reader
from services.kernel.files import store


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What one service's process needs."""

    environment: str
    database_url: str = field(repr=False)
    relay_database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    master_keys: tuple[bytes, ...] = field(repr=False)
    wire_key: bytes = field(repr=False)
    file_store: str  #: where files lie
    workers: int
    alive_file: str | None
    idempotency_days: int  #: for which the answer to a request is kept under its key
    retry_delays: tuple[int, ...]  #: milliseconds; after the last a message is parked
    log_level: str

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> "ServiceSettings":
        """Raises `SettingsInvalid` with every problem at once."""
        reader = Reader(environment)
        settings = cls(
            environment=reader.environment(),
            database_url=reader.text("HEMVIST_DATABASE_URL"),
            relay_database_url=reader.text("HEMVIST_RELAY_DATABASE_URL"),
            broker_url=reader.text("HEMVIST_BROKER_URL"),
            master_keys=reader.master_keys(),
            wire_key=reader.key("HEMVIST_WIRE_KEY"),
            file_store=store.address(reader),
            workers=reader.number("HEMVIST_WORKERS", 10),
            alive_file=reader.optional("HEMVIST_ALIVE_FILE"),
            idempotency_days=reader.number("HEMVIST_IDEMPOTENCY_DAYS", 7),
            retry_delays=retry_delays(reader),
            log_level=reader.choice("HEMVIST_LOG_LEVEL", LOG_LEVELS, "INFO"),
        )
        reader.finish()
        return settings


def retry_delays(reader: Reader) -> tuple[int, ...]:
    """The ladder on which a failed reaction climbs, in milliseconds: 1 s, 10 s, 1 min, 10 min unless set."""
    text = reader.optional("HEMVIST_RETRY_DELAYS") or "1000,10000,60000,600000"
    delays = [_positive(part) for part in text.split(",")]
    if None in delays:
        reader.problems.append("HEMVIST_RETRY_DELAYS is not a list of milliseconds")
    return tuple(delay for delay in delays if delay is not None)


def _positive(text: str) -> int | None:
    """The whole number above 0 that the text says, or None."""
    stripped = text.strip()
    return int(stripped) or None if stripped.isascii() and stripped.isdigit() else None
