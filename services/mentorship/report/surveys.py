"""What can be done with surveys, and what is shown of them."""

import secrets
from datetime import date, timedelta
from typing import Any

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.listing import OWN, Listing
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer, paged
from services.mentorship.contract.mentorships import Status
from services.mentorship.contract.surveys import REFERENCE_UNKNOWN, SURVEY_CLOSES, SurveyReferenceTaken
from services.mentorship.homes.model import Home
from services.mentorship.offers.model import Mentorship
from services.mentorship.report.model import Survey, SurveyTaken, SurveyTicket, empty_counts

_REFERENCE_BYTES = 24
_SURVEYS = Listing(
    select(Survey.id, Survey.questions, Survey.opened_at, Survey.closes_on),
    order=(Survey.opened_at.desc(), Survey.id.desc()),
    own=Survey.id == any_(bindparam(OWN, type_=ARRAY(Text))),
)


def open_survey(unit: Unit, body: dict[str, Any]) -> Answer:
    """Asks the homes of the network."""
    if body["closes_on"] < unit.today:
        raise SURVEY_CLOSES.refusal("/closes_on")
    survey = Survey(
        id=new_id(),
        opened_at=unit.now,
        opened_by=unit.actor,
        changed_at=unit.now,
        counts=empty_counts(),
        **body,
    )
    unit.add(survey)
    return Answer(survey)


def list_surveys(unit: Unit, page: Page) -> Answer:
    """All of them; those that are open to the own home for a home's own user."""
    return paged(*unit.list(_SURVEYS, page, {OWN: _open_to_own(unit)} if unit.for_home else {}))


def get_survey(unit: Unit, survey_id: str) -> Answer:
    """One survey with its result; without a version, which would say how many have answered while they are few."""
    return Answer(_shown(unit, unit.read(Survey, survey_id)))


def take_survey_reference(unit: Unit, survey_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Gives the home its reference. It and the home are written down apart, in rows that have nothing in common."""
    survey = unit.session.get(Survey, (unit.context.tenant, survey_id))
    homes = _in_network(unit)
    if survey is None or not homes:
        raise NotFound
    survey.must_be_open_on(unit.today)
    unit.alone(f"survey {survey_id}")
    had = select(SurveyTaken.home_id).where(SurveyTaken.survey_id == survey_id, SurveyTaken.home_id.in_(homes))
    left = sorted(homes - set(unit.session.scalars(had)))
    if not left:
        raise SurveyReferenceTaken
    reference = secrets.token_urlsafe(_REFERENCE_BYTES)
    unit.add(SurveyTaken(id=secrets.token_hex(16), survey_id=survey_id, home_id=left[0]))
    unit.add(SurveyTicket(id=_known_as(unit, reference), survey_id=survey_id, used=False))
    return Answer({"reference": reference})


def answer_survey(unit: Unit, body: dict[str, Any]) -> Answer:
    """Adds the answers to those of the others; what was answered with which reference is written down nowhere."""
    found = select(SurveyTicket).where(SurveyTicket.id == _known_as(unit, body["reference"])).with_for_update()
    ticket = unit.session.scalars(found).one_or_none()
    if ticket is None:
        raise REFERENCE_UNKNOWN.refusal("/reference")
    ticket.use()
    survey = unit.lock(Survey, ticket.survey_id)
    survey.must_be_open_on(unit.today)
    survey.add(body["answers"], unit.now)
    return Answer({})


def latest(unit: Unit, until: date) -> Shown | None:
    """The latest survey that was open by a day."""
    opened = Survey.opened_at < clock.at_local(until + timedelta(days=1), 0)
    found = select(Survey).where(opened).order_by(Survey.opened_at.desc(), Survey.id.desc()).limit(1)
    survey = unit.session.scalars(found).one_or_none()
    return None if survey is None else _shown(unit, survey)


def _shown(unit: Unit, survey: Survey) -> Shown:
    return Shown(survey, results=survey.results_on(unit.today))


def _known_as(unit: Unit, reference: str) -> str:
    return unit.lookup(reference, Purpose.SURVEY_REFERENCE).hex()


def _in_network(unit: Unit) -> set[str]:
    """The caller's own homes that have a mentor, or had one: who has left has something to say, too."""
    own = unit.own_homes(Home)
    had = Mentorship.status.in_([Status.ACCEPTED, Status.ENDED])
    found = select(Mentorship.home_id).where(Mentorship.home_id.in_(own), had)
    return set(unit.session.scalars(found))


def _open_to_own(unit: Unit) -> list[str]:
    if not _in_network(unit):
        return []
    return list(unit.session.scalars(select(Survey.id).where(Survey.closes_on >= unit.today)))
