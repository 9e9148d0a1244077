"""What mentorship records for the other services."""

from services.kernel.contracts import Event, EventData, fields


class MentorshipAccepted(EventData):
    """A home has said yes to its mentor family."""

    mentorship_id = fields.String(required=True)
    mentor_id = fields.String(required=True)
    home_id = fields.String(required=True)
    mentor_home_id = fields.String(required=True)


class MentorshipEnded(MentorshipAccepted):
    """A home and its mentor family belong together no longer."""

    ended_on = fields.Day(required=True)


class HomeHasNews(EventData):
    """Something new waits for a home, and of which kind: it may be nudged."""

    news_id = fields.String(required=True)
    home_id = fields.String(required=True)
    kind = fields.String(required=True)  #: message, gathering, respite, mentorship, course
    urgent = fields.Boolean(required=True)


class NewsSettled(EventData):
    """The home has seen what was new, or it is settled: nobody needs to nudge it."""

    news_id = fields.String(required=True)
    home_id = fields.String(required=True)


_BOTH = {"home_id": "home", "mentor_home_id": "home"}

MENTORSHIP_ACCEPTED = Event(
    source="mentorship",
    name="mentorship_accepted",
    version=1,
    subject="mentorship_id",
    concerns=_BOTH,
    data=MentorshipAccepted,
    sv="Ett hem har tackat ja till sin mentorsfamilj.",
)
MENTORSHIP_ENDED = Event(
    source="mentorship",
    name="mentorship_ended",
    version=1,
    subject="mentorship_id",
    concerns=_BOTH,
    data=MentorshipEnded,
    sv="Ett hem och dess mentorsfamilj hör inte längre ihop.",
)
HOME_HAS_NEWS = Event(
    source="mentorship",
    name="home_has_news",
    version=1,
    subject="news_id",
    concerns={"home_id": "home"},
    data=HomeHasNews,
    sv="Något nytt väntar på ett hem, och av vilket slag: det kan få en påminnelse.",
)
NEWS_SETTLED = Event(
    source="mentorship",
    name="news_settled",
    version=1,
    subject="news_id",
    concerns={"home_id": "home"},
    data=NewsSettled,
    sv="Hemmet har sett det som var nytt, eller så är det avklarat: ingen behöver påminna det.",
)
