"""The clock of an interest: the municipality gets in touch within three weeks."""

from datetime import date, timedelta

CONTACT_DAYS = 21  #: three weeks, what the municipalities promise; the setting `contact_days` replaces it


def contact_by(received_on: date, days: int) -> date:
    """The last day of contact: `days` days after the day of receipt, both in Swedish local time."""
    return received_on + timedelta(days=days)


def is_overdue(contact_by: date, today: date) -> bool:
    """Whether the last day has passed; on that day itself there is still time."""
    return today > contact_by
