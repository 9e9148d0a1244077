"""What placement shows of informal stays."""

from typing import Any

from sqlalchemy import bindparam, select

from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.contract.informal_stays import InformalOutcome
from services.placement.informal.model import InformalStay


class _ListedStay:
    """What a row of the list knows of itself as an informal stay does."""

    __slots__ = ()
    name, protected_identity = InformalStay.name, InformalStay.protected_identity


_STAYS = Listing(
    select(
        InformalStay.id,
        InformalStay.person,
        InformalStay.lives_with,
        InformalStay.since,
        InformalStay.decision_due_on,
        InformalStay.outcome,
        InformalStay.reason,
        InformalStay.noted_by,
        InformalStay.noted_at,
        InformalStay.closed_by,
        InformalStay.closed_at,
    ),
    order=(InformalStay.since, InformalStay.id),
    row=_ListedStay,
    outcome=InformalStay.outcome == bindparam("outcome"),
    goes_on={True: [InformalStay.outcome.is_(None)], False: [InformalStay.outcome == one for one in InformalOutcome]},
)


def list_informal_stays(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The informal stays, those that have lasted longest first."""
    return paged(*unit.list(_STAYS, page, query))
