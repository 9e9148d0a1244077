"""Telling one service everything again that another has told: the words of the command, and what stands behind them."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from deploy.cli import environments
from deploy.cli.names import SERVICES
from deploy.cli.preparation import Targets, master_keys, service_class
from deploy.cli.trouble import Trouble
from services.kernel.contracts import Event
from services.kernel.contracts.faults import ServiceUnavailable
from services.kernel.messages.broker import LOST, Line, NotConfirmed
from services.kernel.rows.database import Database
from services.kernel.work.retelling import Batch, Place, Retelling


@dataclass(frozen=True)
class Asked:
    teller: str
    event: str
    reader: str
    municipality: str | None = None
    after: str | None = None  #: where an earlier one was cut off, as it said it


@dataclass
class Told:
    """What has been told, and how far that is."""

    kept: int = 0
    made: int = 0
    place: Place | None = None

    def add(self, batch: Batch) -> None:
        self.kept, self.made, self.place = self.kept + batch.kept, self.made + batch.made, batch.place


def run(targets: Targets, asked: Asked, now: datetime, *, on_batch: Callable[[Told], None]) -> Told:
    """Tells everything; the reader's queue holds it when this returns."""
    teller, event = service_class(asked.teller), event_of(asked)
    begin = place_of(asked.after) if asked.after else None
    found = environments.of_service(asked.teller, targets.addresses, secrets=targets.secrets)
    told = Told(place=begin)
    keys, url = master_keys(targets), found["HEMVIST_DATABASE_URL"]
    with (
        closing(Database(url, keys, service=asked.teller, connections=2)) as database,
        closing(Line(targets.addresses.broker_admin_amqp_url, timeout=10.0)) as line,
    ):
        retelling = Retelling(
            event,
            teller.retellings()[event.key],
            reader=asked.reader,
            database=database,
            relay_url=found["HEMVIST_RELAY_DATABASE_URL"],
            line=line,
            now=now,
        )
        try:
            for batch in retelling.run(_municipalities(database, asked.municipality), begin):
                told.add(batch)
                on_batch(told)
        except (ServiceUnavailable, NotConfirmed, *LOST):
            again = f" --after {written(told.place)}" if told.place else ""
            raise Trouble(
                f"Cut off after {told.kept + told.made} events: a database or the broker does not answer.",
                f"see ./hemvist status, then go on with the same command{again}.",
            ) from None
    return told


def event_of(asked: Asked) -> Event:
    """The event that is asked for, when the reader reacts to it."""
    recorded = service_class(asked.teller).events()
    if asked.event not in recorded:
        raise Trouble(f"{asked.teller} tells no {asked.event}.", f"it tells {', '.join(sorted(recorded))}.")
    event = recorded[asked.event]
    readers = [name for name in SERVICES if event in service_class(name).reactions()]
    if asked.reader not in readers:
        said = f"those that do are {', '.join(readers)}." if readers else "nobody does."
        raise Trouble(f"{asked.reader} does not react to {asked.event}.", said)
    return event


def _municipalities(database: Database, only: str | None) -> list[str]:
    known = [one["slug"] for one in database.municipalities()]
    if only is not None and only not in known:
        raise Trouble(f"No municipality {only} is known.", f"those known are {', '.join(sorted(known)) or 'none'}.")
    return known if only is None else [only]


def written(place: Place) -> str:
    """A place as the command takes it: `orebro:1200`, or with the row that it had come to."""
    parts = (place.tenant, str(place.position), *([] if place.row_id is None else [place.row_id]))
    return ":".join(parts)


def place_of(text: str) -> Place:
    """The opposite of `written`."""
    tenant, _, rest = text.partition(":")
    position, colon, row_id = rest.partition(":")
    if not (tenant and position.isascii() and position.isdigit()):
        raise Trouble(f"{text} is no place.", "give --after what the command said when it was cut off, or nothing.")
    return Place(tenant=tenant, position=int(position), row_id=row_id if colon else None)
