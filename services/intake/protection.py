"""Of whom that intake's events are about it may be spoken: their identity is not protected now."""

from collections.abc import Collection

from sqlalchemy import select

from services.intake.model import Application
from services.kernel.rows.unit import Unit


def application(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the applications that are of nobody with a protected identity."""
    open_ones = select(Application.id).where(Application.id.in_(ids), Application.protected_identity.is_(False))
    return set(unit.session.scalars(open_ones))
