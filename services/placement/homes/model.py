"""The approved homes, with their adults and what each has been approved for."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, LargeBinary, and_, false, or_, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.kernel.contracts.about import About, By, ByNumber, FreeText
from services.kernel.contracts.keep import Copy, With
from services.kernel.contracts.nudges import Reached
from services.kernel.rows.homes import OfHome, Resident
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned
from services.placement.base import Base, place_of
from services.placement.contract.homes import ApprovalState
from services.placement.contract.reach import NO_ADDRESS
from services.placement.homes import reach
from services.placement.matching.places import taken_later
from services.placement.matching.values import ApprovedFor, Contract, HomeOffer, Period, Record, Wishes
from services.placement.placements.occupancy import Stay, occupied_from
from services.placement.postcodes.places import Middles, PlaceFrom
from services.vocabulary.assignments import Assignment
from services.vocabulary.found import FoundInHome
from services.vocabulary.people import household_name
from services.vocabulary.places import postcode_of

NO_RECORD, NO_WISHES = Record(), Wishes()


def offered(approval: Any) -> ApprovedFor:
    """An approval, or a plain row of one, as matching reads it."""
    return ApprovedFor(
        approval_id=approval.id,
        assignments=assigned(tuple(approval.assignments)),
        age_from=approval.age_from,
        age_to=approval.age_to,
        places=approval.places,
        decided_on=approval.decided_on,
        valid_until=last_day(approval.valid_until, approval.revoked_on),
        suspended=bool(approval.suspended),
        # Of a child who is only named nobody can say that it is this one.
        child=approval.child_lookup or b"" if approval.is_for_one else approval.child_lookup,
    )


@cache
def assigned(names: tuple[str, ...]) -> frozenset[Assignment]:
    """The assignments of an approval; there are few combinations, and thousands of approvals."""
    return frozenset(map(Assignment, names))


def last_day(valid_until: date, revoked_on: date | None) -> date:
    """The last day on which an approval holds: the day before it was revoked, if it was."""
    return valid_until if revoked_on is None else min(valid_until, revoked_on - timedelta(days=1))


def periods_of(said: dict[str, Any]) -> tuple[Period, ...]:
    """The days on which a home has fewer places, from what it has said."""
    return tuple(
        Period(first=date.fromisoformat(one["from"]), last=date.fromisoformat(one["to"]), places=one["places"])
        for one in said.get("periods", ())
    )


def wishes_of(said: dict[str, Any]) -> Wishes:
    """What a home would rather have, from what it has said."""
    if not said:
        return NO_WISHES
    return Wishes(**{name: said.get(name) for name in ("age_from", "age_to", "most_km", "takes_siblings")})


def is_host_to_consult(home: Any, municipality_code: str) -> bool:
    """Whether a home, or a row of one, lies in another municipality that has not been consulted (SoL 22:6)."""
    return home.host_code not in (None, municipality_code) and home.host_consulted_on is None


def others(children: int) -> list[Stay]:
    """Their stays: nobody says since when, nor how long."""
    return [Stay(starts_on=date.min)] * children


class HomeAdult(FoundInHome, Resident, Base):
    """An adult of a home."""

    __tablename__ = "home_adult"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "lookup"),
    )
    keep = With("home", "home_id")
    about = About(
        (ByNumber(tells=("home_id", "person", "rank", "reach"), names={"home": "home_id", "adult": "id"}),),
    )

    rank: Mapped[int]  #: 0 is the applicant
    #: how the adult wants to be reached: `{"ways", "phone", "email"}`; None: nothing was said
    reach: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("home_adult.reach"))


class Approval(Tenanted, Base):
    """What a home has been approved for, as investigation recorded it."""

    __tablename__ = "approval"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "home_id"),
    )
    keep = With("home", "home_id")
    about = About(
        (
            ByNumber(column="child_lookup", tells=("assignments", "child_name", "decided_on", "valid_until")),
            By(
                column="home_id",
                of="home",
                tells=(
                    *("home_id", "assignments", "age_from", "age_to", "places", FreeText("conditions")),
                    *("decided_on", "valid_until", "suspended", "revoked_on"),
                ),
            ),
        )
    )

    home_id: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    age_from: Mapped[int]
    age_to: Mapped[int]
    places: Mapped[int]
    child_name: Mapped[str | None] = mapped_column(SealedJson("approval.child_name"))
    child_lookup: Mapped[bytes | None] = mapped_column(LargeBinary)  #: the keyed hash of that child's number
    conditions: Mapped[str] = mapped_column(SealedJson("approval.conditions"))
    decided_on: Mapped[date]
    valid_until: Mapped[date]
    suspended: Mapped[bool] = mapped_column(server_default=false())  #: until it is reinstated
    revoked_on: Mapped[date | None]

    def stand(self, *, suspended: bool, revoked_on: date | None) -> None:
        """Whether it holds is told anew."""
        self.suspended, self.revoked_on = suspended, revoked_on

    @property
    def state(self) -> ApprovalState:
        """Whether it holds, apart from its days."""
        if self.revoked_on is not None:
            return ApprovalState.REVOKED
        return ApprovalState.SUSPENDED if self.suspended else ApprovalState.VALID

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return last_day(self.valid_until, self.revoked_on)

    def is_valid_on(self, day: date) -> bool:
        """As `ApprovedFor.is_valid_on`."""
        return self.decided_on <= day <= self.last_day

    @classmethod
    def holds_on(cls, day: date) -> ColumnElement[bool]:
        """The same, where the database is asked; and that it is not suspended."""
        stands = or_(cls.revoked_on.is_(None), cls.revoked_on > day)
        return and_(cls.decided_on <= day, cls.valid_until >= day, stands, cls.suspended.is_(False))

    @property
    def is_for_one(self) -> bool:
        """Whether it is for one child only."""
        return self.child_name is not None


class Home(OfHome, Versioned, Base):
    """An approved home. Its row is locked by whoever gives away one of its places."""

    __tablename__ = "home"
    __table_args__ = (Index("ix_home_approved", "tenant", "id", postgresql_where=text("is_approved is true")),)
    keep = Copy("investigation.home_weeded")
    about = About(
        (
            By(
                column="id",
                of="home_adult",
                at="home_id",
                tells=(
                    *("id", "position", "postcode", "contact", "languages", "protected_identity", "is_approved"),
                    *(
                        "approvals_wait",
                        FreeText("availability"),
                        "may_be_called_at_night",
                        "others_children",
                        "host_code",
                        "host_consulted_on",
                    ),
                ),
                protected="protected_identity",
            ),
        ),
        leaves_out={"is_followed": "how the copy is kept", "asked_at": "each inquiry is told by itself"},
    )

    position: Mapped[dict[str, float] | None] = mapped_column(SealedJson("home.position"))
    postcode: Mapped[str | None] = mapped_column(SealedJson("home.postcode"))  #: five digits
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    protected_identity: Mapped[bool]
    is_approved: Mapped[bool] = mapped_column(server_default=true())  #: an approval is known of it
    approvals_wait: Mapped[bool] = mapped_column(server_default=false())  #: its people have to be looked at first
    #: how the file says it is reached: `{"phone", "email"}`; None: it has not been told
    contact: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("home.contact"))
    #: what it has said of when it has places, and what it would rather have: `{"periods", "age_from", …}`
    availability: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("home.availability"))
    may_be_called_at_night: Mapped[bool] = mapped_column(server_default=true())
    host_code: Mapped[str | None]  #: the municipality in which it lies, where that is another one
    others_children: Mapped[int] = mapped_column(server_default="0")  #: whom others than the municipality have placed
    host_consulted_on: Mapped[date | None]  #: when that was informed and consulted (SoL 22:6)
    asked_at: Mapped[datetime | None]  #: when it was asked last; the database keeps it beside the inquiries
    #: its people are known by what is told of them alone, and no longer by its approvals
    is_followed: Mapped[bool] = mapped_column(server_default=false())

    adults: Mapped[list[HomeAdult]] = relationship(
        lazy="selectin", order_by=HomeAdult.rank, cascade="all, delete-orphan"
    )
    approvals: Mapped[list[Approval]] = relationship(lazy="selectin", order_by=Approval.id)

    @property
    def of_homes(self) -> tuple[str]:
        """Itself."""
        return (self.id,)

    @property
    def others(self) -> list[Stay]:
        """The stays of children and young people whom others have placed there, as long as they are said to be."""
        return others(self.others_children)

    def others_said(self) -> dict[str, Any]:
        """The data of `others_children_said`."""
        return {"home_id": self.id, "children": self.others_children}

    @property
    def people(self) -> list[dict[str, str]]:
        """Who the adults are, the applicant first."""
        return [adult.person for adult in self.adults]

    @property
    def name(self) -> str | None:
        """The adults' names for lists."""
        return household_name(self.people or ())

    @property
    def reached(self) -> list[Reached]:
        """By which ways whom in the home."""
        choices = [(adult.id, adult.reach) for adult in self.adults]
        return reach.reached(self.id, choices, self.contact, protected=self.protected_identity)

    def choose_reach(self, adult: HomeAdult, choice: dict[str, Any], at: datetime) -> None:
        """An adult wants to be reached so. `InvalidInput` for a way without an address."""
        if reach.without_address(choice, self.contact):
            raise NO_ADDRESS.refusal("/ways")
        adult.reach = {**choice, "ways": list(dict.fromkeys(choice["ways"]))}
        self.touch(at)

    def begin(self, at: datetime) -> None:
        """A home of which nothing is known yet."""
        self.languages, self.protected_identity, self.changed_at = [], True, at
        self.is_approved = self.approvals_wait = self.is_followed = False
        self.others_children = 0

    def learn_people(self, changed: dict[str, Any], *, lookup: Callable[[str], bytes], at: datetime) -> None:
        """Takes over who lives there, and whether they have to be looked at. Who has moved out is not kept."""
        self.is_followed = True
        self.approvals_wait = changed["approvals_wait"]
        self.contact = {name: changed[name] for name in ("phone", "email")}
        self._refresh(changed, lookup)
        self.postcode = postcode_of(changed["address"])
        self.touch(at)

    def learn_approval(self, approved: dict[str, Any], *, lookup: Callable[[str], bytes], at: datetime) -> None:
        """Takes over what an approval is now; who lives there from the one that was decided last, until it is told."""
        assignments = [Assignment(name).value for name in approved["assignments"]]
        approval = next((known for known in self.approvals if known.id == approved["approval_id"]), None)
        if approval is None:
            approval = Approval(id=approved["approval_id"])
            self.approvals.append(approval)
        approval.assignments = assignments
        for name in _TAKEN_OVER:
            setattr(approval, name, approved[name])
        number = approved.get("child_personal_number")
        approval.child_lookup = lookup(number) if number else None
        self.is_approved = True
        if not self.is_followed and approval is max(self.approvals, key=lambda known: (known.decided_on, known.id)):
            self._refresh(approved, lookup)
        self.touch(at)

    def empty(self, at: datetime) -> None:
        """Nothing is known of it any more but that it was: its file has been weeded."""
        self.adults, self.position, self.postcode, self.contact, self.languages = [], None, None, None, []
        self.is_approved, self.is_followed = False, True
        for approval in self.approvals:
            approval.child_name, approval.child_lookup, approval.conditions = None, None, ""
        self.touch(at)

    def _refresh(self, approved: dict[str, Any], lookup: Callable[[str], bytes]) -> None:
        known = {adult.id: adult for adult in self.adults}
        self.adults = [known.get(person["id"]) or HomeAdult(id=person["id"]) for person in approved["adults"]]
        for rank, (adult, person) in enumerate(zip(self.adults, approved["adults"], strict=True)):
            adult.rank = rank
            adult.person = {name: value for name, value in person.items() if name != "id"}
            adult.lookup = lookup(person["personal_number"])
        self.position = approved["position"]
        self.languages = approved["languages"]
        self.protected_identity = approved["protected_identity"]

    def set_availability(self, said: dict[str, Any], at: datetime) -> None:
        """The home has said when it has places, and what it would rather have."""
        kept = {name: said[name] for name in ("age_from", "age_to", "most_km", "takes_siblings")}
        periods = [
            {"from": one["first"].isoformat(), "to": one["last"].isoformat(), "places": one["places"]}
            for one in said["periods"]
        ]
        self.availability = {"periods": periods, **kept}
        self.may_be_called_at_night = said["may_be_called_at_night"]
        self.touch(at)

    def offer_from(
        self,
        day: date,
        *,
        stays: Iterable[Stay],
        middles: Middles | None = None,
        person: bytes = b"",
        municipality_code: str = "",
        record: Record = NO_RECORD,
        leave: tuple[Period, ...] = (),
        contracts: tuple[Contract, ...] = (),
    ) -> HomeOffer:
        """What the home can offer to a person from a day on, beside these stays in it. `middles` stand in for its
        position."""
        place, place_from = place_of(self.position), PlaceFrom.ADDRESS
        if place is None and middles is not None:
            place, place_from = middles.of(self.postcode)
        said, known = self.availability or {}, list(stays)
        approvals = tuple(offered(approval) for approval in self.approvals)
        return HomeOffer(
            home_id=self.id,
            approvals=approvals,
            occupied=occupied_from(known, day),
            taken_later=taken_later(known, approvals, day),
            contracted=occupied_from((stay for stay in known if stay.contracted), day),
            contracts=contracts,
            place=place,
            place_from=place_from,
            languages=frozenset(self.languages),
            protected_identity=self.protected_identity,
            waits=self.approvals_wait,
            is_own=any(adult.lookup == person for adult in self.adults),
            periods=(*periods_of(said), *leave),
            host_to_consult=is_host_to_consult(self, municipality_code),
            wishes=wishes_of(said),
            record=record,
        )


_TAKEN_OVER = ("age_from", "age_to", "places", "child_name", "conditions", "decided_on", "valid_until")
