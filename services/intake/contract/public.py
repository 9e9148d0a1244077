"""What anybody may read of the municipalities."""

from marshmallow import validate

from services.intake.contract.applications import OPEN
from services.kernel.contracts import Operation, Rule, Schema, fields
from services.kernel.contracts.settings import ADMINS
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import phone


class Municipality(Schema):
    """A municipality that uses Hemvist."""

    slug = fields.String(required=True)
    municipality_code = fields.String(required=True)
    name = fields.String(required=True)
    contact = fields.Dict(keys=fields.String(), values=fields.String(), required=True)

    example = {
        "slug": "orebro",
        "municipality_code": "1880",
        "name": "Örebro kommun",
        "contact": {"email": "familjehem@orebro.example"},
    }


class Municipalities(Schema):
    """Every municipality that uses Hemvist."""

    items = fields.List(fields.Nested(Municipality), required=True)

    shows = {}
    example = {"items": [Municipality.example]}


LIST_MUNICIPALITIES = Operation(
    name="list_municipalities",
    route="GET /municipalities",
    en="The municipalities that use Hemvist. The applicant chooses one first.",
    sv="Kommunerna som använder Hemvist. Den som anmäler intresse väljer kommun först.",
    roles=OPEN,
    answer=Municipalities,
    reads=True,
    tenantless=True,
)


class SetProfile(Schema):
    """What the municipality says of itself on its public pages."""

    hours = fields.text(500, required=True, metadata={"description": "When it can be reached. När den kan nås."})
    phone = phone(required=True)
    email = fields.Email(validate=validate.Length(max=254), allow_none=True, load_default=None)
    assignments = fields.List(fields.one_of(Assignment), required=True, validate=validate.Length(1, len(Assignment)))
    colour = fields.form(
        r"^#[0-9a-f]{6}$(?!\n)", Rule("colour_form", "A colour, like #005595."), allow_none=True, load_default=None
    )
    logo = fields.form(
        r"^iVBORw0KGgo[A-Za-z0-9+/]{1,60000}={0,2}$(?!\n)",
        Rule("logo_form", "A picture in PNG, in base64, of 45 kilobytes at most."),
        allow_none=True,
        load_default=None,
    )
    privacy_sv = fields.text(10_000, required=True)
    privacy_en = fields.text(10_000, shortest=0, load_default="")
    accessibility_sv = fields.text(10_000, required=True)
    accessibility_en = fields.text(10_000, shortest=0, load_default="")

    example = {
        "hours": "Vardagar 8 till 16",
        "phone": "+46191234567",
        "email": "familjehem@orebro.example",
        "assignments": ["family_home", "emergency_home"],
        "colour": "#005595",
        "logo": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
        "privacy_sv": "Socialnämnden är personuppgiftsansvarig.",
        "privacy_en": "The social board is the controller of your data.",
        "accessibility_sv": "Sidan är granskad den 1 april 2026 och följer WCAG 2.2 AA.",
        "accessibility_en": "The page was reviewed on 1 April 2026 and follows WCAG 2.2 AA.",
    }


class ProfileView(SetProfile):
    """What the municipality says of itself. What it has not said yet is null."""

    name = fields.String(required=True)
    contact_days = fields.Integer(required=True)
    hours = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    assignments = fields.List(fields.one_of(Assignment), required=True, allow_none=True)
    privacy_sv = fields.String(required=True, allow_none=True)
    privacy_en = fields.String(required=True, allow_none=True)
    accessibility_sv = fields.String(required=True, allow_none=True)
    accessibility_en = fields.String(required=True, allow_none=True)

    shows = {}
    example = {"name": "Örebro kommun", "contact_days": 21, **SetProfile.example}


GET_PROFILE = Operation(
    name="get_profile",
    route="GET /profile",
    en="What the municipality says of itself on its public pages, and within how many days it gets in touch.",
    sv="Vad kommunen säger om sig själv på de öppna sidorna, och inom hur många dagar den hör av sig.",
    roles=OPEN,
    answer=ProfileView,
    reads=True,
)
SET_PROFILE = Operation(
    name="set_profile",
    route="PUT /profile",
    en="Set what the municipality says of itself on its public pages.",
    sv="Ange vad kommunen säger om sig själv på de öppna sidorna.",
    roles=ADMINS,
    body=SetProfile,
    answer=ProfileView,
    conditional=True,
    creates=True,
)
