"""Weeding of homes' files: what keeps one, and what the others are told when it has gone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.investigation.contract.concerns import ReportConcern
from services.investigation.contract.decisions import DecideInvestigation
from services.investigation.contract.events import HOME_CHANGED, HOME_WEEDED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.mentorship.contract.events import MENTORSHIP_ACCEPTED
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.retention import counts, due, kept, preview, run, weed
from tests.services.investigation.conftest import (
    REJECTION,
    a_mentorship,
    a_proposal,
    a_start,
    an_application,
    make_ready,
    open_one,
)

IN_FIVE_YEARS = datetime(2031, 5, 2, 9, tzinfo=UTC)
ADULT = {"id": "019a0000-0000-7000-8000-0000000000c1", "given_name": "Anna", "family_name": "Berg",
         "relation": "applicant", "personal_number": "198003049805"}  # fmt: skip


def number_of(day: str, serial: int = 980) -> str:
    digits = f"{day[2:]}{serial}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return f"{day}{serial}{-sum(sum(divmod(one, 10)) for one in doubled) % 10}"


def an_adult(day: str = "19800304") -> dict[str, Any]:
    return {**ADULT, "id": new_id(), "personal_number": number_of(day)}


@pytest.fixture
def opened(investigation: Harness) -> dict[str, Any]:
    """An investigation of Anna, who was not born on the 5th, 15th or 25th, opened on 2 May 2026."""
    return open_one(investigation, adults=[an_adult()])


def decided(investigation: Harness, opened: dict[str, Any], **proposal: Any) -> None:
    """The investigation is decided on as proposed."""
    make_ready(investigation, opened)
    body = proposal or a_proposal()
    which = {"investigation_id": opened["id"]}
    investigation.do("propose_decision", body=body, actor="ivar", **which)
    outcome = {**DecideInvestigation.example, "outcome": body["outcome"]}
    investigation.do("decide_investigation", body=outcome, actor="dora", **which)


class TestHowLong:
    def test_a_rejected_home_has_its_five_years(self, investigation: Harness, opened: dict[str, Any]) -> None:
        decided(investigation, opened, **REJECTION)
        day_before = preview(investigation, IN_FIVE_YEARS - timedelta(days=1))
        assert kept(day_before) == {("home", "time_has_not_come"): 1}
        found = preview(investigation, IN_FIVE_YEARS)
        assert due(found) == {"home": [opened["home_id"]]}
        assert found["due"][0]["finish_by"] == "2032-12-31"

    def test_an_approved_one_has_them_after_the_last_day_of_its_approval(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        decided(investigation, opened)
        last = date.fromisoformat(a_proposal()["valid_until"])
        investigation.pass_time(datetime(last.year, last.month, last.day, 22, 30, tzinfo=UTC))  # midnight in Sweden
        at = datetime(last.year + 5, last.month, last.day, 9, tzinfo=UTC)
        assert due(preview(investigation, at - timedelta(days=1))) == {}
        found = preview(investigation, at + timedelta(days=1))  # the end is told the day after
        assert due(found) == {"home": [opened["home_id"]]}

    def test_one_of_somebody_born_on_the_15th_is_kept(self, investigation: Harness) -> None:
        opened = open_one(investigation, adults=[an_adult("19800315")])
        decided(investigation, opened, **REJECTION)
        assert kept(preview(investigation, IN_FIVE_YEARS)) == {("home", "born_on_5_15_25"): 1}

    def test_where_a_child_was_placed_it_is_kept_for_ever(self, investigation: Harness, opened: dict[str, Any]) -> None:
        placed = a_start(opened["home_id"], starts_on=date(2026, 6, 1))
        investigation.react(PLACEMENT_STARTED, placed)
        assert kept(preview(investigation, IN_FIVE_YEARS)) == {("home", "in_use"): 1}
        investigation.react(PLACEMENT_ENDED, {**placed, "ends_on": date(2026, 6, 30)})
        found = preview(investigation, datetime(2126, 1, 1, tzinfo=UTC))
        assert kept(found) == {("home", "child_placed"): 1}
        assert found["kept"][0]["law"] == "SoL 16:2"

    @pytest.mark.parametrize(
        "overrides", [{"assignment": "contact_family"}, {"birth_date": date(2000, 1, 1)}], ids=["contact", "adult"]
    )
    def test_a_contact_family_or_a_grown_ups_home_is_not(
        self, investigation: Harness, opened: dict[str, Any], overrides: dict[str, Any]
    ) -> None:
        placed = a_start(opened["home_id"], **overrides)
        investigation.react(PLACEMENT_STARTED, placed)
        assert kept(preview(investigation, datetime(2050, 1, 1, tzinfo=UTC))) == {("home", "in_use"): 1}
        investigation.react(PLACEMENT_ENDED, {**placed, "ends_on": date(2029, 6, 30)})
        assert due(preview(investigation, datetime(2034, 6, 29, 9, tzinfo=UTC))) == {}
        assert due(preview(investigation, datetime(2034, 6, 30, 9, tzinfo=UTC))) == {"home": [opened["home_id"]]}

    def test_a_mentor_is_kept_as_long_as_the_home_that_it_supports(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        other = open_one(investigation, adults=[an_adult()])
        accepted = a_mentorship(mentor=opened["home_id"], home=other["home_id"])
        investigation.react(MENTORSHIP_ACCEPTED, accepted)
        first = preview(investigation, IN_FIVE_YEARS)
        assert (due(first), kept(first)) == ({"home": [other["home_id"]]}, {("home", "in_use"): 1})
        run(investigation, first)
        assert due(preview(investigation, IN_FIVE_YEARS)) == {"home": [opened["home_id"]]}


class TestRun:
    def test_the_whole_file_goes_and_the_others_are_told(self, investigation: Harness, opened: dict[str, Any]) -> None:
        decided(investigation, opened, **REJECTION)
        record = weed(investigation, IN_FIVE_YEARS)
        assert counts(record["rows"]) == {
            "home": 1,
            "adult": 1,
            "investigation": 1,
            "register_check": 5,
            "meeting": 2,
            "given_reference": 1,
            "assessment": 7,
            "proposal": 1,
            "decision": 1,
        }
        (told,) = investigation.recorded(HOME_WEEDED)
        assert told["home_id"] == opened["home_id"]
        assert told["application_ids"] == [opened["application_id"]]
        assert told["investigation_ids"] == [opened["id"]]
        assert investigation.code("get_investigation", investigation_id=opened["id"]) == (404, "not_found")
        assert investigation.do("list_investigations")["items"] == []

    def test_what_is_told_is_newer_than_all_that_was_told_before(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        weed(investigation, IN_FIVE_YEARS)
        versions = versions_told(investigation, opened["home_id"])
        assert [name for name, _ in versions][-1] == "home_weeded.v1"
        numbers = [version for _, version in versions]
        assert numbers == sorted(set(numbers))

    def test_a_home_that_comes_again_under_its_id_goes_on_from_there(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        weed(investigation, IN_FIVE_YEARS)
        again = an_application(home_id=opened["home_id"], adults=[an_adult()])
        investigation.react(APPLICATION_QUALIFIED, again)
        assert len(investigation.recorded(HOME_CHANGED)) == 2
        numbers = [version for _, version in versions_told(investigation, opened["home_id"])]
        assert numbers == sorted(set(numbers))

    def test_a_file_that_is_used_again_after_the_preview_stays(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        found = preview(investigation, IN_FIVE_YEARS)
        investigation.react(PLACEMENT_STARTED, a_start(opened["home_id"]))
        assert kept(run(investigation, found)) == {("home", "in_use"): 1}
        assert investigation.recorded(HOME_WEEDED) == []

    def test_an_investigation_that_is_written_in_after_the_preview_keeps_the_file(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        found = preview(investigation, IN_FIVE_YEARS)
        body = {"rating": "met", "note": "Room for two."}
        which = {"investigation_id": opened["id"], "if_match": "*"}
        investigation.do("assess_area", area="housing", body=body, **which)
        assert kept(run(investigation, found)) == {("home", "time_has_not_come"): 1}


def versions_told(investigation: Harness, home_id: str) -> list[tuple[str, int]]:
    """What waits to be told about a home, in its order: kind and version."""
    with psycopg.connect(investigation.relay_url) as connection:
        rows = connection.execute(
            "select routing_key, (envelope->>'subjectversion')::bigint from outbox "
            "where tenant = %s and envelope->>'subject' = %s order by position",
            (investigation.tenant, home_id),
        ).fetchall()
    return [(str(key), int(version)) for key, version in rows]


class TestConcerns:
    def test_a_file_with_a_concern_that_nobody_has_settled_stays(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        decided(investigation, opened, **REJECTION)
        body = {**ReportConcern.example, "home_id": opened["home_id"]}
        concern = investigation.do("report_concern", body=body, actor="karin")
        assert kept(preview(investigation, IN_FIVE_YEARS)) == {("home", "in_use"): 1}
        settled = {"outcome": "unfounded", "text": "Nothing."}
        investigation.now = datetime(2026, 5, 2, 10, tzinfo=UTC)
        investigation.do("settle_concern", concern_id=concern["id"], body=settled, actor="ivar")
        record = weed(investigation, IN_FIVE_YEARS + timedelta(days=1))
        assert counts(record["rows"])["concern"] == 1
        (told,) = investigation.recorded(HOME_WEEDED)
        assert told["concern_ids"] == [concern["id"]]

    def test_a_revoked_approval_has_ended_on_the_day_it_was_revoked(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        decided(investigation, opened)
        (approval,) = investigation.do("list_approvals")["items"]
        investigation.do("revoke_approval", approval_id=approval["id"], body={"reason": "So."})
        found = preview(investigation, IN_FIVE_YEARS)
        assert due(found) == {"home": [opened["home_id"]]}
