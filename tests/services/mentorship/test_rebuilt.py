"""A lost database of mentorship is told everything again, and is as it was.

What can not be equal: the ids and instants that mentorship makes itself (of the adults' copies, of a mentorship, when
it began to wait), the ids of events that are kept no more, the version of a subject that has changed since, and what
nobody else has ever told, because mentorship's own people have said it: mentors, offers and answers. Those need a
backup.
"""

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from services.investigation.contract.decisions import DecideInvestigation
from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED
from services.investigation.service import Investigation
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event
from services.kernel.messages.broker import Line, Message
from services.kernel.messages.context import Context
from services.kernel.messages.tenants import Tenant
from services.kernel.messages.topology import redeliver_exchange
from services.kernel.process.service import Service
from services.kernel.rows.directory import apply_tenants
from services.kernel.testing import Harness
from services.kernel.work.retelling import Retelling
from services.mentorship.model import Home
from services.mentorship.service import Mentorship
from services.placement.contract.events import PLACEMENT_STARTED
from services.placement.service import Placement
from tests.conftest import Urls
from tests.services.investigation.conftest import MAY, a_proposal, make_ready, open_one
from tests.services.placement.conftest import Desk
from tests.unit.placement.factories import MAY_20

TABLES = ("adult", "approval", "support", "mentorship", "home", "inbox", "seen_version")
#: Of each table what is equal when it has been rebuilt; of `home` the position is sealed anew, and compared opened.
EQUAL = {
    "adult": "home_id, lookup",
    "approval": "id, home_id, assignments, age_from, age_to, places, decided_on, valid_until, holds",
    "support": "id, home_id, request_id, assignment, starts_on, ends_on, broke_down",
    "mentorship": "home_id, mentor_id, status, offered_at, answered_at, answered_by, reason, version",
    "home": "id, approval_id, decided_on, protected_identity",
    "seen_version": "source, aspect, subject, version",
}


class Deliveries(Line):
    """A broker that brings each message to mentorship at once, twice."""

    def __init__(self, reader: Harness) -> None:
        super().__init__("")
        self._reader = reader

    def publish_confirmed(self, messages: Sequence[Message]) -> None:
        events = {f"mentorship.on_{event.name}": event for event in Mentorship.reactions()}
        for message in (*messages, *messages):
            assert message.exchange == redeliver_exchange("mentorship")
            outcome = self._reader.deliver(events[message.routing_key], message.body)
            assert outcome.done, outcome.reason


