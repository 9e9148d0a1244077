"""Webhooks: what a service tells is also sent to an address of the municipality's own, signed in the manner of
Standard Webhooks. Each service keeps all of the municipality's webhooks, and sends what it tells itself.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from marshmallow import validate

from services.kernel.contracts import fields
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import Fault, Problem
from services.kernel.contracts.feed import NOT_AN_EVENT_TYPE, TYPE
from services.kernel.contracts.join import Alike
from services.kernel.contracts.operation import Operation
from services.kernel.contracts.rules import Rule
from services.kernel.contracts.schema import Nothing, Schema
from services.kernel.contracts.settings import ADMINS

TELLING = Duty(name="tell_webhooks")  #: left by the relay when something was told
MOST = 20  #: webhooks of a municipality
_TYPES_AT_MOST = 100
_NOBODYS: Mapping[str, str] = {}

_ADDRESS_NOT_ALLOWED = Rule(
    "webhook_address_not_allowed", "Not an address at one of the hosts that the operator allows this municipality."
)


def is_sent(name: str) -> bool:
    """Whether a part of an event's data leaves the house with it: ids do, and nothing else."""
    return name.endswith("_id")


class State(StrEnum):
    """How it goes with what one service sends to a webhook."""

    SENDING = "sending"
    FAILING = "failing"  # tried again, with growing delays
    STOPPED = "stopped"  # after three days; the operator sees it and lets it go on


class WebhookAddressNotAllowed(Fault):
    """The address is at none of the hosts that the operator allows this municipality, or is not https."""

    status = 422

    def __init__(self) -> None:
        problems: list[Problem] = [_ADDRESS_NOT_ALLOWED.at("/url")]
        super().__init__(errors=problems)


class TooManyWebhooks(Fault):
    """The municipality has twenty webhooks already: remove one."""


class AddWebhook(Schema):
    """Where to send which events."""

    url = fields.form(
        r"^https?://[\x21-\x7e]{1,1990}$(?!\n)", Rule("web_address", "Not an address like https://host/path."),
        required=True,
    )  # fmt: skip
    types = fields.List(
        fields.form(rf"^{TYPE}$(?!\n)", Rule("event_type_form", "Not a type of events.")),
        required=True,
        validate=validate.Length(1, _TYPES_AT_MOST),
    )
    description = fields.text(500, shortest=0, load_default="")

    example = {
        "url": "https://receiver.example/hemvist",
        "types": ["hemvist.intake.application_qualified.v1", "hemvist.placement.placement_started.v1"],
        "description": "Diariet",
    }


class Delivery(Schema):
    """How it goes with what one service sends."""

    service = fields.String(required=True)
    state = fields.one_of(State, required=True)
    delivered_at = fields.Instant(required=True, allow_none=True)
    failing_since = fields.Instant(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)

    example = {
        "service": "placement",
        "state": "failing",
        "delivered_at": "2026-05-02T08:00:00Z",
        "failing_since": "2026-05-03T08:00:00Z",
        "problem": "status 500",
    }


class WebhookView(Schema):
    """A webhook, and how it goes with what each service sends to it: each that tells some of its types."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    types = fields.List(fields.String(), required=True)
    description = fields.String(required=True)
    created_at = fields.Instant(required=True)
    created_by = fields.Staff(required=True)
    deliveries = fields.List(fields.Nested(Delivery), required=True)

    shows: ClassVar[Mapping[str, str]] = _NOBODYS
    example = {
        "id": "019a0000-0000-7000-8000-0000000000c1",
        **AddWebhook.example,
        "created_at": "2026-05-02T08:00:00Z",
        "created_by": "anna",
        "deliveries": [Delivery.example],
    }


class WebhookWithSecret(WebhookView):
    """A webhook with the secret that signs what is sent to it: it is shown this once."""

    secret = fields.String(required=True)

    shows: ClassVar[Mapping[str, str]] = _NOBODYS
    example = {**WebhookView.example, "secret": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}


class WebhooksView(Schema):
    """Webhooks."""

    items = fields.List(fields.Nested(WebhookView), required=True)

    shows: ClassVar[Mapping[str, str]] = _NOBODYS
    example = {"items": [WebhookView.example]}


_ALIKE = Alike(but_for="deliveries")

ADD_WEBHOOK = Operation(
    name="add_webhook",
    route="POST /webhooks",
    en="Have events of these types sent to an address from now on. Each is signed as Standard Webhooks says, comes at "
    "least once and without personal parts, and is tried again until the address answers 2xx, for three days. When "
    "a service is away (503), ask again with the same Idempotency-Key.",
    sv="Få händelser av dessa typer skickade till en adress från och med nu. Var och en är signerad enligt Standard "
    "Webhooks, kommer minst en gång och utan personuppgifter, och försöks igen tills adressen svarar 2xx, i tre dagar. "
    "Om en tjänst är borta (503), fråga igen med samma Idempotency-Key.",
    roles=ADMINS,
    body=AddWebhook,
    answer=WebhookWithSecret,
    status=201,
    faults=(WebhookAddressNotAllowed, TooManyWebhooks),
    rules=(NOT_AN_EVENT_TYPE, _ADDRESS_NOT_ALLOWED),
    shared=Alike(but_for="deliveries", types="types"),
)
LIST_WEBHOOKS = Operation(
    name="list_webhooks",
    route="GET /webhooks",
    en="The municipality's webhooks, and how it goes with them.",
    sv="Kommunens webhookar, och hur det går med dem.",
    roles=ADMINS,
    answer=WebhooksView,
    reads=True,
    shared=Alike(but_for="deliveries", in_list=True),
)
REMOVE_WEBHOOK = Operation(
    name="remove_webhook",
    route="DELETE /webhooks/<webhook_id>",
    en="Send nothing more there.",
    sv="Skicka ingenting mer till den adressen.",
    roles=ADMINS,
    answer=WebhookView,
    shared=_ALIKE,
)
ROTATE_WEBHOOK_SECRET = Operation(
    name="rotate_webhook_secret",
    route="POST /webhooks/<webhook_id>/rotate-secret",
    en="Sign with a new secret from now on. For a day the old one signs beside it.",
    sv="Signera med en ny hemlighet från och med nu. I ett dygn signerar den gamla bredvid.",
    roles=ADMINS,
    body=Nothing,
    answer=WebhookWithSecret,
    shared=_ALIKE,
)
