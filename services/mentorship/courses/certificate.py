"""The certificate (intyg) of what a home attended, in Swedish words, for its template. Knows neither how a document is
set nor who asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.mentorship.contract.courses import CourseKind

TEMPLATE = Path(__file__).with_name("certificate.typ")
TITLE = "Intyg om deltagande"
KINDS = {
    CourseKind.COURSE: "Utbildning",
    CourseKind.THEME_DAY: "Temadag",
    CourseKind.SUPERVISION: "Handledning i grupp",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """Everything that stands in it."""

    home: str
    kind: str
    title: str
    supervisor: str | None
    days: tuple[date, ...]


def content_of(kind: str, title: str, supervisor: str | None, home: str, days: Sequence[date]) -> Certificate:
    """What stands in the certificate of a home that attended on these days."""
    return Certificate(home=home, kind=KINDS[CourseKind(kind)], title=title, supervisor=supervisor, days=tuple(days))
