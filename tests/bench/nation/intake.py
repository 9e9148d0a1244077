"""Who has applied, and the words by which they are found."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.bench.nation.rows import WORDS, Copied, Rows
from tests.bench.nation.sizes import named


def intake(rows: Rows) -> Iterator[Copied]:
    """Everybody who has applied; the oldest are homes now, the newest wait."""
    one, numbers = rows.one, range(1, rows.one.applications + 1)

    def status(n: int) -> str:
        if n in one.waiting:
            return ("received", "contacted")[n % 2]
        return "qualified" if n <= one.homes else "declined"

    def at(n: int) -> datetime:
        return rows.at(n, len(numbers))

    def is_reached(n: int) -> bool:
        return status(n) != "received"

    details, heading = rows.sealed("application.details"), rows.sealed("application.heading")
    yield rows.table(
        "application id, home_id, reference, kind, status, assignments, protected_identity, received_at, contact_by, "
        "reached_at, qualified_at, details, heading, version, changed_at",
        (
            (named("application", n), named("home", n), f"R-{n:07}", "form", status(n), ["family_home"], n % 50 == 0,
             at(n), at(n).date() + timedelta(21), at(n) if is_reached(n) else None,
             at(n) if status(n) == "qualified" else None, details, heading, 1, rows.now)
            for n in numbers
        ),
    )  # fmt: skip
    yield rows.table(
        "applicant id, application_id, lookup",
        ((named("adult", n), named("application", n), rows.lookup(rows.people[n - 1].number)) for n in numbers),
    )
    note = rows.sealed("contact_attempt.note")
    yield rows.table(
        'contact_attempt id, application_id, at, "by", way, reached, note',
        (
            (named("contact", n), named("application", n), at(n), "karin", "phone", True, note)
            for n in filter(is_reached, numbers)
        ),
    )
    words = rows.words("application", "application", "application", rows.people)
    yield rows.table(WORDS, words)
    yield from rows.log("get_application", "application", one.applications)
