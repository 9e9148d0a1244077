"""Addresses outside of the house, as the operator states them: whether something is one, and where it leads."""

import re
from urllib.parse import urlsplit

HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_ENTRY = re.compile(rf"({HOST.pattern})(?::([0-9]{{1,5}}))?")


def is_host(entry: str) -> bool:
    """Whether an entry of the operator's list is a host, with or without its port."""
    found = _ENTRY.fullmatch(entry)
    return found is not None and int(found[2] or 443) in range(1, 65536)


def is_secret(said: object) -> bool:
    """Whether a header can carry it (RFC 9110, section 5.5): a text of Latin-1, without an edge of spaces."""
    return isinstance(said, str) and bool(said) and said.isprintable() and said == said.strip() and max(said) <= "\xff"


def host_of(url: str) -> str:
    """The only host to which the address leads, as `outgoing` lists hosts; empty when there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.hostname and parts.scheme in ("https", "http") else ""
