"""The rows of a municipality in each service's tables, such as the services write them.

Of each table its columns and its rows, one after the other: to be copied. What is sealed is sealed once for each
municipality; look-ups and words are each person's own.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any, TypeAlias

import orjson
from psycopg.types.json import Jsonb

from services.investigation.checks.status import Register
from services.investigation.investigations.blockers import Area
from services.kernel.rows.search import KnownBy, words_of
from services.kernel.secrecy.crypto import Keyring, Purpose
from tests.bench import filling
from tests.bench.nation.people import CHILD, Person, people
from tests.bench.nation.sizes import CONTACTS, YEARS, Municipality, named

Copied: TypeAlias = tuple[str, Iterator[Sequence[Any]]]
Made: TypeAlias = "Callable[[Rows], Iterator[Copied]]"

SEALED: dict[str, Any] = filling.SEALED | {
    "contact_attempt.note": "Glad to be called.",
    "register_check.outcome": {"status": "clear", "assessment": ""},
    "assessment.judgement": {
        "rating": "met", "note": "Seen on two visits.", "risk_factors": [], "protective_factors": [], "resources": [],
        "conditions": "",
    },
    "proposal.texts": {
        "child_name": None, "child_personal_number": None, "conditions": "", "reasons": "Warm and stable.",
        "suited_for": [], "experience": None, "why_near": "", "investigated_by": "own", "board": None,
    },
    "decision.reasons": "A stable home.",
    "home.contact": {"phone": "+46701740605", "email": None},
    "care_decision.reference": "SN 41",
    "care_decision.child_assessment": "The child knows the school.",
    "placement_request.place": filling.POSITION,
    "placement_request.not_near": [],
    "placement_request.family_contact": "",
    "inquiry.told": [],
    "agreement_terms.private": {},
    "claim.description": "Glasögon.",
}  # fmt: skip
TERMS = {"fee_level": "base", "cost_level": "base", "payees": [{"adult_id": "", "percent": "100"}]}


class Rows:
    """What the rows of one municipality are made of. `now` is when its years end."""

    def __init__(self, one: Municipality, keyring: Keyring, *, now: datetime, lines: int) -> None:
        self.one, self.now, self.lines = one, now, lines
        self.today = now.date()
        self.keyring = keyring
        self.people = people(one.applications)
        self._sealed = {purpose: keyring.seal(orjson.dumps(value), purpose) for purpose, value in SEALED.items()}

    def sealed(self, purpose: str) -> bytes:
        """What every row has in a sealed column."""
        return self._sealed[purpose]

    def lookup(self, number: str) -> bytes:
        """The keyed hash of a personal number."""
        return self.keyring.lookup(number, Purpose.PERSONAL_NUMBER)

    def at(self, number: int, of: int) -> datetime:
        """When the n-th of so many was made: they are spread over the years."""
        return self.now - timedelta(days=YEARS * 365 * (1 - number / (of + 1)))

    def table(self, columns: str, rows: Iterator[Sequence[Any]]) -> Copied:
        """A table with its columns; each row has the municipality before it."""
        name, _, rest = columns.partition(" ")
        return f"{name} (tenant, {rest})", ((self.one.slug, *row) for row in rows)

    def words(self, kind: str, of: str, row: str, persons: Sequence[Person]) -> Iterator[Sequence[Any]]:
        """The words by which the people of a kind of rows are found."""
        for number, person in enumerate(persons, 1):
            known = KnownBy(names=(f"{person.given} {person.family}",), lookups=(self.lookup(person.number),))
            found, same = named(of, number), named(row, number)
            yield from ((word, kind, found, same) for word in words_of(self.keyring, known))

    def log(self, operation: str, kind: str, count: int) -> Iterator[Copied]:
        """The log of access: who was shown which of so many things, over the years; each line names a home beside."""
        lines = [(f"{n:012x}-line", self.at(n, self.lines), 1 + n * 7919 % count) for n in range(1, self.lines + 1)]
        yield self.table(
            "access_line id, at, actor, roles, operation, way, subjects, request_id",
            (
                (line, at, f"worker-{n % 50}", ["recruiter"], operation, "opened",
                 Jsonb([{"kind": kind, "id": named(kind, n)}, {"kind": "home", "id": named("home", n)}]), line)
                for line, at, n in lines
            ),
        )  # fmt: skip
        yield self.table(
            "access_subject id, line_id, at",
            ((named(what, n), line, at) for line, at, n in lines for what in dict.fromkeys((kind, "home"))),
        )


def intake(rows: Rows) -> Iterator[Copied]:
    """Everybody who has applied; the oldest are homes now, the newest wait."""
    one, numbers = rows.one, range(1, rows.one.applications + 1)

    def status(n: int) -> str:
        if n in one.waiting:
            return ("received", "contacted")[n % 2]
        return "qualified" if n <= one.homes else "declined"

    def due(n: int) -> date:
        return rows.at(n, len(numbers)).date() + timedelta(21)

    details = rows.sealed("application.details")
    yield rows.table(
        "application id, home_id, reference, kind, status, assignments, protected_identity, received_at, contact_by, "
        "details, version, changed_at",
        (
            (named("application", n), named("home", n), f"R-{n:07}", "form", status(n), ["family_home"], n % 50 == 0,
             rows.at(n, len(numbers)), due(n), details, 1, rows.now)
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
            (named("contact", n), named("application", n), rows.at(n, len(numbers)), "karin", "phone", True, note)
            for n in range(1, one.waiting.start)
        ),
    )
    words = rows.words("application", "application", "application", rows.people)
    yield rows.table("search_word word, kind, id, row_id", words)
    yield from rows.log("get_application", "application", one.applications)


def investigation(rows: Rows) -> Iterator[Copied]:
    """A home's file with its checks, assessments and decision; the newest homes are still investigated."""
    one, numbers, decided = rows.one, range(1, rows.one.homes + 1), rows.one.approved
    yield rows.table(
        "home id, languages, household_complete, protected_identity, was_approved, approvals_wait, visit_due, "
        "open_concerns, details, version, changed_at",
        (
            (named("home", n), ["sv"], True, n % 50 == 0, n in decided, False, False, 0,
             rows.sealed("investigation.details"), 1, rows.now)
            for n in numbers
        ),
    )  # fmt: skip
    yield rows.table(
        "adult id, home_id, person, lookup, came_at, is_cleared",
        (
            (named("adult", n), named("home", n), rows.sealed("adult.person"),
             rows.lookup(rows.people[n - 1].number), rows.at(n, len(numbers)), n in decided)
            for n in numbers
        ),
    )  # fmt: skip
    yield rows.table(
        "investigation id, kind, application_id, home_id, status, assignments, visits, opened_at, version, changed_at",
        (
            (named("investigation", n), "application", named("application", n), named("home", n),
             "approved" if n in decided else "open", ["family_home"], False, rows.at(n, len(numbers)), 1, rows.now)
            for n in numbers
        ),
    )  # fmt: skip
    yield rows.table(
        "register_check id, investigation_id, adult_id, register, checked_on, valid_until, outcome, recorded_by, "
        "recorded_at, way",
        (
            (f"{named('check', n)}-{register}", named("investigation", n), named("adult", n), register,
             rows.today, rows.today + timedelta(180), rows.sealed("register_check.outcome"), "ida", rows.now, "hand")
            for n, register in product(numbers, Register)
        ),
    )  # fmt: skip
    yield rows.table(
        "assessment id, investigation_id, area, judgement, assessed_by, assessed_at",
        (
            (f"{named('assessment', n)}-{area}", named("investigation", n), area,
             rows.sealed("assessment.judgement"), "ida", rows.now)
            for n, area in product(decided, Area)
        ),
    )  # fmt: skip
    yield from _decided(rows)
    yield rows.table("search_word word, kind, id, row_id", _of_homes(rows))
    yield from rows.log("get_investigation", "investigation", one.homes)


