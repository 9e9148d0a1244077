"""The files of homes, with all that was found out and decided."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from services.investigation.checks.status import Register
from services.investigation.investigations.blockers import Area
from tests.bench.nation.rows import Copied, Rows, of_homes
from tests.bench.nation.sizes import named


def investigation(rows: Rows) -> Iterator[Copied]:
    """A home's file with its checks, assessments and decision; the newest homes are still investigated."""
    one, numbers, decided = rows.one, range(1, rows.one.homes + 1), rows.one.approved
    yield rows.table(
        "home id, languages, household_complete, protected_identity, was_approved, approvals_wait, visit_due, "
        "checks_expired, open_concerns, details, version, changed_at",
        (
            (named("home", n), ["sv"], True, n % 50 == 0, n in decided, False, False,
             False, 0, rows.sealed("investigation.details"), 1, rows.now)
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
        "investigation id, kind, application_id, home_id, status, assignments, visits, opened_at, decided_at, "
        "version, changed_at",
        (
            (named("investigation", n), "application", named("application", n), named("home", n),
             "approved" if n in decided else "open", ["family_home"], False, rows.at(n, len(numbers)),
             rows.now if n in decided else None, 1, rows.now)
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
    yield of_homes(rows)
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
