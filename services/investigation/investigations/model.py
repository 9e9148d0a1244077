"""The investigation (utredning) itself: from the qualified application, or the adult who has come, to the decision."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.investigation.base import Base, below
from services.investigation.checks.consents import BY_RIGHT, Consent, consented, refused, since_they_came
from services.investigation.checks.model import RegisterCheck, checks_of
from services.investigation.checks.status import Register
from services.investigation.contract.attachments import MOST, TooManyAttachments
from services.investigation.contract.checks import ProtectedAskedByHand, RegisterConsentMissing
from services.investigation.contract.common import DAY_NOT_COME, AdultHasLeft, InvestigationNotOpen, Kind, Status
from services.investigation.homes.model import Adult, Home
from services.investigation.investigations.assessments import Assessment
from services.investigation.investigations.blockers import Area, Blocker, Check, Rating, blockers_of
from services.investigation.investigations.decisions import Proposal
from services.investigation.investigations.files import InvestigationFile
from services.investigation.investigations.objections import Objection
from services.investigation.investigations.rules import Demands, Wanted
from services.investigation.steps.model import GivenReference, Meeting
from services.investigation.steps.rules import Known, Requirement, Step, missing
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import rules
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Versioned
from services.vocabulary.people import Relation, full_name


class Investigation(Versioned, Base):
    """The investigation of a home, from the qualified application to the decision."""

    __tablename__ = "investigation"
    __table_args__ = (
        below("home"),
        UniqueConstraint("tenant", "application_id"),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "opened_at", "id"),
        Index(None, "tenant", "status", "opened_at", "id"),
        Index(
            None,
            "tenant",
            "decided_at",
            postgresql_include=["opened_at"],
            postgresql_where=text("kind = 'application'"),
        ),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="id",
                of="register_check",  # whom it looks at
                at="investigation_id",
                tells=(
                    *("id", "kind", "application_id", "home_id", "status", "assignments", "opened_at"),
                    *("visits", "decided_at", FreeText("broken_off"), Official("ended_by"), "ended_at"),
                ),
            ),
        )
    )

    kind: Mapped[str]
    application_id: Mapped[str | None]  #: none of a renewal
    home_id: Mapped[str]
    status: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    opened_at: Mapped[datetime]
    visits: Mapped[bool]  #: the home has moved, and is visited anew
    decided_at: Mapped[datetime | None]  #: when it was approved or rejected
    #: by whom it was broken off, and why
    broken_off: Mapped[dict[str, str] | None] = mapped_column(SealedJson("investigation.broken_off"))
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    home: Mapped[Home] = relationship(lazy="joined", innerjoin=True)
    register_checks: Mapped[list[RegisterCheck]] = relationship(lazy="selectin", order_by=RegisterCheck.id)
    assessments: Mapped[list[Assessment]] = relationship(lazy="selectin")
    proposals: Mapped[list[Proposal]] = relationship(lazy="selectin", order_by=Proposal.number)
    meetings: Mapped[list[Meeting]] = relationship(lazy="selectin", order_by=Meeting.id)
    references: Mapped[list[GivenReference]] = relationship(lazy="selectin", order_by=GivenReference.id)
    consents: Mapped[list[Consent]] = relationship(lazy="selectin", order_by=Consent.id)
    objections: Mapped[list[Objection]] = relationship(lazy="selectin", order_by=Objection.id)
    attachments: Mapped[list[InvestigationFile]] = relationship(lazy="selectin", order_by=InvestigationFile.id)

    @property
    def household(self) -> list[Adult]:
        """The adults whom it is about and who live in the home, the applicant first; of one that is decided, those who
        did when it was."""
        about = {check.adult_id for check in self.register_checks}
        if self.visits and not about:  # of a home that has moved, and nothing else
            about = {adult.id for adult in self.home.adults}
        return [adult for adult in self.home.everybody if adult.id in about and self._has_in_household(adult)]

    def _has_in_household(self, adult: Adult) -> bool:
        decision = self.proposal.decision if self.proposal and not self.is_open else None
        return adult.left_at is None or (decision is not None and adult.left_at > decision.decided_at)

    @property
    def examined(self) -> list[Adult]:
        """Those of the household whom it looks up: a visit alone clears nobody."""
        looked_up = {check.adult_id for check in self.register_checks}
        return [adult for adult in self.household if adult.id in looked_up]

    @property
    def household_checks(self) -> list[RegisterCheck]:
        """The checks of the household; those of whoever has moved out meanwhile are kept and not asked about."""
        adults = {adult.id for adult in self.household}
        return [check for check in self.register_checks if check.adult_id in adults]

    @property
    def household_complete(self) -> bool:
        """Whether every adult of the household is named; when a home is approved, that is known."""
        return self.status == Status.APPROVED or self.home.household_complete

    @property
    def unnumbered_adults(self) -> list[dict[str, Any]]:
        """The adults of the household whose number is still to be asked for, as long as it is open."""
        return self.home.unnumbered_adults if self.is_open else []

    @property
    def protected_identity(self) -> bool:
        """Whether the home's identity is protected (skyddade personuppgifter)."""
        return self.home.protected_identity

    @property
    def children_birth_years(self) -> list[int]:
        """The years of birth of the children who live in the home."""
        return list(self.home.details["children_birth_years"])

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.status in (Status.OPEN, Status.PROPOSED)

    @property
    def is_failed_recheck(self) -> bool:
        """Whether an approved home was looked up again and refused."""
        return self.kind == Kind.RECHECK and self.status == Status.REJECTED

    @property
    def is_failed_application(self) -> bool:
        """Whether what was applied for has come to no approval."""
        return self.kind == Kind.APPLICATION and self.status in (Status.REJECTED, Status.CANCELLED)

    @property
    def people(self) -> list[dict[str, str]]:
        """Who the adults are, the applicant first."""
        return [adult.person for adult in self.household]

    @property
    def name(self) -> str | None:
        """The applicant's name for lists."""
        first = min(self.people or (), key=lambda person: person["relation"] != Relation.APPLICANT, default=None)
        return None if first is None else full_name(first)

    @property
    def proposal(self) -> Proposal | None:
        """The latest proposal."""
        return self.proposals[-1] if self.proposals else None

    def blockers_on(self, day: date, demands: Demands, wanted: Wanted | None = None) -> tuple[Blocker, ...]:
        """What stands in the way of an approval on that day, of what is wanted: what is proposed, else what the home
        has applied for. Nothing does once the investigation is closed."""
        if not self.is_open:
            return ()
        is_new = self.kind == Kind.APPLICATION
        wanted = wanted or self._wanted
        return blockers_of(
            household_complete=self.household_complete,
            adult_ids=[adult.id for adult in self.household],
            unnumbered_ids=[adult["id"] for adult in self.unnumbered_adults],
            checks=[
                Check(
                    adult_id=check.adult_id,
                    register=Register(check.register),
                    status=check.status_on(day),
                    is_assessed=check.is_assessed,
                )
                for check in self.household_checks
            ],
            registers=self._registers,
            ratings={Area(known.area): Rating(known.judgement["rating"]) for known in self.assessments},
            needs_areas=is_new,
            missing=missing(self._required(demands, wanted), self._known),
            shows_experience=not is_new or wanted.shows_experience,
            lives_near=not is_new or wanted.lives_near(self.home.details["position"], demands),
            open_concerns=self.home.open_concerns,
        )

    @property
    def _wanted(self) -> Wanted:
        if self.status == Status.PROPOSED and self.proposal is not None:
            return self.proposal.wanted
        return Wanted(assignments=tuple(self.assignments))

    @property
    def _registers(self) -> Sequence[Register]:
        """Those that it asks: all of them, but of a re-check those that it was opened for."""
        if self.kind != Kind.RECHECK:
            return () if self.visits and not self.register_checks else tuple(Register)
        asked = {check.register for check in self.register_checks}
        return [register for register in Register if register in asked]

    def _required(self, demands: Demands, wanted: Wanted) -> Collection[Requirement]:
        if self.kind == Kind.APPLICATION:
            return demands.steps_for(wanted.assignments)
        return {Requirement.HOME_VISIT} if self.visits else set()

    @property
    def _known(self) -> Known:
        return Known(
            adult_ids=tuple(adult.id for adult in self.household),
            held=tuple(meeting.as_held() for meeting in self.meetings),
            referenced=frozenset(reference.adult_id for reference in self.references),
            has_children=bool(self.children_birth_years),
            moved_on=self.home.moved_on,
        )

    @property
    def has_visited(self) -> bool:
        """Whether the home has been visited where it is now."""
        return not list(missing({Requirement.HOME_VISIT}, self._known))

    def record_check(
        self, check_id: str, *, status: str, checked_on: date, assessment: str, months: int, by: str, at: datetime
    ) -> None:
        """Records what a register check came to; good for so many months from its day.

        Raises `InvestigationNotOpen`, `NotFound`, `AdultHasLeft`, `InvalidInput` for a day that has not come.
        """
        self._must_be_open()
        check = self.check(check_id)
        self._must_live_here(check.adult_id)
        _must_have_come("checked_on", checked_on, at)
        outcome = {"status": status, "assessment": assessment}
        check.record(outcome, checked_on=checked_on, months=months, by=by, at=at)
        self.touch(at)

    def check(self, check_id: str) -> RegisterCheck:
        """One of its register checks, or `NotFound`."""
        found = next((known for known in self.register_checks if known.id == check_id), None)
        if found is None:
            raise NotFound
        return found

    def request_checks(
        self, registers: Collection[str], *, said: Iterable[Consent] = (), by: str, at: datetime
    ) -> list[RegisterCheck]:
        """Lets these registers be asked about everybody of whom nothing that is good is known; the checks. `said` is
        what its adults have said of it in whatever investigation of the home.

        Raises `InvestigationNotOpen`, `ProtectedAskedByHand`, `RegisterConsentMissing` with the consents that are.
        """
        self._must_be_open()
        if self.protected_identity:
            raise ProtectedAskedByHand
        day = clock.local_date(at)
        due = [check for check in self.household_checks if check.register in registers and check.is_due(day)]
        lacking = self._without_consent(due, said)
        if lacking:
            named = [{"adult_id": check.adult_id, "register": check.register} for check in lacking]
            raise RegisterConsentMissing(extra={"consents": named})
        for check in due:
            check.request(by=by, at=at)
        self.touch(at)
        return due

    def consent(self, said: dict[str, Any], *, by: str, at: datetime) -> None:
        """What an adult says of a register's being asked. Raises `InvestigationNotOpen`, `AdultHasLeft`,
        `InvalidInput`."""
        self._must_be_open()
        self._must_be_of_household(said["adult_id"])
        _must_have_come("given_on", said["given_on"], at)
        self.consents.append(Consent(id=new_id(), **said, recorded_by=by, recorded_at=at))
        self.heed(self.consents, at=at)
        self.touch(at)

    def heed(self, said: Iterable[Consent], *, at: datetime) -> None:
        """What the home's adults have said, in whatever investigation: a register whose being asked somebody does not
        consent to any more is not asked."""
        requested = [check for check in self.register_checks if check.requested_by is not None]
        for check in self._without_consent(requested, said):
            check.take_back()
            self.touch(at)

    def _without_consent(self, checks: Iterable[RegisterCheck], said: Iterable[Consent]) -> list[RegisterCheck]:
        own, others = (since_they_came(some, self.home.adults) for some in (self.consents, said))
        may = consented(own) - refused(others)
        return [one for one in checks if one.register not in BY_RIGHT and (one.adult_id, one.register) not in may]

    def meet(self, said: dict[str, Any], *, by: str, at: datetime) -> None:
        """A step was held, with all adults of the household where nothing else is said. Raises `InvestigationNotOpen`,
        `AdultHasLeft`, `InvalidInput`."""
        self._must_be_open()
        adult_ids = said.get("adult_ids") or [adult.id for adult in self.household]
        for place, adult_id in enumerate(adult_ids):
            self._must_be_of_household(adult_id, f"/adult_ids/{place}")
        _must_have_come("held_on", said["held_on"], at)
        account = {name: said[name] for name in ("place", "present", "notes")}
        self.meetings.append(
            Meeting(
                id=new_id(),
                step=Step(said["step"]),
                held_on=said["held_on"],
                adult_ids=sorted(set(adult_ids)),
                account=account,
                recorded_by=by,
                recorded_at=at,
            )
        )
        self.touch(at)

    def refer(self, said: dict[str, Any], *, by: str, at: datetime) -> None:
        """Somebody has said what an adult is like. Raises `InvestigationNotOpen`, `AdultHasLeft`, `InvalidInput`."""
        self._must_be_open()
        self._must_be_of_household(said["adult_id"])
        _must_have_come("given_on", said["given_on"], at)
        account = {name: said[name] for name in ("name", "relation", "way", "summary")}
        which = {name: said[name] for name in ("adult_id", "given_on")}
        self.references.append(GivenReference(id=new_id(), **which, account=account, recorded_by=by, recorded_at=at))
        self.touch(at)

    def attach(self, file: InvestigationFile, *, at: datetime) -> None:
        """Keeps a file. Raises `InvestigationNotOpen`, `TooManyAttachments`."""
        self._must_be_open()
        if len(self.attachments) >= MOST:
            raise TooManyAttachments
        self.attachments.append(file)
        self.touch(at)

    def object(self, said: dict[str, Any], *, by: str, at: datetime) -> None:
        """An adult disputes something: noted beside what stands, whatever has become of the investigation. Raises
        `InvalidInput`."""
        if said["adult_id"] not in {adult.id for adult in self.home.adults}:
            raise rules.NOT_FOUND.refusal("/adult_id")
        _must_have_come("said_on", said["said_on"], at)
        kept = {name: said[name] for name in ("adult_id", "said_on", "text")}
        disputes = {"disputes": said["about"], "disputes_id": said["about_id"]}
        self.objections.append(Objection(id=new_id(), **kept, **disputes, noted_by=by, noted_at=at))
        self.touch(at)

    def assess(self, area: Area, judgement: dict[str, Any], *, by: str, at: datetime) -> None:
        """Assesses an area from a loaded `AssessArea`, for the first time or anew. Raises `InvestigationNotOpen`."""
        self._must_be_open()
        known = next((assessment for assessment in self.assessments if assessment.area == area), None)
        if known is None:
            self.assessments.append(
                Assessment(id=new_id(), area=area, judgement=judgement, assessed_by=by, assessed_at=at)
            )
        else:
            known.replace(judgement, by=by, at=at)
        self.touch(at)

    def examine(self, adults: Iterable[Adult]) -> None:
        """Takes up the registers of adults whom it is not about yet, and those of one who is somebody else now."""
        for adult in adults:
            checks = [check for check in self.register_checks if check.adult_id == adult.id]
            if not checks:
                self.register_checks += checks_of(adult)
            for check in checks:
                if check.recorded_at is not None and check.recorded_at < adult.came_at:
                    check.set_aside()
                if check.requested_at is not None and check.requested_at < adult.came_at:
                    check.take_back()

    def cancel(self, *, at: datetime) -> None:
        """There is nothing left to look at."""
        self.status = Status.CANCELLED
        self.touch(at)

    def _must_be_open(self) -> None:
        if self.status != Status.OPEN:
            raise InvestigationNotOpen

    def _must_live_here(self, adult_id: str) -> None:
        if adult_id not in {adult.id for adult in self.home.household}:
            raise AdultHasLeft

    def _must_be_of_household(self, adult_id: str, pointer: str = "/adult_id") -> None:
        if adult_id not in {adult.id for adult in self.home.adults}:
            raise rules.NOT_FOUND.refusal(pointer)
        self._must_live_here(adult_id)


def _must_have_come(name: str, day: date, at: datetime) -> None:
    if day > clock.local_date(at):
        raise DAY_NOT_COME.refusal(f"/{name}")
