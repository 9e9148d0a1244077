"""What a municipality decides for itself in investigation."""

from services.investigation.checks.recheck import Recheck
from services.kernel.contracts import Setting

REGISTER_CHECK_MONTHS = Setting(
    name="register_check_months",
    kind=int,
    default=6,
    least=1,
    most=24,
    unit="months",
    en="For how many months a register check is good; then it is made again.",
    sv="Hur många månader en registerkontroll gäller; därefter görs den om.",
)
APPROVAL_YEARS = Setting(
    name="approval_years",
    kind=int,
    default=5,
    least=1,
    most=10,
    unit="years",
    en="For how many years a home can be approved at most.",
    sv="Hur många år ett hem som längst kan godkännas.",
)
POLICE_CHECK_MONTHS = Setting(
    name="police_check_months",
    kind=int,
    default=0,
    least=0,
    most=24,
    unit="months",
    en="For how many months a check of the police's registers is good; 0: as all of them.",
    sv="Hur många månader en kontroll i polisens register gäller; 0: som alla.",
)
SOCIAL_REGISTER_CHECK_MONTHS = Setting(
    name="social_register_check_months",
    kind=int,
    default=0,
    least=0,
    most=24,
    unit="months",
    en="For how many months a check of the social register is good; 0: as all of them.",
    sv="Hur många månader en kontroll i socialregistret gäller; 0: som alla.",
)
SOCIAL_INSURANCE_CHECK_MONTHS = Setting(
    name="social_insurance_check_months",
    kind=int,
    default=0,
    least=0,
    most=24,
    unit="months",
    en="For how many months a check of the Social Insurance Agency's register is good; 0: as all of them.",
    sv="Hur många månader en kontroll i Försäkringskassans register gäller; 0: som alla.",
)
ENFORCEMENT_CHECK_MONTHS = Setting(
    name="enforcement_check_months",
    kind=int,
    default=0,
    least=0,
    most=24,
    unit="months",
    en="For how many months a check of the Enforcement Authority's register is good; 0: as all of them.",
    sv="Hur många månader en kontroll i Kronofogdens register gäller; 0: som alla.",
)
TRANSPORT_CHECK_MONTHS = Setting(
    name="transport_check_months",
    kind=int,
    default=0,
    least=0,
    most=24,
    unit="months",
    en="For how many months a check of the Transport Agency's register is good; 0: as all of them.",
    sv="Hur många månader en kontroll i Transportstyrelsens register gäller; 0: som alla.",
)
POLICE_YEARS_BACK = Setting(
    name="police_years_back",
    kind=int,
    default=0,
    least=0,
    most=50,
    unit="years",
    en="How many years back the police's registers is asked; 0: as far as it goes.",
    sv="Hur många år tillbaka polisens register frågas; 0: så långt det går.",
)
SOCIAL_REGISTER_YEARS_BACK = Setting(
    name="social_register_years_back",
    kind=int,
    default=5,
    least=0,
    most=50,
    unit="years",
    en="How many years back the social register is asked; 0: as far as it goes.",
    sv="Hur många år tillbaka socialregistret frågas; 0: så långt det går.",
)
SOCIAL_INSURANCE_YEARS_BACK = Setting(
    name="social_insurance_years_back",
    kind=int,
    default=2,
    least=0,
    most=50,
    unit="years",
    en="How many years back the Social Insurance Agency's register is asked; 0: as far as it goes.",
    sv="Hur många år tillbaka Försäkringskassans register frågas; 0: så långt det går.",
)
ENFORCEMENT_YEARS_BACK = Setting(
    name="enforcement_years_back",
    kind=int,
    default=0,
    least=0,
    most=50,
    unit="years",
    en="How many years back the Enforcement Authority's register is asked; 0: as far as it goes.",
    sv="Hur många år tillbaka Kronofogdens register frågas; 0: så långt det går.",
)
TRANSPORT_YEARS_BACK = Setting(
    name="transport_years_back",
    kind=int,
    default=0,
    least=0,
    most=50,
    unit="years",
    en="How many years back the Transport Agency's register is asked; 0: as far as it goes.",
    sv="Hur många år tillbaka Transportstyrelsens register frågas; 0: så långt det går.",
)
CONTACT_DISTANCE_KM = Setting(
    name="contact_distance_km",
    kind=int,
    default=50,
    least=1,
    most=500,
    unit="km",
    en="How far from the middle of the municipality a contact family or contact person lives at most to be near it.",
    sv="Hur långt från kommunens mitt en kontaktfamilj eller kontaktperson som längst får bo för att vara nära.",
)
RECHECK_DAYS = Setting(
    name="recheck_days",
    kind=int,
    default=30,
    least=7,
    most=90,
    unit="days",
    en="How many days before a check grows old, or a placed child's care is considered, an approved home is looked up "
    "again.",
    sv="Hur många dagar innan en kontroll blir för gammal, eller vården av ett placerat barn övervägs, som ett godkänt "
    "hem kontrolleras på nytt.",
)
RECHECK_HOMES = Setting(
    name="recheck_homes",
    kind=Recheck,
    default=Recheck.ALL,
    en="Whether every approved home is looked up again before a check grows old (`all`), or only one where somebody "
    "lives or is supported now (`used`): the others then are once a check has run out, and take nobody until it has "
    "been made.",
    sv="Om varje godkänt hem kontrolleras på nytt innan en kontroll blir för gammal (`all`), eller bara ett hem där "
    "någon bor eller får stöd just nu (`used`): de andra kontrolleras då först när en kontroll har blivit för gammal, "
    "och tar inte emot någon förrän den är gjord.",
)
