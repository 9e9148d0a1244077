"""A file's content under a key of its own, in blocks, so that any size takes the same memory.

AES-256-GCM in the construction STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the number of a block and whether it
is the last are its nonce, and what the file is called is authenticated with each. A block that is missing, moved, or
from another file does not open. A key is for one file only; that is why a nonce can be a number.
"""

from collections.abc import Iterable, Iterator
from itertools import count

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.kernel.secrecy.crypto import SealBroken

BLOCK = 64 * 1024  #: bytes of content in a block
SEALED_BLOCK = BLOCK + 16  #: with its tag
_VERSION = b"hemvist-file-1:"


def seal(content: Iterable[bytes], key: bytes, *, name: str) -> Iterator[bytes]:
    """The sealed blocks of a content that comes in pieces of any size."""
    cipher = AESGCM(key)
    for nonce, block in _numbered(resized(content, BLOCK)):
        yield cipher.encrypt(nonce, block, _VERSION + name.encode())


def unseal(sealed: Iterable[bytes], key: bytes, *, name: str, first: int = 0) -> Iterator[bytes]:
    """The content again, from its block number `first` on, with which `sealed` begins; `SealBroken` at the first block
    that is not the one that was sealed in its place."""
    cipher = AESGCM(key)
    for nonce, block in _numbered(resized(sealed, SEALED_BLOCK), first):
        try:
            yield cipher.decrypt(nonce, block, _VERSION + name.encode())
        except InvalidTag as problem:
            raise SealBroken from problem


def resized(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of `size`, of which only the last is shorter; one empty piece of nothing."""
    waiting = bytearray()
    found = False
    for piece in pieces:
        waiting += piece
        while len(waiting) >= size:
            found = True
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting or not found:
        yield bytes(waiting)


def _numbered(blocks: Iterator[bytes], first: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Each block with its nonce: eleven bytes of its number, one that says whether it is the last."""
    block = next(blocks)
    for number in count(first):
        following = next(blocks, None)
        yield number.to_bytes(11, "big") + (b"\x01" if following is None else b"\x00"), block
        if following is None:
            return
        block = following
