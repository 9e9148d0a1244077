"""Agreements, and the years of pay."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import product

from psycopg.types.json import Jsonb

from tests.bench import filling
from tests.bench.nation.rows import Copied, Rows, of_homes, stays
from tests.bench.nation.sizes import YEARS, named

TERMS = {"fee_level": "base", "cost_level": "base", "payees": [{"adult_id": "", "percent": "100"}]}


def compensation(rows: Rows) -> Iterator[Copied]:
    """Two agreements a home, and a run of pay with its lines for each month of the years."""
    homes, lived = rows.one.approved, list(stays(rows))
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
            for n, home, start, end in lived
        ),
    )  # fmt: skip
    yield rows.table(
        "agreement id, home_id, placement_id, kind, status, starts_on, ends_on, fee_level, cost_level, "
        "payee_adult_id, version, changed_at",
        (
            (named("agreement", n), named("home", home), named("placement", n), "placement", "signed", start, end,
             "base", "base", named("adult", home), 1, rows.now)
            for n, home, start, end in lived
        ),
    )  # fmt: skip
    yield rows.table(
        "agreement_terms id, agreement_id, number, since, terms, private, payee_ids, is_agreed",
        (
            (f"{named('terms', n)}", named("agreement", n), 0, start,
             Jsonb(TERMS | {"payees": [{"adult_id": named("adult", home), "percent": "100"}]}),
             rows.sealed("agreement_terms.private"), [named("adult", home)], True)
            for n, home, start, _ in lived
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
    yield from _paid(rows, lived)
    yield of_homes(rows)
    yield from rows.log("get_agreement", "agreement", 2 * len(homes))


def months(today: date) -> list[date]:
    """The first day of each month that has been paid, the oldest first."""
    last = today.year * 12 + today.month - 2
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - 12 * YEARS + 1, last + 1)]


def _paid(rows: Rows, lived: Sequence[tuple[int, int, date, date | None]]) -> Iterator[Copied]:
    paid = [(f"run-{month:%Y-%m}", month) for month in months(rows.today)]
    yield rows.table(
        "pay_run id, month, status, expected, paid, held, total, outdated, computed_by, computed_at, approved_by, "
        "approved_at, version, changed_at",
        (
            (run, f"{month:%Y-%m}", "approved", 1, 1, 0, 0, False, "petra", datetime.combine(month, time(), UTC),
             "olle", datetime.combine(month, time(), UTC), 1, rows.now)
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
            for n, home, start, end in lived
            if start <= month and (end is None or month < end)
            for kind, amount, taxable, text in kinds
        ),
    )  # fmt: skip
