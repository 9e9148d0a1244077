"""Of whom that intake's events are about it may be spoken: their identity is not protected now."""

from collections.abc import Collection

from sqlalchemy import select

from services.intake.applications.model import Application
from services.kernel.rows.unit import Unit


def application(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the applications that are of nobody with a protected identity."""
    found = select(Application.id, Application.protected_identity, Application.names_protected)
    rows = unit.session.execute(found.where(Application.id.in_(ids))).all()
    return {one.id for one in rows if not (one.protected_identity or one.names_protected)}
