"""What training homes have had, as mentorship tells it (SoL 22:3: training is to be offered)."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.investigation.base import Base
from services.kernel.contracts.about import About, By
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import Tenanted


class HomeTraining(Tenanted, Base):
    """Whether a home has attended a course, a theme day or a supervision group that it was offered. Its id is the
    enrolment's."""

    __tablename__ = "home_training"
    __table_args__ = (Index(None, "tenant", "home_id"),)
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="adult",
                at="home_id",
                unless="left_at",
                tells=("course_id", "kind", "attended", "held_on"),
            ),
        )
    )

    home_id: Mapped[str]
    course_id: Mapped[str]
    kind: Mapped[str]
    attended: Mapped[bool]
    held_on: Mapped[date]
