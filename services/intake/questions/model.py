"""Question sets: how one is now, and each of its versions, because answers are checked by the one that was shown."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.base import Base
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import ForEver
from services.kernel.rows.tables import Tenanted, Versioned

_OWN = ForEver("the municipality's own questions: nobody's file")
_NOBODY = Nobody("questions, which the municipality puts to everybody")


class QuestionSet(Versioned, Base):
    """The questions of an assignment, whose name is its id, as they are now."""

    __tablename__ = "question_set"
    keep = _OWN
    about = _NOBODY

    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    @property
    def assignment(self) -> str:
        """Of which they are."""
        return self.id

    @property
    def published_at(self) -> datetime:
        """When they became what they are."""
        return self.changed_at

    @property
    def edition(self) -> "QuestionEdition":
        """This version of it, as it is kept."""
        return QuestionEdition(
            id=QuestionEdition.id_of(self.id, self.version), questions=self.questions, published_at=self.changed_at
        )


class QuestionEdition(Tenanted, Base):
    """The questions of an assignment in one of their versions."""

    __tablename__ = "question_edition"
    keep = _OWN
    about = _NOBODY

    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    published_at: Mapped[datetime]

    @staticmethod
    def id_of(assignment: str, version: int) -> str:
        """What names a version."""
        return f"{assignment} {version}"
