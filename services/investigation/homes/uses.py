"""What homes are used for, as the other services tell it: as long as it goes on, and after some of it, a home's file is
kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.investigation.base import Base
from services.investigation.checks.recheck import Stay
from services.kernel.contracts.about import About, By
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import Tenanted
from services.vocabulary.assignments import LIVING
from services.vocabulary.retention import is_child


class HomeUse(Tenanted, Base):
    """A placement in a home, or that it is another one's mentor. Its id is the placement's, or the mentorship's."""

    __tablename__ = "home_use"
    __table_args__ = (
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "by_home_id"),
        Index(None, "tenant", "person"),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="adult",
                at="home_id",
                unless="left_at",
                tells=("home_id", "starts_on", "ends_on", "considered_on"),
            ),
        ),
        leaves_out={
            "of_child": "who was placed is that person's",
            "person": "who was placed is that person's: a keyed hash",
            "by_home_id": "another home",
        },
    )

    home_id: Mapped[str]
    by_home_id: Mapped[str | None]  #: the home that is mentored
    person: Mapped[bytes | None] = mapped_column(LargeBinary)  #: who was placed, by the keyed hash of the number
    of_child: Mapped[bool] = mapped_column(default=False)  #: a child was placed: the file is kept (SoL 16:2)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    considered_on: Mapped[date | None]  #: when it was last considered whether the care is still needed (SoL 22:13)

    @property
    def stay(self) -> Stay:
        """As the rhythm of considerations looks at it."""
        return Stay(starts_on=self.starts_on, ends_on=self.ends_on, considered_on=self.considered_on)

    def goes_on(self, day: date) -> bool:
        """Whether it has not ended before that day."""
        return self.ends_on is None or self.ends_on >= day

    def learn(self, started: dict[str, Any], *, lookup: Callable[[str], bytes]) -> None:
        """Takes over what `placement_started` says."""
        self.home_id, self.starts_on = started["home_id"], started["starts_on"]
        number = started.get("personal_number")
        self.person = number and lookup(number)
        lives_there = started["assignment"] in LIVING
        self.of_child = lives_there and is_child(started["birth_date"], started["starts_on"])
