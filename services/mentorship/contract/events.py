"""What mentorship records for the other services."""

from services.kernel.contracts import Event, EventData, fields


class MentorChanged(EventData):
    """A home is a mentor family, or is none for now (its approval does not hold), and whether by a contract."""

    mentor_id = fields.String(required=True)
    home_id = fields.String(required=True)
    active = fields.Boolean(required=True)
    contracted = fields.Boolean(required=True)


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


class RespiteCompleted(EventData):
    """A home has taken another one's children for some nights."""

    respite_id = fields.String(required=True)
    home_id = fields.String(required=True)  #: that gave it
    asking_home_id = fields.String(required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)
    nights = fields.Integer(required=True)
    children = fields.Integer(required=True)


class TrainingAttended(EventData):
    """Whether a home has attended a course, a theme day or a supervision group on a day (SoL 22:3)."""

    enrolment_id = fields.String(required=True)
    home_id = fields.String(required=True)
    course_id = fields.String(required=True)
    kind = fields.String(required=True)  #: course, theme_day, supervision
    attended = fields.Boolean(required=True)
    held_on = fields.Day(required=True)


class MessageUnanswered(EventData):
    """A home has waited for an answer to its message longer than the municipality lets it wait."""

    thread_id = fields.String(required=True)
    home_id = fields.String(required=True)
    kind = fields.String(required=True)  #: question, purchase_wish, absence, other
    answer_by = fields.Day(required=True)


_BOTH = {"home_id": "home", "mentor_home_id": "home"}

MENTOR_CHANGED = Event(
    source="mentorship",
    name="mentor_changed",
    version=1,
    subject="mentor_id",
    concerns={"home_id": "home"},
    data=MentorChanged,
    sv="Ett hem är mentorsfamilj, eller är det inte för tillfället (dess godkännande gäller inte), och om det har "
    "avtal.",
)
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
    states=HOME_HAS_NEWS.aspect,
    concerns={"home_id": "home"},
    data=NewsSettled,
    sv="Hemmet har sett det som var nytt, eller så är det avklarat: ingen behöver påminna det.",
)
RESPITE_COMPLETED = Event(
    source="mentorship",
    name="respite_completed",
    version=1,
    subject="respite_id",
    concerns={"home_id": "home", "asking_home_id": "home"},
    data=RespiteCompleted,
    sv="Ett hem har tagit emot ett annat hems barn några nätter.",
)
TRAINING_ATTENDED = Event(
    source="mentorship",
    name="training_attended",
    version=1,
    subject="enrolment_id",
    concerns={"home_id": "home"},
    data=TrainingAttended,
    sv="Om ett hem har deltagit i en utbildning, en temadag eller en handledningsgrupp en viss dag.",
)
MESSAGE_UNANSWERED = Event(
    source="mentorship",
    name="message_unanswered",
    version=1,
    subject="thread_id",
    concerns={"home_id": "home"},
    data=MessageUnanswered,
    sv="Ett hem har väntat på svar på sitt meddelande längre än kommunen låter det vänta.",
)
