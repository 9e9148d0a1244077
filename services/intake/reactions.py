"""What intake does when something has happened in another service."""

from typing import Any

from sqlalchemy import select

from services.intake.contract.applications import Status
from services.intake.model import Application
from services.kernel.rows import weeding
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each


@each
def on_home_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """The applications that led to the home's investigations go with its file."""
    asked = select(Application).where(Application.id.in_(data["application_ids"]))
    qualified = asked.where(Application.status == Status.QUALIFIED).order_by(Application.id)
    for one in unit.session.scalars(qualified.with_for_update(of=Application)).unique().all():
        weeding.weed(unit, weeding.tree_of(unit, one), ())
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))
