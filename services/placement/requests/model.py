"""Placement requests: what a named person needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.kernel.basics import days
from services.kernel.basics.geo import Place
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, ByNumber, FreeText, Official
from services.kernel.contracts.fields import birth_date
from services.kernel.contracts.keep import Keep
from services.kernel.rows.tables import SealedJson, Versioned
from services.placement.base import Base, place_of
from services.placement.clocks.rules import unexecuted
from services.placement.contract.requests import (
    BIRTH_NOT_COME,
    EXPECTED_BEFORE_NEEDED,
    GRANTED_NOT_COME,
    NOT_BORN,
    PlacementRequestNotOpen,
    RequestStatus,
)
from services.placement.matching.codes import PlaceKind
from services.placement.matching.values import Circle, Need
from services.vocabulary.assignments import LIVING, Assignment
from services.vocabulary.found import Found
from services.vocabulary.people import full_name


@dataclass(frozen=True, slots=True)
class Siblings:
    """Where the siblings of a person live, and how many of them still need a home."""

    homes: frozenset[str] = frozenset()
    waiting: int = 0


NO_SIBLINGS = Siblings()


class PlacementRequest(Found, Versioned, Base):
    """What a named person needs (placeringsbehov), until a home is found."""

    __tablename__ = "placement_request"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "sibling_of"], ["placement_request.tenant", "placement_request.id"]),
        ForeignKeyConstraint(["tenant", "knows_home_id"], ["home.tenant", "home.id"]),
        Index("ix_placement_request_urgent", "tenant", text("urgent desc"), "needed_from", "id"),
        Index("ix_placement_request_status_urgent", "tenant", "status", text("urgent desc"), "needed_from", "id"),
        Index("ix_placement_request_open", "tenant", "opened_at", postgresql_where=text("status = 'open'")),
        Index(None, "tenant", "execution_due_on", "id", postgresql_where=text("status = 'open'")),
        Index(None, "tenant", "lookup"),
        Index(None, "tenant", "sibling_of"),
    )
    keep = Keep(years=5, after="the last entry; a child's not before 30", law="SoL 16:1, 16:2, 16:2 a")
    about = About(
        (
            ByNumber(
                tells=(
                    *("id", "person", "assignment", "status", "needed_from", "urgent", "languages", "place"),
                    *("granted_on", "execution_due_on", "expected_until", "place_kind", "need_codes"),
                    *(
                        FreeText("family_contact"),
                        FreeText("network"),
                        "network_result",
                        FreeText("closed_reason"),
                        Official("closed_by"),
                    ),
                    *(FreeText("needs"), "opened_at", Official("opened_by")),
                ),
                names={"placement_request": "id"},
                protected="protected_identity",
            ),
        ),
        leaves_out={
            "sibling_of": "another person's need",
            "siblings_together": "what others need as well",
            "knows_home_id": "whom somebody knows is theirs as well",
            "not_near": "where somebody else lives",
        },
    )

    found_as = "placement_request"

    assignment: Mapped[str]
    status: Mapped[str]
    needed_from: Mapped[date]
    granted_on: Mapped[date | None]  #: when it was decided that the person gets it
    execution_due_on: Mapped[date | None]  #: and by when that is to be carried out
    urgent: Mapped[bool]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expected_until: Mapped[date | None]  #: how long it is likely to be needed
    sibling_of: Mapped[str | None]
    siblings_together: Mapped[bool] = mapped_column(server_default=false())
    place: Mapped[dict[str, float] | None] = mapped_column(SealedJson("placement_request.place"))
    place_kind: Mapped[str] = mapped_column(server_default=PlaceKind.OTHER.value)
    not_near: Mapped[list[dict[str, float]] | None] = mapped_column(SealedJson("placement_request.not_near"))
    need_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  #: in the municipality's own words
    family_contact: Mapped[str | None] = mapped_column(SealedJson("placement_request.family_contact"))
    #: whether relatives and friends were asked first, and what it came to: `{"result", "asked_on", "note"}` (SoL 22:1)
    network: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("placement_request.network"))
    network_result: Mapped[str | None]  #: the same result, to be counted
    closed_reason: Mapped[str | None] = mapped_column(SealedJson("placement_request.closed_reason"))
    closed_by: Mapped[str | None]
    needs: Mapped[str] = mapped_column(SealedJson("placement_request.needs"))
    knows_home_id: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]

    @property
    def network_asked(self) -> dict[str, Any] | None:
        """Whether relatives and friends were asked first, with the day as a day."""
        if self.network is None:
            return None
        asked_on = self.network["asked_on"]
        return {**self.network, "asked_on": asked_on and date.fromisoformat(asked_on)}

    @property
    def birth_date(self) -> date:
        """The day on which the person was born."""
        return birth_date(self.person["personal_number"])

    @property
    def protected_identity(self) -> bool:
        """Whether the person's identity is protected (skyddade personuppgifter)."""
        return bool(self.person["protected_identity"])

    @property
    def name(self) -> str | None:
        """The name for lists."""
        return full_name(self.person)

    @property
    def age(self) -> int:
        """Whole years lived on the day from which the home is needed."""
        return self.age_on(self.needed_from)

    def age_on(self, day: date) -> int:
        """Whole years lived on that day."""
        return days.age_on(self.birth_date, day)

    def need_on(self, day: date, siblings: Siblings = NO_SIBLINGS) -> Need:
        """The need as matching reads it, from a day on."""
        until = self.expected_until
        return Need(
            assignment=Assignment(self.assignment),
            person=self.lookup,
            age=self.age_on(day),
            on=day,
            until=until,
            age_then=None if until is None else self.age_on(max(until, day)),
            place=place_of(self.place),
            place_kind=PlaceKind(self.place_kind),
            not_near=tuple(_circle(one) for one in self.not_near or ()),
            languages=frozenset(self.languages),
            knows_home_id=self.knows_home_id,
            sibling_homes=siblings.homes,
            siblings_waiting=siblings.waiting,
            together=self.siblings_together,
            protected_identity=self.protected_identity,
        )

    def protect(self, *, is_protected: bool, at: datetime) -> dict[str, Any]:
        """Says whether the person's identity is protected; returns the data of `placed_person_changed`."""
        self.person = {**self.person, "protected_identity": is_protected}
        self.touch(at)
        return self.protection()

    def protection(self) -> dict[str, Any]:
        """The event `placed_person_changed`."""
        return {
            "placement_request_id": self.id,
            "personal_number": self.person["personal_number"],
            "protected_identity": self.protected_identity,
        }

    def must_be_open(self) -> None:
        """Raises `PlacementRequestNotOpen`."""
        if self.status != RequestStatus.OPEN:
            raise PlacementRequestNotOpen

    def close(self, status: RequestStatus, *, at: datetime) -> None:
        """The need has been met, or is no more."""
        self.status = status
        self.touch(at)

    def reopen(self, *, at: datetime) -> None:
        """Nobody comes after all: the home is still needed."""
        self.status = RequestStatus.OPEN
        self.touch(at)

    def again(self, assignment: Assignment, needed_from: date, *, by: str, at: datetime) -> "PlacementRequest":
        """The same person's need of something else, which goes on from this one."""
        kept = {name: getattr(self, name) for name in _GOES_ON}
        return PlacementRequest(
            id=new_id(),
            assignment=assignment.value,
            status=RequestStatus.OPEN,
            needed_from=needed_from,
            urgent=False,
            opened_at=at,
            opened_by=by,
            changed_at=at,
            **kept,
        )

    def withdraw(self, reason: str, *, by: str, at: datetime) -> None:
        """Nobody needs the home any more. Raises `PlacementRequestNotOpen`."""
        self.must_be_open()
        self.closed_reason, self.closed_by = reason, by
        self.close(RequestStatus.CLOSED, at=at)


