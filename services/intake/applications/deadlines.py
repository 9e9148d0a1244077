"""The clock of an interest: the municipality gets in touch within three weeks."""

from datetime import date, datetime, timedelta

from services.kernel.basics import clock


def contact_by(received_on: date, days: int) -> date:
    """The last day of contact: `days` days after the day of receipt, both in Swedish local time."""
    return received_on + timedelta(days=days)


def overdue_from(contact_by: date) -> datetime:
    """The first instant at which the last day has passed: midnight in Sweden."""
    return clock.at_local(contact_by + timedelta(days=1), 0)


def is_overdue(contact_by: date, today: date) -> bool:
    """Whether the last day has passed; on that day itself there is still time."""
    return today > contact_by
