"""Gatherings as iCalendar (RFC 5545), for a family's own calendar. Pure: the same gatherings give the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A gathering as a calendar shows it."""

    id: str
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    version: int
    is_cancelled: bool
    is_certain: bool  #: whose calendar it is has said that it comes; a file that is published names nobody (RFC 5546)


def calendar_of(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar of that name."""
    calendar = Calendar()
    calendar.add("prodid", "-//Hemvist//Gatherings//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@hemvist")
    event.add("sequence", entry.version)
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("status", _status(entry))
    return event


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "CONFIRMED" if entry.is_certain else "TENTATIVE"
