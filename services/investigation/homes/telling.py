"""Who learns how it is in a home now."""

from services.investigation.contract import events
from services.investigation.homes.model import Home
from services.kernel.rows.unit import Unit


def tell(unit: Unit, home: Home) -> None:
    """Lets the other services know how it is now."""
    unit.record(events.HOME_CHANGED, subject=home, data=home.changed())
