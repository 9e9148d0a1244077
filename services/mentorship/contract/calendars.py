"""Gatherings in a family's own calendar (iCalendar)."""

from services.kernel.contracts import Nothing, Operation, Schema, fields
from services.kernel.contracts.files import MediaType
from services.mentorship.contract.common import COORDINATOR_OR_HOME, HOME_ID

CALENDAR = frozenset({MediaType.CALENDAR})


class CalendarKey(Schema):
    """A private calendar: its address, below this interface, said once. Whoever has it reads the home's gatherings."""

    home_id = fields.String(required=True)
    path = fields.String(required=True)

    shows = {"home": "home_id"}
    example = {"home_id": HOME_ID, "path": f"/calendars/{HOME_ID}/hV3xYt0q9m1wZ6c2u8bR4s"}


GET_GATHERING_CALENDAR = Operation(
    name="get_gathering_calendar",
    route="GET /gatherings/<gathering_id>/calendar",
    en="A gathering as an iCalendar file.",
    sv="En träff som iCalendar-fil.",
    roles=COORDINATOR_OR_HOME,
    gives_file=CALENDAR,
    shows={"gathering": "gathering_id"},
    answer=Nothing,
    reads=True,
)
OPEN_CALENDAR = Operation(
    name="open_calendar",
    route="POST /homes/<home_id>/calendar",
    en="Give a home a private calendar of its gatherings, which its own calendar can follow. Its address is said "
    "once; a new one ends the one before, and so does an adult's moving out.",
    sv="Ge ett hem en privat kalender med sina träffar, som dess egen kalender kan prenumerera på. Adressen sägs en "
    "gång; en ny avslutar den förra, och det gör också att en vuxen flyttar ut.",
    roles=COORDINATOR_OR_HOME,
    body=Nothing,
    answer=CalendarKey,
    status=201,
)
CLOSE_CALENDAR = Operation(
    name="close_calendar",
    route="DELETE /homes/<home_id>/calendar",
    en="End a home's private calendar.",
    sv="Avsluta ett hems privata kalender.",
    roles=COORDINATOR_OR_HOME,
    answer=Nothing,
    shows={"home": "home_id"},
)
READ_CALENDAR = Operation(
    name="read_calendar",
    route="GET /calendars/<home_id>/<calendar_key>",
    en="A home's private calendar (iCalendar): its gatherings, and nothing of who comes. Without a login, for "
    "whoever has the address.",
    sv="Ett hems privata kalender (iCalendar): dess träffar, och inget om vilka som kommer. Utan inloggning, för den "
    "som har adressen.",
    roles=frozenset(),
    gives_file=CALENDAR,
    shows={"home": "home_id"},
    answer=Nothing,
    reads=True,
)
