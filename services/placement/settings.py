"""What a municipality decides for itself in placement."""

from services.kernel.contracts import Setting

PLAN_DAYS = Setting(
    name="plan_days",
    kind=int,
    default=14,
    least=1,
    most=60,
    unit="days",
    en="Within how many days after a placement began its care plan and its implementation plan are there.",
    sv="Inom hur många dagar efter att en placering börjat vårdplan och genomförandeplan ska finnas.",
)
CHAIR_DAYS = Setting(
    name="chair_days",
    kind=int,
    default=14,
    least=1,
    most=60,
    unit="days",
    en="Within how many days the committee follows up what its chair has decided because it could not wait.",
    sv="Inom hur många dagar utskottet följer upp det som ordföranden beslutat för att det inte kunnat vänta.",
)
INFORMAL_STAY_DAYS = Setting(
    name="informal_stay_days",
    kind=int,
    default=30,
    least=1,
    most=120,
    unit="days",
    en="How long a child may live informally with relatives or friends until it is decided or ended.",
    sv="Hur länge ett barn får bo informellt hos anhöriga eller vänner tills det beslutas eller avslutas.",
)
DEADLINE_WARNING_DAYS = Setting(
    name="deadline_warning_days",
    kind=int,
    default=14,
    least=1,
    most=90,
    unit="days",
    en="How many days before a deadline of the law it is warned of.",
    sv="Hur många dagar före en lagstadgad tidsfrist den varnas för.",
)
VISIT_CONFIRM_DAYS = Setting(
    name="visit_confirm_days",
    kind=int,
    default=7,
    least=1,
    most=60,
    unit="days",
    en="Within how many days staff confirm a visit that a home has reported.",
    sv="Inom hur många dagar personalen bekräftar ett besök som ett hem har rapporterat.",
)
REPORT_EVERY_MONTHS = Setting(
    name="report_every_months",
    kind=int,
    default=1,
    least=1,
    most=6,
    unit="months",
    en="For how many months at a time contact families and contact persons report; the first period begins in January.",
    sv="För hur många månader åt gången kontaktfamiljer och kontaktpersoner rapporterar; den första börjar i januari.",
)
REPORT_BY_DAY = Setting(
    name="report_by_day",
    kind=int,
    default=3,
    least=1,
    most=28,
    unit="day of the month",
    en="By which day of the month after a period its visits have to be reported, as the tariff says it too.",
    sv="Till och med vilken dag i månaden efter en period dess besök ska ha rapporterats, liksom i taxan.",
)
REPORT_REMINDER_DAYS = Setting(
    name="report_reminder_days",
    kind=int,
    default=3,
    least=0,
    most=14,
    unit="days",
    en="How many days before that day homes that have reported nothing are reminded.",
    sv="Hur många dagar före den dagen hem som inte rapporterat något påminns.",
)
WEIGHT_NETWORK = Setting(
    name="weight_network",
    kind=int,
    default=30,
    least=0,
    most=100,
    unit="points",
    en="How much it counts in matching, beside the other things: that the home is known to the person already: a "
    "relative's or a friend's (SoL 22:1).",
    sv="Hur mycket det väger i matchningen, bredvid det andra: att personen redan känner hemmet: en anhörigs eller "
    "väns (SoL 22:1).",
)
WEIGHT_SIBLINGS = Setting(
    name="weight_siblings",
    kind=int,
    default=15,
    least=0,
    most=100,
    unit="points",
    en="How much it counts in matching, beside the other things: that siblings can stay together.",
    sv="Hur mycket det väger i matchningen, bredvid det andra: att syskon kan bo tillsammans.",
)
WEIGHT_DISTANCE = Setting(
    name="weight_distance",
    kind=int,
    default=30,
    least=0,
    most=100,
    unit="points",
    en="How much it counts in matching, beside the other things: how near it is.",
    sv="Hur mycket det väger i matchningen, bredvid det andra: hur nära det är.",
)
WEIGHT_LANGUAGE = Setting(
    name="weight_language",
    kind=int,
    default=10,
    least=0,
    most=100,
    unit="points",
    en="How much it counts in matching, beside the other things: a language that both have.",
    sv="Hur mycket det väger i matchningen, bredvid det andra: ett språk som båda har.",
)
WEIGHT_SCHOOL = Setting(
    name="weight_school",
    kind=int,
    default=5,
    least=0,
    most=100,
    unit="points",
    en="How much it counts in matching, beside the other things: that the person can go on in the same school.",
    sv="Hur mycket det väger i matchningen, bredvid det andra: att personen kan gå kvar i samma skola.",
)
WEIGHT_EXPERIENCE = Setting(
    name="weight_experience",
    kind=int,
    default=5,
    least=0,
    most=100,
    unit="points",
    en="How much it counts in matching, beside the other things: earlier placements that ended well.",
    sv="Hur mycket det väger i matchningen, bredvid det andra: tidigare placeringar som slutat väl.",
)
WEIGHT_ROTATION = Setting(
    name="weight_rotation",
    kind=int,
    default=5,
    least=0,
    most=100,
    unit="points",
    en="How much it counts in matching, beside the other things: that the home was not asked lately.",
    sv="Hur mycket det väger i matchningen, bredvid det andra: att hemmet inte tillfrågats nyligen.",
)
REACH_KM = Setting(
    name="reach_km",
    kind=int,
    default=120,
    least=5,
    most=2_000,
    unit="km",
    en="From which distance on a home has no points for being near.",
    sv="Från vilket avstånd ett hem inte får poäng för närhet.",
)
