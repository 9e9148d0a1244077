"""The body of a request in pieces, from whoever sends it: too much, too little, too slowly."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic
from typing import Any

from gateway.problems import BodyTooLarge
from services.kernel.basics.log import failed
from services.kernel.contracts.faults import Fault
from services.kernel.contracts.files import FileBroken

PIECE = 64 * 1024
STALLED = 30.0  #: seconds in which a piece has to come
LONGEST = 300.0  #: seconds for the whole
_END = b""


class UploadTooSlow(Fault):
    """The file did not come in time."""

    status = 408


@contextmanager
def received(stream: Any, *, length: int | None, limit: int) -> Iterator[Iterator[bytes]]:
    """The pieces of a body that says it is `length` long, if it says so.

    Raises `BodyTooLarge`, `UploadTooSlow`, and `FileBroken` for a body that is shorter than it said.
    """
    if length is not None and length > limit:
        raise BodyTooLarge
    body = _Body(stream)
    try:
        yield _checked(body, length=length, limit=limit)
    finally:
        body.leave()


def _checked(body: "_Body", *, length: int | None, limit: int) -> Iterator[bytes]:
    size, until = 0, monotonic() + LONGEST
    while piece := body.next(until):
        size += len(piece)
        if size > limit:
            raise BodyTooLarge
        yield piece
    if length is not None and size != length:
        raise FileBroken


class _Body:
    """Read by a thread of its own, because a read can not be told to wait only so long. A sender who has stopped in the
    middle keeps that thread until the answer has gone out and the connection with it, and nobody else."""

    def __init__(self, stream: Any) -> None:
        self._pieces: Queue[bytes | None] = Queue(maxsize=1)
        self._left = Event()
        Thread(target=self._read, args=(stream,), daemon=True).start()

    def next(self, until: float) -> bytes:
        """The next piece; an empty one is the end."""
        try:
            piece = self._pieces.get(timeout=max(0.0, min(STALLED, until - monotonic())))
        except Empty:
            raise UploadTooSlow from None
        if piece is None:
            raise FileBroken
        return piece

    def leave(self) -> None:
        """Nobody takes pieces any more."""
        self._left.set()

    def _read(self, stream: Any) -> None:
        piece = None
        try:
            while piece != _END and not self._left.is_set():
                piece = stream.read(PIECE)
                self._hand(piece)
        except Exception as problem:  # whatever the server says when the connection is lost
            failed("upload_lost", problem)
            self._hand(None)

    def _hand(self, piece: bytes | None) -> None:
        while not self._left.is_set():
            with suppress(Full):
                self._pieces.put(piece, timeout=1)
                return
