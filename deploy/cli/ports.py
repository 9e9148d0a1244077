"""Choosing ports on 127.0.0.1 that stay usable. Knows no server."""

import socket
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from deploy.cli.trouble import Trouble

LOWEST = 15000
NOTHING: Mapping[str, int] = MappingProxyType({})


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
        return True


def choose(
    names: list[str], *, seed: str, kept: Mapping[str, int] = NOTHING, wished: Mapping[str, int] = NOTHING
) -> dict[str, int]:
    """A free port per name: the kept one, else the wished one, else the next free one from where the seed points.

    Never from the range of outgoing connections: a client that tries again and again to reach a stopped server there
    would some day be given the server's own port, and the server could not come back.
    """
    chosen: dict[str, int] = {}
    span = max(_first_outgoing_port() - LOWEST, 1000)
    start = zlib.crc32(seed.encode()) % span
    candidates = iter(LOWEST + (start + step) % span for step in range(span))
    for name in names:
        preferred = [port for port in (kept.get(name), wished.get(name)) if port]
        port = next((port for port in preferred if port not in chosen.values() and is_free(port)), None)
        if port is None:
            port = next((port for port in candidates if port not in chosen.values() and is_free(port)), None)
        if port is None:
            raise Trouble("No free port was found on 127.0.0.1.", "end some servers on this machine, then try again.")
        chosen[name] = port
    return chosen


def _first_outgoing_port() -> int:
    try:
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 32768
