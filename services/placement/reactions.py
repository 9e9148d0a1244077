"""What placement does when something has happened in another service."""

from typing import Any

from services.kernel.rows import nudges
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import newest
from services.placement.model import Home


@newest
def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the approval, and of a home whose people nobody has told of who lives there."""
    _home(unit, data["home_id"]).learn_approval(data, lookup=unit.lookup_person, at=unit.now)


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps who lives in a home and where it is; it can be offered once it is approved."""
    home = _home(unit, data["home_id"])
    home.learn_people(data, lookup=unit.lookup_person, at=unit.now)
    nudges.redirect(unit, home.id, home.reached)


def _home(unit: Unit, home_id: str) -> Home:
    home, is_new = unit.ensure(Home, home_id)
    if is_new:
        home.begin(unit.now)
    return home
