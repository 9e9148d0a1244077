"""What matching came to on a day on which a home was asked, kept with the need as it was then."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.contracts.about import About, By, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted
from services.placement.base import Base


class Weighing(Tenanted, Base):
    """Every home beside a need, with what spoke for it and what stood in its way. Never changed; one a day."""

    __tablename__ = "weighing"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_request_id"], ["placement_request.tenant", "placement_request.id"]),
        UniqueConstraint("tenant", "placement_request_id", "weighed_on"),
    )
    keep = With("placement_request", "placement_request_id")
    about = About(
        (
            By(
                column="placement_request_id",
                of="placement_request",
                tells=("weighed_on", "can_take", "can_not", Official("weighed_by"), "weighed_at"),
            ),
        ),
        leaves_out={"result": "what it says of homes is theirs"},
    )

    placement_request_id: Mapped[str]
    weighed_on: Mapped[date]
    weighed_at: Mapped[datetime]
    weighed_by: Mapped[str]
    can_take: Mapped[int]
    can_not: Mapped[int]
    result: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson("weighing.result"))
