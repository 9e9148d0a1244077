"""One feed of many: what the services have told, after one cursor, merged by time, waited for when there is nothing.

The cursor names each service's own, which only that service can make and read, and only for its municipality: here is
no key, and nothing of it is believed. A service that is away keeps its place, and its events come when it is back.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace
from typing import Any, TypeAlias

import orjson

from gateway.bell import Bell
from gateway.wholes.asking import ABSENT, UNAVAILABLE, Reply
from gateway.wholes.joining import AWAY
from services.kernel.contracts.faults import ServiceUnavailable
from services.kernel.contracts.feed import NOT_AN_EVENT_TYPE
from services.kernel.contracts.page import NOT_A_CURSOR

Look: TypeAlias = Callable[[Mapping[str, str | None]], Mapping[str, Reply]]  #: asks services, each after its cursor


def places_of(cursor: str | None, services: Iterable[str]) -> dict[str, str]:
    """Each service's own cursor; `InvalidInput` for what is none of ours."""
    parts = [part.partition(".") for part in cursor.split("~")] if cursor else []
    places = {service: own for service, _, own in parts}
    if len(places) < len(parts) or not places.keys() <= set(services) or not all(places.values()):
        raise NOT_A_CURSOR.refusal("/after")
    return places


def cursor_of(places: Mapping[str, str]) -> str:
    """The opposite of `places_of`; of signs that stand in an address as they are."""
    return "~".join(f"{service}.{own}" for service, own in sorted(places.items()))


def tellers_of(types: str | None, services: Iterable[str]) -> list[str]:
    """Who is asked for these types of events: `hemvist.placement.placement_started.v1` is placement's."""
    if types is None:
        return list(services)
    named = {one.split(".")[1] for one in types.split(",")}
    if not named <= set(services):
        raise NOT_AN_EVENT_TYPE.refusal("/types")
    return [service for service in services if service in named]


def read(look: Look, feed: "Feed", *, tenant: str, seconds: float, bell: Bell) -> Reply:
    """What there is after the feed's places; when that is nothing, what comes within so many seconds."""
    until = time.monotonic() + seconds
    if not seconds:
        return feed.take(look(feed.places_of(feed.services))) or feed.reply()
    with bell.place(tenant) as may_wait:
        asked = set(feed.services)
        while True:
            heard = bell.rings(tenant)
            refused = feed.take(look(feed.places_of(asked)))
            if refused or feed.items or not may_wait or time.monotonic() >= until:
                return refused or feed.reply()
            asked = bell.wait(tenant, heard, until=until) & set(feed.services) or set(feed.services)


@dataclass(slots=True)
class Feed:
    """What has been read of a feed, and where each service is."""

    services: list[str]
    places: dict[str, str]
    limit: int
    merged_by: str  #: the field of an item that says when it was
    items: list[Any] = field(default_factory=list)
    away: set[str] = field(default_factory=set)

    def places_of(self, services: Iterable[str]) -> dict[str, str | None]:
        """Where some of the services are."""
        return {service: self.places.get(service) for service in services}

    def take(self, replies: Mapping[str, Reply]) -> Reply | None:
        """Takes what services have replied; the refusal where one finds the request itself wrong."""
        there = {}
        for service, reply in replies.items():
            self.away.discard(service)
            fault = reply.get("fault")
            if fault is None:
                there[service] = orjson.loads(reply["body"])
            elif fault["status"] >= UNAVAILABLE:
                self.away.add(service)
            elif fault["status"] not in ABSENT:
                return {"fault": fault}
        if self.away >= set(self.services):
            raise ServiceUnavailable
        self._merge(there)
        return None

    def _merge(self, there: Mapping[str, Any]) -> None:
        """The oldest items up to the limit: of each service in its order, whatever their times say."""
        waiting = [(part["items"][0][self.merged_by], service, 0) for service, part in there.items() if part["items"]]
        heapify(waiting)
        taken = dict.fromkeys(there, 0)
        while waiting and len(self.items) < self.limit:
            _, service, number = waiting[0]
            items = there[service]["items"]
            self.items.append(items[number])
            taken[service] = number = number + 1
            if number < len(items):
                heapreplace(waiting, (items[number][self.merged_by], service, number))
            else:
                heappop(waiting)
        for service, part in there.items():
            if taken[service] == len(part["items"]):
                self.places[service] = part["next"]
            elif taken[service]:
                self.places[service] = part["cursors"][taken[service] - 1]

    def reply(self) -> Reply:
        """The whole, and whose part of it is missing."""
        missing = dict.fromkeys(sorted(self.away), AWAY)
        following = cursor_of(self.places) or None
        body = {"items": self.items, "limit": self.limit, "next": following, **missing}
        return {"body": orjson.dumps(body), "etag": None}
