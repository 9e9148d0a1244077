"""A home that has gone leaves nothing in mentorship, and what was seen of it is forgotten in its time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.investigation.contract.events import HOME_APPROVED, HOME_WEEDED
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.kernel.work.clockwork import Due
from services.placement.contract.events import PLACEMENT_STARTED, PLACEMENT_WEEDED
from tests.conftest import Urls
from tests.home_changes import a_weeding
from tests.services.mentorship.conftest import a_start, an_adult, an_approval, approve_home, of_home, register
from tests.services.mentorship.conftest import start_placement as start
from tests.tenancy.scenes import mentorship as network

NOW = datetime(2033, 5, 2, 9, tzinfo=UTC)


@pytest.fixture
def rows(database_of: Callable[[str], Urls], mentorship: Harness) -> Any:
    """How many rows the municipality has in a table."""
    with psycopg.connect(database_of("mentorship").admin, autocommit=True) as admin:

        def count(table: str) -> int:
            found = admin.execute(f"select count(*) from {table} where tenant = %s", (mentorship.tenant,)).fetchone()
            return int(found[0]) if found else 0

        yield count


def weed_tonight(mentorship: Harness, at: datetime) -> None:
    mentorship.now = at
    duty, _ = mentorship.service.duties()["weed"]
    with mentorship.database.unit(
        Context(tenant=mentorship.tenant, actor="", request_id="", deadline=0), now=at
    ) as unit:
        unit.plan(duty, at=at)
        unit.commit()
    assert mentorship.clockwork.carry_out(Due(tenant=mentorship.tenant, name="weed", subject=""), now=at)


def test_a_home_goes_with_its_mentorship_and_those_in_which_it_is_the_mentor(mentorship: Harness, rows: Any) -> None:
    mentor = approve_home(mentorship)
    register(mentorship, mentor)
    first, second = approve_home(mentorship), approve_home(mentorship)
    start(mentorship, first)
    start(mentorship, second)
    mentorship.react(HOME_WEEDED, a_weeding(first))
    assert of_home(mentorship, first) == []
    assert [one["mentor_home_id"] for one in of_home(mentorship, second)] == [mentor]
    mentorship.react(HOME_WEEDED, a_weeding(mentor))
    assert {table: rows(table) for table in ("home", "adult", "mentor", "mentorship")} == {
        "home": 1,
        "adult": 1,
        "mentor": 0,
        "mentorship": 0,
    }


def test_what_was_seen_of_things_that_are_gone_is_forgotten_once_no_event_of_them_can_come(
    mentorship: Harness, rows: Any
) -> None:
    mentorship.now = NOW
    approved = an_approval(adults=[an_adult()])
    started = a_start(approved["home_id"])
    mentorship.react(HOME_APPROVED, approved)
    mentorship.react(PLACEMENT_STARTED, started)
    mentorship.react(PLACEMENT_WEEDED, started)
    mentorship.react(HOME_WEEDED, a_weeding(approved["home_id"], approval_ids=[approved["approval_id"]]))
    seen = rows("seen_version")
    assert seen == 4
    weed_tonight(mentorship, NOW + timedelta(days=41))
    assert rows("seen_version") == seen
    weed_tonight(mentorship, NOW + timedelta(days=43))
    assert (rows("seen_version"), rows("weeded")) == (0, 0)


def test_what_was_seen_of_others_stays(mentorship: Harness, rows: Any) -> None:
    mentorship.now = NOW
    approve_home(mentorship)
    mentorship.react(HOME_WEEDED, a_weeding(approve_home(mentorship)))
    weed_tonight(mentorship, NOW + timedelta(days=43))
    assert rows("home") == 1
    assert rows("seen_version") >= 1


def test_a_home_goes_with_all_that_is_its_own_and_nothing_of_another_home_does(mentorship: Harness, rows: Any) -> None:
    scene = network.scene(mentorship)
    which = {"respite_id": scene.ids["respite_id"], "roles": ["coordinator"]}
    (asked,) = mentorship.do("get_respite", **which)["offers"]
    body = {"home_id": asked["home_id"]}
    mentorship.do("offer_respite", body=body, **which)
    mentorship.do("accept_respite", body=body, **which)
    mentor = mentorship.do("get_mentor", mentor_id=scene.ids["mentor_id"])
    mentorship.react(HOME_WEEDED, a_weeding(mentor["home_id"]))  # which gave the respite
    assert mentorship.do("get_respite", **which)["giving_home_id"] is None
    assert (rows("mentor"), rows("contact"), rows("invitation")) == (0, 0, 1)
    mentorship.react(HOME_WEEDED, a_weeding(scene.ids["home_id"]))
    gone = ("invitation", "enrolment", "thread", "message", "thread_file", "thread_mark", "team_member")
    gone += ("respite_request", "respite_offer", "home_calendar", "survey_taken")
    assert {table: rows(table) for table in gone} == dict.fromkeys(gone, 0)
    assert {table: rows(table) for table in ("gathering", "course", "survey")} == {
        "gathering": 1,
        "course": 1,
        "survey": 2,
    }


def test_an_assignment_goes_with_its_placement(mentorship: Harness, rows: Any) -> None:
    started = a_start(approve_home(mentorship))
    mentorship.react(PLACEMENT_STARTED, started)
    assert rows("support") == 1
    mentorship.react(PLACEMENT_WEEDED, started)
    assert rows("support") == 0
