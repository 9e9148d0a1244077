"""Homes with those who stand by them."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from tests.bench.nation.rows import Copied, Rows, of_homes
from tests.bench.nation.sizes import CONTACTS, named


def mentorship(rows: Rows) -> Iterator[Copied]:
    """Homes with their mentor families, contacts and messages."""
    one, homes = rows.one, rows.one.approved
    yield rows.table(
        "home id, approval_id, decided_on, protected_identity, position",
        (
            (named("home", n), named("approval", n), rows.today, n % 50 == 0, rows.sealed("home.position"))
            for n in homes
        ),
    )
    yield rows.table(
        "adult id, home_id, lookup",
        ((named("adult", n), named("home", n), rows.lookup(rows.people[n - 1].number)) for n in homes),
    )
    yield rows.table(
        "mentor id, home_id, capacity, paused, version, changed_at",
        ((named("mentor", n), named("home", n), 20, False, 1, rows.now) for n in range(1, one.mentors + 1)),
    )
    yield rows.table(
        "mentorship id, home_id, mentor_id, status, created_at, offered_at, answered_at, answered_by, version, "
        "changed_at",
        (
            (named("mentorship", n), named("home", n), named("mentor", (n - 1) % one.mentors + 1), "accepted",
             *[rows.at(n, len(homes)) - timedelta(3)] * 3, "anna", 1, rows.now)
            for n in homes
        ),
    )  # fmt: skip
    yield rows.table(
        'contact id, mentorship_id, "on", way, part_of_day, minutes, follow_up, created_at',
        (
            (f"{named('contact', n)}-{m}", named("mentorship", n), rows.today - timedelta(30 * m), "phone", "evening",
             30, False, rows.now)
            for n, m in product(homes, range(CONTACTS))
        ),
    )  # fmt: skip
    yield rows.table(
        "thread id, home_id, kind, subject, status, created_at, last_at, has_team, version, changed_at",
        (
            (named("thread", n), named("home", n), "question", rows.sealed("thread.subject"), "open",
             rows.at(n, len(homes)), rows.at(n, len(homes)), False, 1, rows.now)
            for n in homes
        ),
    )  # fmt: skip
    yield rows.table(
        "message id, thread_id, at, by_home, author, text",
        (
            (f"{named('message', n)}-{m}", named("thread", n), rows.now - timedelta(days=m), m % 2 == 0, "karin",
             rows.sealed("message.text"))
            for n, m in product(homes, range(4))
        ),
    )  # fmt: skip
    yield of_homes(rows)
    yield from rows.log("get_thread", "home", one.homes)
