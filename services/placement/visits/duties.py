"""Reminding homes to report."""

from sqlalchemy import exists, select

from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit
from services.kernel.work.nudges import nudge
from services.placement.placements.model import Placement
from services.placement.visits import rules
from services.placement.visits.model import Visit
from services.vocabulary.assignments import LIVING

REMIND_TO_REPORT = Duty(name="remind_to_report", each_night_at=6)


def remind_to_report(unit: Unit, _subject: str) -> None:
    """Some days before the cut-off lets each home know that has reported nothing for the period that has passed."""
    every = unit.settings.report_every_months
    if not rules.is_cut_off(
        unit.today, by_day=unit.settings.report_by_day, every=every, days_before=unit.settings.report_reminder_days
    ):
        return
    first, last = rules.period_before(unit.today, every)
    reported = exists().where(Visit.placement_id == Placement.id, Visit.starts_on.between(first, last))
    silent = select(Placement).where(
        Placement.assignment.not_in(LIVING),
        Placement.starts_on <= last,
        Placement.ends_on.is_(None) | (Placement.ends_on >= first),
        ~reported,
    )
    for placement in unit.session.scalars(silent).unique():
        home = placement.home
        nudge(unit, "report", subject=placement.id, home_id=home.id, reached=home.reached)
