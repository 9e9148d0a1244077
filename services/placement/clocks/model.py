"""What is due of a placement, worked out whenever something about it changes."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.contracts.about import About, By
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import Tenanted
from services.placement.base import Base


class Deadline(Tenanted, Base):
    """A day by which something about a placement is to be done; it is gone when that has been done."""

    __tablename__ = "deadline"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_id"], ["placement.tenant", "placement.id"]),
        UniqueConstraint("tenant", "placement_id", "kind"),
        Index(None, "tenant", "kind", "due_on", "placement_id"),
    )
    keep = With("placement", "placement_id")
    about = About(
        (By(column="placement_request_id", of="placement_request", tells=("kind", "due_on", "under_lvu")),),
        leaves_out={"placement_id": "the placement is told by itself"},
    )

    placement_id: Mapped[str]
    placement_request_id: Mapped[str]
    kind: Mapped[str]
    due_on: Mapped[date]
    under_lvu: Mapped[bool] = mapped_column(server_default=false())  #: of a child in care without consent
