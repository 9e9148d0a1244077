"""What of events a service has had: their ids, and the newest version of each subject that they are about."""

import sqlalchemy

from services.kernel.contracts import Event
from services.kernel.rows.unit import Unit


def is_newer(unit: Unit, event: Event, subject: str, version: int) -> bool:
    """Whether nothing as new as this version has been seen of what the event states of its subject; from the unit's
    commit on it has. Of two units that ask for the same subject at once the second waits.

    Version 0 is of a sender that does not count: it is as new as another 0, and older than any that is counted.
    """
    seen = {"source": event.source, "aspect": event.aspect, "subject": subject, "version": version}
    return unit.session.execute(_SEE, seen).one_or_none() is not None


def notice_with_subject(unit: Unit, reaction: str, event_id: str, event: Event, subject: str) -> tuple[bool, bool]:
    """Writes an event's id into the inbox: whether this reaction has not had it before; and then, whether it has had no
    such event about the subject, ever. From the unit's commit on it has."""
    come = {"reaction": reaction, "event_id": event_id, "now": unit.now, "source": event.source, "subject": subject}
    is_new, is_first = unit.session.execute(_NOTICE_WITH_SUBJECT, come).one()
    return is_new, is_first


def notice(unit: Unit, reaction: str, event_id: str) -> bool:
    """Writes an event's id into the inbox; False when this reaction has had it before."""
    had = {"reaction": reaction, "event_id": event_id, "now": unit.now}
    return unit.session.execute(_NOTICE, had).one_or_none() is not None


_SEE = sqlalchemy.text("""insert into seen_version as seen (source, aspect, subject, version)
    values (:source, :aspect, :subject, :version)
    on conflict (tenant, source, aspect, subject) do update set version = excluded.version
    where seen.version < greatest(excluded.version, 1) returning true""")
_NOTICED = """insert into inbox (reaction, event_id, received_at) values (:reaction, :event_id, :now)
    on conflict do nothing returning true"""
_NOTICE = sqlalchemy.text(_NOTICED)
_NOTICE_WITH_SUBJECT = sqlalchemy.text(f"""with noticed as ({_NOTICED}), first as (
    insert into seen_version (source, aspect, subject, version)
    select :source, :reaction, :subject, 0 from noticed on conflict do nothing returning true
) select exists (select from noticed), exists (select from first)""")  # noqa: S608  # texts of our own
