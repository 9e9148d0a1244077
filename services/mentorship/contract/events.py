"""What mentorship records for the other services."""

from services.kernel.contracts import Event, EventData, fields


class MentorshipAccepted(EventData):
    """A home has said yes to its mentor family."""

    mentorship_id = fields.String(required=True)
    mentor_id = fields.String(required=True)
    home_id = fields.String(required=True)
    mentor_home_id = fields.String(required=True)


MENTORSHIP_ACCEPTED = Event(
    source="mentorship",
    name="mentorship_accepted",
    version=1,
    subject="mentorship_id",
    concerns={"home_id": "home", "mentor_home_id": "home"},
    data=MentorshipAccepted,
    sv="Ett hem har tackat ja till sin mentorsfamilj.",
)
