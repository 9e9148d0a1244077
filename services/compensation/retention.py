"""What becomes of compensation's files (gallring): papers of pay have the years of accounting, and an agreement about a
placed child is kept for ever (SoL 16:2). What builds on another goes first.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import exists, func, select

from services.compensation.model import Agreement, Home, PayRun, PayRunLine, Placement
from services.kernel.basics import clock
from services.kernel.basics.days import month_of
from services.kernel.work.retention import Asked, Judged, files_of
from services.vocabulary.assignments import LIVING
from services.vocabulary.retention import IN_USE, Papers, after, is_child, judge


@files_of(PayRun, written=PayRun.computed_at)
def pay_run(asked: Asked, runs: Sequence[PayRun]) -> Iterator[Judged]:
    """Pay runs with their lines: seven years after the calendar year of the month (Act 2018:597, chapter 3)."""
    for one in runs:
        year = max(month_of(one.month).year, clock.local_date(one.computed_at).year)
        yield Judged(row=one, verdict=after(date(year + 1, 1, 1), asked.keep, asked.today))


@files_of(Placement, written=func.coalesce(Placement.ends_on, date.max))
def placement(asked: Asked, placements: Sequence[Placement]) -> Iterator[Judged]:
    """Copies of placements with their agreements, as long as there is a line of their pay."""
    ids = [one.id for one in placements]
    agreements = {
        found.placement_id: found
        for found in asked.unit.session.scalars(select(Agreement).where(Agreement.placement_id.in_(ids)))
    }
    paid = select(PayRunLine.agreement_id).where(PayRunLine.agreement_id.in_([one.id for one in agreements.values()]))
    has_lines = set(asked.unit.session.scalars(paid.distinct()))
    for one in placements:
        agreement, born = agreements.get(one.id), date.fromisoformat(one.birth_date)
        written = [clock.local_date(agreement.changed_at)] if agreement is not None else []
        papers = Papers(
            last_entry=max([one.ends_on or date.max, *written]),
            in_use=one.ends_on is None or (agreement is not None and agreement.id in has_lines),
            child_placed=one.assignment in LIVING and is_child(born, one.starts_on),
            born=[born],
        )
        known_as = [one.home_id, *([agreement.id] if agreement is not None else [])]
        yield Judged(row=one, verdict=judge(papers, **asked.terms), known_as=known_as)


@files_of(Home, written=func.coalesce(Home.weeded_on, date.max))
def home(asked: Asked, homes: Sequence[Home]) -> Iterator[Judged]:
    """Copies of homes that have gone where they came from, once no agreement names who is paid any more."""
    for one in homes:
        is_named = asked.unit.session.scalar(select(exists().where(Agreement.home_id == one.id)))
        gone = after(one.weeded_on or date.max, asked.keep, asked.today)
        people = [adult.lookup for adult in one.adults]
        yield Judged(row=one, verdict=IN_USE if is_named else gone, people=people)
