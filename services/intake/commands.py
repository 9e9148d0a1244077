"""What can be done with an application: one function per use case, each one unit of work."""

from datetime import date
from typing import Any

from services.intake import contract, deadlines, queries
from services.intake.model import Applicant, Application, receive
from services.kernel.contracts import birth_date
from services.kernel.database import Unit
from services.kernel.days import age_on
from services.kernel.errors import InvalidInput
from services.kernel.operations import Answer

ADULT = 18  #: years


def submit_application(unit: Unit, body: dict[str, Any]) -> Answer:
    """Receives an interest and starts the clock."""
    _check_adults(body, unit.today)
    days = int(unit.settings.get("contact_days", deadlines.CONTACT_DAYS))
    application = receive(body, at=unit.now, contact_days=days)
    unit.store(application)
    for adult in application.adults:
        lookup = unit.lookup(adult["personal_number"])
        unit.store(Applicant(id=adult["id"], application_id=application.id, lookup=lookup))
    return Answer(queries.receipt(application), version_of=application)


def _check_adults(body: dict[str, Any], today: date) -> None:
    """Who is named as an adult of the household has turned eighteen, the age of majority (Parental Code 9:1)."""
    errors = [
        {"pointer": f"/adults/{number}/personal_number", "detail": "An adult of the household is eighteen or older."}
        for number, adult in enumerate(body.get("adults", []))
        if not _is_of_age(birth_date(adult["personal_number"]), today)
    ]
    if errors:
        raise InvalidInput(errors=errors)


def _is_of_age(born: date, today: date) -> bool:
    return born <= today and age_on(born, today) >= ADULT


def record_contact(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """Logs an attempt to get in touch."""
    application = unit.load(Application, application_id)
    application.record_contact(body["way"], reached=body["reached"], note=body["note"], by=unit.actor, at=unit.now)
    return queries.answer(application, unit.today)


def qualify_application(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Lets the application go on to an investigation."""
    application = unit.load(Application, application_id)
    told = application.qualify(at=unit.now)
    unit.record(contract.APPLICATION_QUALIFIED, subject=application.id, data=told)
    return queries.answer(application, unit.today)
