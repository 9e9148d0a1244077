"""The gateway's settings."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from services.kernel.basics.environment import Form, ProcessSettings, Reader, number, text, variable
from services.kernel.files import store
from services.kernel.files.scanner import Scanner


def _wire_keys(reader: Reader, name: str) -> dict[str, bytes]:
    pairs = (part.partition("=") for part in reader.text(name).split(",") if part)
    return {service.strip(): reader.key(name, key) for service, _, key in pairs}


def _tenants_file(reader: Reader, name: str) -> Path:
    return Path(reader.text(name))


def _issuer_dir(reader: Reader, name: str) -> Path | None:
    given = reader.optional(name)
    if given and reader.in_production:
        reader.problems.append(f"{name} (the development issuer) is refused in production")
    return Path(given) if given else None


def _half_of_the_processors(reader: Reader, name: str) -> int:
    return reader.number(name, max(1, len(os.sched_getaffinity(0)) // 2))


def _scanner(reader: Reader, name: str) -> str | None:
    address = reader.optional(name)
    try:
        if address:
            Scanner.at(address)
    except ValueError:
        reader.problems.append(f"{name} is neither tcp://host:port nor unix:///path")
    return address


def _for_callers(example: str, form: str, what: str) -> Form:
    """What only the operator knows and every caller is told: said in production, an example elsewhere."""

    def read(reader: Reader, name: str) -> str:
        said = reader.text(name) if reader.in_production else reader.optional(name) or example
        if said and not re.fullmatch(form, said):
            reader.problems.append(f"{name} is not {what}")
        return said

    return Form(read)


def _page_for_callers(example: str) -> Form:
    return _for_callers(example, r"https://[^\s/]+\S*", "an address like https://host/page")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings(ProcessSettings):
    """What the gateway's process needs."""

    wire_keys: dict[str, bytes] = variable(
        "HEMVIST_WIRE_KEYS", "of each service the key that seals what is said with it", Form(_wire_keys), secret=True
    )
    tenants_file: Path = variable(
        "HEMVIST_TENANTS_FILE", "the municipalities and where their logins are", Form(_tenants_file)
    )
    issuer_dir: Path | None = variable(
        "HEMVIST_ISSUER_DIR", "the development issuer's folder; refused in production", Form(_issuer_dir)
    )
    host: str = variable("HEMVIST_GATEWAY_HOST", "where the gateway listens", text("127.0.0.1"))
    port: int = variable("HEMVIST_GATEWAY_PORT", "where the gateway listens", number(8080))
    threads: int = variable("HEMVIST_GATEWAY_THREADS", "requests that the gateway has in hand at once", number(48))
    at_once: int = variable(
        "HEMVIST_GATEWAY_AT_ONCE",
        "requests of one municipality, and as many changes, that are at work at once while others ask; usually half of "
        "the processors",
        Form(_half_of_the_processors),
    )
    waiting: int = variable(
        "HEMVIST_GATEWAY_WAITING",
        "requests that may wait for their turn, and as many refusals that are held back; of one municipality half",
        number(256, least=0),
    )
    per_municipality: int = variable(
        "HEMVIST_LIMIT_PER_MUNICIPALITY", "requests a minute of one municipality", number(6000)
    )
    public: int = variable(
        "HEMVIST_LIMIT_PUBLIC", "requests a minute to one municipality by all who have not logged in", number(1200)
    )
    per_client: int = variable("HEMVIST_LIMIT_PER_CLIENT", "requests a minute of one client", number(1200))
    timeout: float = variable("HEMVIST_TIMEOUT", "seconds within which a service has to answer the gateway", number(5))
    file_store: str = store.variable()
    file_limit: int = variable("HEMVIST_FILE_LIMIT", "bytes of one file at most", number(10 * 1024 * 1024))
    file_places: int = variable("HEMVIST_FILE_PLACES", "files that are received or sent at once", number(32))
    feed_places: int = variable(
        "HEMVIST_FEED_PLACES",
        "readers of the event feed that may wait at once, of one municipality a quarter",
        number(16),
    )
    scanner: str | None = variable(
        "HEMVIST_SCANNER", "a virus scanner (clamd), tcp://host:port or unix:///path, if there is one", Form(_scanner)
    )
    proxies: int = variable(
        "HEMVIST_PROXIES",
        "how many proxies before the gateway say in X-Forwarded-For whom they speak for",
        number(0, least=0),
    )
    terms_url: str = variable(
        "HEMVIST_TERMS_URL",
        "where the terms of using the interface stand; needed in production, for its description",
        _page_for_callers("https://hemvist.example/terms"),
    )
    contact_email: str = variable(
        "HEMVIST_CONTACT_EMAIL",
        "whom callers of the interface write to; needed in production, for its description",
        _for_callers("hemvist@hemvist.example", r"[^@\s]+@[^@\s]+", "an e-mail address"),
    )
    contact_url: str = variable(
        "HEMVIST_CONTACT_URL",
        "where callers of the interface find help; needed in production, for its description",
        _page_for_callers("https://hemvist.example/contact"),
    )
    availability: str = variable(
        "HEMVIST_SLA_AVAILABILITY",
        "what is promised of the time that the interface answers, in its description",
        text("No level is promised. Ingen nivå utlovas."),
    )
    response_time: str = variable(
        "HEMVIST_SLA_RESPONSE_TIME",
        "what is promised of the time that an answer takes, in its description",
        text("No time is promised. Ingen tid utlovas."),
    )
    support: str = variable(
        "HEMVIST_SLA_SUPPORT",
        "when and how callers are helped, in the interface's description",
        text("No support is promised. Ingen support utlovas."),
    )
