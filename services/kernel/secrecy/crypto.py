"""Encryption of personal data with a key per tenant, and look-up of what is encrypted.

A tenant's data keys are wrapped by the master key; sealed values name the version of the key that sealed them, so
that keys can be rotated. Everything is AES-256-GCM; the purpose is authenticated, so that a value moved to
another column or tenant does not open.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from contextvars import ContextVar
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class SealBroken(Exception):
    """A sealed value does not open: another key, another purpose, or tampering."""


def _encrypt(cipher: AESGCM, plain: bytes, purpose: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, purpose)


def _decrypt(cipher: AESGCM, sealed: bytes, purpose: bytes, first: int = 0) -> bytes:
    begins = first + _NONCE
    if len(sealed) < begins:
        raise SealBroken
    try:
        return cipher.decrypt(sealed[first:begins], sealed[begins:], purpose)
    except InvalidTag as problem:
        raise SealBroken from problem


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(32)


def wrap(master_key: bytes, key: bytes, *, tenant: str) -> bytes:
    """A tenant's data key under the master key."""
    return _encrypt(AESGCM(master_key), key, b"wrap:" + tenant.encode())


def unwrap(master_keys: Sequence[bytes], wrapped: bytes, *, tenant: str) -> bytes:
    """The data key, opened with the first master key that fits; `SealBroken` when none does."""
    for master_key in master_keys:
        try:
            return _decrypt(AESGCM(master_key), wrapped, b"wrap:" + tenant.encode())
        except SealBroken:
            continue
    raise SealBroken


def opens(master_key: bytes, wrapped: bytes, *, tenant: str) -> bool:
    """Whether this master key is the one that wrapped it."""
    try:
        unwrap([master_key], wrapped, tenant=tenant)
    except SealBroken:
        return False
    return True


class Purpose(StrEnum):
    """What a look-up is for. Each has a space of its own: what is equal in one has nothing in common in another."""

    PERSONAL_NUMBER = "personal_number"
    IDEMPOTENCY_KEY = "idempotency_key"
    REQUEST = "request"
    FILE_CONTENT = "file_content"
    IMPORTED_ROW = "imported_row"
    SEARCH_WORD = "search_word"
    SEARCH_REFERENCE = "search_reference"
    WEBHOOK = "webhook"
    ACCESS_REVIEW = "access_review"
    PERSONAL_DATA = "personal_data"
    RETENTION_PREVIEW = "retention_preview"
    RETENTION_HOLD = "retention_hold"
    SIGNING = "signing"
    COLLEAGUE = "colleague"
    OWN_APPLICATION = "own_application"
    ASKED_REFERENCE = "asked_reference"
    DRAFT = "draft"
    CHALLENGE = "challenge"
    CALENDAR_KEY = "calendar_key"
    SURVEY_REFERENCE = "survey_reference"


class Keyring:
    """One tenant's keys, by version; the newest seals, each opens what it sealed."""

    def __init__(self, tenant: str, keys: dict[int, bytes]) -> None:
        self.tenant = tenant
        self._ciphers = {version.to_bytes(2, "big"): AESGCM(key) for version, key in keys.items()}
        self._newest = max(keys).to_bytes(2, "big")
        self._purposes: dict[str, bytes] = {}  #: of a column, asked for with each of its values
        # The look-up key comes from the first key and stays through rotations: otherwise nobody would be found again.
        self._lookup_key = HKDF(SHA256(), 32, salt=None, info=b"lookup:" + tenant.encode()).derive(keys[min(keys)])

    def _purpose(self, purpose: str) -> bytes:
        found = self._purposes.get(purpose)
        if found is None:
            found = self._purposes[purpose] = f"{self.tenant}:{purpose}".encode()
        return found

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """`plain` encrypted for this tenant and purpose; two bytes of key version come first."""
        sealed = _encrypt(self._ciphers[self._newest], plain, self._purpose(purpose))
        return self._newest + sealed

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The opposite of `seal`; `SealBroken` when it does not fit."""
        cipher = self._ciphers.get(sealed[:2])
        if cipher is None:
            raise SealBroken
        return _decrypt(cipher, sealed, self._purpose(purpose), first=2)

    def seal_text(self, plain: str, purpose: str) -> str:
        """As `seal`, in base64 for JSON."""
        return base64.b64encode(self.seal(plain.encode(), purpose)).decode()

    def open_text(self, sealed: str, purpose: str) -> str:
        """The opposite of `seal_text`."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except ValueError as problem:
            raise SealBroken from problem
        return self.open(raw, purpose).decode()

    def lookup(self, value: str, purpose: Purpose) -> bytes:
        """A keyed hash by which an encrypted value is found again; without the key it tells nothing."""
        return hmac.digest(self._lookup_key, f"{purpose}\0{value}".encode(), hashlib.sha256)


class Wire:
    """Seals requests and replies between the gateway and one service: no queue holds them in clear text."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, purpose: bytes) -> bytes:
        """`purpose` tells requests from replies, so that one is never taken for the other."""
        return _encrypt(self._cipher, plain, purpose)

    def open(self, sealed: bytes, purpose: bytes) -> bytes:
        """`SealBroken` when key or purpose do not fit."""
        return _decrypt(self._cipher, sealed, purpose)


current_keyring: ContextVar[Keyring] = ContextVar("current_keyring")
"""The keyring of the unit of work that is under way; sealed columns and event fields use it."""
