"""Signatures in the manner of Standard Webhooks: HMAC-SHA256 of id, instant and body, by secrets of both sides."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

_PREFIX = "whsec_"


def secret_of(key: bytes) -> str:
    """A key as it is given to the receiver."""
    return _PREFIX + base64.b64encode(key).decode()


def headers(secrets: Sequence[str], message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers that a message has: its id, the instant of this attempt (real seconds since the epoch, for the
    receiver has its own clock), and a signature by each secret."""
    signed = f"{message_id}.{seconds}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
