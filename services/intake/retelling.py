"""How intake's events are told again when they are older than what is kept."""

from collections.abc import Sequence

from services.intake.applications.model import Application
from services.intake.contract.applications import Status
from services.kernel.rows.unit import Unit
from services.kernel.work.retelling import Happened, OnlyWhileKept, from_rows


@from_rows(Application, where=Application.status == Status.QUALIFIED)
def application_qualified(_unit: Unit, applications: Sequence[Application]) -> Happened:
    """Each application that was qualified."""
    return [(application, application.qualified()) for application in applications]


contact_overdue = OnlyWhileKept("It reminds of a day: whoever is still not reached is on the list of those overdue.")

_ONLY_ONCE = (
    "It is told to one municipality, about something that waits there: whoever lost it is asked again by people."
)
application_handed_over = OnlyWhileKept(_ONLY_ONCE)
transfer_answered = OnlyWhileKept(_ONLY_ONCE)
transfer_recalled = OnlyWhileKept(_ONLY_ONCE)
