"""What of an application is whose."""

from typing import TYPE_CHECKING, Any

from services.kernel.contracts.about import Whose
from services.vocabulary.people import Relation

if TYPE_CHECKING:
    from services.intake.applications.model import Application


def details(application: "Application", whose: Whose) -> dict[str, Any]:
    """Of the form: the applicant is told all that was said but who the other adults are; each of those what was said of
    them, and neither where the applicant lives nor what the applicant wrote."""
    found = dict(application.details)
    own = [adult for adult in found.pop("adults") if whose.has(adult.get("personal_number"))]
    is_applicant = any(adult["relation"] == Relation.APPLICANT for adult in own)
    return {"adults": own, **(found if is_applicant else {})}
