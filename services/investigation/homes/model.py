"""The home's file (akt): who lives there, where it is and how it is reached, from the day its first investigation
opens. Whatever changes in it, the other services learn by one event."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.investigation import own_data
from services.investigation.base import Base, below
from services.investigation.contract.common import DAY_NOT_COME
from services.investigation.contract.home_files import MOVED_OUT_BEFORE_IN, NO_ADULT_LEFT, NUMBER_UNKNOWN
from services.investigation.homes import unnumbered
from services.investigation.homes.of_age import of_age_on
from services.kernel.basics import clock
from services.kernel.contracts import rules
from services.kernel.contracts.about import About, By, ByNumber, Part
from services.kernel.contracts.keep import Keep, With
from services.kernel.rows.tables import SealedJson, Versioned
from services.vocabulary.found import FoundInHome
from services.vocabulary.people import PERSON_TWICE, Relation, household_name, must_be_of_age
from services.vocabulary.places import position_of, postcode_of

Lookup = Callable[[str], bytes]
_IDENTITY = ("given_name", "family_name", "personal_number", "relation")


class Adult(FoundInHome, Base):
    """An adult who lives in a home, or has lived there: under the id that intake or the home's file gave."""

    __tablename__ = "adult"
    __table_args__ = (below("home"), Index(None, "tenant", "home_id"), Index(None, "tenant", "lookup"))
    keep = With("home", "home_id")
    about = About(
        (
            ByNumber(
                tells=("home_id", "person", "moved_in_on", "moved_out_on", "came_at", "left_at", "is_cleared"),
                names={"home": "home_id", "adult": "id"},
            ),
        )
    )

    home_id: Mapped[str]
    moved_in_on: Mapped[date | None]  #: not known of those who lived there when the file was opened
    moved_out_on: Mapped[date | None]
    came_at: Mapped[datetime]  #: when it was noted that they live there; what was checked before counts no more
    left_at: Mapped[datetime | None]  #: when it was noted that they do not any more
    is_cleared: Mapped[bool]  #: an investigation of the home has looked at them, and the home was approved

    @property
    def is_applicant(self) -> bool:
        """Whether this is the one who applied."""
        return bool(self.person["relation"] == Relation.APPLICANT)

    @property
    def checks_due(self) -> bool:
        """Whether the registers have still to be asked before the home takes anybody more."""
        return self.left_at is None and not self.is_cleared

    def amend(self, said: dict[str, Any], *, lookup: Lookup, at: datetime) -> None:
        """Changes what is said. Another personal number is somebody whom nobody has looked at."""
        number = said.get("personal_number", self.person["personal_number"])
        if number != self.person["personal_number"]:
            self.lookup = lookup(number)
            if self.left_at is None:
                self._come(at)
        self.person = {**self.person, **{name: said[name] for name in _IDENTITY if name in said}}
        self.moved_in_on = said.get("moved_in_on", self.moved_in_on)
        if "moved_out_on" in said:
            self._move(said["moved_out_on"], at)

    def come_back(self, at: datetime) -> None:
        """Somebody who had moved out lives there again."""
        if self.left_at is not None:
            self._move(None, at)

    def _move(self, out_on: date | None, at: datetime) -> None:
        self.moved_out_on = out_on
        if out_on is None and self.left_at is not None:
            self._come(at)
        elif out_on is not None and self.left_at is None:
            self.left_at = at

    def _come(self, at: datetime) -> None:
        self.came_at, self.left_at, self.is_cleared = at, None, False