_GOES_ON = (
    *("person", "lookup", "languages", "sibling_of", "siblings_together", "expected_until", "place", "place_kind"),
    *("not_near", "need_codes", "family_contact", "network", "network_result", "needs", "knows_home_id"),
)


def open_request(
    body: dict[str, Any], *, lookup: Callable[[str], bytes], by: str, at: datetime, today: date
) -> PlacementRequest:
    """A new request from a loaded `OpenPlacementRequest`.

    Raises `InvalidInput` when the person is born after today or after the day on which the home is needed.
    """
    person = body["person"]
    born = birth_date(person["personal_number"])
    if born > today:
        raise BIRTH_NOT_COME.refusal("/person/personal_number")
    if born > body["needed_from"]:
        raise NOT_BORN.refusal("/needed_from")
    if body["expected_until"] is not None and body["expected_until"] < body["needed_from"]:
        raise EXPECTED_BEFORE_NEEDED.refusal("/expected_until")
    granted_on = _granted(body, today)
    return PlacementRequest(
        id=new_id(),
        status=RequestStatus.OPEN,
        execution_due_on=None if granted_on is None else unexecuted(granted_on),
        lookup=lookup(person["personal_number"]),
        opened_at=at,
        opened_by=by,
        changed_at=at,
        network_result=body["network"] and body["network"]["result"],
        **{**body, "network": _written(body["network"])},
    )


def _written(network: dict[str, Any] | None) -> dict[str, Any] | None:
    """As JSON keeps it."""
    return network and {**network, "asked_on": network["asked_on"] and network["asked_on"].isoformat()}


def _granted(body: dict[str, Any], today: date) -> date | None:
    """When it was decided in the person's favour. Of a contact family or person that is the day on which the need is
    written down, where nobody says another (SoL 11:5)."""
    granted_on: date | None = body["granted_on"]
    if granted_on is not None and granted_on > today:
        raise GRANTED_NOT_COME.refusal("/granted_on")
    return today if granted_on is None and body["assignment"] not in LIVING else granted_on


def _circle(said: dict[str, float]) -> Circle:
    return Circle(place=Place(said["latitude"], said["longitude"]), km=said["km"])
