"""Copies of placements, which pay depends on."""

from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.compensation.model.base import Base
from services.kernel.contracts.about import About, By
from services.kernel.contracts.keep import Keep
from services.kernel.rows.tables import SealedJson, Tenanted


class Placement(Tenanted, Base):
    """The copy of a placement as placement records it, also of one that no agreement is made for; its id is the
    placement's."""

    __tablename__ = "placement"
    __table_args__ = (Index(None, "tenant", "home_id"), Index(None, "tenant", "placement_request_id"))
    keep = Keep(years=5, after="its last day, and its last line of pay is gone", law="SoL 16:1, 16:2")
    about = About(
        (By(column="id", of="agreement", at="placement_id", tells=("home_id", "assignment", "starts_on", "ends_on")),),
        leaves_out={
            "birth_date": "the placed person's, who is told by placement",
            "adult_ids": "the home's adults",
            "placement_request_id": "an id",
        },
    )

    home_id: Mapped[str]
    assignment: Mapped[str]
    birth_date: Mapped[str] = mapped_column(SealedJson("placement.birth_date"))  #: the placed person's, `yyyy-mm-dd`
    adult_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))  #: the home's, the applicant first
    placement_request_id: Mapped[str | None]  #: the need that it meets: two placements of one are the same person's
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    def learn(self, started: dict[str, Any]) -> None:
        """Takes over what `placement_started` says."""
        self.home_id = started["home_id"]
        self.assignment = started["assignment"]
        self.birth_date = started["birth_date"].isoformat()
        self.adult_ids = started["adult_ids"]
        self.placement_request_id = started["placement_request_id"]
        self.starts_on = started["starts_on"]