def _decided(rows: Rows) -> Iterator[Copied]:
    decided, valid = rows.one.approved, rows.today + timedelta(400)
    yield rows.table(
        "proposal id, investigation_id, number, outcome, assignments, age_from, age_to, places, valid_until, texts, "
        "proposed_by, proposed_at",
        (
            (named("proposal", n), named("investigation", n), 1, "approve", ["family_home"], 0, 12, 2, valid,
             rows.sealed("proposal.texts"), "ida", rows.now)
            for n in decided
        ),
    )  # fmt: skip
    yield rows.table(
        "decision id, proposal_id, outcome, reasons, decided_by, decided_at",
        (
            (named("decision", n), named("proposal", n), "approve", rows.sealed("decision.reasons"), "dag", rows.now)
            for n in decided
        ),
    )
    yield rows.table(
        "approval id, investigation_id, home_id, assignments, age_from, age_to, places, texts, decided_on, "
        "valid_until, standing",
        (
            (named("approval", n), named("investigation", n), named("home", n), ["family_home"], 0, 12, 2,
             rows.sealed("approval.texts"), rows.today, valid, "stands")
            for n in decided
        ),
    )  # fmt: skip


def placement(rows: Rows) -> Iterator[Copied]:
    """Homes with two placements each, one of them ended; the newest requests are open."""
    one, homes = rows.one, rows.one.approved
    yield rows.table(
        "home id, position, contact, languages, protected_identity, version, changed_at",
        (
            (named("home", n), rows.sealed("home.position"), rows.sealed("home.contact"), ["sv"], n % 50 == 0, 1,
             rows.now)
            for n in homes
        ),
    )  # fmt: skip
    yield rows.table(
        "home_adult id, home_id, rank, person, lookup",
        (
            (named("adult", n), named("home", n), 0, rows.sealed("home_adult.person"),
             rows.lookup(rows.people[n - 1].number))
            for n in homes
        ),
    )  # fmt: skip
    yield rows.table(
        "approval id, home_id, assignments, age_from, age_to, places, conditions, decided_on, valid_until",
        (
            (named("approval", n), named("home", n), ["family_home"], 0, 12, 2, rows.sealed("approval.conditions"),
             rows.today, rows.today + timedelta(400))
            for n in homes
        ),
    )  # fmt: skip
    yield from _placed(rows)
    yield rows.table("search_word word, kind, id, row_id", _of_homes(rows))
    yield from rows.log("get_home", "home", one.homes)


