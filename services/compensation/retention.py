"""What becomes of compensation's files (gallring): papers of pay have the years of accounting, and an agreement about a
placed child is kept for ever (SoL 16:2). What builds on another goes first.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select

from services.compensation.contract.claims import WISHES, ClaimStatus
from services.compensation.model import Agreement, Claim, Home, PayRun, PayRunLine, Placement
from services.kernel.basics import clock
from services.kernel.basics.days import month_of
from services.kernel.contracts.keep import Due
from services.kernel.work.retention.files import Asked, Judged, files_of
from services.vocabulary.assignments import LIVING
from services.vocabulary.retention import IN_USE, Papers, after, is_child, judge


@files_of(PayRun, written=PayRun.computed_at)
def pay_run(asked: Asked, runs: Sequence[PayRun]) -> Iterator[Judged]:
    """Pay runs with their lines: seven years after the calendar year of the month (Act 2018:597, chapter 3)."""
    for one in runs:
        year = max(month_of(one.month).year, clock.local_date(one.computed_at).year)
        yield Judged(row=one, verdict=after(date(year + 1, 1, 1), asked.keep, asked.today))


@files_of(Agreement, written=func.coalesce(Agreement.ends_on, date.max))
def agreement(asked: Asked, agreements: Sequence[Agreement]) -> Iterator[Judged]:
    """Agreements, as long as there is a line of their pay."""
    ids = [one.id for one in agreements]
    lines = select(PayRunLine.agreement_id).where(PayRunLine.agreement_id.in_(ids))
    has_lines = set(asked.unit.session.scalars(lines.distinct()))
    about = {
        one.id: one
        for one in asked.unit.session.scalars(
            select(Placement).where(Placement.id.in_([one.placement_id for one in agreements]))
        )
    }
    for one in agreements:
        placed = about.get(one.placement_id or "")
        papers = Papers(
            last_entry=max(one.ends_on or date.max, clock.local_date(one.changed_at)),
            in_use=one.ends_on is None or one.id in has_lines,
            **_of_placed(placed),
        )
        known_as = [one.home_id, *([placed.id] if placed else [])]
        yield Judged(row=one, verdict=judge(papers, **asked.terms), known_as=known_as)


@files_of(Placement, written=func.coalesce(Placement.ends_on, date.max))
def placement(asked: Asked, placements: Sequence[Placement]) -> Iterator[Judged]:
    """Copies of placements, as long as an agreement is about them."""
    ids = [one.id for one in placements]
    named = select(Agreement.placement_id).where(Agreement.placement_id.in_(ids))
    is_named = set(asked.unit.session.scalars(named.distinct()))
    for one in placements:
        papers = Papers(last_entry=one.ends_on or date.max, in_use=one.ends_on is None, **_of_placed(one))
        verdict = judge(papers, **asked.terms)
        waits = one.id in is_named and isinstance(verdict, Due)
        yield Judged(row=one, verdict=IN_USE if waits else verdict, known_as=[one.home_id])


def _of_placed(placed: Placement | None) -> dict[str, Any]:
    """What the law wants to know of whom a file is about."""
    if placed is None:
        return {}
    born = date.fromisoformat(placed.birth_date)
    return {"child_placed": placed.assignment in LIVING and is_child(born, placed.starts_on), "born": [born]}


@files_of(Claim, written=func.coalesce(Claim.decided_at, Claim.made_at))
def claim(asked: Asked, claims: Sequence[Claim]) -> Iterator[Judged]:
    """Claims with their receipts, as papers of accounting."""
    for one in claims:
        year = max(clock.local_date(one.decided_at or one.made_at).year, one.period_to.year)
        is_open = one.status == ClaimStatus.WAITING or _waits_for_pay(one)
        due = after(date(year + 1, 1, 1), asked.keep, asked.today)
        yield Judged(row=one, verdict=IN_USE if is_open else due, known_as=[one.home_id])


def _waits_for_pay(one: Claim) -> bool:
    """Whether a run will pay it: of a wish none does, what was bought is a claim of its own."""
    return one.status == ClaimStatus.APPROVED and one.kind not in WISHES


@files_of(Home, written=func.coalesce(Home.weeded_on, date.max))
def home(asked: Asked, homes: Sequence[Home]) -> Iterator[Judged]:
    """Copies of homes that have gone where they came from, once no agreement names who is paid any more."""
    for one in homes:
        named = exists().where(Agreement.home_id == one.id) | exists().where(Claim.home_id == one.id)
        is_named = asked.unit.session.scalar(select(named))
        gone = after(one.weeded_on or date.max, asked.keep, asked.today)
        people = [adult.lookup for adult in one.adults]
        yield Judged(row=one, verdict=IN_USE if is_named else gone, people=people)
