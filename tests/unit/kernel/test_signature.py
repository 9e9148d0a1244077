"""Signatures of webhooks: as Standard Webhooks says, and as its own library checks them."""

import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from services.kernel.messages.signature import headers, secret_of

#: The reference vector of Standard Webhooks' own libraries.
SECRET, ID, INSTANT = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'


def test_it_is_the_one_of_the_reference() -> None:
    assert headers([SECRET], ID, INSTANT, BODY) == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_receivers_library_accepts_it_by_each_secret_and_by_no_other() -> None:
    one, two, other = (secret_of(bytes([number]) * 32) for number in (1, 2, 3))
    signed = headers([one, two], "id", int(time.time()), b'{"a":1}')
    assert [Webhook(secret).verify('{"a":1}', signed) for secret in (one, two)] == [{"a": 1}] * 2
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify('{"a":1}', signed)
    with pytest.raises(WebhookVerificationError):
        Webhook(one).verify('{"a":2}', signed)


def test_the_instant_is_signed_too() -> None:
    secret, now = secret_of(b"k" * 32), int(datetime.now(UTC).timestamp())
    signed = headers([secret], "id", now - 10, b"{}")
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify("{}", {**signed, "webhook-timestamp": str(now)})
