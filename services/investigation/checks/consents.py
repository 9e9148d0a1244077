"""What the adults of a home say of being looked up."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.investigation.base import Base, below
from services.investigation.checks.status import Register
from services.investigation.homes.model import Adult
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted

#: Registers that the board asks by right (SoF 2025:468, 3:3; 1999:1134, 11; 1999:1135, 4): no consent is needed.
BY_RIGHT = frozenset({Register.POLICE})


class Consent(Tenanted, Base):
    """That an adult lets a register be asked, or does not any more. Of a register the one of the last day holds: a yes
    in the investigation in which it was said, a no in each of the home's."""

    __tablename__ = "consent"
    __table_args__ = (
        below("investigation"),
        below("adult"),
        Index(None, "tenant", "investigation_id"),
        Index(None, "tenant", "adult_id"),
    )
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="adult_id",
                of="adult",
                tells=(
                    *("investigation_id", "register", "is_given", "given_on", FreeText("way")),
                    *(Official("recorded_by"), "recorded_at"),
                ),
            ),
        )
    )

    investigation_id: Mapped[str]
    adult_id: Mapped[str]
    register: Mapped[str]
    is_given: Mapped[bool]
    given_on: Mapped[date]
    way: Mapped[str] = mapped_column(SealedJson("consent.way"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


def consented(consents: Iterable[Consent]) -> set[tuple[str, str]]:
    """Of which adults which registers may be asked, by what was said last: not by what was written down last."""
    return {which for which, is_given in _last(consents).items() if is_given}


def refused(consents: Iterable[Consent]) -> set[tuple[str, str]]:
    """Of which adults which registers may not, in the same way."""
    return {which for which, is_given in _last(consents).items() if not is_given}


def since_they_came(consents: Iterable[Consent], adults: Iterable[Adult]) -> list[Consent]:
    """What adults have said since it was noted that they live there, under the number that they have now."""
    came = {adult.id: adult.came_at for adult in adults}
    return [one for one in consents if one.recorded_at >= came[one.adult_id]]


def _last(consents: Iterable[Consent]) -> dict[tuple[str, str], bool]:
    in_order = sorted(consents, key=lambda one: (one.given_on, one.id))
    return {(one.adult_id, one.register): one.is_given for one in in_order}
