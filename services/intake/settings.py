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
