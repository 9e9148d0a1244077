"""How a file comes in from outside: received whole, its type told, scanned, a picture made anew. Only then does the
store see it; whatever is refused or cut off on the way leaves nothing.
"""

import hashlib
from collections.abc import Collection, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Self

from services.kernel.basics.log import failed
from services.kernel.contracts.files import (
    CHARSETS,
    FileBroken,
    FileStoreUnavailable,
    MediaType,
    SentFile,
    Shelf,
    UnsupportedFileType,
)
from services.kernel.files import pictures
from services.kernel.files.blocks import BLOCK, SEALED_BLOCK, resized, seal, unseal
from services.kernel.files.kinds import HEAD, TAIL, check_text, clean_name, is_whole_pdf, told_from
from services.kernel.files.scanner import Scanner
from services.kernel.secrecy.crypto import new_key


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes files in, past this scanner if there is one."""

    scanner: Scanner | None = None

    def take(
        self,
        content: Iterable[bytes],
        shelf: Shelf,
        *,
        media_types: Collection[str],
        declared: str | None,
        name: str | None,
        charset: str = CHARSETS[0],
    ) -> SentFile:
        """The file as it lies on the shelf afterwards. `declared` is the type that the sender names, if any, `charset`
        what a text is written in.

        Raises `UnsupportedFileType`, `FileBroken`, `TextNotReadable`, `PictureTooLarge`, `VirusFound`, and what is
        unavailable.
        """
        pieces = resized(content, BLOCK)
        first = next(pieces)
        media_type = _told(first[:HEAD], media_types, declared)
        with _Spool() as spool:
            spool.fill(first, pieces)
            if media_type is MediaType.PDF and not is_whole_pdf(spool.tail, spool.size):
                raise FileBroken
            if media_type is MediaType.CSV:
                check_text(spool.read(), charset)
            if self.scanner is not None:
                self.scanner.check(spool.read())
            with closing(_final(spool, media_type)) as final:
                kept = shelf.put(final, name=clean_name(name, media_type), media_type=media_type)
            return SentFile.of(kept, content_hash=spool.content_hash, charset=charset)


def _told(head: bytes, media_types: Collection[str], declared: str | None) -> MediaType:
    if not head:
        raise FileBroken
    found = told_from(head)
    if found is None and MediaType.CSV in media_types:
        found = MediaType.CSV  # which begins like nothing else; that it is a text is looked at when it is here
    if found is None or found not in media_types or declared not in (None, found):
        raise UnsupportedFileType
    return found


def _final(spool: "_Spool", media_type: MediaType) -> Generator[bytes, None, None]:
    """What is kept of what was sent."""
    if media_type in pictures.FORMATS:
        yield from pictures.cleaned(spool.read(), media_type, size=spool.size)
    else:
        yield from spool.read()


class _Spool:
    """What was received, in a file without a name, under a key that only this process has: a sender may take his time
    without taking memory, and when the process dies, the file is gone and its key too."""

    def __enter__(self) -> Self:
        self._key = new_key()
        self._hash = hashlib.sha256()
        self.size = 0
        self.tail = b""
        with _disk():
            self._file = TemporaryFile(buffering=0)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def content_hash(self) -> str:
        """Of the content as it was sent."""
        return self._hash.hexdigest()

    def fill(self, first: bytes, rest: Iterator[bytes]) -> None:
        for block in seal(self._noted(first, rest), self._key, name=""):
            with _disk():
                self._file.write(block)

    def _noted(self, first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
        piece: bytes | None = first
        while piece is not None:
            self._hash.update(piece)
            self.size += len(piece)
            self.tail = (self.tail + piece)[-TAIL:]
            yield piece
            piece = next(rest, None)

    def read(self) -> Iterator[bytes]:
        """From the beginning on."""
        return unseal(self._raw(), self._key, name="")

    def _raw(self) -> Iterator[bytes]:
        self._file.seek(0)
        while True:
            with _disk():
                block = self._file.read(SEALED_BLOCK)
            if not block:
                return
            yield block


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        failed("spool_failed", problem, errno=problem.errno)
        raise FileStoreUnavailable from None
