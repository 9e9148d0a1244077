"""Cursors: a place in a list, sealed, so that only its own municipality can go on from it and nobody makes one up."""

import base64
from typing import Any

import orjson

from services.kernel.contracts.page import NOT_A_CURSOR
from services.kernel.secrecy.crypto import Keyring, SealBroken


def written(keyring: Keyring, kind: str, place: Any) -> str:
    """A place in the lists of that kind, to stand in an address."""
    sealed = keyring.seal(orjson.dumps(place), f"cursor:{kind}")
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(keyring: Keyring, kind: str, cursor: str) -> Any:
    """The opposite of `written`; `InvalidInput` for what this tenant was never given for such a list."""
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return orjson.loads(keyring.open(sealed, f"cursor:{kind}"))
    except (SealBroken, ValueError):
        raise NOT_A_CURSOR.refusal("/after") from None
