"""People as they are kept: found by a keyed hash of the personal number, while who it is stays sealed.

What the words of an identity are (names, relation) is the vocabulary's; whose the row is, the service's.
"""

from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from services.kernel.rows.tables import SealedJson, Tenanted


class Findable(Tenanted):
    """A row that is found by a person's number, and does not say who it is."""

    lookup: Mapped[bytes] = mapped_column(LargeBinary)  #: the keyed hash of the personal number


class Person(Findable):
    """A person with an identity: an adult of a home, or somebody who is placed."""

    @declared_attr
    def person(cls) -> Mapped[dict[str, Any]]:  # noqa: N805
        """Names, personal number, and what else is said of the person."""
        return mapped_column(SealedJson(f"{cls.__tablename__}.person"))  # type: ignore[attr-defined]
