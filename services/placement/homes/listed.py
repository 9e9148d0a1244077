"""What lists show of a home: its people, and that a home's own user sees what is its own."""

from typing import Any

from sqlalchemy import any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.rows.listing import gathered
from services.kernel.rows.unit import Unit
from services.placement.homes.model import Home, HomeAdult

OWN: Any = any_(bindparam("own", type_=ARRAY(Text)))
PEOPLE = gathered(HomeAdult.person, HomeAdult.home_id == Home.id, order=HomeAdult.rank).label("people")


def own(unit: Unit) -> dict[str, list[str]]:
    """The filter for whoever acts for a home: what is its own."""
    return {"own": list(unit.own_homes(Home))} if unit.for_home else {}
