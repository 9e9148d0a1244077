"""Secure messages between a home and its team: threads, with files, kept by the house and sealed."""

from enum import StrEnum

from marshmallow import validate

from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields, rules
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import PAPERS, FileAlreadyAttached, FileView
from services.mentorship.contract.common import HOME_ID

WRITERS = frozenset({"home", "caseworker", "coordinator"})
TEAM = frozenset({"caseworker", "coordinator"})
MOST_FILES = 50  #: of one thread
THREAD_ID = "019a0000-0000-7000-8000-000000000071"
LONGEST = 5_000  #: signs of a message


class ThreadKind(StrEnum):
    """What it is about, so that the right person answers."""

    QUESTION = "question"
    PURCHASE_WISH = "purchase_wish"
    ABSENCE = "absence"
    OTHER = "other"


class ThreadStatus(StrEnum):
    """Whether it goes on."""

    OPEN = "open"
    CLOSED = "closed"


NOT_A_FILE_OF_IT = Rule("not_a_file_of_it", "No file of this thread that stands in no message yet.")


class ThreadClosed(Fault):
    """The thread is closed: begin a new one."""


class ReasonNeeded(Fault):
    """You do not belong to the home's team: say why in `Access-Reason`."""

    status = 403


class TooManyThreadFiles(Fault):
    """The thread has as many files as it can have."""


# --- bodies ---------------------------------------------------------------------------------------------------------


class OpenThread(Schema):
    """The first message, and what it is about."""

    home_id = fields.reference(required=True)
    kind = fields.one_of(ThreadKind, load_default=ThreadKind.QUESTION)
    subject = fields.text(200, required=True)
    text = fields.text(LONGEST, required=True)

    example = {
        "home_id": HOME_ID,
        "kind": "purchase_wish",
        "subject": "Vintercykel",
        "text": "Kan vi köpa en begagnad cykel för 1 200 kronor?",
    }


class SendMessage(Schema):
    """One more message, with files of the thread that stand in none yet."""

    text = fields.text(LONGEST, required=True)
    attachment_ids = fields.List(fields.reference(), load_default=list, validate=validate.Length(max=10))

    example = {"text": "Ja, spara kvittot.", "attachment_ids": []}


class ThreadFilter(Schema):
    """Which threads."""

    status = fields.one_of(ThreadStatus, metadata={"description": "Only of this status. Bara med denna status."})
    kind = fields.one_of(ThreadKind, metadata={"description": "Only of this kind. Bara av detta slag."})


# --- views ----------------------------------------------------------------------------------------------------------


