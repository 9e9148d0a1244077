"""Homes, children's needs, and who has lived where."""

from collections.abc import Iterator
from datetime import timedelta

from tests.bench.nation.rows import Copied, Rows, of_homes, stays
from tests.bench.nation.sizes import named
from tests.prove.family import a_child


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
    yield of_homes(rows)
    yield from rows.log("get_home", "home", one.homes)


def _placed(rows: Rows) -> Iterator[Copied]:
    count = 2 * len(rows.one.approved)
    child = rows.sealed("placement_request.person")
    yield rows.table(
        "placement_request id, assignment, status, person, lookup, needed_from, urgent, languages, place, not_near, "
        "family_contact, needs, opened_at, opened_by, version, changed_at",
        (
            (named("request", n), "family_home", "placed" if n <= count else "open", child,
             rows.lookup(a_child(n)), rows.today, False, ["sv"],
             rows.sealed("placement_request.place"), rows.sealed("placement_request.not_near"),
             rows.sealed("placement_request.family_contact"), rows.sealed("placement_request.needs"),
             rows.at(n, count), "karin", 1, rows.now)
            for n in range(1, count + len(rows.one.opened) + 1)
        ),
    )  # fmt: skip
    yield rows.table(
        "inquiry id, placement_request_id, home_id, assignment, message, told, answer_by, status, sent_at, sent_by, "
        "version, changed_at",
        (
            (named("inquiry", n), named("request", n), named("home", home), "family_home",
             rows.sealed("inquiry.message"), rows.sealed("inquiry.told"), rows.now, "accepted",
             rows.at(n, count), "karin", 1, rows.now)
            for n, home, _, _ in stays(rows)
        ),
    )  # fmt: skip
    yield rows.table(
        "placement id, placement_request_id, home_id, approval_id, assignment, starts_on, ends_on, started_by, "
        "version, changed_at",
        (
            (named("placement", n), named("request", n), named("home", home), named("approval", home), "family_home",
             start, end, "karin", 1, rows.now)
            for n, home, start, end in stays(rows)
        ),
    )  # fmt: skip
    yield rows.table(
        "care_decision id, placement_id, placement_request_id, authority, legal_ground, decided_on, reference, "
        "child_assessment, recorded_by, recorded_at",
        (
            (named("decision", n), named("placement", n), named("request", n), "committee", "sol_consent", start,
             rows.sealed("care_decision.reference"), rows.sealed("care_decision.child_assessment"), "karin", rows.now)
            for n, _, start, _ in stays(rows)
        ),
    )  # fmt: skip
