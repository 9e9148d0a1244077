"""What placement does when its time has come."""

from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit
from services.placement.contract import events
from services.placement.model import Inquiry

INQUIRY_UNANSWERED = Duty(name="inquiry_unanswered")  #: its subject is the inquiry


def inquiry_unanswered(unit: Unit, inquiry_id: str) -> None:
    """Lets it be known that a home has not answered in time."""
    inquiry = unit.lock(Inquiry, inquiry_id)
    if inquiry.is_overdue(unit.now):
        unit.record(events.INQUIRY_UNANSWERED, subject=inquiry, data=inquiry.unanswered())