class ThreadView(Schema):
    """A thread, how many of its messages the caller has not read, and until when it is to be answered. Each side sees
    how far the other has read."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    home_name = fields.String(required=True, allow_none=True)
    kind = fields.one_of(ThreadKind, required=True)
    subject = fields.String(required=True, allow_none=True)
    status = fields.one_of(ThreadStatus, required=True)
    created_at = fields.Instant(required=True)
    last_at = fields.Instant(required=True)
    unread = fields.Integer(required=True)
    answer_by = fields.Day(required=True, allow_none=True)
    home_read_at = fields.Instant(required=True, allow_none=True)
    team_read_at = fields.Instant(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"thread": "id", "home": "home_id"}
    hides = (Hides("protected_identity", ("home_name", "subject"), home="home_id"),)
    example = {
        "id": THREAD_ID,
        "home_id": HOME_ID,
        "home_name": "Bertil Berg",
        "kind": "purchase_wish",
        "subject": "Vintercykel",
        "status": "open",
        "created_at": "2026-06-01T08:00:00Z",
        "last_at": "2026-06-01T08:00:00Z",
        "unread": 1,
        "answer_by": "2026-06-04",
        "home_read_at": "2026-06-01T08:00:00Z",
        "team_read_at": None,
        "protected_identity": False,
    }


class MessageView(Schema):
    """A message. Who of the staff wrote it is said; of a home that the home did."""

    id = fields.String(required=True)
    at = fields.Instant(required=True)
    by_home = fields.Boolean(required=True)
    author = fields.Staff(required=True)
    text = fields.String(required=True, allow_none=True)
    attachments = fields.List(fields.Nested(FileView), required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000072",
        "at": "2026-06-01T08:00:00Z",
        "by_home": True,
        "author": None,
        "text": "Kan vi köpa en begagnad cykel för 1 200 kronor?",
        "attachments": [],
    }


class ThreadWhole(ThreadView):
    """A thread with its messages, the last five hundred, the oldest first."""

    messages = fields.List(fields.Nested(MessageView), required=True)

    shows = {"thread": "id", "home": "home_id"}
    hides = (
        Hides(
            "protected_identity",
            ("home_name", "subject", "messages.text", "messages.attachments"),
            home="home_id",
        ),
    )
    example = {**ThreadView.example, "messages": [MessageView.example]}


# --- operations -----------------------------------------------------------------------------------------------------

OPEN_THREAD = Operation(
    name="open_thread",
    route="POST /threads",
    en="Begin a thread between a home and its team, with its first message. The other side is nudged, without a word "
    "of what it says.",
    sv="Börja en tråd mellan ett hem och dess team, med det första meddelandet. Den andra sidan får en påminnelse, "
    "utan ett ord om vad det står.",
    roles=WRITERS,
    body=OpenThread,
    answer=ThreadWhole,
    status=201,
    location="/threads/{id}",
    faults=(ReasonNeeded,),
    rules=(rules.NOT_FOUND,),
)
LIST_THREADS = Operation(
    name="list_threads",
    route="GET /threads",
    en="Threads, with how many messages are unread, the latest first. A home sees its own; staff see those of the "
    "homes to whose team they belong, and of homes that have no team yet; a coordinator also those whose team left.",
    sv="Trådar, med hur många meddelanden som är olästa, de senaste först. Ett hem ser sina egna; personalen ser dem "
    "för de hem vars team de hör till, och för hem som inte har något team än; en samordnare även dem vars team har "
    "slutat.",
    roles=WRITERS,
    query=ThreadFilter,
    answer=ThreadView,
    reads=True,
    paged=True,
)
GET_THREAD = Operation(
    name="get_thread",
    route="GET /threads/<thread_id>",
    en="A thread with its messages. Staff outside the home's team say why they read it; of a team that has left, all "
    "but the coordinator.",
    sv="En tråd med sina meddelanden. Personal utanför hemmets team säger varför de läser den; har teamet slutat "
    "gäller det alla utom samordnaren.",
    roles=WRITERS,
    answer=ThreadWhole,
    reads=True,
    faults=(ReasonNeeded,),
)
SEND_MESSAGE = Operation(
    name="send_message",
    route="POST /threads/<thread_id>/messages",
    en="Write one more message, with files that were attached to the thread before.",
    sv="Skriv ett meddelande till, med filer som har bifogats tråden innan.",
    roles=WRITERS,
    body=SendMessage,
    answer=ThreadWhole,
    status=201,
    faults=(ThreadClosed, ReasonNeeded),
    rules=(NOT_A_FILE_OF_IT,),
)
READ_THREAD = Operation(
    name="read_thread",
    route="POST /threads/<thread_id>/read",
    en="Say that the caller has read all that stands in it.",
    sv="Säg att den som frågar har läst allt som står i den.",
    roles=WRITERS,
    body=Nothing,
    answer=ThreadView,
    faults=(ReasonNeeded,),
)
CLOSE_THREAD = Operation(
    name="close_thread",
    route="POST /threads/<thread_id>/close",
    en="Close a thread: it stays, and nothing more is written in it.",
    sv="Stäng en tråd: den finns kvar, och inget mer skrivs i den.",
    roles=TEAM,
    body=Nothing,
    answer=ThreadView,
    faults=(ThreadClosed, ReasonNeeded),
)
ATTACH_TO_THREAD = Operation(
    name="attach_to_thread",
    route="POST /threads/<thread_id>/attachments",
    en="Attach a file to a thread, the body itself: a message names it then.",
    sv="Bifoga en fil till en tråd, som själva innehållet i anropet: ett meddelande nämner den sedan.",
    roles=WRITERS,
    takes_file=PAPERS,
    answer=FileView,
    shows={"thread": "thread_id"},
    status=201,
    location="/threads/{thread_id}/attachments/{id}",
    faults=(ThreadClosed, ReasonNeeded, FileAlreadyAttached, TooManyThreadFiles),
)
GET_THREAD_ATTACHMENT = Operation(
    name="get_thread_attachment",
    route="GET /threads/<thread_id>/attachments/<thread_attachment_id>",
    en="A file of a thread. Of a protected identity only for the home itself, or with the role `protected` and a "
    "reason.",
    sv="En fil i en tråd. Vid skyddade personuppgifter bara för hemmet självt, eller med rollen `protected` och ett "
    "skäl.",
    roles=WRITERS,
    gives_file=PAPERS,
    shows={"thread": "thread_id"},
    answer=Nothing,
    reads=True,
    faults=(ReasonNeeded, IdentityProtected),
)
