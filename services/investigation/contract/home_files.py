"""The files of homes: who lives there, where it is, how it is reached; and what can be changed in them."""

from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.investigation.contract.common import DAY_NOT_COME, Kind, Status
from services.kernel.contracts import Hides, Operation, Rule, Schema, fields, rules
from services.vocabulary.people import NOT_OF_AGE, PERSON_TWICE, ChildAtHome, Relation, phone
from services.vocabulary.places import Address

KEEPERS = frozenset({"investigator", "recruiter"})

MOVED_OUT_BEFORE_IN = Rule("moved_out_before_in", "The day of moving out is before the day of moving in.")
NUMBER_UNKNOWN = Rule(
    "number_unknown", "The personal number of an adult who lives there is not known: the household is not complete."
)
NO_ADULT_LEFT = Rule("no_adult_left", "Somebody has to live in the home.")

_HOME_ID = "019a0000-0000-7000-8000-000000000002"
_ADULT_ID = "019a0000-0000-7000-8000-000000000004"


class AmendedAdult(Schema):
    """An adult who is in the file (by `id`: only what is sent changes), or a new one (without). One whose number was
    still to be asked for is named by its id, too."""

    id = fields.reference(allow_none=True)
    given_name = fields.text(200)
    family_name = fields.text(200)
    personal_number = fields.PersonalNumber()
    relation = fields.one_of(Relation)
    moved_in_on = fields.Day(allow_none=True)
    moved_out_on = fields.Day(allow_none=True)

    rules = (rules.REQUIRED,)

    @validates_schema
    def _new_ones_are_whole(self, values: dict[str, Any], **_: object) -> None:
        needed = ("given_name", "family_name", "personal_number", "relation") if values.get("id") is None else ()
        missing = {name: [rules.REQUIRED] for name in needed if name not in values}
        if missing:
            raise ValidationError(missing)


class AmendHomeFile(Schema):
    """What has changed in the home. What is not sent stays as it is; an adult who is not named stays too: who has moved
    out is said by `moved_out_on`."""

    adults = fields.List(fields.Nested(AmendedAdult), validate=validate.Length(1, 12))
    children_at_home = fields.List(fields.Nested(ChildAtHome), validate=validate.Length(max=30))
    household_complete = fields.Flag()
    phone = phone()
    email = fields.Email(validate=validate.Length(max=254), allow_none=True)
    address = fields.Nested(Address, allow_none=True)
    address_since = fields.Day()  #: the day they moved there; today unless said
    languages = fields.languages()
    protected_identity = fields.Flag()

    example = {
        "adults": [
            {
                "given_name": "Bo",
                "family_name": "Berg",
                "personal_number": "189001019810",
                "relation": "partner",
                "moved_in_on": "2026-05-01",
            }
        ],
        "phone": "+46701234567",
    }


class FileAdult(Schema):
    """An adult who lives in the home or has lived there, under the id by which every service knows the person."""

    id = fields.String(required=True)
    given_name = fields.String(required=True, allow_none=True)
    family_name = fields.String(required=True, allow_none=True)
    personal_number = fields.String(required=True, allow_none=True)
    relation = fields.one_of(Relation, required=True)
    moved_in_on = fields.Day(required=True, allow_none=True)
    moved_out_on = fields.Day(required=True, allow_none=True)
    checks_due = fields.Boolean(required=True)  #: nobody has looked at this adult yet

    example = {
        "id": _ADULT_ID,
        "given_name": "Anna",
        "family_name": "Andersson",
        "personal_number": "189001019802",
        "relation": "applicant",
        "moved_in_on": None,
        "moved_out_on": None,
        "checks_due": False,
    }


class UnnumberedAdult(Schema):
    """An adult of the household whose personal number is still to be asked for: nobody has looked this one up."""

    id = fields.String(required=True)
    given_name = fields.String(required=True, allow_none=True)
    family_name = fields.String(required=True, allow_none=True)
    relation = fields.one_of(Relation, required=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "given_name": "Bo",
        "family_name": "Berg",
        "relation": "partner",
    }


