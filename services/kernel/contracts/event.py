"""What a service tells the others: events and the form of their data."""

from dataclasses import dataclass

import marshmallow

from services.kernel.contracts.schema import Schema


class EventData(Schema):
    """The data of an event, or a part of it. What a newer sender added is ignored: contracts can grow."""

    class Meta:
        unknown = marshmallow.EXCLUDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One kind of fact that a service tells the others. `type` is `hemvist.intake.application_qualified.v1`."""

    source: str
    name: str
    version: int
    data: type[EventData]

    @property
    def routing_key(self) -> str:
        return f"{self.name}.v{self.version}"

    @property
    def type(self) -> str:
        return f"hemvist.{self.source}.{self.routing_key}"
