"""Webhooks: operations that every service has, and the duties by which it sends what it tells.

Each webhook has its own place among what the service has told, and an errand of its own, so that none waits for
another. Its events go one after the other, as they were told: one that is not taken is tried again before the next.
Dying in between, the same event is sent once more, under the same id.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import sqlalchemy

from services.kernel.basics import clock
from services.kernel.contracts.duty import Duty, Errand
from services.kernel.contracts.faults import reason_of
from services.kernel.contracts.webhooks import MOST, TELLING, TooManyWebhooks, WebhookAddressNotAllowed, is_sent
from services.kernel.messages import outgoing, signature
from services.kernel.messages.outgoing import Address, AddressNotAllowed, NotDelivered
from services.kernel.rows import webhooks
from services.kernel.rows.unit import Unit
from services.kernel.rows.webhooks import Webhook
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.feed import IN_CLEAR, told_after
from services.kernel.work.operations import Answer

#: as Standard Webhooks proposes: in all three days
_DELAYS = (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 18 * 3600, 22 * 3600)
DELIVERING = Duty(name="deliver_webhook", delays=tuple(timedelta(seconds=one) for one in _DELAYS))
_FIRST_LOOK = timedelta(seconds=10)  #: after which is looked for what was told while the webhook was being made
_PLAN_EACH = sqlalchemy.text("""insert into duty (name, subject, due_at)
    select :name, id, :now from webhook where keys <> '{}' on conflict do nothing""")
_HOSTS = sqlalchemy.text("select webhook_hosts from tenant_settings")
_NEWEST = sqlalchemy.text("select coalesce(max(position), 0) from told")


class PlaceLost(NotDelivered):
    """It has failed for so long that what came after its place is no longer kept."""


def add_webhook(unit: Unit, body: dict[str, Any]) -> Answer:
    """Keeps a webhook. It has the same id and secret in each service, which follow from the request's key: whoever asks
    again with that makes whole what was made in some of them."""
    _address(unit, body["url"])
    unit.alone("webhooks")
    known, webhook_id = webhooks.every(unit), unit.common_id(Purpose.WEBHOOK)
    webhook = next((one for one in known if one.id == webhook_id), None)
    if webhook is None:
        if len(known) >= MOST:
            raise TooManyWebhooks
        webhook = _new(unit, webhook_id, body, _secret(unit, webhook_id))
    return Answer({**_view(unit, webhook), "secret": webhook.secret})


def _new(unit: Unit, webhook_id: str, body: dict[str, Any], secret: str) -> Webhook:
    """Begins after what has been told until now."""
    webhook = Webhook(
        id=webhook_id,
        **body,
        keys=_keys(unit.service, body["types"]),
        secrets=[[secret, None]],
        position=unit.session.scalar(_NEWEST),
        created_at=unit.now,
        created_by=unit.actor,
    )
    unit.add(webhook)
    if webhook.keys:
        unit.plan(TELLING, subject=webhook_id, at=unit.now + _FIRST_LOOK)
    return webhook


def list_webhooks(unit: Unit) -> Answer:
    """All of them."""
    return Answer({"items": [_view(unit, webhook) for webhook in webhooks.every(unit)]})


def remove_webhook(unit: Unit, webhook_id: str) -> Answer:
    """Forgets a webhook, and what was to be sent."""
    webhook = unit.lock(Webhook, webhook_id)
    unit.session.delete(webhook)
    unit.cancel(DELIVERING, subject=webhook_id)
    unit.cancel(TELLING, subject=webhook_id)
    return Answer(_view(unit, webhook))


def rotate_webhook_secret(unit: Unit, webhook_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Gives it a new secret, the same in each service."""
    webhook = unit.lock(Webhook, webhook_id)
    webhook.rotate(_secret(unit, webhook_id), unit.now)
    return Answer({**_view(unit, webhook), "secret": webhook.secret})


def _secret(unit: Unit, webhook_id: str) -> str:
    return signature.secret_of(unit.lookup(f"{webhook_id}\0{unit.request_key}", Purpose.SIGNING))


def _keys(service: str, types: Sequence[str]) -> list[str]:
    """The routing keys of those types of events that are the service's own."""
    named = [name.split(".", 2) for name in types]
    return sorted({key for _, teller, key in named if teller == service})


def _address(unit: Unit, url: str) -> Address:
    """Raises `WebhookAddressNotAllowed`."""
    try:
        return outgoing.allowed(url, unit.session.scalar(_HOSTS) or [], in_production=unit.in_production)
    except AddressNotAllowed:
        raise WebhookAddressNotAllowed from None


def _view(unit: Unit, webhook: Webhook) -> dict[str, Any]:
    names = ("id", "url", "types", "description", "created_at", "created_by")
    shown = ("state", "delivered_at", "failing_since", "problem")
    delivery = {"service": unit.service, **{name: getattr(webhook, name) for name in shown}}
    return {**{name: getattr(webhook, name) for name in names}, "deliveries": [delivery] if webhook.keys else []}


def tell_webhooks(unit: Unit, _subject: str) -> None:
    """Something was told: each webhook looks whether it is for it. One that waits to be tried again goes on waiting."""
    unit.session.execute(_PLAN_EACH, {"name": DELIVERING.name, "now": unit.now})


def deliver_webhook(unit: Unit, webhook_id: str) -> Errand | None:
    """The next event that a webhook has not had, on its way to it; None when it has had all."""
    webhook = unit.session.get(Webhook, (unit.context.tenant, webhook_id))
    if webhook is None:
        return None
    newest, found = told_after(unit, webhook.position, webhook.keys, most=1)
    if not found:
        webhook.take(newest, unit.now)
        return None
    (told,) = found
    return Errand(
        go=_sending(unit, webhook, told.envelope),
        done=partial(_taken, webhook_id, told.position),
        failed=partial(_not_taken, webhook_id),
    )


def _sending(unit: Unit, webhook: Webhook, envelope: dict[str, Any]) -> Callable[[], None]:
    """What sends the event; what is wrong with the address is found when it is to be done."""
    since, secrets = webhook.failing_since, webhook.signing(unit.now)
    lost = since is not None and since < unit.now - timedelta(days=unit.told_days)
    hosts = unit.session.scalar(_HOSTS) or []
    url, event_id, body = webhook.url, str(envelope["id"]), orjson.dumps(thin(envelope))

    def send() -> None:
        if lost:
            raise PlaceLost("place lost")
        address = outgoing.allowed(url, hosts, in_production=unit.in_production)
        headers = signature.headers(secrets, event_id, int(clock.seconds()), body)
        outgoing.post(address, body, {"Content-Type": "application/cloudevents+json", **headers})

    return send


def thin(envelope: dict[str, Any]) -> dict[str, Any]:
    """An event as it leaves the house: what it is about, and of its data nothing but ids. Whoever may know more reads
    it, by these, with a right of its own."""
    data = {name: value for name, value in envelope["data"].items() if is_sent(name)}
    return {**{name: envelope[name] for name in IN_CLEAR}, "data": data}


def _taken(webhook_id: str, position: int, unit: Unit) -> None:
    webhook = unit.session.get(Webhook, (unit.context.tenant, webhook_id))
    if webhook is not None:  # it was not removed meanwhile
        webhook.take(position, unit.now)


def _not_taken(webhook_id: str, unit: Unit, problem: Exception, is_last: bool) -> None:
    webhook = unit.session.get(Webhook, (unit.context.tenant, webhook_id))
    if webhook is not None:
        said = str(problem) if isinstance(problem, NotDelivered) else reason_of(problem)
        webhook.fail(said, unit.now, for_good=is_last)
