"""Surveys as they are kept: sums of answers, and references that nobody can be known by."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Integer, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.kernel.contracts.about import About, By, Nobody
from services.kernel.contracts.keep import ForEver, With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import Tenanted, Versioned
from services.mentorship.base import Base
from services.mentorship.contract.surveys import MOST, QUESTIONS, REFERENCE_USED, SurveyClosed
from services.mentorship.report.masking import SMALL, is_small


class Survey(Versioned, Base):
    """Five questions, and how often each was answered how. No answer is kept by itself."""

    __tablename__ = "survey"
    __table_args__ = (Index(None, "tenant", "opened_at", "id"),)
    keep = ForEver("sums of answers without names: nobody's file")
    about = Nobody("sums of answers: nobody knows who gave which")

    questions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    closes_on: Mapped[date]
    #: of each question how often 1, 2, 3, 4, 5 was answered, one question after the other
    counts: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    def is_open_on(self, day: date) -> bool:
        """Whether it is answered still."""
        return day <= self.closes_on

    def must_be_open_on(self, day: date) -> None:
        """Raises `SurveyClosed`."""
        if not self.is_open_on(day):
            raise SurveyClosed

    def add(self, answers: list[int], at: datetime) -> None:
        """Adds what somebody has answered."""
        counts = list(self.counts)
        for place, answer in enumerate(answers):
            counts[place * MOST + answer - 1] += 1
        self.counts = counts
        self.touch(at)

    @property
    def answered(self) -> int:
        """How many have answered."""
        return sum(self.counts[:MOST])

    @property
    def answers(self) -> int | None:
        """How many have answered; None while they are few."""
        return None if is_small(self.answered) else self.answered

    def results_on(self, day: date) -> list[dict[str, object]]:
        """What was answered to each question; nothing where few have, nor while it is open: whoever looks before and
        after an answer would know it."""
        known = empty_counts() if self.is_open_on(day) else self.counts
        return [
            _result(question, known[place * MOST : (place + 1) * MOST]) for place, question in enumerate(self.questions)
        ]


class SurveyTicket(Tenanted, Base):
    """A reference and whether it has been used: its id is a keyed hash, and nobody's."""

    __tablename__ = "survey_ticket"
    __table_args__ = (ForeignKeyConstraint(["tenant", "survey_id"], ["survey.tenant", "survey.id"]),)
    keep = With("survey", "survey_id")
    about = Nobody("a reference that nobody is known by")

    survey_id: Mapped[str]
    used: Mapped[bool] = mapped_column(server_default=false())

    def use(self) -> None:
        """Something was answered with it. Raises `InvalidInput` where that was before."""
        if self.used:
            raise REFERENCE_USED.refusal("/reference")
        self.used = True


class SurveyTaken(OfHome, Tenanted, Base):
    """That a home has had its reference; neither which nor when."""

    __tablename__ = "survey_taken"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "survey_id"], ["survey.tenant", "survey.id"]),
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        UniqueConstraint("tenant", "survey_id", "home_id"),
        Index(None, "tenant", "home_id"),
    )
    keep = With("home", "home_id")
    about = About((By(column="home_id", of="home", tells=("home_id", "survey_id")),))

    survey_id: Mapped[str]
    home_id: Mapped[str]


def empty_counts() -> list[int]:
    """Of a survey that nobody has answered."""
    return [0] * (QUESTIONS * MOST)


def _result(question: str, counts: list[int]) -> dict[str, object]:
    """Of a question. How often something was answered is shown where neither few gave an answer nor all but few."""
    number = sum(counts)
    if number < SMALL:
        return {"question": question, "mean": None, "counts": None}
    mean = sum(answer * count for answer, count in enumerate(counts, 1)) / number
    is_shown = not any(map(is_small, counts))
    return {"question": question, "mean": round(mean, 1), "counts": counts if is_shown else None}
