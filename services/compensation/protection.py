"""Of whom that compensation's events are about it may be spoken: their identity is not protected now."""

from collections.abc import Collection

from sqlalchemy import select

from services.compensation.model import Home
from services.kernel.rows.unit import Unit


def home(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the homes whose identity is not protected."""
    return set(unit.session.scalars(select(Home.id).where(Home.id.in_(ids), Home.protected_identity.is_(False))))