def _stays(rows: Rows) -> Iterator[tuple[int, int, date, date | None]]:
    """Each stay: its number, its home, and its first and last day. The first half has ended."""
    count = len(rows.one.approved)
    for n in range(1, 2 * count + 1):
        started = rows.at(n, 2 * count).date()
        yield n, (n - 1) % count + 1, started, started + timedelta(300) if n <= count else None


def _placed(rows: Rows) -> Iterator[Copied]:
    stays = 2 * len(rows.one.approved)
    child, lookup = rows.sealed("placement_request.person"), rows.lookup(CHILD)
    yield rows.table(
        "placement_request id, assignment, status, person, lookup, needed_from, urgent, languages, place, not_near, "
        "family_contact, needs, opened_at, opened_by, version, changed_at",
        (
            (named("request", n), "family_home", "placed" if n <= stays else "open", child, lookup, rows.today, False,
             ["sv"], rows.sealed("placement_request.place"), rows.sealed("placement_request.not_near"),
             rows.sealed("placement_request.family_contact"), rows.sealed("placement_request.needs"),
             rows.at(n, stays), "karin", 1, rows.now)
            for n in range(1, stays + len(rows.one.opened) + 1)
        ),
    )  # fmt: skip
    yield rows.table(
        "inquiry id, placement_request_id, home_id, assignment, message, told, answer_by, status, sent_at, sent_by, "
        "version, changed_at",
        (
            (named("inquiry", n), named("request", n), named("home", home), "family_home",
             rows.sealed("inquiry.message"), rows.sealed("inquiry.told"), rows.now, "accepted",
             rows.at(n, stays), "karin", 1, rows.now)
            for n, home, _, _ in _stays(rows)
        ),
    )  # fmt: skip
    yield rows.table(
        "placement id, placement_request_id, home_id, approval_id, assignment, starts_on, ends_on, started_by, "
        "version, changed_at",
        (
            (named("placement", n), named("request", n), named("home", home), named("approval", home), "family_home",
             start, end, "karin", 1, rows.now)
            for n, home, start, end in _stays(rows)
        ),
    )  # fmt: skip
    yield rows.table(
        "care_decision id, placement_id, placement_request_id, authority, legal_ground, decided_on, reference, "
        "child_assessment, recorded_by, recorded_at",
        (
            (named("decision", n), named("placement", n), named("request", n), "committee", "sol_consent", start,
             rows.sealed("care_decision.reference"), rows.sealed("care_decision.child_assessment"), "karin", rows.now)
            for n, _, start, _ in _stays(rows)
        ),
    )  # fmt: skip


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
        "mentorship id, home_id, mentor_id, status, created_at, offered_at, answered_at, answered_by, version, changed_at",
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
    yield rows.table("search_word word, kind, id, row_id", _of_homes(rows))
    yield from rows.log("get_thread", "home", one.homes)


