"""R25: a home that is one no more keeps its mentor's place until the coordinator has looked at it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.investigation.contract.events import (
    APPROVAL_REINSTATED,
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    HOME_APPROVED,
)
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.mentorship.offers.unapproved import FIND_UNAPPROVED
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.services.mentorship.conftest import a_start, an_adult, an_approval, approve_home, register, somebody

MORNING = datetime(2027, 5, 20, 8, tzinfo=UTC)
NIGHT = datetime(2027, 5, 20, 22, tzinfo=UTC)  #: midnight in Sweden
NEXT_NIGHT = datetime(2027, 5, 21, 22, tzinfo=UTC)


def night(mentorship: Harness, now: datetime) -> None:
    """A night passes, with what it looks for."""
    context = Context(tenant=mentorship.tenant, actor="", request_id="", deadline=0)
    with mentorship.database.unit(context, now=now) as unit:
        unit.plan(FIND_UNAPPROVED, at=now)
        unit.commit()
    mentorship.pass_time(now)


def due(mentorship: Harness) -> list[tuple[str, str, str]]:
    """The coordinator's mentorships without approval: by when, of which one, and where it stands."""
    query = {"kind": "mentorship_without_approval"}
    items = mentorship.do("list_deadlines", roles=["coordinator"], query=query)["items"]
    return [(one["due_on"], one["subject"]["id"], one["detail"]) for one in items]


@pytest.fixture
def approval(mentorship: Harness) -> dict[str, Any]:
    """The approval of a home."""
    mentorship.now = MORNING
    told = an_approval(adults=[an_adult(somebody())])
    mentorship.react(HOME_APPROVED, told)
    return told


@pytest.fixture
def offered(mentorship: Harness, approval: dict[str, Any]) -> str:
    """The mentorship that the home is offered."""
    mentor = register(mentorship, approve_home(mentorship))
    body = {"home_id": approval["home_id"], "mentor_id": mentor["id"]}
    return str(mentorship.do("offer_mentorship", body=body)["id"])


@pytest.fixture
def accepted(mentorship: Harness, offered: str) -> str:
    """And that it has accepted."""
    mentorship.do("accept_mentorship", mentorship_id=offered)
    return offered


def turned(approval: dict[str, Any]) -> dict[str, Any]:
    return {"approval_id": approval["approval_id"], "home_id": approval["home_id"], "on": date(2027, 5, 20)}


def test_a_home_whose_approval_is_revoked_is_a_deadline_from_the_night_on(
    mentorship: Harness, approval: dict[str, Any], accepted: str
) -> None:
    night(mentorship, MORNING)
    assert due(mentorship) == []
    mentorship.react(APPROVAL_REVOKED, turned(approval))
    night(mentorship, NIGHT)
    assert due(mentorship) == [("2027-05-21", accepted, "accepted")]
    night(mentorship, NEXT_NIGHT)
    assert due(mentorship) == [("2027-05-21", accepted, "accepted")]


def test_so_is_one_that_is_only_offered_a_mentor(mentorship: Harness, approval: dict[str, Any], offered: str) -> None:
    mentorship.react(APPROVAL_REVOKED, turned(approval))
    night(mentorship, NIGHT)
    assert due(mentorship) == [("2027-05-21", offered, "offered")]


def test_so_is_one_whose_approval_has_ended(mentorship: Harness, accepted: str) -> None:
    night(mentorship, datetime(2028, 4, 29, 22, tzinfo=UTC))
    assert due(mentorship) == []
    night(mentorship, datetime(2028, 4, 30, 22, tzinfo=UTC))
    assert due(mentorship) == [("2028-05-01", accepted, "accepted")]


def test_it_is_none_once_the_coordinator_has_ended_it(
    mentorship: Harness, approval: dict[str, Any], accepted: str
) -> None:
    mentorship.react(APPROVAL_REVOKED, turned(approval))
    night(mentorship, NIGHT)
    mentorship.do("end_mentorship", mentorship_id=accepted)
    assert due(mentorship) == []


def test_it_is_none_any_more_when_the_approval_holds_again(
    mentorship: Harness, approval: dict[str, Any], accepted: str
) -> None:
    mentorship.react(APPROVAL_SUSPENDED, turned(approval))
    night(mentorship, NIGHT)
    assert due(mentorship) == [("2027-05-21", accepted, "accepted")]
    mentorship.react(APPROVAL_REINSTATED, turned(approval))
    night(mentorship, NEXT_NIGHT)
    assert due(mentorship) == []


def test_as_long_as_somebody_lives_there_the_home_needs_its_mentor(
    mentorship: Harness, approval: dict[str, Any], accepted: str
) -> None:
    start = a_start(approval["home_id"])
    mentorship.react(PLACEMENT_STARTED, start)
    mentorship.react(APPROVAL_REVOKED, turned(approval))
    night(mentorship, NIGHT)
    assert due(mentorship) == []
    last = {"placement_id": start["placement_id"], "home_id": approval["home_id"], "ends_on": date(2027, 5, 21)}
    mentorship.react(PLACEMENT_ENDED, {**last, "reason": "planned"})
    night(mentorship, NIGHT)
    assert due(mentorship) == []  # until the end of that day
    night(mentorship, NEXT_NIGHT)
    assert due(mentorship) == [("2027-05-22", accepted, "accepted")]
