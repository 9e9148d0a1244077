"""Asks a virus scanner that speaks clamd's protocol (INSTREAM) about a content.

No answer is no: a scanner that is away, slow or talks nonsense keeps a file out as surely as one that finds something.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from services.kernel.basics.log import failed, logger
from services.kernel.contracts.files import ScannerUnavailable, VirusFound

CONNECTING, ANSWERING = 3.0, 30.0  #: seconds
_LONGEST_ANSWER = 4096
_CLEAN, _FOUND = b"stream: OK\0", b" FOUND\0"


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner at a host and port, or at a socket of this machine."""

    place: tuple[str, int] | str

    @classmethod
    def at(cls, address: str) -> "Scanner":
        """The scanner at `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`; `ValueError` for what is no address."""
        parts = urlsplit(address)
        if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
            return cls(parts.path)
        if parts.scheme == "tcp" and parts.hostname and parts.path in ("", "/"):
            return cls((parts.hostname, parts.port or 3310))
        raise ValueError("neither tcp://host:port nor unix:///path")

    def check(self, content: Iterable[bytes]) -> None:
        """Raises `VirusFound`, or `ScannerUnavailable` when it is not known that there is none."""
        try:
            with self._connected() as connection:
                answer = _ask(connection, content)
        except OSError as problem:
            failed("scanner_failed", problem)
            raise ScannerUnavailable from None
        if answer.startswith(b"stream: ") and answer.endswith(_FOUND):
            logger.warning("virus_found")
            raise VirusFound
        if answer != _CLEAN:
            logger.error("scanner_unclear", too_large=b"size limit exceeded" in answer)
            raise ScannerUnavailable

    def _connected(self) -> socket.socket:
        if isinstance(self.place, str):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(CONNECTING)
            try:
                connection.connect(self.place)
            except OSError:
                connection.close()
                raise
        else:
            connection = socket.create_connection(self.place, timeout=CONNECTING)
        connection.settimeout(ANSWERING)
        return connection


def _ask(connection: socket.socket, content: Iterable[bytes]) -> bytes:
    """What the scanner says of the content, up to the end of its answer."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for piece in content:
            if piece:
                connection.sendall(len(piece).to_bytes(4, "big") + piece)
        connection.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it stopped listening, and may have said why
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer
