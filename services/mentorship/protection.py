"""Of whom that mentorship's events are about it may be spoken: their identity is not protected now."""

from collections.abc import Collection

from sqlalchemy import select

from services.kernel.rows.unit import Unit
from services.mentorship.model import Home


def home(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the homes whose identity is not protected."""
    return set(unit.session.scalars(select(Home.id).where(Home.id.in_(ids), Home.protected_identity.is_(False))))
