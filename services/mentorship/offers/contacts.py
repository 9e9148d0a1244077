"""The light log of contacts: written down by either side, followed up by the coordinator."""

from typing import Any

from sqlalchemy import bindparam, select

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Page
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.listing import OWN, Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.contract.contacts import CONTACT_BEFORE_START, CONTACT_NOT_YET
from services.mentorship.offers.contact import Contact
from services.mentorship.offers.model import Mentorship

_CONTACTS = Listing(
    select(
        Contact.id,
        Contact.mentorship_id,
        Contact.on,
        Contact.way,
        Contact.part_of_day,
        Contact.minutes,
        Contact.follow_up,
        Contact.followed_up_at,
        Contact.by_mentor,
        Contact.created_at,
    ),
    order=(Contact.on.desc(), Contact.id.desc()),
    mentorship=Contact.mentorship_id == bindparam("mentorship"),
    own=Contact.mentorship_id == bindparam(OWN),
)


def log_contact(unit: Unit, mentorship_id: str, body: dict[str, Any]) -> Answer:
    """Writes down that the two were in touch."""
    mentorship = unit.lock(Mentorship, mentorship_id)
    mentorship.must_be_accepted()
    _must_have_been(unit, mentorship, body)
    contact = Contact(
        id=new_id(),
        mentorship_id=mentorship.id,
        followed_up_at=None,
        by_mentor=_by_mentor(unit, mentorship),
        created_at=unit.now,
        **body,
    )
    unit.add(contact)
    mentorship.touch(unit.now)
    return Answer(contact, version_of=mentorship)


def list_contacts(unit: Unit, mentorship_id: str, page: Page) -> Answer:
    """Their contacts, the latest first."""
    mentorship = unit.read(Mentorship, mentorship_id)
    return paged(*unit.list(_CONTACTS, page, {OWN if unit.for_home else "mentorship": mentorship.id}))


def follow_up_contact(unit: Unit, mentorship_id: str, contact_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """The coordinator has followed it up."""
    mentorship = unit.lock(Mentorship, mentorship_id)
    contact = unit.lock(Contact, contact_id)
    if contact.mentorship_id != mentorship.id:
        raise NotFound
    contact.settle(unit.now)
    mentorship.touch(unit.now)
    return Answer(contact, version_of=mentorship)


def _must_have_been(unit: Unit, mentorship: Mentorship, body: dict[str, Any]) -> None:
    """`InvalidInput` for a contact of a day that has not come, or before the home had said yes."""
    assert mentorship.answered_at is not None  # noqa: S101  # it was accepted
    if body["on"] > unit.today:
        raise CONTACT_NOT_YET.refusal("/on")
    if body["on"] < clock.local_date(mentorship.answered_at):
        raise CONTACT_BEFORE_START.refusal("/on")


def _by_mentor(unit: Unit, mentorship: Mentorship) -> bool | None:
    return mentorship.mentor_home_id in unit.own_homes(Mentorship) if unit.for_home else None