class InvestigationOfHome(Schema):
    """An investigation of the home."""

    id = fields.String(required=True)
    kind = fields.one_of(Kind, required=True)
    status = fields.one_of(Status, required=True)
    opened_at = fields.Instant(required=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000005",
        "kind": "application",
        "status": "approved",
        "opened_at": "2026-04-08T09:00:00.000000Z",
    }


class HomeFileView(Schema):
    """The file of a home. `approvals_wait`: it has been approved, and an adult has still to be looked at, or may be
    missing, or it has moved and has still to be visited, or a register check has run out. Of a protected identity
    (skyddade personuppgifter) names, numbers, address, phone and e-mail are null."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    adults = fields.List(fields.Nested(FileAdult), required=True)  #: the applicant first, who has moved out last
    children_at_home = fields.List(fields.Nested(ChildAtHome), required=True)
    unnumbered_adults = fields.List(fields.Nested(UnnumberedAdult), required=True)
    household_complete = fields.Boolean(required=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    address = fields.Nested(Address, required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)
    approvals_wait = fields.Boolean(required=True)
    visit_due = fields.Boolean(required=True)  #: it has moved since it was approved, and nobody has seen it there
    checks_expired = fields.Boolean(required=True)  #: a register has to be asked again about one of its adults
    open_concerns = fields.Integer(required=True)  #: about the home, that nobody has settled yet
    investigations = fields.List(fields.Nested(InvestigationOfHome), required=True)  #: the oldest first

    shows = {"home": "id", "adult": "adults.id"}
    hides = (
        Hides("protected_identity", ("name", "phone", "email", "address")),
        Hides("protected_identity", ("adults.given_name", "adults.family_name", "adults.personal_number")),
        Hides("protected_identity", ("unnumbered_adults.given_name", "unnumbered_adults.family_name")),
    )
    example = {
        "id": _HOME_ID,
        "name": "Anna Andersson",
        "adults": [FileAdult.example],
        "children_at_home": [{"birth_year": 2015}],
        "unnumbered_adults": [],
        "household_complete": True,
        "phone": "+46701234567",
        "email": "anna@example.se",
        "address": {
            "street": "Storgatan 1",
            "postcode": "70210",
            "locality": "Örebro",
            "latitude": 59.27,
            "longitude": 15.21,
        },
        "languages": ["sv", "ar"],
        "protected_identity": False,
        "approvals_wait": False,
        "visit_due": False,
        "checks_expired": False,
        "open_concerns": 0,
        "investigations": [InvestigationOfHome.example],
    }


GET_HOME_FILE = Operation(
    name="get_home_file",
    route="GET /home-files/<home_id>",
    en="The file of a home: who lives there, where it is, how it is reached. It is there from the day an investigation "
    "of the home opens.",
    sv="Hemmets akt: vilka som bor där, var det ligger, hur man når det. Den finns från den dag då en utredning av "
    "hemmet öppnas.",
    roles=KEEPERS,
    answer=HomeFileView,
    reads=True,
)
AMEND_HOME_FILE = Operation(
    name="amend_home_file",
    route="PATCH /home-files/<home_id>",
    en="Change what is not true any more of a home; every service learns it. Only what is sent changes. An adult is "
    "named by id; one without an id moves in, `moved_out_on` says that one has moved out, and one who is not named "
    "stays. A new adult in an approved home makes its approvals wait until an investigation (kind `renewal`, which "
    "opens by itself) has been decided: the home takes nobody more, and whoever lives there stays.",
    sv="Ändra det som inte längre stämmer om ett hem; alla tjänster får veta det. Bara det som skickas ändras. En "
    "vuxen anges med id; en utan id flyttar in, `moved_out_on` säger att någon har flyttat ut, och den som inte nämns "
    "är kvar. En ny vuxen i ett godkänt hem gör att godkännandena väntar tills en utredning (slaget `renewal`, som "
    "öppnas av sig själv) har avgjorts: hemmet tar inte emot fler, och den som bor där bor kvar.",
    roles=KEEPERS,
    body=AmendHomeFile,
    answer=HomeFileView,
    conditional=True,
    rules=(
        rules.NOT_FOUND,
        NOT_OF_AGE,
        PERSON_TWICE,
        DAY_NOT_COME,
        MOVED_OUT_BEFORE_IN,
        NO_ADULT_LEFT,
        NUMBER_UNKNOWN,
    ),
)