def compensation(rows: Rows) -> Iterator[Copied]:
    """Two agreements a home, and a run of pay with its lines for each month of the years."""
    one, homes, stays = rows.one, rows.one.approved, list(_stays(rows))
    yield rows.table("home id, protected_identity", ((named("home", n), n % 50 == 0) for n in homes))
    yield rows.table(
        "home_adult id, home_id, person, lookup",
        (
            (named("adult", n), named("home", n), rows.sealed("home_adult.person"),
             rows.lookup(rows.people[n - 1].number))
            for n in homes
        ),
    )  # fmt: skip
    yield rows.table(
        "tariff id, price_base_amount, source, adopted_on, family_home, part_month, arrival_day_counts, "
        "departure_day_counts, birthday_rule, parts, number, version, changed_at",
        (
            (str(rows.today.year - years), 57300, "SKR", rows.today, filling.FAMILY_HOME, "calendar_days", True, True,
             "same_day", "{}", 1, 1, rows.now)
            for years in range(YEARS + 1)
        ),
    )  # fmt: skip
    yield rows.table(
        "placement id, home_id, assignment, birth_date, adult_ids, starts_on, ends_on",
        (
            (named("placement", n), named("home", home), "family_home", rows.sealed("placement.birth_date"),
             [named("adult", home)], start, end)
            for n, home, start, end in stays
        ),
    )  # fmt: skip
    yield rows.table(
        "agreement id, home_id, placement_id, kind, status, starts_on, ends_on, fee_level, cost_level, "
        "payee_adult_id, version, changed_at",
        (
            (named("agreement", n), named("home", home), named("placement", n), "placement", "signed", start, end,
             "base", "base", named("adult", home), 1, rows.now)
            for n, home, start, end in stays
        ),
    )  # fmt: skip
    yield rows.table(
        "agreement_terms id, agreement_id, number, since, terms, private, payee_ids, is_agreed",
        (
            (f"{named('terms', n)}", named("agreement", n), 0, start,
             Jsonb(TERMS | {"payees": [{"adult_id": named("adult", home), "percent": "100"}]}),
             rows.sealed("agreement_terms.private"), [named("adult", home)], True)
            for n, home, start, _ in stays
        ),
    )  # fmt: skip
    yield rows.table(
        "claim id, home_id, payee_adult_id, kind, status, amount, period_from, period_to, description, made_by, "
        "made_at, version, changed_at",
        (
            (f"{named('claim', n)}-{m}", named("home", n), named("adult", n), "receipt",
             "waiting" if not m else "paid", 499, rows.today, rows.today, rows.sealed("claim.description"), "anna",
             rows.now, 1, rows.now)
            for n, m in product(homes, range(4))
        ),
    )  # fmt: skip
    yield from _paid(rows, stays)
    yield rows.table("search_word word, kind, id, row_id", _of_homes(rows))
    yield from rows.log("get_agreement", "agreement", 2 * len(homes))


def months(today: date) -> list[date]:
    """The first day of each month that has been paid, the oldest first."""
    last = today.year * 12 + today.month - 2
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - 12 * YEARS + 1, last + 1)]


def _paid(rows: Rows, stays: Sequence[tuple[int, int, date, date | None]]) -> Iterator[Copied]:
    paid = [(f"run-{month:%Y-%m}", month) for month in months(rows.today)]
    yield rows.table(
        "pay_run id, month, status, expected, paid, held, total, outdated, computed_by, computed_at, approved_by, "
        "approved_at, version, changed_at",
        (
            (run, f"{month:%Y-%m}", "approved", 1, 1, 0, 0, False, "petra", datetime.combine(month, time(), UTC), "olle",
             datetime.combine(month, time(), UTC), 1, rows.now)
            for run, month in paid
        ),
    )  # fmt: skip
    kinds = (("fee", 11417, True, "Hela månaden (arvode grundnivå)"), ("cost", 5252, False, "Hela månaden (omkostnad)"))
    yield rows.table(
        "pay_run_line id, pay_run_id, agreement_id, home_id, payee_adult_id, kind, period_from, period_to, quantity, "
        "unit_amount, amount, taxable, explanation, placement_id, channel",
        (
            (f"{run[4:]}-{n:07}-{kind}", run, named("agreement", n), named("home", home), named("adult", home), kind,
             month, month, 1, amount, amount, taxable, text, named("placement", n), "payroll")
            for run, month in paid
            for n, home, start, end in stays
            if start <= month and (end is None or month < end)
            for kind, amount, taxable, text in kinds
        ),
    )  # fmt: skip


def _of_homes(rows: Rows) -> Iterator[Sequence[Any]]:
    return rows.words("home", "home", "adult", rows.people[: rows.one.homes])


#: each service's rows, and how many of ten lines of the log it has written
SERVICES: dict[str, tuple[Made, int]] = {
    "intake": (intake, 4),
    "investigation": (investigation, 2),
    "placement": (placement, 2),
    "mentorship": (mentorship, 1),
    "compensation": (compensation, 1),
}
