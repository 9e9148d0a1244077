"""What intake does when its time has come."""

from services.intake.applications.model import Application
from services.intake.contract import events
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit

CONTACT_OVERDUE = Duty(name="contact_overdue")  #: its subject is the application


def contact_overdue(unit: Unit, application_id: str) -> None:
    """Lets it be known that nobody has reached the family though the last day has passed."""
    application = unit.lock(Application, application_id)
    if application.is_overdue(unit.today):
        unit.record(events.CONTACT_OVERDUE, subject=application, data=application.overdue())
