"""`python -m tests.prove.sabotaged SERVICE HOW…`: a service with a guarantee less, to see whether the rig sees it."""

from services.kernel.process.run import run  # first: it makes the standard library cooperative

# isort: split
import os
import sys
from dataclasses import replace
from typing import Any

from deploy.cli.preparation import service_class
from services.kernel.messages.relay import Relay
from services.kernel.rows.unit import Unit
from services.kernel.work import reactions

DIES_AT = 2  #: batches


class Nowhere:
    """Takes whatever is published, and keeps it."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def publish_confirmed(self, messages: list[Any]) -> None:
        self.kept = messages

    def publish(self, _message: Any) -> None:
        """The bell: nobody relies on it."""


def told_outside_of_the_transaction() -> None:
    """Events leave the outbox before they are published; at times the process dies in between."""
    of_the_house = Relay.publish_batch
    batches = iter(range(DIES_AT))

    def publish_batch(self: Relay, connection: Any, **given: Any) -> int:
        line, nowhere = self._line, Nowhere()
        self._line = nowhere  # type: ignore[assignment]
        try:
            count = of_the_house(self, connection, **given)
        finally:
            self._line = line
        if count:
            if next(batches, None) is None:
                os._exit(1)
            line.publish_confirmed(nowhere.kept)
        return count

    Relay.publish_batch = publish_batch  # type: ignore[method-assign]


def inbox_switched_off() -> None:
    """What was had is noted as before, and nobody looks: an event that comes again has its effect again."""
    of_the_house = reactions._react

    def react(database: Any, queue: str, event: Any, reaction: reactions.Reaction, *rest: Any, **given: Any) -> None:
        def takes(unit: Unit, come: reactions.Delivery) -> bool:
            reaction.takes(unit, come)
            return True

        of_the_house(database, queue, event, replace(reaction, takes=takes), *rest, **given)

    reactions._react = react


SABOTAGES = {one.__name__: one for one in (told_outside_of_the_transaction, inbox_switched_off)}

if __name__ == "__main__":
    service, *chosen = sys.argv[1:]
    for how in chosen:
        SABOTAGES[how]()
    run(service_class(service))
