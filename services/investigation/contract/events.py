"""What investigation records for the other services."""

from services.kernel.contracts import Event, EventData, fields
from services.vocabulary.people import Person
from services.vocabulary.places import Position, PostalAddress


class HomeApproved(EventData):
    """A home may take assignments within these bounds. A home can have several approvals."""

    approval_id = fields.String(required=True)
    investigation_id = fields.String(required=True)
    application_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignments = fields.List(fields.String(), required=True)
    age_from = fields.Integer(required=True)
    age_to = fields.Integer(required=True)
    places = fields.Integer(required=True)
    child_name = fields.Sealed(fields.String(), required=True, allow_none=True)
    child_personal_number = fields.Sealed(fields.String(), allow_none=True)  #: by which the child is found
    conditions = fields.Sealed(fields.String(), required=True)
    decided_on = fields.Day(required=True)
    valid_until = fields.Day(required=True)
    adults = fields.Sealed(fields.List(fields.Nested(Person)), required=True)  #: the applicant first
    position = fields.Sealed(fields.Nested(Position), required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)


class ApprovalExpiring(EventData):
    """An approval ends soon: so many days before its last day somebody should look at it."""

    approval_id = fields.String(required=True)
    home_id = fields.String(required=True)
    valid_until = fields.Day(required=True)
    days_before = fields.Integer(required=True)  #: 60 or 14; the warning comes on a working day, so perhaps sooner


class ApprovalExpired(EventData):
    """An approval's last day has passed."""

    approval_id = fields.String(required=True)
    home_id = fields.String(required=True)
    valid_until = fields.Day(required=True)


class ApprovalSuspended(EventData):
    """An approval is suspended: the home takes nobody more until it is reinstated, and whoever lives there stays."""

    approval_id = fields.String(required=True)
    home_id = fields.String(required=True)
    on = fields.Day(required=True)


class ApprovalReinstated(EventData):
    """An approval that was suspended holds again."""

    approval_id = fields.String(required=True)
    home_id = fields.String(required=True)
    on = fields.Day(required=True)


class ApprovalRevoked(EventData):
    """An approval has ended for good, before its last day."""

    approval_id = fields.String(required=True)
    home_id = fields.String(required=True)
    on = fields.Day(required=True)


class ConcernReported(EventData):
    """There is a concern about a home (oro), which is open until somebody settles it."""

    concern_id = fields.String(required=True)
    home_id = fields.String(required=True)
    kind = fields.Sealed(fields.String(), required=True)
    reported_on = fields.Day(required=True)


class ConcernSettled(EventData):
    """A concern about a home has been looked into, and what it came to."""

    concern_id = fields.String(required=True)
    home_id = fields.String(required=True)
    outcome = fields.Sealed(fields.String(), required=True)  #: unfounded, measures, suspended or revoked
    settled_on = fields.Day(required=True)


class HomeChanged(EventData):
    """Who lives in a home, where it is and how it is reached: all that holds now. Told when an investigation of the
    home opens, when one approves it, whenever its file is amended, and when its approvals wait or do not any more."""

    home_id = fields.String(required=True)
    adults = fields.Sealed(fields.List(fields.Nested(Person)), required=True)  #: who live there, the applicant first
    children_birth_years = fields.Sealed(fields.List(fields.Integer()), required=True)
    household_complete = fields.Boolean(required=True)
    phone = fields.Sealed(fields.String(), required=True, allow_none=True)
    email = fields.Sealed(fields.String(), required=True, allow_none=True)
    address = fields.Sealed(fields.Nested(PostalAddress), required=True, allow_none=True)
    position = fields.Sealed(fields.Nested(Position), required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)
    #: an adult has still to be looked at, or may be missing, or the address, or a register to be asked again: the
    #: home's approvals take nobody more until then
    approvals_wait = fields.Boolean(required=True)


class StaffChanged(EventData):
    """Whether the identity of one of the municipality's staff is protected (skyddade personuppgifter)."""

    staff_id = fields.String(required=True)
    actor = fields.Sealed(fields.String(), required=True)  #: the subject of that person's token
    protected_identity = fields.Boolean(required=True)


