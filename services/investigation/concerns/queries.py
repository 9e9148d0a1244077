"""Concerns as they are shown."""

from typing import Any

from sqlalchemy import bindparam, select

from services.investigation.concerns.model import Concern
from services.investigation.homes.model import Adult, Home
from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing, gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.vocabulary.people import household_name


class _Listed:
    """What a row of the list knows of itself as a concern does."""

    __slots__ = ()
    kind = Concern.kind
    source = Concern.source

    @property
    def name(self: Any) -> str | None:
        """The adults of the home."""
        return household_name(self.people or ())


_CONCERNS = Listing(
    select(
        Concern.id,
        Concern.home_id,
        Concern.report,
        Concern.status,
        Concern.reported_at,
        Concern.settled_at,
        Home.protected_identity,
        gathered(Adult.person, (Adult.home_id == Concern.home_id) & Adult.left_at.is_(None), order=Adult.id).label(
            "people"
        ),
    ).join(Home, Home.id == Concern.home_id),
    order=(Concern.reported_at.desc(), Concern.id.desc()),
    row=_Listed,
    home_id=Concern.home_id == bindparam("home_id"),
    status=Concern.status == bindparam("status"),
)


def list_concerns(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The concerns, the newest first."""
    return paged(*unit.list(_CONCERNS, page, query))


def get_concern(unit: Unit, concern_id: str) -> Answer:
    """One concern."""
    concern = unit.read(Concern, concern_id)
    return answer(unit.read(Home, concern.home_id), concern)


def answer(home: Home, concern: Concern) -> Answer:
    """The whole concern."""
    settlement = concern.settlement or {}
    shown = Shown(
        concern,
        name=home.name,
        protected_identity=home.protected_identity,
        text=concern.report["text"],
        outcome=settlement.get("outcome"),
        settlement=settlement.get("text"),
    )
    return Answer(shown, version_of=concern)
