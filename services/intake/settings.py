"""What a municipality decides for itself in intake."""

from services.kernel.contracts import Setting

CONTACT_DAYS = Setting(
    name="contact_days",
    kind=int,
    default=21,
    least=1,
    most=90,
    unit="days",
    en="Within how many days after an interest somebody gets in touch with the family.",
    sv="Inom hur många dagar efter en intresseanmälan någon hör av sig till familjen.",
)
PROOF_OF_WORK = Setting(
    name="proof_of_work",
    kind=int,
    default=0,
    least=0,
    most=100_000,
    unit="rounds",
    en="How much work a browser does before it may send the open form: rounds of hashing, 0 for none. A thousand take "
    "an old phone some seconds.",
    sv="Hur mycket arbete en webbläsare gör innan den får skicka det öppna formuläret: antal hashvarv, 0 för inget. "
    "Tusen tar några sekunder för en gammal telefon.",
)
MOST_DRAFTS = Setting(
    name="most_drafts",
    kind=int,
    default=2_000,
    least=0,
    most=100_000,
    unit="drafts",
    en="How many drafts of the open form are kept at once.",
    sv="Hur många utkast till det öppna formuläret som sparas samtidigt.",
)
