"""Recoveries as they are shown."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from services.compensation.model import Home, Recovery
from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_RECOVERIES = Listing(
    select(Recovery.id),
    order=(Recovery.id.desc(),),
    home_id=Recovery.home_id == bindparam("home_id"),
    status=Recovery.status == bindparam("status"),
)


def list_recoveries(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """What was paid too much, the newest first."""
    found, total = unit.list(_RECOVERIES, page, query)
    ids = [one.id for one in found]
    rows = {one.id: one for one in unit.session.scalars(select(Recovery).where(Recovery.id.in_(ids)))}
    return paged(_views(unit, [rows[one] for one in ids]), total)


def view(unit: Unit, recovery: Recovery) -> Any:
    """A recovery, with whether its home's identity is protected."""
    (one,) = _views(unit, [recovery])
    return one


def _views(unit: Unit, some: Sequence[Recovery]) -> Iterable[Any]:
    homes = {one.home_id for one in some}
    protected = set(unit.session.scalars(select(Home.id).where(Home.id.in_(homes), Home.protected_identity.is_(True))))
    return [Shown(one, protected_identity=one.home_id in protected) for one in some]
