"""Events in any order and any number of times, for the rule that what is in the end does not depend on either."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from services.kernel.contracts import Event
from services.kernel.testing import Harness

#: an event, what it says, and the version of its subject
Recorded = tuple[Event, dict[str, Any], int]

#: Each example has things of its own, so that the service may be the same.
against_the_database = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def orders(count: int) -> st.SearchStrategy[list[int]]:
    """Every order of that many events, in which some may come again."""
    again = st.lists(st.integers(0, count - 1), max_size=3)
    return again.flatmap(lambda more: st.permutations([*range(count), *more]))


def deliver(harness: Harness, events: Sequence[Recorded]) -> None:
    """Delivers them one after the other; what comes too early comes again after the others, as from the ladder.

    One that comes again does so under another id of its own: that is not what it is known by.
    """
    waiting = [(event, harness.message(event, data, version=version)) for event, data, version in events]
    while waiting:
        early = [one for one in waiting if not harness.deliver(*one).done]
        assert len(early) < len(waiting), "what is left is never taken"
        waiting = early
