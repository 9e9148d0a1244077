"""The report: what is known of each home of the network in a period, and what is shown of it."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import func, or_, select

from services.kernel.basics import clock
from services.kernel.contracts import fields
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import MediaType
from services.kernel.rows.unit import Unit
from services.kernel.work.counts import Days, days_of
from services.kernel.work.operations import Answer
from services.mentorship.contract.mentorships import Status
from services.mentorship.contract.respite import RespiteStatus
from services.mentorship.gatherings.model import Gathering, Invitation
from services.mentorship.homes.model import Support
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.contact import Contact
from services.mentorship.offers.model import Mentorship
from services.mentorship.report import surveys
from services.mentorship.report.explained import FIGURES
from services.mentorship.report.figures import PARTS, AreaFigures, HomeFigures, by_area
from services.mentorship.respite.model import RespiteRequest


def report_mentorship(unit: Unit, query: dict[str, Any]) -> Answer:
    """The figures of a period, and the latest survey beside them."""
    days = days_of(unit, query)
    areas, total = by_area(_homes(unit, days))
    return Answer(
        {
            "since": days.first,
            "until": days.last,
            "areas": list(map(asdict, areas)),
            "total": asdict(total),
            "figures": [{"figure": name, "en": en, "sv": sv} for name, (en, sv) in FIGURES.items()],
            "survey": surveys.latest(unit, days.last),
        }
    )


def export_mentorship_report(unit: Unit, period: str) -> Answer:
    """The same as a table, to which no row refers: who asked has it, and what lies in the store is swept."""
    days = _period(period)
    content = _table(*by_area(_homes(unit, days))).encode("utf-8-sig")
    kept = unit.shelf.put([content], name=f"mentorsfamiljer-{period}.csv", media_type=MediaType.CSV)
    return Answer({}, file=kept)


def _period(written: str) -> Days:
    """The days of a path, as a query is asked for them. Raises `NotFound`."""
    try:
        first, last = map(fields.Day().deserialize, written.split("--"))
    except (ValueError, ValidationError):
        raise NotFound from None
    if last < first:
        raise NotFound
    return Days(first, last)


def _table(areas: list[AreaFigures], total: AreaFigures) -> str:
    """Semicolons between the columns, as Swedish spreadsheets read them; what is masked is empty."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(["område", *(_COLUMNS[name] for name in _COLUMNS)])
    for name, area in [*((area.area or "utan område", area) for area in areas), ("alla", total)]:
        rows.writerow([_safe(name), *(_cell(area, column) for column in _COLUMNS)])
    return written.getvalue()


_COLUMNS = {
    "homes": "hem i nätverket",
    "offered": "erbjudna",
    "accepted": "tackade ja",
    "days_to_first_contact": "dagar till första kontakt (median)",
    **{f"contacts.{part}": f"kontakter, {sv}" for part, sv in zip(PARTS, ("dag", "kväll", "helg"), strict=True)},
    "gatherings": "träffar",
    "attendance": "deltagare på träffar",
    "respite_nights": "nätters avlastning",
    "homes_at_start": "hem vid periodens början",
    "homes_that_stayed": "hem som är kvar",
}


def _cell(area: AreaFigures, column: str) -> str:
    name, _, part = column.partition(".")
    value = getattr(area, name)
    found = value[part] if part and value is not None else value
    return "" if found is None else str(found).replace(".", ",")


