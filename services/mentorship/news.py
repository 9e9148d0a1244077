"""Letting a home know that something new waits for it, and nothing of what it is. Placement, which knows how homes want
to be reached, nudges them."""

from enum import StrEnum

from services.kernel.rows.tables import Versioned
from services.kernel.rows.unit import Unit
from services.mentorship.contract import events


class News(StrEnum):
    """What is new."""

    MENTORSHIP = "mentorship"
    MESSAGE = "message"
    GATHERING = "gathering"
    RESPITE = "respite"
    COURSE = "course"


def tell(unit: Unit, about: Versioned, home_id: str, kind: News, *, urgent: bool = False) -> None:
    """The home has news, about this row."""
    data = {"news_id": about.id, "home_id": home_id, "kind": kind, "urgent": urgent}
    unit.record(events.HOME_HAS_NEWS, subject=about, data=data)


def settle(unit: Unit, about: Versioned, home_id: str) -> None:
    """The home has seen it, or needs to see it no longer."""
    unit.record(events.NEWS_SETTLED, subject=about, data={"news_id": about.id, "home_id": home_id})
