"""Looking through the log of access each night, and what auditors do with what is found: for every service."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.alerts import PeriodNotOver
from services.kernel.contracts.duty import Duty
from services.kernel.rows.access import AccessLine
from services.kernel.rows.alerts import AccessAlert, AccessReview, AccessWatch, Log
from services.kernel.rows.search import of_name, of_number
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer
from services.kernel.work.unusual import Finding, Opened, Usual, family_name, findings

MORNING = 5  #: the hour at which a day of the log ends: a night belongs to the day before
LOOKING = Duty(name="find_unusual_reading", each_night_at=MORNING)
FOUR_WEEKS, A_YEAR = timedelta(weeks=4), timedelta(days=365)
MOST_NAMED = 100  #: files of one alert


def find_unusual_reading(unit: Unit, _subject: str) -> None:
    """Looks through the first day that has not been looked through, and comes again at once while there are more."""
    watch, _ = unit.ensure(AccessWatch, "log")
    newest = _morning_before(unit.now)
    since = watch.looked_until or newest - timedelta(hours=24)
    if since >= newest:
        return
    until = min(_morning_after(since), newest)
    log = Log(unit.session)
    for actor in log.readers(since, until):
        _raise(unit, log, actor, since, until)
    watch.looked_until = until
    if until < newest:
        unit.plan(LOOKING, at=unit.now)


def _morning_before(moment: datetime) -> datetime:
    today = clock.at_local(clock.local_date(moment), MORNING)
    return today if today <= moment else clock.at_local(clock.local_date(moment) - timedelta(days=1), MORNING)


def _morning_after(moment: datetime) -> datetime:
    return clock.at_local(clock.local_date(moment) + timedelta(days=1), MORNING)


def _raise(unit: Unit, log: Log, actor: str, since: datetime, until: datetime) -> None:
    """Alerts for what is unusual in what one person opened."""
    reader = log.reader(actor, since, until)
    opened = [
        Opened(at, kind, file, by_right)
        for part in log.opened(actor, since, until)
        for at, kind, file, by_right, _ in part
    ]
    opened.sort(key=lambda one: one.at)
    for found in findings(opened, _usual(unit, log, actor, reader, opened, since, until)):
        unit.add_at_commit(_alert(unit, actor, reader.actor_name, since, found))


def _usual(
    unit: Unit, log: Log, actor: str, reader: Any, opened: Iterable[Opened], since: datetime, until: datetime
) -> Usual:
    before = since - FOUR_WEEKS
    worked_in, others_in = log.worked_in(actor, {one.id for one in opened}, since - A_YEAR)
    return Usual(
        busiest_hours=log.busiest_hours(actor, reader.roles, before, since),
        nights=log.nights(actor, before, since),
        worked_in=worked_in,
        others_in=others_in,
        of_own_name=log.naming(actor, _own_name(unit, reader.actor_name), since, until),
        # where the login says the personal number
        own=log.naming(actor, [of_number(lookup) for lookup in reader.lookups], since, until),
    )


def _own_name(unit: Unit, actor_name: str | None) -> list[int]:
    """By which those are found who bear the reader's family name."""
    name = family_name(actor_name)
    return of_name(unit.keyring, name) if name else []


def _alert(unit: Unit, actor: str, name: str | None, since: datetime, found: Finding) -> AccessAlert:
    return AccessAlert(
        id=new_id(),
        kind=found.kind,
        actor=actor,
        actor_name=name,
        happened_on=clock.local_date(since),
        count=found.count,
        usual=found.usual,
        subjects=[{"kind": kind, "id": one} for one, kind in list(found.files.items())[:MOST_NAMED]],
        raised_at=unit.now,
        changed_at=unit.now,
    )


def list_access_alerts(unit: Unit, query: dict[str, Any]) -> Answer:
    """The alerts of this service, the newest first."""
    wanted = select(AccessAlert).order_by(AccessAlert.id.desc()).limit(query["limit"])
    if "settled" in query:
        wanted = wanted.where(AccessAlert.settled_at.is_not(None) == query["settled"])
    if "after" in query:
        wanted = wanted.where(AccessAlert.id < _own(query["after"]))
    found = [_view(unit, alert) for alert in unit.session.scalars(wanted)]
    goes_on = len(found) == query["limit"]
    return Answer({"items": found, "next": found[-1]["id"] if goes_on else None})


def settle_access_alert(unit: Unit, access_alert_id: str, body: dict[str, Any]) -> Answer:
    """Notes what an auditor found out."""
    alert = unit.lock(AccessAlert, _own(access_alert_id))
    alert.settle(body["note"], by=unit.actor, at=unit.now)
    return Answer(_view(unit, alert), version_of=alert)


def _own(named: str) -> str:
    """The id of what bears the name of its service: `intake.019a…`."""
    return named.rpartition(".")[2]


def _view(unit: Unit, alert: AccessAlert) -> dict[str, Any]:
    shown = ("kind", "actor", "actor_name", "count", "usual", "subjects", "raised_at", "settled")
    is_protected = alert.actor in unit.protected_staff
    named = {"id": f"{unit.service}.{alert.id}", "on": alert.happened_on, "protected_identity": is_protected}
    return named | {name: getattr(alert, name) for name in shown}


def record_access_review(unit: Unit, body: dict[str, Any]) -> Answer:
    """Notes that the log of a period has been checked, with what there was to check."""
    if body["until"] > unit.now:
        raise PeriodNotOver
    review_id = unit.common_id(Purpose.ACCESS_REVIEW)
    review = unit.session.get(AccessReview, (unit.context.tenant, review_id))
    if review is None:
        there = _there(unit, body["since"], body["until"])
        review = AccessReview(id=review_id, by=unit.actor, at=unit.now, **body, **there)
        unit.add(review)
    return Answer(_checked(unit, review))


def _checked(unit: Unit, review: AccessReview) -> dict[str, Any]:
    shown = {name: getattr(review, name) for name in ("id", "since", "until", "note", "by", "at")}
    counted = {name: getattr(review, name) for name in ("lines", "alerts", "open_alerts")}
    return {**shown, "logs": [{"service": unit.service, **counted}]}


def _there(unit: Unit, since: datetime, until: datetime) -> dict[str, int]:
    """How many lines a period has, and how many alerts were raised of it."""
    lines = select(func.count()).select_from(AccessLine).where(AccessLine.at >= since, AccessLine.at < until)
    days = AccessAlert.happened_on.between(clock.local_date(since), clock.local_date(until))
    is_open = func.count().filter(AccessAlert.settled_at.is_(None))
    alerts, still_open = unit.session.execute(select(func.count(), is_open).where(days)).one()
    return {"lines": unit.session.scalar(lines) or 0, "alerts": alerts, "open_alerts": still_open}


def list_access_reviews(unit: Unit, query: dict[str, Any]) -> Answer:
    """The latest checks of this service's log."""
    latest = select(AccessReview).order_by(AccessReview.at.desc(), AccessReview.id).limit(query["limit"])
    return Answer({"items": [_checked(unit, review) for review in unit.session.scalars(latest)]})
