"""What placement does when something has happened in another service."""

from typing import Any

from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import newest
from services.placement.model import Home


@newest
def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Makes or refreshes the home, and keeps the approval."""
    home, is_new = unit.ensure(Home, data["home_id"])
    if is_new:
        home.languages, home.protected_identity, home.changed_at = [], True, unit.now
    home.learn_approval(data, lookup=unit.lookup_person, at=unit.now)