class Town:
    """A municipality in the three services."""

    def __init__(self, harness_of: Callable[[type[Service]], Harness], urls_of: Callable[[str], Urls]) -> None:
        self.investigation, self.placement, self.mentorship = (
            harness_of(service) for service in (Investigation, Placement, Mentorship)
        )
        self._urls_of = urls_of
        slug = f"test-{new_id()[-12:]}"
        tenant = Tenant(slug=slug, municipality_code="1880", name=slug)
        for harness in (self.investigation, self.placement, self.mentorship):
            harness.tenant = slug
        owners = {harness.service.name: harness.owner_url for harness in self._all}
        apply_tenants(owners, [tenant], self.mentorship.master_keys, declared={})
        self.investigation.now = MAY
        self.placement.now = self.mentorship.now = MAY_20

    @property
    def _all(self) -> tuple[Harness, ...]:
        return self.investigation, self.placement, self.mentorship

    def _admin(self, service: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(self._urls_of(service).admin, autocommit=True)

    def approve(self) -> None:
        """One more approved home; told, and known to placement and mentorship."""
        which = {"investigation_id": make_ready(self.investigation, open_one(self.investigation))["id"]}
        self.investigation.do("propose_decision", body=a_proposal(), actor="ivar", **which)
        self.investigation.do("decide_investigation", body=DecideInvestigation.example, actor="dora", **which)
        for event in (HOME_APPROVED, HOME_CHANGED):
            self.tell(self.investigation, event, [self.placement, self.mentorship])

    def place(self, *, serial: int) -> None:
        """Somebody moves into the home that was approved first; mentorship gets to know it."""
        home_id = min(home["id"] for home in self.placement.do("list_homes")["items"])
        Desk(self.placement).placed(home_id, serial=serial)
        self.tell(self.placement, PLACEMENT_STARTED, [self.mentorship])

    def tell(self, teller: Harness, event: Event, readers: Sequence[Harness]) -> None:
        """What waits in the outbox comes to its readers, and is kept."""
        teller.tell()
        with self._admin(teller.service.name) as connection:
            (body,) = connection.execute(
                "select envelope::text from told where tenant = %s and routing_key = %s order by position desc limit 1",
                (teller.tenant, event.routing_key),
            ).fetchone() or ("",)
        for reader in readers:
            outcome = reader.deliver(event, str(body).encode())
            assert outcome.done, outcome.reason

    def forget(self) -> None:
        """What has been told up to now is older than what is kept."""
        for teller in (self.investigation, self.placement):
            with self._admin(teller.service.name) as connection:
                connection.execute("delete from told where tenant = %s", (teller.tenant,))

    def lose(self) -> None:
        """Mentorship's database is another one, without anything."""
        with self._admin("mentorship") as connection:
            for table in TABLES:
                connection.execute(f"delete from {table} where tenant = %s", (self.mentorship.tenant,))

    def retell(self) -> None:
        """Mentorship is told everything that it reads."""
        for teller in (self.investigation, self.placement):
            for event in Mentorship.reactions():
                if event.source == teller.service.name:
                    retelling = Retelling(
                        event,
                        teller.service.retellings()[event.name],
                        reader="mentorship",
                        database=teller.database,
                        relay_url=teller.relay_url,
                        line=Deliveries(self.mentorship),
                    )
                    list(retelling.run([teller.tenant]))

    def rows(self, columns: dict[str, str]) -> dict[str, list[Any]]:
        """What mentorship has of the municipality."""
        with self._admin("mentorship") as connection:
            return {
                table: sorted(
                    connection.execute(
                        f"select {wanted} from {table} where tenant = %s", (self.mentorship.tenant,)
                    ).fetchall(),
                    key=str,
                )
                for table, wanted in columns.items()
            }


@pytest.fixture
def town(harness_of: Callable[[type[Service]], Harness], database_of: Callable[[str], Urls]) -> Town:
    """Two homes: one with a placement and an approval that are kept no more, one whose approval is."""
    town = Town(harness_of, database_of)
    town.approve()
    town.place(serial=980)
    town.forget()
    town.approve()
    town.place(serial=982)
    return town


def positions(town: Town) -> dict[str, Any]:
    """Where the homes lie."""
    context = Context(tenant=town.mentorship.tenant, actor="", request_id="", deadline=0)
    with town.mentorship.database.unit(context, reads=True) as unit:
        return {home.id: home.position for home in unit.session.scalars(select(Home)).unique()}


def test_a_lost_database_is_rebuilt_row_by_row(town: Town) -> None:
    before, lie = town.rows(EQUAL), positions(town)
    assert {table: len(rows) for table, rows in before.items()} == {
        "adult": 4,
        "approval": 2,
        "support": 2,
        "mentorship": 1,
        "home": 2,
        "seen_version": 6,
    }
    town.lose()
    assert not any(town.rows(EQUAL).values())
    town.retell()
    assert town.rows(EQUAL) == before
    assert positions(town) == lie


def test_one_that_was_not_lost_stays_as_it_is_to_the_byte(town: Town) -> None:
    before = town.rows(dict.fromkeys(TABLES, "*"))
    town.retell()
    assert town.rows(dict.fromkeys(TABLES, "*")) == before


def test_nor_does_it_change_when_it_has_forgotten_the_ids_of_what_it_had(town: Town) -> None:
    with town._admin("mentorship") as connection:
        connection.execute("delete from inbox where tenant = %s", (town.mentorship.tenant,))
    tables = dict.fromkeys(("adult", "approval", "support", "mentorship", "home", "seen_version"), "*")
    before = town.rows(tables)
    town.forget()
    town.retell()
    assert town.rows(tables) == before