class HomeWeeded(EventData):
    """A home's file has been weeded (gallring) with all that belonged to it: whoever has a copy weeds it."""

    home_id = fields.String(required=True)
    application_ids = fields.List(fields.String(), required=True)  #: that led to its investigations
    investigation_ids = fields.List(fields.String(), required=True)
    approval_ids = fields.List(fields.String(), required=True)
    adult_ids = fields.List(fields.String(), required=True)
    concern_ids = fields.List(fields.String())


_HOME = {"home_id": "home"}

HOME_CHANGED = Event(
    source="investigation",
    name="home_changed",
    version=1,
    subject="home_id",
    concerns=_HOME,
    data=HomeChanged,
    sv="Vilka som bor i ett hem, var det är och hur det nås: allt som gäller nu. Berättas "
    "när en utredning av hemmet öppnas, när en godkänner det, varje gång akten ändras, och när hemmets godkännanden "
    "börjar vänta eller inte längre gör det.",
)
HOME_APPROVED = Event(
    source="investigation",
    name="home_approved",
    version=1,
    subject="approval_id",
    concerns={**_HOME, "approval_id": "approval"},
    data=HomeApproved,
    sv="Ett hem får ta emot uppdrag inom dessa gränser. Ett hem kan ha flera godkännanden.",
)
APPROVAL_EXPIRING = Event(
    source="investigation",
    name="approval_expiring",
    version=1,
    subject="approval_id",
    concerns=_HOME,
    data=ApprovalExpiring,
    sv="Ett godkännande upphör snart: så många dagar före sista dagen bör någon se över det.",
)
HOME_WEEDED = Event(  # what is told of a home before it has nothing to say after it
    source="investigation",
    name="home_weeded",
    version=1,
    subject="home_id",
    data=HomeWeeded,
    concerns=_HOME,
    states=HOME_CHANGED.aspect,
    sv="Hemmets akt har gallrats med allt som hörde till den: den som har en kopia gallrar den.",
)
APPROVAL_EXPIRED = Event(
    source="investigation",
    name="approval_expired",
    version=1,
    subject="approval_id",
    concerns=_HOME,
    data=ApprovalExpired,
    sv="Ett godkännandes sista dag har passerat.",
)
APPROVAL_SUSPENDED = Event(
    source="investigation",
    name="approval_suspended",
    version=1,
    subject="approval_id",
    concerns=_HOME,
    data=ApprovalSuspended,
    sv="Ett godkännande är inställt tills vidare: hemmet tar inte emot fler, och den som bor där bor kvar.",
)
APPROVAL_REINSTATED = Event(
    source="investigation",
    name="approval_reinstated",
    version=1,
    subject="approval_id",
    concerns=_HOME,
    data=ApprovalReinstated,
    states=APPROVAL_SUSPENDED.aspect,
    sv="Ett godkännande som var inställt gäller igen.",
)
APPROVAL_REVOKED = Event(
    source="investigation",
    name="approval_revoked",
    version=1,
    subject="approval_id",
    concerns=_HOME,
    data=ApprovalRevoked,
    states=APPROVAL_SUSPENDED.aspect,
    sv="Ett godkännande har återkallats före sin sista dag.",
)
CONCERN_REPORTED = Event(
    source="investigation",
    name="concern_reported",
    version=1,
    subject="concern_id",
    concerns=_HOME,
    data=ConcernReported,
    sv="Det finns en oro om ett hem, som är öppen tills någon avgör den.",
)
CONCERN_SETTLED = Event(
    source="investigation",
    name="concern_settled",
    version=1,
    subject="concern_id",
    concerns=_HOME,
    data=ConcernSettled,
    states=CONCERN_REPORTED.aspect,
    sv="En oro om ett hem har utretts, och vad det blev av den.",
)
STAFF_CHANGED = Event(
    source="investigation",
    name="staff_changed",
    version=1,
    subject="staff_id",
    concerns={"staff_id": "staff"},
    data=StaffChanged,
    sv="Om någon i kommunens personal har skyddade personuppgifter.",
)
