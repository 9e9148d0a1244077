"""What placement does when something has happened in another service."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert

from services.kernel.rows.database import Unit
from services.placement.model import Home


def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Makes or refreshes the home, and adds the approval; the same approval twice is one."""
    # Two approvals of a new home may come at once: both try to write it, one does, and the row's lock orders them.
    made = insert(Home).values(
        id=data["home_id"], languages=[], protected_identity=True, version=1, changed_at=unit.now
    )
    unit.session.execute(made.on_conflict_do_nothing())
    unit.load(Home, data["home_id"]).hear_of_approval(data, lookup=unit.lookup, at=unit.now)
