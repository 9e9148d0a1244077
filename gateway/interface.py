"""What the interface is called, where it is, and which parts it has."""

from gateway.routes import ACROSS

VERSION = "1.0.0"
RELEASED = "2026-11-22"
ROOT = "/hemvist/v1"


def said_of_it(documentation: str) -> dict[str, str]:
    """Its name, version and state, as DIGG's profile names them (VER.06), with where its readable page is."""
    return {
        "apiName": "hemvist",
        "apiVersion": VERSION,
        "apiReleased": RELEASED,
        "apiDocumentation": documentation,
        "apiStatus": "active",
    }


TAGS = {
    "intake": "Interests and applications. Intresseanmälningar.",
    "investigation": "Investigations and approvals. Utredningar och godkännanden.",
    "placement": "Homes, requests, inquiries and placements. Hem, behov, förfrågningar och placeringar.",
    "mentorship": "Mentor families. Mentorsfamiljer.",
    "compensation": "Tariffs, agreements and pay. Taxor, avtal och ersättning.",
    ACROSS: "What all services answer together. Det som alla tjänster svarar på tillsammans.",
}