class Home(Versioned, Base):
    """A home, from the day on which its first investigation opens. Whoever changes who lives there locks it first, and
    then its investigations."""

    __tablename__ = "home"
    __table_args__ = (
        Index("ix_home_of_age", "tenant", "of_age_on", "id", postgresql_where=text("of_age_on is not null")),
    )
    keep = Keep(years=5, after="the last entry, approval and assignment", law="SoL 16:1")
    about = About(
        (
            By(
                column="id",
                of="adult",
                at="home_id",
                unless="left_at",  # who has moved out is not told how it is now, nor where
                tells=(
                    *("id", "languages", "household_complete", "protected_identity", "was_approved"),
                    *("approvals_wait", "open_concerns", Part("details", own_data.details), "moved_on", "visit_due"),
                    *("checks_expired", "of_age_on"),
                ),
                protected="protected_identity",
            ),
            By(column="id", of="adult", at="home_id", tells=("id", "was_approved")),
        )
    )

    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    household_complete: Mapped[bool]
    protected_identity: Mapped[bool]
    was_approved: Mapped[bool]  #: an investigation has approved it once
    approvals_wait: Mapped[bool]
    moved_on: Mapped[date | None]  #: since when it is where it is, where it has moved since its file was opened
    visit_due: Mapped[bool]  #: it has moved since it was approved, and nobody has seen it there
    checks_expired: Mapped[bool] = mapped_column(server_default=false())  #: registers have to be asked again first
    #: by when a child that lives there is an adult, from the beginning of that year on; found each night
    of_age_on: Mapped[date | None]
    open_concerns: Mapped[int]  #: how many concerns about it are not settled
    #: sealed for the column in which it lay before homes had files of their own: so it could be moved as it was
    details: Mapped[dict[str, Any]] = mapped_column(SealedJson("investigation.details"))

    adults: Mapped[list[Adult]] = relationship(lazy="selectin", order_by=Adult.id)

    @property
    def everybody(self) -> list[Adult]:
        """Every adult of the file: those who live there before those who have moved out, the applicant first."""
        return sorted(self.adults, key=lambda adult: (adult.left_at is not None, not adult.is_applicant))

    @property
    def household(self) -> list[Adult]:
        """The adults who live there, the applicant first."""
        return [adult for adult in self.everybody if adult.left_at is None]

    @property
    def name(self) -> str | None:
        """The adults' names."""
        return household_name(adult.person for adult in self.household)

    @property
    def unnumbered_adults(self) -> list[dict[str, Any]]:
        """The adults who live there and whose personal number is still to be asked for: id, names, relation."""
        return list(self.details.get("unnumbered_adults", ()))

    @property
    def children_at_home(self) -> list[dict[str, int]]:
        """The children who live there."""
        return [{"birth_year": year} for year in self.details["children_birth_years"]]

    def begin(self, at: datetime) -> None:
        """A file with nothing in it."""
        self.languages, self.household_complete, self.protected_identity = [], False, False
        self.was_approved = False
        self.open_concerns, self.moved_on, self.visit_due, self.checks_expired = 0, None, False, False
        self.details = {"position": None, "children_birth_years": []}
        self.adults = []
        self.changed_at = at
        self._settle()

    def join(self, qualified: dict[str, Any], *, lookup: Lookup, at: datetime) -> None:
        """Takes over the people of a qualified application. Who is known keeps the id, whoever it was that applied.

        What the file says of its household holds beside a form: a home that is known to be complete stays so, unless
        somebody lives there now whose number is not known, and a form that names no children says nothing of them.
        """
        known = {adult.lookup: adult for adult in self.adults}
        for person in qualified["adults"]:
            adult = known.get(lookup(person["personal_number"]))
            if adult is None:
                self._add(person["id"], person, lookup=lookup, at=at)
            else:
                names = {name: person[name] for name in ("given_name", "family_name")}
                adult.amend(names, lookup=lookup, at=at)
                adult.come_back(at)
        self._await_numbers(qualified)
        self.household_complete = not self.unnumbered_adults and (
            self.household_complete or qualified["household_complete"]
        )
        self.protected_identity = self.protected_identity or qualified["protected_identity"]
        self.languages = list(dict.fromkeys([*self.languages, *qualified["languages"]]))
        self._move({"address": qualified.get("address")}, at)
        found = {name: qualified.get(name) for name in ("phone", "email", "children_birth_years")}
        said = {name: value for name, value in found.items() if value}
        self.details = {**self.details, **said, **self._place(qualified)}
        self._settle()
        self.touch(at)

    def amend(self, body: dict[str, Any], *, lookup: Lookup, new_id: Callable[[], str], at: datetime) -> None:
        """Changes what a loaded `AmendHomeFile` says, and nothing else: who is left out of its adults stays.

        Raises `InvalidInput` for an adult who is not known, named twice, not of age, or the last one to move out, and
        for days that have not come or are in the wrong order.
        """
        said = body.get("adults", [])
        must_be_of_age(said, clock.local_date(at))
        for place, one in enumerate(said):
            self._amend_adult(one, f"/adults/{place}", lookup=lookup, new_id=new_id, at=at)
        if not self.household:
            raise NO_ADULT_LEFT.refusal("/adults")
        if body.get("household_complete") and self.unnumbered_adults:
            raise NUMBER_UNKNOWN.refusal("/household_complete")
        for name in ("household_complete", "protected_identity", "languages"):
            if name in body:
                setattr(self, name, body[name])
        self._move(body, at)
        self._amend_details(body)
        if self.of_age_on is not None:
            self.look_at_children(clock.local_date(at))
        self._settle()
        self.touch(at)

    def clear(self, adults: Iterable[Adult], *, is_visited: bool) -> None:
        """These have been looked at, and perhaps the home where it is now, and the home was approved with them."""
        for adult in adults:
            adult.is_cleared = True
        self.was_approved = True
        self.visit_due = self.visit_due and not is_visited
        self._settle()

    def need_no_visit(self) -> None:
        """What it is approved for asks for none."""
        self.visit_due = False
        self._settle()

    def let_checks_expire(self, has_run_out: bool, *, at: datetime) -> None:
        """What the registers answered about its adults has run out, or has been found out anew."""
        if has_run_out != self.checks_expired:
            self.checks_expired = has_run_out
            self._settle()
            self.touch(at)

    def look_at_children(self, today: date) -> None:
        """Whether one of them is an adult by the end of the year, as far as the years of their birth say it."""
        self.of_age_on = of_age_on(self.details["children_birth_years"], today)

    def count_concern(self, more: int, *, at: datetime) -> None:
        """A concern about it has come, or is settled."""
        self.open_concerns += more
        self.touch(at)

    def changed(self) -> dict[str, Any]:
        """The data of `home_changed`: all that holds now."""
        details = self.details
        return {
            "home_id": self.id,
            "adults": [{"id": adult.id, **adult.person} for adult in self.household],
            "children_birth_years": details["children_birth_years"],
            "household_complete": self.household_complete,
            "phone": details.get("phone"),
            "email": details.get("email"),
            "address": details.get("address"),
            "position": details["position"],
            "languages": self.languages,
            "protected_identity": self.protected_identity,
            "approvals_wait": self.approvals_wait,
        }

    def _place(self, qualified: dict[str, Any]) -> dict[str, Any]:
        """Where a form says that it is: another address has no position but its own, the same one may keep its."""
        said = {name: qualified[name] for name in ("address", "position") if qualified.get(name)}
        if "position" in said or "address" not in said:
            return said
        return {**said, "position": None} if _is_another(self.details.get("address"), said["address"]) else {}

    def _await_numbers(self, qualified: dict[str, Any]) -> None:
        """Keeps of whom the number is still to be asked for: those before, and those of whom a form says none."""
        numbers = {person["personal_number"] for person in qualified["adults"]}
        known = [adult.person for adult in self.household if adult.person["personal_number"] not in numbers]
        said = qualified.get("unnumbered_adults", ())
        self._keep_unnumbered(unnumbered.joined(self.unnumbered_adults, said, known=known))

    def _keep_unnumbered(self, adults: list[dict[str, Any]]) -> None:
        if adults != self.unnumbered_adults:
            self.details = {**self.details, "unnumbered_adults": adults}

    def _add(self, adult_id: str, said: dict[str, Any], *, lookup: Lookup, at: datetime) -> Adult:
        person = {name: said[name] for name in _IDENTITY}
        adult = Adult(id=adult_id, person=person, lookup=lookup(said["personal_number"]), came_at=at, is_cleared=False)
        self.adults.append(adult)
        self._keep_unnumbered(unnumbered.without(self.unnumbered_adults, {"id": adult_id, **person}))
        return adult

    def _amend_adult(
        self, said: dict[str, Any], pointer: str, *, lookup: Lookup, new_id: Callable[[], str], at: datetime
    ) -> None:
        awaited = next((one for one in self.unnumbered_adults if one["id"] == said.get("id")), None)
        if awaited is not None and "personal_number" not in said:
            self._amend_unnumbered({**awaited, **said}, pointer, clock.local_date(at))
            return
        adult = next((known for known in self.adults if known.id == said.get("id")), None)
        if adult is None and awaited is not None:
            said = {**awaited, **said}
            adult = self._add(awaited["id"], said, lookup=lookup, at=at)
        elif adult is None:
            if said.get("id") is not None:
                raise rules.NOT_FOUND.refusal(f"{pointer}/id")
            adult = self._add(new_id(), said, lookup=lookup, at=at)
            said = {"moved_in_on": clock.local_date(at), **said}
        adult.amend(said, lookup=lookup, at=at)
        if any(other.lookup == adult.lookup for other in self.adults if other is not adult):
            raise PERSON_TWICE.refusal(f"{pointer}/personal_number")
        _must_have_come(adult, pointer, clock.local_date(at))

    def _amend_unnumbered(self, now: dict[str, Any], pointer: str, today: date) -> None:
        """Somebody whose number is still to be asked for is called otherwise, or does not live there."""
        out_on = now.get("moved_out_on")
        if out_on is not None and out_on > today:
            raise DAY_NOT_COME.refusal(f"{pointer}/moved_out_on")
        others = [one for one in self.unnumbered_adults if one["id"] != now["id"]]
        self._keep_unnumbered(others if out_on else [*others, unnumbered.kept(now)])

    def _move(self, body: dict[str, Any], at: datetime) -> None:
        """An address that is another than the one before is to be visited before the home takes anybody more."""
        today = clock.local_date(at)
        since = body.get("address_since", today)
        if since > today:
            raise DAY_NOT_COME.refusal("/address_since")
        before, now = self.details.get("address"), body.get("address")
        if before and now and _is_another(before, now):
            self.moved_on, self.visit_due = since, self.was_approved

    def _amend_details(self, body: dict[str, Any]) -> None:
        found: dict[str, Any] = {name: body[name] for name in ("phone", "email", "address") if name in body}
        if "address" in body:
            found["position"] = position_of(body["address"])
        if "children_at_home" in body:
            found["children_birth_years"] = [child["birth_year"] for child in body["children_at_home"]]
        if found:
            self.details = {**self.details, **found}

    def _settle(self) -> None:
        """An adult whom nobody has looked at, or one who is not even named, makes every approval of the home wait; so
        does an address at which nobody has visited it, and a register's outcome that has run out."""
        is_known = self.household_complete and not any(adult.checks_due for adult in self.adults)
        self.approvals_wait = self.was_approved and (self.visit_due or self.checks_expired or not is_known)


def _is_another(before: dict[str, Any] | None, now: dict[str, Any]) -> bool:
    """Whether it is another place, however the same one is written: in capitals, or with other blanks."""
    return before is None or _place_of(before) != _place_of(now)


def _place_of(address: dict[str, Any]) -> tuple[str | None, list[str], list[str]]:
    street, locality = (address[name].casefold().split() for name in ("street", "locality"))
    return postcode_of(address), street, locality


def _must_have_come(adult: Adult, pointer: str, today: date) -> None:
    days: Sequence[tuple[str, date | None]] = (
        ("moved_in_on", adult.moved_in_on),
        ("moved_out_on", adult.moved_out_on),
    )
    for name, day in days:
        if day is not None and day > today:
            raise DAY_NOT_COME.refusal(f"{pointer}/{name}")
    if adult.moved_in_on and adult.moved_out_on and adult.moved_out_on < adult.moved_in_on:
        raise MOVED_OUT_BEFORE_IN.refusal(f"{pointer}/moved_out_on")
