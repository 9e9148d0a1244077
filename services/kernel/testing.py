"""For tests: a service's operations and reactions carried out in the test's own process, against a real database.

Nothing is faked but the transport and, where a test wants it, the clock. Not imported by any service.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import psycopg

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event
from services.kernel.contracts.files import SentFile
from services.kernel.contracts.schema import dump
from services.kernel.messages import topology
from services.kernel.messages.broker import Line, Message
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import envelope, read_data
from services.kernel.messages.relay import Relay
from services.kernel.messages.tenants import Tenant
from services.kernel.process.service import Service
from services.kernel.rows.database import Database
from services.kernel.rows.directory import apply_tenants
from services.kernel.secrecy import crypto
from services.kernel.work import operations, reactions
from services.kernel.work.clockwork import Clockwork


class Refused(AssertionError):
    """An operation that a test expected to be done was refused."""


def a_sent_file(**overrides: Any) -> SentFile:
    """A file as the gateway hands it to a service, that lies nowhere."""
    given = {"name": "Intyg.pdf", "media_type": "application/pdf", "size": 1000, "key": crypto.new_key()}
    return SentFile(**{"id": new_id(), "content_hash": crypto.new_key().hex(), **given, **overrides})


class _Nobody(Line):
    """A broker that confirms everything and brings it to nobody."""

    def __init__(self) -> None:
        super().__init__("")

    def publish(self, message: Message, **_: Any) -> None:
        """Nothing is sent."""

    def publish_confirmed(self, messages: Sequence[Message]) -> None:
        """Nothing is sent."""


@dataclass
class Harness:
    """One service with one database. `tenant` is the municipality that calls are made for unless they say another."""

    service: type[Service]
    database: Database
    owner_url: str = field(repr=False)
    relay_url: str = field(repr=False)
    master_keys: Sequence[bytes] = field(repr=False)
    tenant: str = ""
    now: datetime | None = None  #: replaces the clock while it is set
    _versions: Iterator[int] = field(default_factory=partial(count, 1), repr=False)

    def new_tenant(
        self,
        *,
        webhook_hosts: Sequence[str] = ("receiver.example",),
        sms: dict[str, Any] | None = None,
        contact: dict[str, str] | None = None,
        **settings: Any,
    ) -> str:
        """A municipality of the test's own, so that tests do not meet, with its settings of this service."""
        slug, service = f"test-{new_id()[-12:]}", self.service.name
        stated = {f"{service}.{name}": value for name, value in settings.items()}
        tenant = Tenant(
            slug=slug,
            municipality_code="1880",
            name=slug,
            contact=contact or {},
            settings=stated,
            webhook_hosts=list(webhook_hosts),
            sms=sms or {},
        )
        declared = {service: self.service.declared_settings()}
        apply_tenants({service: self.owner_url}, [tenant], self.master_keys, declared=declared)
        return slug

    def reply(
        self,
        name: str,
        *,
        body: Any = None,
        query: dict[str, Any] | None = None,
        page: dict[str, Any] | None = None,
        tenant: str | None = None,
        roles: Sequence[str] | None = None,
        actor: str = "anna",
        actor_name: str | None = None,
        reason: str | None = None,
        personal_number: str | None = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
        if_none_match: bool = False,
        headers: dict[str, str] | None = None,
        file: SentFile | None = None,
        **path: Any,
    ) -> operations.Reply:
        """The whole reply of an operation. Without `roles` the caller has one that the operation allows; without `file`
        an operation that takes one gets one that nobody has sent before."""
        entrypoint = getattr(self.service, name)
        declared = entrypoint.hemvist_operation
        context = Context(
            tenant=tenant or self.tenant,
            actor=actor,
            roles=tuple(sorted(declared.roles)[:1] if roles is None else roles),
            request_id=new_id(),
            deadline=clock.seconds() + 60,
            personal_number=personal_number,
            idempotency_key=idempotency_key,
            if_match=if_match,
            if_none_match=if_none_match,
            actor_name=actor_name,
            reason=reason,
        )
        arguments = {"path": path, "query": query or {}, "page": page or {}, "body": {} if body is None else body}
        if declared.headers is not None:
            arguments["headers"] = headers or {}
        if declared.takes_file:
            arguments["file"] = (file or a_sent_file()).as_dict()
        reply = operations.carry_out(
            self.database,
            declared,
            entrypoint.hemvist_handler,
            context,
            arguments,
            now=self.now,
        )
        broken = {problem["code"] for problem in reply.get("fault", {}).get("errors", [])}
        assert broken <= declared.all_rules().keys(), f"{name} does not declare the rules {broken}"
        return reply

    def do(self, name: str, **call: Any) -> dict[str, Any]:
        """The answer's body; `Refused` when there is none."""
        reply = self.reply(name, **call)
        if "fault" in reply:
            fault = reply["fault"]
            raise Refused(f"{name}: {fault['status']} {fault['code']} {fault['detail']} {fault['errors']}")
        return dict(reply["body"])

    def etag(self, name: str, **call: Any) -> str:
        """The version that an operation answers, for If-Match."""
        return str(self.reply(name, **call)["etag"])

    def refusal(self, name: str, **call: Any) -> dict[str, Any]:
        """The fault; an assertion fails when the operation was done."""
        reply = self.reply(name, **call)
        assert "fault" in reply, f"{name} was done: {reply}"
        return dict(reply["fault"])

    def code(self, name: str, **call: Any) -> tuple[int, str]:
        """Status and code of the refusal."""
        fault = self.refusal(name, **call)
        return fault["status"], fault["code"]

    def message(
        self, event: Event, data: dict[str, Any], *, tenant: str | None = None, version: int | None = None
    ) -> bytes:
        """An event's message as another service would publish it, personal parts sealed. Of two about the same thing
        the one that is made later is newer, unless `version` says otherwise."""
        context = Context(tenant=tenant or self.tenant, actor="anna", request_id=new_id(), deadline=0)
        counted = next(self._versions) if version is None else version
        with self.database.unit(context) as unit:
            said = dump(event.data, data)
            published = envelope(event, context, version=counted, data=said, now=self.now or unit.now)
        return json.dumps(published).encode()

    def deliver(self, event: Event, message: bytes) -> reactions.Outcome:
        """Delivers a message to this service's reaction to the event."""
        name = f"on_{event.name}"
        handler: reactions.Reaction = getattr(self.service, name).hemvist_handler
        queue = topology.reaction_queue(self.service.name, event)
        return reactions.react(self.database, queue, event, handler, message, now=self.now)

    def react(self, event: Event, data: dict[str, Any], *, tenant: str | None = None) -> None:
        """Delivers an event and insists that the reaction succeeds."""
        outcome = self.deliver(event, self.message(event, data, tenant=tenant))
        assert outcome.done, outcome.reason

    @property
    def clockwork(self) -> Clockwork:
        """The service's clockwork, which does nothing by itself here."""
        return Clockwork(
            self.service.name,
            self.database,
            self.relay_url,
            self.service.duties(),
            delays=(60_000, 600_000),
            spawn=lambda work, tenant: work(tenant),
            crowded=lambda: False,
            send=lambda run, *given: run(*given),
            sleep=lambda _seconds: None,
        )

    def pass_time(self, until: datetime, *, tenant: str | None = None) -> list[str]:
        """Moves this harness's clock to an instant and carries out what is due there; the names of the duties."""
        self.now = until
        clockwork, done = self.clockwork, []
        while due := clockwork.due_of(tenant or self.tenant, now=until):
            done += [one.name for one in due if clockwork.carry_out(one, now=until)]
        return done

    def tell(self) -> int:
        """Lets the relay tell everything that waits in the outbox, of every municipality; how much it was."""
        relay = Relay(self.service.name, self.relay_url, "", line=_Nobody(), rest=0.0)
        with psycopg.connect(self.relay_url, autocommit=True) as connection:
            return sum(iter(lambda: relay.publish_batch(connection, now=self.now), 0))

    def recorded(self, event: Event, *, tenant: str | None = None) -> list[dict[str, Any]]:
        """The data of every event of this kind in the outbox, oldest first, personal parts opened."""
        slug = tenant or self.tenant
        with psycopg.connect(self.relay_url) as connection:
            rows = connection.execute(
                "select envelope from outbox where tenant = %s and routing_key = %s order by position",
                (slug, event.routing_key),
            ).fetchall()
        context = Context(tenant=slug, actor="", request_id="", deadline=0)
        with self.database.unit(context, reads=True):
            return [read_data(event, row[0]) for row in rows]