def _safe(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text


# --- what is known of each home -------------------------------------------------------------------------------------


def _homes(unit: Unit, days: Days) -> list[HomeFigures]:
    """Of each home that had, or was offered, a mentor in the period: by its latest mentorship there."""
    first = _first_contacts(unit)
    contacts, attended = _contacts(unit, days), _attended(unit, days)
    nights, lives = _nights(unit, days), _lives(unit, days.last)
    return [
        HomeFigures(
            area=mentorships[-1].area,
            in_network=any(_is_in(one, days) for one in mentorships),
            offered=any(_is_on(one.offered_at, days) for one in mentorships),
            accepted=any(one.was_accepted and _is_on(one.answered_at, days) for one in mentorships),
            days_to_first_contact=next((found for one in mentorships for found in _waited(one, first, days)), None),
            contacts=_summed(contacts, mentorships),
            gatherings=frozenset(gathering_id for gathering_id, _ in attended[home_id]),
            attendance=sum(people for _, people in attended[home_id]),
            respite_nights=nights.get(home_id, 0),
            was_there=any(_was_in(one, days.first) for one in mentorships),
            stayed=home_id in lives,
        )
        for home_id, mentorships in _mentorships(unit, days).items()
    ]


def _mentorships(unit: Unit, days: Days) -> dict[str, list[Any]]:
    """Those that have something to do with the period, by home, the oldest first."""
    was_accepted = Mentorship.status.in_([Status.ACCEPTED, Status.ENDED]).label("was_accepted")
    after = clock.at_local(days.first, 0)
    found = (
        select(
            Mentorship.id,
            Mentorship.home_id,
            Mentor.area,
            Mentorship.offered_at,
            Mentorship.answered_at,
            Mentorship.ended_at,
            was_accepted,
        )
        .join(Mentor, Mentor.id == Mentorship.mentor_id)
        .where(or_(Mentorship.ended_at.is_(None), Mentorship.ended_at >= after))
        .where(or_(was_accepted, days.hold(Mentorship.offered_at)))
        .where(Mentorship.offered_at < clock.at_local(days.last + timedelta(days=1), 0))
        .order_by(Mentorship.created_at, Mentorship.id)
    )
    homes: dict[str, list[Any]] = defaultdict(list)
    for row in unit.session.execute(found):
        homes[row.home_id].append(row)
    return homes


def _first_contacts(unit: Unit) -> Mapping[str, date]:
    rows = unit.session.execute(select(Contact.mentorship_id, func.min(Contact.on)).group_by(Contact.mentorship_id))
    return dict(rows.all())


def _contacts(unit: Unit, days: Days) -> Mapping[str, Mapping[str, int]]:
    counted = (
        select(Contact.mentorship_id, Contact.part_of_day, func.count())
        .where(days.hold(Contact.on))
        .group_by(Contact.mentorship_id, Contact.part_of_day)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for mentorship_id, part, number in unit.session.execute(counted):
        found[mentorship_id][part] = number
    return found


def _attended(unit: Unit, days: Days) -> Mapping[str, list[tuple[str, int]]]:
    people: Any = Invitation.attended_adults + Invitation.attended_children
    rows = (
        select(Invitation.home_id, Invitation.gathering_id, people)
        .join(Gathering, Gathering.id == Invitation.gathering_id)
        .where(days.hold(Gathering.starts_at), people > 0)
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for home_id, gathering_id, number in unit.session.execute(rows):
        found[home_id].append((gathering_id, number))
    return found


def _nights(unit: Unit, days: Days) -> Mapping[str, int]:
    nights: Any = func.sum(RespiteRequest.ends_on - RespiteRequest.starts_on)
    counted = (
        select(RespiteRequest.home_id, nights)
        .where(RespiteRequest.status == RespiteStatus.DONE, days.hold(RespiteRequest.starts_on))
        .group_by(RespiteRequest.home_id)
    )
    return dict(unit.session.execute(counted).all())


def _lives(unit: Unit, day: date) -> set[str]:
    """The homes that have an assignment on a day."""
    runs = (Support.starts_on <= day) & (func.coalesce(Support.ends_on, day) >= day)
    return set(unit.session.scalars(select(Support.home_id).where(runs)))


def _is_on(at: Any, days: Days) -> bool:
    return at is not None and days.first <= clock.local_date(at) <= days.last


def _is_in(one: Any, days: Days) -> bool:
    """Whether home and mentor belonged together on a day of the period."""
    return one.was_accepted and clock.local_date(one.answered_at) <= days.last


def _was_in(one: Any, day: date) -> bool:
    """Whether they belonged together when the period began."""
    return one.was_accepted and clock.local_date(one.answered_at) <= day


def _waited(one: Any, first: Mapping[str, date], days: Days) -> list[int]:
    """The days from the yes to the first contact, of one that was accepted in the period."""
    if not (one.was_accepted and _is_on(one.answered_at, days) and one.id in first):
        return []
    return [(first[one.id] - clock.local_date(one.answered_at)).days]


def _summed(contacts: Mapping[str, Mapping[str, int]], mentorships: list[Any]) -> dict[str, int]:
    of_home = [contacts.get(one.id, {}) for one in mentorships]
    return {part: sum(one.get(part, 0) for one in of_home) for part in PARTS}
