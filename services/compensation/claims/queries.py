"""Claims as they are shown."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.compensation.model import Claim, Home, HomeAdult, Receipt
from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_SHOWN = [
    column for column in Claim.__table__.columns if column.key not in ("tenant", "version", "changed_at", "made_by")
]


class _Listed:
    """What a row of the list knows of itself as a claim does."""

    __slots__ = ()
    home_is_protected: bool | None

    @property
    def protected_identity(self) -> bool:
        return bool(self.home_is_protected)


_CLAIMS = Listing(
    select(
        Claim.id,
        *(getattr(Claim, column.key) for column in _SHOWN if column.key != "id"),
        Home.protected_identity.label("home_is_protected"),
    ).outerjoin(Home, Home.id == Claim.home_id),
    order=(Claim.id.desc(),),
    row=_Listed,
    home_id=Claim.home_id == bindparam("home_id"),
    status=Claim.status == bindparam("status"),
    own=Claim.home_id == any_(bindparam("own", type_=ARRAY(Text))),
)


def list_claims(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The claims, the newest first."""
    own = {"own": list(unit.own_homes(Claim))} if unit.for_home else {}
    found, total = unit.list(_CLAIMS, page, query | own)
    own_adults = _own_adults(unit)
    return paged((_shown(unit, one, own_adults) for one in found), total)


def get_claim(unit: Unit, claim_id: str) -> Answer:
    """One claim with its papers."""
    claim = unit.read(Claim, claim_id)
    return Answer(with_receipts(unit, claim), version_of=claim)


def get_receipt(unit: Unit, claim_id: str, receipt_id: str) -> Answer:
    """A paper of a claim; of another adult's the home's user has none."""
    claim = unit.read(Claim, claim_id)
    unit.must_see(is_protected=_is_protected(unit, claim) and not unit.for_home)
    if _is_anothers(unit, claim, _own_adults(unit)):
        raise NotFound
    receipt = unit.session.scalars(
        select(Receipt).where(Receipt.id == receipt_id, Receipt.claim_id == claim.id)
    ).one_or_none()
    if receipt is None:
        raise NotFound
    return Answer({}, file=receipt.in_store)


def with_receipts(unit: Unit, claim: Claim) -> Any:
    """A claim with its papers."""
    own_adults = _own_adults(unit)
    receipts = [] if _is_anothers(unit, claim, own_adults) else [one.view for one in claim.receipts]
    protected = _is_protected(unit, claim)
    return Shown(_shown(unit, claim, own_adults), receipts=receipts, protected_identity=protected)


def _own_adults(unit: Unit) -> Collection[str]:
    """Who of its homes' adults a home's own user is."""
    if not unit.for_home:
        return ()
    number = unit.lookup_person(unit.context.personal_number or "")
    return unit.session.scalars(select(HomeAdult.id).where(HomeAdult.lookup == number)).all()


def _is_anothers(unit: Unit, claim: Any, own_adults: Collection[str]) -> bool:
    """Whether a home's own user looks at what another adult of the home has claimed."""
    return unit.for_home and claim.payee_adult_id not in own_adults


def _shown(unit: Unit, claim: Any, own_adults: Collection[str]) -> Any:
    """A claim, or a row of the list. A home is not shown who of the staff decided, and what one adult earns is not
    shown to another."""
    if not unit.for_home:
        return claim
    salary = None if _is_anothers(unit, claim, own_adults) else claim.salary_per_month
    return Shown(claim, decided_by=None, salary_per_month=salary)


def _is_protected(unit: Unit, claim: Claim) -> bool:
    return bool(unit.session.scalar(select(Home.protected_identity).where(Home.id == claim.home_id)))
