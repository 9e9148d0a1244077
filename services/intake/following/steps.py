"""What comes next for whoever has applied, in plain Swedish and English. Pure."""

from datetime import date

from services.intake.contract.applications import Status

_TEXTS: dict[str, tuple[str, str]] = {
    Status.OFFERED: (
        "En annan kommun har lämnat över din intresseanmälan hit. Kommunen svarar senast {day}.",
        "Another municipality has handed over your application. This one answers by {day}.",
    ),
    Status.RECEIVED: (
        "Kommunen hör av sig till dig senast {day}.",
        "The municipality gets in touch with you by {day}.",
    ),
    Status.CONTACTED: (
        "Kommunen har talat med dig och tar ställning till om en utredning ska inledas.",
        "The municipality has talked with you and considers whether to open an investigation.",
    ),
    Status.QUALIFIED: (
        "Din intresseanmälan har gått vidare till utredning. Den som utreder hör av sig.",
        "Your application has gone on to an investigation. The investigator gets in touch.",
    ),
    Status.DECLINED: (
        "Kommunen går inte vidare med din intresseanmälan nu. Ring kommunen om du undrar varför.",
        "The municipality does not go on with your application now. Ring it up if you wonder why.",
    ),
    Status.WITHDRAWN: (
        "Din intresseanmälan är tillbakatagen. Du är välkommen att anmäla dig igen.",
        "Your application has been withdrawn. You are welcome to apply again.",
    ),
    Status.TRANSFERRED: (
        "Din intresseanmälan har med ditt samtycke lämnats över till en annan kommun, som hör av sig.",
        "With your consent your application has been handed over to another municipality, which gets in touch.",
    ),
}
_LATE = (
    "Kommunen skulle ha hört av sig senast {day} och har inte nått dig. Ring kommunen om du vill.",
    "The municipality should have been in touch by {day} and has not reached you. Ring it up if you like.",
)


def next_step(status: str, contact_by: date, *, is_overdue: bool) -> dict[str, str]:
    """A `PlainText` for an application with this status."""
    sv, en = _LATE if is_overdue else _TEXTS[status]
    return {"sv": sv.format(day=contact_by), "en": en.format(day=contact_by)}
