"""What placement records for the other services."""

from services.kernel.contracts import Event, EventData, fields


class PlacementStarted(EventData):
    """A person lives in a home (or is supported by it) from this day."""

    placement_id = fields.String(required=True)
    placement_request_id = fields.String(required=True)
    approval_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignment = fields.String(required=True)
    birth_date = fields.Sealed(fields.Day(of_birth=True), required=True)  #: of the placed person
    starts_on = fields.Day(required=True)
    adult_ids = fields.List(fields.String(), required=True)  #: the home's adults, the applicant first
    #: the request of a sibling, where the person's request names one
    sibling_of = fields.String(allow_none=True)
    personal_number = fields.Sealed(fields.String())  #: of the placed person


class PlacementEnded(EventData):
    """The placement's last day is known; one before its first says that it does not take place."""

    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    ends_on = fields.Day(required=True)
    #: planned, breakdown, moved_home, age or other; None where nobody has said it in a code
    reason = fields.Sealed(fields.String(), allow_none=True)


class InquiryUnanswered(EventData):
    """A home has not answered in time whether it can take a person."""

    inquiry_id = fields.String(required=True)
    home_id = fields.String(required=True)
    placement_request_id = fields.String(required=True)
    answer_by = fields.Instant(required=True)


class PlacedPersonChanged(EventData):
    """Whether the identity of somebody who is or shall be placed is protected (skyddade personuppgifter)."""

    placement_request_id = fields.String(required=True)
    personal_number = fields.Sealed(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)


class PlacementWeeded(EventData):
    """What was known of a placement has been weeded (gallring) with the need that it met. Whoever has a copy looks
    after it."""

    placement_id = fields.String(required=True)
    placement_request_id = fields.String(required=True)


class CareConsidered(EventData):
    """It was considered whether the care in a home is still needed (SoL 22:13)."""

    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    considered_on = fields.Day(required=True)


class TeamChanged(EventData):
    """Who of the staff looks after a placement; nobody any more once its last day has passed."""

    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    members = fields.Sealed(fields.List(fields.String()), required=True)  #: the subjects of their logins


class OthersChildrenSaid(EventData):
    """How many children and young people others than the municipality have placed in a home: each takes a place."""

    home_id = fields.String(required=True)
    children = fields.Integer(required=True)


class VisitConfirmed(EventData):
    """Somebody was with a contact family, or met a contact person, as staff have confirmed or corrected it."""

    visit_id = fields.String(required=True)
    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignment = fields.String(required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)
    half_first_day = fields.Boolean(required=True)
    half_last_day = fields.Boolean(required=True)
    reported_on = fields.Day(required=True)


class VisitTakenBack(EventData):
    """A visit that was confirmed was none."""

    visit_id = fields.String(required=True)
    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)


class DeadlineApproaching(EventData):
    """Something that the law sets a time for is due soon, of a placement, of a need, or of an informal stay."""

    subject_id = fields.String(required=True)
    subject_kind = fields.String(required=True)  #: placement, placement_request or informal_stay
    home_id = fields.String(required=True, allow_none=True)
    placement_request_id = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)  #: as `GET /deadlines` says it
    due_on = fields.Day(required=True)


_HOME_AND_PERSON = {"home_id": "home", "placement_request_id": "placement_request"}

PLACEMENT_STARTED = Event(
    source="placement",
    name="placement_started",
    version=1,
    subject="placement_id",
    concerns=_HOME_AND_PERSON,
    data=PlacementStarted,
    sv="En person bor i ett hem (eller får stöd av det) från och med denna dag.",
)
PLACEMENT_ENDED = Event(
    source="placement",
    name="placement_ended",
    version=1,
    subject="placement_id",
    concerns={"home_id": "home"},
    data=PlacementEnded,
    sv="Placeringens sista dag är känd; en före den första säger att den inte blir av.",
)
INQUIRY_UNANSWERED = Event(
    source="placement",
    name="inquiry_unanswered",
    version=1,
    subject="inquiry_id",
    concerns=_HOME_AND_PERSON,
    data=InquiryUnanswered,
    sv="Ett hem har inte svarat i tid på om det kan ta emot en person.",
)
PLACED_PERSON_CHANGED = Event(
    source="placement",
    name="placed_person_changed",
    version=1,
    subject="placement_request_id",
    concerns={"placement_request_id": "placement_request"},
    data=PlacedPersonChanged,
    sv="Om någon som är eller ska bli placerad har skyddade personuppgifter.",
)
PLACEMENT_WEEDED = Event(
    source="placement",
    name="placement_weeded",
    version=1,
    subject="placement_id",
    data=PlacementWeeded,
    concerns={"placement_request_id": "placement_request"},
    sv="Det som var känt om en placering har gallrats med behovet som den mötte.",
)
CARE_CONSIDERED = Event(
    source="placement",
    name="care_considered",
    version=1,
    subject="placement_id",
    concerns={"home_id": "home"},
    data=CareConsidered,
    sv="Det har övervägts om vården i ett hem fortfarande behövs (SoL 22:13).",
)
TEAM_CHANGED = Event(
    source="placement",
    name="team_changed",
    version=1,
    subject="placement_id",
    concerns={"home_id": "home"},
    data=TeamChanged,
    sv="Vilka i personalen som följer en placering; ingen längre när dess sista dag har passerat.",
)
OTHERS_CHILDREN_SAID = Event(
    source="placement",
    name="others_children_said",
    version=1,
    subject="home_id",
    concerns={"home_id": "home"},
    data=OthersChildrenSaid,
    sv="Hur många barn och unga andra än kommunen har placerat i ett hem: vart och ett tar en plats.",
)
VISIT_CONFIRMED = Event(
    source="placement",
    name="visit_confirmed",
    version=1,
    subject="visit_id",
    concerns={"home_id": "home"},
    data=VisitConfirmed,
    sv="Någon har varit hos en kontaktfamilj eller träffat en kontaktperson, som personalen bekräftat eller rättat "
    "det.",
)
VISIT_WITHDRAWN = Event(  # states what a confirmed one does: the newest of them holds
    source="placement",
    name="visit_withdrawn",
    version=1,
    subject="visit_id",
    concerns={"home_id": "home"},
    states=VISIT_CONFIRMED.aspect,
    data=VisitTakenBack,
    sv="Ett besök som bekräftats blev inte av.",
)
DEADLINE_APPROACHING = Event(
    source="placement",
    name="deadline_approaching",
    version=1,
    subject="subject_id",
    concerns=_HOME_AND_PERSON,
    data=DeadlineApproaching,
    sv="Något som lagen sätter en tid för ska snart vara gjort: för en placering, ett behov eller en informell "
    "vistelse.",
)
