"""Reminding homes to report."""

from datetime import timedelta

from sqlalchemy import select

from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit
from services.kernel.work.nudges import nudge
from services.placement.placements.model import Placement
from services.placement.visits import rules
from services.placement.visits.silent import is_silent

REMIND_TO_REPORT = Duty(name="remind_to_report", each_night_at=6)


def remind_to_report(unit: Unit, _subject: str) -> None:
    """Some days before the cut-off lets each home know that has reported nothing for its period."""
    due_on = unit.today + timedelta(days=unit.settings.report_reminder_days)
    period = rules.period_due(due_on, by_day=unit.settings.report_by_day, every=unit.settings.report_every_months)
    if period is None:
        return
    for placement in unit.session.scalars(select(Placement).where(*is_silent(*period))).unique():
        home = placement.home
        nudge(unit, "report", subject=placement.id, home_id=home.id, reached=home.reached)
