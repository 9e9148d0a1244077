"""Registers that the house asks itself: what it asks them, and what they can answer.

A municipality has a connector for each register to which the operator has set up a connection (`register.police` …);
the others are looked in by hand. Nothing that a register holds is ever kept: only whether it found something.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from services.investigation.checks.status import Register
from services.kernel.messages import connections
from services.kernel.messages.connections import Connection, Unreadable
from services.kernel.messages.outgoing import Refused
from services.kernel.rows.unit import Unit

_ACCEPTED = 202


class Found(StrEnum):
    """What a register can answer."""

    NOTHING = "nothing"
    SOMETHING = "found"
    LATER = "later"  #: it has taken the question, and answers when it is asked again
    REFUSED = "refused"  #: it does not take the question, and will not


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Whom a register is asked about, and how far back."""

    reference: str  #: the same question has the same one, however often it is sent
    personal_number: str = field(repr=False)
    since: date | None  #: from that day on; None: as far as it goes


class Connector(Protocol):
    """One register of one municipality."""

    def ask(self, question: Question) -> Found:
        """What it answers; `NotDelivered` where it may answer another time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpConnector:
    """A register that is asked over HTTP, in JSON: `{reference, register, personal_number, since}` is answered with
    `{"outcome": "nothing"}`, `{"outcome": "found"}`, or 202 where it answers later."""

    tenant: str
    register: Register
    connection: Connection
    in_production: bool

    def ask(self, question: Question) -> Found:
        """What it answers. Raises `NotDelivered`."""
        asked = {
            "reference": question.reference,
            "register": self.register,
            "personal_number": question.personal_number,
            "since": question.since and question.since.isoformat(),
        }
        try:
            status, said = connections.ask(
                self.tenant, system_of(self.register), self.connection, asked, in_production=self.in_production
            )
        except Refused:
            return Found.REFUSED
        return Found.LATER if status == _ACCEPTED else _read(said)


def _read(said: object) -> Found:
    outcome = said.get("outcome") if isinstance(said, dict) else None
    if outcome not in (Found.NOTHING, Found.SOMETHING):
        raise Unreadable("not readable")
    return Found(outcome)


def system_of(register: Register) -> str:
    """What the connection to a register is called."""
    return f"register.{register}"


def connector_of(unit: Unit, register: Register) -> Connector | None:
    """The municipality's connector to a register; None where it is looked in by hand."""
    connection = unit.outlets.connections.get(unit.context.tenant, {}).get(system_of(register))
    if connection is None:
        return None
    return HttpConnector(
        tenant=unit.context.tenant, register=register, connection=connection, in_production=unit.in_production
    )
