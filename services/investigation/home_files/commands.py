"""What can be done with the home's file."""

from typing import Any

from services.investigation.home_files import queries
from services.investigation.homes.model import Home
from services.investigation.homes.telling import tell
from services.investigation.investigations import renewals
from services.kernel.basics.ids import new_id
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def amend_home_file(unit: Unit, home_id: str, body: dict[str, Any]) -> Answer:
    """Changes what is said of a home, and takes up what that makes necessary."""
    home = unit.lock_matching(Home, home_id)
    home.amend(body, lookup=unit.lookup_person, new_id=new_id, at=unit.now)
    renewals.follow_up(unit, home)
    tell(unit, home)
    unit.session.flush()
    return queries.home_file(unit, home)
