"""`python -m tests.prove.sabotaged SERVICE HOW`: a service with one guarantee less, to see whether the rig sees it."""

from services.kernel.process.run import run  # first: it makes the standard library cooperative

# isort: split
import os
import sys
from typing import Any

from deploy.cli.preparation import service_class
from services.kernel.messages.relay import Relay

DIES_AT = 5  #: batches


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


if __name__ == "__main__":
    service, how = sys.argv[1:]
    {one.__name__: one for one in (told_outside_of_the_transaction,)}[how]()
    run(service_class(service))
