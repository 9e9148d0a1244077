"""Where postcodes have their middle: for distances of homes whose address has no position."""

from services.kernel.contracts import Operation, Rule, Schema, fields
from services.kernel.contracts.files import TABLES
from services.kernel.contracts.settings import ADMINS
from services.kernel.contracts.tables import TABLE_RULES

COLUMNS = ("postcode", "latitude", "longitude")
MOST_POSTCODES = 20_000  #: of one file; all of Sweden's are some 17,000
LATITUDES, LONGITUDES = (54.0, 70.0), (10.0, 25.0)  #: in which Sweden lies, degrees WGS84

TOO_MANY_CELLS = Rule("line_too_long", "Line {line} has more cells than the header.")
NOT_A_POSTCODE = Rule("line_postcode", "Line {line}: a postcode has five digits.")
POSTCODE_TWICE = Rule("line_postcode_twice", "Line {line}: the postcode stands in a line above already.")
LATITUDE = Rule("line_latitude", "Line {line}: a latitude is a number of degrees from 54 to 70.")
LONGITUDE = Rule("line_longitude", "Line {line}: a longitude is a number of degrees from 10 to 25.")


class PostcodesChange(Schema):
    """When the postcodes were set, by whom, and how many they were."""

    postcodes = fields.Integer(required=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)

    example = {"postcodes": 16_800, "by": "anna", "at": "2026-05-02T08:00:00Z"}


class PostcodesView(Schema):
    """How many postcodes are known by their middle, and when and by whom they were set, the latest time first (twenty
    at most)."""

    postcodes = fields.Integer(required=True)
    history = fields.List(fields.Nested(PostcodesChange), required=True)

    shows = {}
    example = {"postcodes": 16_800, "history": [PostcodesChange.example]}


GET_POSTCODES = Operation(
    name="get_postcodes",
    route="GET /postcodes",
    en="How many postcodes are known by their middle, and who has set them.",
    sv="Hur många postnummer som har en känd mittpunkt, och vem som har angett dem.",
    roles=ADMINS,
    answer=PostcodesView,
    reads=True,
)
SET_POSTCODES = Operation(
    name="set_postcodes",
    route="PUT /postcodes",
    en="Say where postcodes have their middle, instead of all that was said before: CSV in UTF-8 or windows-1252 with "
    "the columns postcode, latitude and longitude (degrees WGS84), separated by `;` or `,`. A home whose address has "
    "no position is taken to be in the middle of its postcode when distances are counted, or of the municipality where "
    "that is not known; it holds for all homes at once. A file with a wrong line changes nothing.",
    sv="Ange var postnummer har sin mittpunkt, i stället för allt som angetts tidigare: CSV i UTF-8 eller windows-1252 "
    "med kolumnerna postcode, latitude och longitude (grader WGS84), med `;` eller `,` mellan. Ett hem vars adress "
    "saknar position räknas från postnumrets mittpunkt, eller från kommunens om den inte är känd; det gäller alla hem "
    "på en gång. En fil med en felaktig rad ändrar ingenting.",
    roles=ADMINS,
    takes_file=TABLES,
    answer=PostcodesView,
    conditional=True,
    rules=(*TABLE_RULES, TOO_MANY_CELLS, NOT_A_POSTCODE, POSTCODE_TWICE, LATITUDE, LONGITUDE),
)
