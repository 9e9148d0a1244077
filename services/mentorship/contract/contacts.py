"""The light log of contacts between a home and its mentor. There is no field for a text: nothing about the child."""

from marshmallow import validate

from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields
from services.mentorship.contract.common import COORDINATOR, COORDINATOR_OR_HOME, MENTORSHIP_ID
from services.mentorship.contract.mentorships import MeetingWay, MentorshipNotAccepted, PartOfDay

CONTACT_NOT_YET = Rule("contact_not_yet", "A contact is written down when it has been: not after today.")
CONTACT_BEFORE_START = Rule("contact_before_start", "The contact was before the home had this mentor.")


class NoFollowUpWanted(Fault):
    """Nobody wished for a follow-up after this contact, or somebody has seen to it already."""


class LogContact(Schema):
    """That the two were in touch: when, how, how long, and whether somebody wishes that the coordinator follows up."""

    on = fields.Day(required=True)
    way = fields.one_of(MeetingWay, required=True)
    part_of_day = fields.one_of(PartOfDay, required=True)
    minutes = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1_440))
    follow_up = fields.Flag(load_default=False)

    example = {"on": "2026-06-10", "way": "phone", "part_of_day": "evening", "minutes": 30, "follow_up": False}


class ContactView(Schema):
    """A contact. `by_mentor` says which side wrote it down, null where the coordinator did."""

    id = fields.String(required=True)
    mentorship_id = fields.String(required=True)
    on = fields.Day(required=True)
    way = fields.one_of(MeetingWay, required=True)
    part_of_day = fields.one_of(PartOfDay, required=True)
    minutes = fields.Integer(required=True)
    follow_up = fields.Boolean(required=True)
    followed_up_at = fields.Instant(required=True, allow_none=True)
    by_mentor = fields.Boolean(required=True, allow_none=True)
    created_at = fields.Instant(required=True)

    shows = {"mentorship": "mentorship_id"}
    example = {
        "id": "019a0000-0000-7000-8000-000000000031",
        "mentorship_id": MENTORSHIP_ID,
        **LogContact.example,
        "followed_up_at": None,
        "by_mentor": True,
        "created_at": "2026-06-10T19:00:00.000000Z",
    }


LOG_CONTACT = Operation(
    name="log_contact",
    route="POST /mentorships/<mentorship_id>/contacts",
    en="Write down that the home and its mentor were in touch: day, way, part of day and length. Nothing of what was "
    "said.",
    sv="Skriv ned att hemmet och mentorn har haft kontakt: dag, sätt, del av dygnet och längd. Inget om vad som sades.",
    roles=COORDINATOR_OR_HOME,
    body=LogContact,
    answer=ContactView,
    status=201,
    faults=(MentorshipNotAccepted,),
    rules=(CONTACT_NOT_YET, CONTACT_BEFORE_START),
)
LIST_CONTACTS = Operation(
    name="list_contacts",
    route="GET /mentorships/<mentorship_id>/contacts",
    en="The contacts of a home and its mentor, the latest first.",
    sv="Ett hems och dess mentors kontakter, de senaste först.",
    roles=COORDINATOR_OR_HOME,
    answer=ContactView,
    reads=True,
    paged=True,
)
FOLLOW_UP_CONTACT = Operation(
    name="follow_up_contact",
    route="POST /mentorships/<mentorship_id>/contacts/<contact_id>/follow-up",
    en="Say that a contact after which somebody wished for a follow-up has been followed up.",
    sv="Säg att en kontakt där någon önskade uppföljning har följts upp.",
    roles=COORDINATOR,
    body=Nothing,
    answer=ContactView,
    faults=(NoFollowUpWanted,),
)
