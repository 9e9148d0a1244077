"""A line to the broker for green threads."""

from typing import Any

from services.kernel.messages.broker import Line
from services.kernel.rows import green


class GreenLine(Line):
    """Looks by itself whether something has come: eventlet's `select` lets all other green threads run first."""

    def _is_readable(self, sock: Any) -> bool:
        return green.is_readable(sock.fileno())
