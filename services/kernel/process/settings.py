"""A service's settings: what its process needs, read from the environment."""

import json
from dataclasses import dataclass

from services.kernel.basics.environment import (
    KEY,
    OPTIONAL,
    TEXT,
    Form,
    ProcessSettings,
    Reader,
    number,
    variable,
)
from services.kernel.files import store
from services.kernel.messages import mail
from services.kernel.messages.addresses import is_secret
from services.kernel.messages.connections import Connection, connection_of
from services.kernel.messages.mail import MailServer

_RETRY_DELAYS = "1000,10000,60000,600000"  #: 1 s, 10 s, 1 min, 10 min


def retry_delays(reader: Reader, name: str = "HEMVIST_RETRY_DELAYS") -> tuple[int, ...]:
    """The ladder on which a failed reaction climbs, in milliseconds."""
    delays = [_positive(part) for part in (reader.optional(name) or _RETRY_DELAYS).split(",")]
    if None in delays:
        reader.problems.append(f"{name} is not a list of milliseconds")
    return tuple(delay for delay in delays if delay is not None)


def _positive(text: str) -> int | None:
    """The whole number above 0 that the text says, or None."""
    stripped = text.strip()
    return int(stripped) or None if stripped.isascii() and stripped.isdigit() else None


def mail_server(reader: Reader, name: str) -> MailServer | None:
    """The server with its sender. The problem says neither."""
    url = reader.optional(name)
    try:
        return mail.server_of(url, reader.optional(f"{name}_SENDER") or "") if url else None
    except ValueError:
        reader.problems.append(f"{name} is no smtps://user:password@host, or {name}_SENDER no e-mail address")
        return None


def sms_secrets(reader: Reader, name: str) -> dict[str, str]:
    """The secrets, by municipality. The problem says none of them."""
    try:
        found = json.loads(reader.optional(name) or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(map(is_secret, found.values())):
        reader.problems.append(f"{name} is no JSON object of texts")
        return {}
    return found


def connections(reader: Reader, name: str) -> dict[str, dict[str, Connection]]:
    """The connections, by municipality and by what each is for. The problem says nothing of what stands there."""
    try:
        stated = json.loads(reader.optional(name) or "{}")
        made = {slug: {one: connection_of(said) for one, said in own.items()} for slug, own in stated.items()}
    except (ValueError, AttributeError):
        made = {"": {"": None}}
    if any(one is None for own in made.values() for one in own.values()):
        reader.problems.append(f"{name} is no JSON object of connections by municipality and system")
        return {}
    return made  # type: ignore[return-value]  # none is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings(ProcessSettings):
    """What one service's process needs."""

    database_url: str = variable("HEMVIST_DATABASE_URL", "its database, as the service's role", TEXT, secret=True)
    relay_database_url: str = variable(
        "HEMVIST_RELAY_DATABASE_URL", "its database, as the role that takes events out of it", TEXT, secret=True
    )
    master_keys: tuple[bytes, ...] = variable(
        "HEMVIST_MASTER_KEYS",
        "what the municipalities' own keys are encrypted with, the newest first",
        Form(Reader.master_keys),
        beside=("HEMVIST_MASTER_KEYS_FILE",),
        secret=True,
    )
    wire_key: bytes = variable("HEMVIST_WIRE_KEY", "seals what the gateway and the service say", KEY, secret=True)
    file_store: str = store.variable()
    workers: int = variable("HEMVIST_WORKERS", "requests and events that a service works on at once", number(10))
    alive_file: str | None = variable(
        "HEMVIST_ALIVE_FILE", "touched every five seconds while a service, its database and the broker answer", OPTIONAL
    )
    idempotency_days: int = variable(
        "HEMVIST_IDEMPOTENCY_DAYS",
        "days for which the answer to a request is given again under its Idempotency-Key",
        number(7),
    )
    told_days: int = variable(
        "HEMVIST_TOLD_DAYS",
        "days for which events that were told stay: for the feed, and to be told again word for word",
        number(35),
    )
    mail: MailServer | None = variable(
        "HEMVIST_MAIL",
        "the mail server by which homes are nudged, smtps://user:password@host or smtp://… with STARTTLS, if any",
        Form(mail_server),
        secret=True,
    )
    mail_sender: str | None = variable("HEMVIST_MAIL_SENDER", "the e-mail address that nudges come from", OPTIONAL)
    sms_secrets: dict[str, str] = variable(
        "HEMVIST_SMS_SECRETS",
        'by what each municipality\'s provider of SMS knows it: {"orebro": "Basic …"}, if any',
        Form(sms_secrets),
        secret=True,
    )
    connections: dict[str, dict[str, Connection]] = variable(
        "HEMVIST_CONNECTIONS",
        "the systems that are asked for each municipality, such as registers: "
        '{"orebro": {"register.police": {"url": "https://…", "header": "Authorization", "secret": "…"}}}, if any',
        Form(connections),
        secret=True,
    )
    retry_delays: tuple[int, ...] = variable(
        "HEMVIST_RETRY_DELAYS",
        "milliseconds after which a failed reaction is tried again; after the last it is parked",
        Form(retry_delays, _RETRY_DELAYS),
    )
