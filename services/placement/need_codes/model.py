"""The municipality's list of needs, and who has set it when."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import ForEver
from services.kernel.rows.tables import Tenanted, Versioned
from services.placement.base import Base
from services.placement.contract.need_codes import NEED_CODE_UNKNOWN

_NOBODYS = ForEver("the municipality's own list: nobody's file")
_A_LIST = Nobody("the municipality's own list of needs, and who of the staff set it")

#: Those of a municipality that has not said its own.
USUAL = (
    {"code": "quiet", "sv": "Lugn miljö"},
    {"code": "night_care", "sv": "Tillsyn på natten"},
    {"code": "medical_care", "sv": "Medicinska behov"},
    {"code": "disability", "sv": "Funktionsnedsättning"},
    {"code": "accessible_home", "sv": "Tillgänglig bostad"},
    {"code": "school_support", "sv": "Stöd i skolan"},
    {"code": "hard_experiences", "sv": "Svåra upplevelser"},
    {"code": "parent_and_child", "sv": "Förälder och barn tillsammans"},
)


class NeedCodeTable(Versioned, Base):
    """That there is a list: one row, which is locked by whoever sets it. Version 0: nobody has."""

    __tablename__ = "need_code_table"
    keep = _NOBODYS
    about = _A_LIST


class NeedCodeChange(Tenanted, Base):
    """A time at which the list was set, in whole: the latest holds. Never rewritten."""

    __tablename__ = "need_code_change"
    __table_args__ = (Index(None, "tenant", "at", "id"),)
    keep = _NOBODYS
    about = _A_LIST

    codes: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


def must_be_among(wanted: Sequence[str], known: Collection[str]) -> None:
    """Every code stands in the list; `InvalidInput` at the first that does not."""
    for place, code in enumerate(wanted):
        if code not in known:
            raise NEED_CODE_UNKNOWN.refusal(f"/need_codes/{place}")
