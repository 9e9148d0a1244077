"""What mentorship does when an event of another service comes: one function per event."""

from typing import Any

from sqlalchemy import bindparam, delete, select, update

from services.kernel.rows import staff, weeding
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each, newest
from services.mentorship.gatherings.model import HomeCalendar
from services.mentorship.homes.model import Approval, Home, Support
from services.mentorship.mentors.commands import follow_agreement, follow_approvals
from services.mentorship.mentors.model import Mentor
from services.mentorship.messages.commands import TEAM_LEAVES, change_team, forget_team, plan_leaving
from services.mentorship.offers import choosing
from services.mentorship.offers.contact import Contact
from services.mentorship.offers.model import Mentorship
from services.mentorship.respite.model import RespiteOffer, RespiteRequest
from services.vocabulary.assignments import Assignment

#: At the first of these assignments a home is offered a mentor as a part of the basic support; others may ask.
SUPPORTED = frozenset({Assignment.FAMILY_HOME, Assignment.CONTACT_FAMILY, Assignment.NETWORK_HOME})


@newest
def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps that the home is approved and for what, and of one whose people nobody has told of who lives there."""
    choosing.choose_alone(unit)
    home = _home(unit, data["home_id"])
    before = home.lookups
    home.learn(data, lookup=unit.lookup_person)
    unit.session.flush()  # the approval refers to it
    _keep_approval(unit, data)
    _part(unit, home, before)
    follow_approvals(unit, home.id)


def _keep_approval(unit: Unit, data: dict[str, Any]) -> None:
    approval, is_new = unit.ensure(Approval, data["approval_id"])
    approval.home_id = data["home_id"]
    if is_new:
        approval.holds = True
    for name in ("assignments", "age_from", "age_to", "places", "decided_on", "valid_until"):
        setattr(approval, name, data[name])


@newest
def on_approval_suspended(unit: Unit, data: dict[str, Any]) -> None:
    """The approval does not hold for now: a mentor is none, and its homes go to others."""
    _turn_approval(unit, data, holds=False)


@newest
def on_approval_reinstated(unit: Unit, data: dict[str, Any]) -> None:
    """It holds again."""
    _turn_approval(unit, data, holds=True)


@newest
def on_approval_revoked(unit: Unit, data: dict[str, Any]) -> None:
    """It holds no more."""
    _turn_approval(unit, data, holds=False)


@newest
def on_approval_expired(unit: Unit, data: dict[str, Any]) -> None:
    """Its last day has passed: a mentor that has no other is none."""
    follow_approvals(unit, data["home_id"])


def _turn_approval(unit: Unit, data: dict[str, Any], *, holds: bool) -> None:
    choosing.choose_alone(unit)
    unit.known(Approval, data["approval_id"]).holds = holds
    unit.session.flush()
    follow_approvals(unit, data["home_id"])


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps who lives in a home and whether they have to be looked at, where it is and its phone number. Whoever moves
    out may have the address of its calendar, which ends; whoever moves in may live with the home's mentor."""
    choosing.choose_alone(unit)
    home = _home(unit, data["home_id"])
    before = home.lookups
    left = {one.id for one in home.adults} - {one["id"] for one in data["adults"]}
    home.follow(data, lookup=unit.lookup_person)
    if left:
        unit.session.execute(delete(HomeCalendar).where(HomeCalendar.home_id == home.id))
    _part(unit, home, before)


def _part(unit: Unit, home: Home, before: frozenset[bytes]) -> None:
    if home.lookups - before:
        choosing.part(unit, home)


@newest
def on_staff_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether the identity of one of the staff is protected."""
    staff.learn(unit, data["staff_id"], data["actor"], is_protected=data["protected_identity"])


def _home(unit: Unit, home_id: str) -> Home:
    home, is_new = unit.ensure(Home, home_id)
    if is_new:
        home.begin()
    return home


@newest
def on_home_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Weeds the copy of a home with all that is its own, those mentorships in which it is the mentor, and that it was
    asked for respite, or gave it."""
    choosing.choose_alone(unit)
    home = unit.session.scalars(_LOCKED, {"home_id": data["home_id"]}).one_or_none()
    if home is not None:
        mentors = select(Mentor.id).where(Mentor.home_id == home.id)
        of_others = select(Mentorship.id).where(Mentorship.mentor_id.in_(mentors))
        unit.session.execute(delete(Contact).where(Contact.mentorship_id.in_(of_others)))
        unit.session.execute(delete(Mentorship).where(Mentorship.mentor_id.in_(mentors)))
        unit.session.execute(delete(RespiteOffer).where(RespiteOffer.home_id == home.id))
        given = update(RespiteRequest).where(RespiteRequest.given_by == home.id)
        unit.session.execute(given.values(given_by=None))
        weeding.weed(unit, weeding.tree_of(unit, home), ())
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


_LOCKED = select(Home).where(Home.id == bindparam("home_id")).with_for_update()


@newest
def on_placement_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Forgets the assignment with who looked after it and, in its time, that a placement was seen."""
    forget_team(unit, data["placement_id"])
    unit.cancel(TEAM_LEAVES, subject=data["placement_id"])
    unit.session.execute(delete(Support).where(Support.id == data["placement_id"]))
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


@each
def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the assignment, and offers the home a mentor as a part of the basic support."""
    choosing.choose_alone(unit)
    home = unit.known(Home, data["home_id"])
    support, is_new = unit.ensure(Support, data["placement_id"])
    support.learn(data, is_new=is_new)
    _note_lived_in(unit, home)
    if data["assignment"] in SUPPORTED:
        choosing.offer_unasked(unit, home)


@newest
def on_placement_ended(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the last day of an assignment, and whether it broke down, where that is said; also of one of whose
    beginning nothing has been heard."""
    home = unit.known(Home, data["home_id"])
    support, is_new = unit.ensure(Support, data["placement_id"])
    support.end(home.id, data, is_new=is_new)
    _note_lived_in(unit, home)
    plan_leaving(unit, support.id)


@newest
def on_others_children_said(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps how many children others have placed in a home: they take its places, also when it gives respite."""
    unit.known(Home, data["home_id"]).others_children = data["children"]


def _note_lived_in(unit: Unit, home: Home) -> None:
    unit.session.flush()
    home.is_lived_in(unit.session.scalars(select(Support).where(Support.home_id == home.id)))


@newest
def on_team_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Others look after a placement: who may read the home's threads is another."""
    home = unit.known(Home, data["home_id"])
    change_team(unit, data["placement_id"], home.id, data["members"])


@newest
def on_agreement_signed(unit: Unit, data: dict[str, Any]) -> None:
    """A mentor family's agreement is signed: it is a contracted one. Other agreements are nothing to mentorship."""
    if data.get("kind") == "mentor":
        follow_agreement(unit, data["agreement_id"], data["home_id"])
