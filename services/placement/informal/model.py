"""Informal stays: somebody lives with relatives or friends and nobody has decided on it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, ByNumber, FreeText, Official
from services.kernel.contracts.fields import birth_date
from services.kernel.contracts.keep import Keep
from services.kernel.rows.tables import SealedJson, Versioned
from services.placement.base import Base
from services.placement.contract.informal_stays import SINCE_NOT_COME, InformalOutcome, InformalStayClosed
from services.vocabulary.found import Found
from services.vocabulary.people import full_name


class InformalStay(Found, Versioned, Base):
    """That somebody lives with people who are not approved for it, without a decision, until it ends in one or ends."""

    __tablename__ = "informal_stay"
    __table_args__ = (
        Index(None, "tenant", "since", "id"),
        Index(None, "tenant", "outcome", "since", "id"),
        Index("ix_informal_stay_that_goes_on", "tenant", "since", "id", postgresql_where=text("outcome is null")),
        Index(None, "tenant", "decision_due_on", "id", postgresql_where=text("outcome is null")),
        Index(None, "tenant", "lookup"),
    )
    keep = Keep(years=5, after="the last entry; a child's not before 30", law="SoL 16:1, 16:2 a")
    about = About(
        (
            ByNumber(
                tells=(
                    *(
                        "id",
                        "person",
                        FreeText("lives_with"),
                        "since",
                        "decision_due_on",
                        "outcome",
                        FreeText("reason"),
                    ),
                    *("noted_at", Official("noted_by"), "closed_at", Official("closed_by")),
                ),
                names={"informal_stay": "id"},
                protected="protected_identity",
            ),
        ),
    )

    found_as = "informal_stay"

    lives_with: Mapped[str] = mapped_column(SealedJson("informal_stay.lives_with"))
    since: Mapped[date]
    decision_due_on: Mapped[date]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]
    outcome: Mapped[str | None]  #: None while it goes on
    reason: Mapped[str | None] = mapped_column(SealedJson("informal_stay.reason"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]

    @property
    def name(self) -> str | None:
        """The name for lists."""
        return full_name(self.person)

    @property
    def birth_date(self) -> date:
        """The day on which the person was born."""
        return birth_date(self.person["personal_number"])

    @property
    def protected_identity(self) -> bool:
        """Whether the person's identity is protected (skyddade personuppgifter)."""
        return bool(self.person["protected_identity"])

    def protect(self, *, is_protected: bool, at: datetime) -> None:
        """Says whether the person's identity is protected."""
        if self.protected_identity != is_protected:
            self.person = {**self.person, "protected_identity": is_protected}
            self.touch(at)

    def close(self, outcome: InformalOutcome, *, reason: str, by: str, at: datetime) -> None:
        """It has ended in a decision, or ended. Raises `InformalStayClosed`."""
        if self.outcome is not None:
            raise InformalStayClosed
        self.outcome, self.reason, self.closed_by, self.closed_at = outcome, reason, by, at
        self.touch(at)


def note(
    body: dict[str, Any], *, days: int, lookup: Callable[[str], bytes], by: str, at: datetime, today: date
) -> InformalStay:
    """A stay from a loaded `NoteInformalStay`, to be decided within so many days from its first. `InvalidInput` for a
    day that has not come."""
    if body["since"] > today:
        raise SINCE_NOT_COME.refusal("/since")
    return InformalStay(
        id=new_id(),
        person=body["person"],
        lookup=lookup(body["person"]["personal_number"]),
        lives_with=body["lives_with"],
        since=body["since"],
        decision_due_on=body["since"] + timedelta(days=days),
        noted_at=at,
        noted_by=by,
        changed_at=at,
    )
