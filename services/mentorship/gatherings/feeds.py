"""Gatherings in a family's own calendar: a file of one, and a private calendar of all that a home is invited to."""

import hmac
import secrets
from typing import Any

from sqlalchemy import select

from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import MediaType
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer
from services.mentorship.contract.invitations import Answered
from services.mentorship.gatherings import queries
from services.mentorship.gatherings.calendars import Entry, calendar_of
from services.mentorship.gatherings.model import Gathering, HomeCalendar, Invitation
from services.mentorship.homes.model import Home

_KEY_BYTES = 24
_MOST = 200  #: gatherings of a calendar, the latest


def get_gathering_calendar(unit: Unit, gathering_id: str) -> Answer:
    """One gathering as a file: certain (RFC 5545, 3.8.1.11) to whoever plans it, to a home when it comes."""
    gathering = queries.read(unit, gathering_id)
    is_certain = not unit.for_home or queries.is_coming(unit, gathering_id)
    return _file(unit, f"traff-{gathering.id}", gathering.title, [gathering.entry(is_certain=is_certain)])


def open_calendar(unit: Unit, home_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Gives a home a private calendar with a new address."""
    unit.read(Home, home_id)
    key = secrets.token_urlsafe(_KEY_BYTES)
    calendar, _ = unit.ensure(HomeCalendar, home_id)
    calendar.home_id, calendar.created_at = home_id, unit.now
    calendar.key_hash = unit.lookup(key, Purpose.CALENDAR_KEY)
    return Answer({"home_id": home_id, "path": f"/calendars/{home_id}/{key}"})


def close_calendar(unit: Unit, home_id: str) -> Answer:
    """Ends it."""
    unit.session.delete(unit.lock(HomeCalendar, home_id))
    return Answer({})


def read_calendar(unit: Unit, home_id: str, calendar_key: str) -> Answer:
    """The home's gatherings, for whoever has the address."""
    calendar = unit.session.get(HomeCalendar, (unit.context.tenant, home_id))
    given = unit.lookup(calendar_key, Purpose.CALENDAR_KEY)
    if calendar is None or not hmac.compare_digest(calendar.key_hash, given):
        raise NotFound
    return _file(unit, "traffar", f"Träffar, {unit.municipality}", _entries(unit, home_id))


def _entries(unit: Unit, home_id: str) -> list[Entry]:
    """What the home is invited to and has not said no to, as it stands there."""
    found = (
        select(Gathering, Invitation.status)
        .join(Invitation, Invitation.gathering_id == Gathering.id)
        .where(Invitation.home_id == home_id, Invitation.status != Answered.NOT_COMING)
        .order_by(Gathering.starts_at.desc(), Gathering.id)
        .limit(_MOST)
    )
    return [gathering.entry(is_certain=status == Answered.COMING) for gathering, status in unit.session.execute(found)]


def _file(unit: Unit, name: str, title: str, entries: list[Entry]) -> Answer:
    """As a file, to which no row refers: who asked has it, and what lies in the store is swept."""
    content = calendar_of(title, entries)
    return Answer({}, file=unit.shelf.put([content], name=f"{name}.ics", media_type=MediaType.CALENDAR))
