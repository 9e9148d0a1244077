"""What a municipality decides for itself in mentorship."""

from services.kernel.contracts import Setting
from services.mentorship.mentors.experience import MentorModel
from services.mentorship.mentors.nearest import MOST_HOMES

MENTOR_EXPERIENCE_MONTHS = Setting(
    name="mentor_experience_months",
    kind=int,
    default=12,
    least=0,
    most=120,
    unit="months",
    en="How long ago a home must have been approved first to become a mentor family, unless an assignment has ended "
    "well.",
    sv="Hur länge sedan ett hem måste ha godkänts första gången för att bli mentorsfamilj, om inget uppdrag har "
    "avslutats väl.",
)
MENTOR_MOST_HOMES = Setting(
    name="mentor_most_homes",
    kind=int,
    default=MOST_HOMES,
    least=1,
    most=MOST_HOMES,
    unit="homes",
    en="How many homes a mentor family has at most; more only with a reason that is written down.",
    sv="Hur många hem en mentorsfamilj har som mest; fler bara med ett skäl som skrivs ned.",
)
MENTOR_MODEL = Setting(
    name="mentor_model",
    kind=MentorModel,
    default=MentorModel.VOLUNTARY,
    en="Whether mentor families are voluntary or have a contract, unless said of one.",
    sv="Om mentorsfamiljer är frivilliga eller har avtal, om inget annat sägs om en.",
)
RESPITE_NIGHTS_A_MONTH = Setting(
    name="respite_nights_a_month",
    kind=int,
    default=2,
    least=0,
    most=31,
    unit="nights",
    en="How many nights of respite a home may ask for in a month: two are a weekend.",
    sv="Hur många nätters avlastning ett hem får be om i månaden: två är en helg.",
)
JOINT_GATHERINGS_A_TERM = Setting(
    name="joint_gatherings_a_term",
    kind=int,
    default=1,
    least=0,
    most=10,
    unit="gatherings",
    en="To how many gatherings a term all homes are invited.",
    sv="Till hur många träffar per termin alla hem bjuds in.",
)
ANSWER_WORKING_DAYS = Setting(
    name="answer_working_days",
    kind=int,
    default=3,
    least=1,
    most=30,
    unit="working days",
    en="Within how many working days a home's message is answered.",
    sv="Inom hur många arbetsdagar ett meddelande från ett hem besvaras.",
)
