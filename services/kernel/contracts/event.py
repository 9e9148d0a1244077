"""What a service records for the others: events and the form of their data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import marshmallow

from services.kernel.contracts.schema import Schema


class EventData(Schema):
    """The data of an event, or a part of it. What a newer sender added is ignored: contracts can grow."""

    class Meta:
        unknown = marshmallow.EXCLUDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One kind of event that a service records for the others. `type` is `hemvist.intake.application_qualified.v1`.

    An event carries the version of the thing that it is about, so that a reader knows which of two is the newer one.
    """

    source: str
    name: str
    version: int  #: of the form of its data
    subject: str  #: the field of the data that names the thing: a versioned row of the source
    data: type[EventData]
    sv: str = ""  #: description in Swedish; in English it is that of the data
    #: whose personal parts it holds, and who may have done it: the fields of the data that name them, with the kind of
    #: each. Of a protected identity (skyddade personuppgifter) they are shown to nobody
    concerns: Mapping[str, str] = field(default_factory=dict, hash=False)
    #: it is told to another municipality, named when it is recorded: its personal parts are sealed for that one
    to_neighbour: bool = False
    states: str = ""  #: what of the thing it states, where several kinds of events state it and the newest holds

    @property
    def en(self) -> str:
        """Description in English."""
        return " ".join((self.data.__doc__ or "").split())

    @property
    def aspect(self) -> str:
        """What of the thing the event states: a newer event of the same aspect replaces it."""
        return self.states or self.name

    @property
    def key(self) -> str:
        """What names it among those of its source: its name, from the second version on with that."""
        return self.name if self.version == 1 else f"{self.name}_v{self.version}"

    @property
    def routing_key(self) -> str:
        return f"{self.name}.v{self.version}"

    @property
    def type(self) -> str:
        return f"hemvist.{self.source}.{self.routing_key}"
