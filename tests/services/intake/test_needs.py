"""A municipality publishes what it needs, and anybody reads it (R6)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.contract.needs import PublishNeed
from services.kernel.testing import Harness

APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
NEED = PublishNeed.example


@pytest.fixture(autouse=True)
def _in_april(intake: Harness) -> None:
    intake.now = APRIL


def publish(intake: Harness, name: str = "teenagers", **changes: Any) -> dict[str, Any]:
    return intake.do("publish_need", need_id=name, body={**NEED, **changes}, if_none_match=True)


def titles(intake: Harness, **call: Any) -> list[str]:
    return [one["title"] for one in intake.do("list_needs", roles=[], **call)["items"]]


def test_anybody_reads_it_the_newest_first(intake: Harness) -> None:
    publish(intake)
    intake.now = datetime(2026, 4, 2, 8, tzinfo=UTC)
    publish(intake, "babies", title="Jourhem för spädbarn")
    assert titles(intake) == ["Jourhem för spädbarn", NEED["title"]]
    assert titles(intake, tenant=intake.new_tenant()) == []


def test_it_is_shown_until_the_end_of_its_last_day(intake: Harness) -> None:
    publish(intake, until="2026-04-10")
    intake.now = datetime(2026, 4, 10, 21, 59, tzinfo=UTC)  # 10 April 23:59 in Sweden
    assert titles(intake) == [NEED["title"]]
    intake.now = datetime(2026, 4, 10, 22, 0, tzinfo=UTC)
    assert titles(intake) == []
    assert NEED["title"] not in intake.do("read_needs_feed", roles=[])["text"]


def test_one_is_changed_by_whoever_has_seen_what_holds(intake: Harness) -> None:
    publish(intake)
    call = {"need_id": "teenagers", "body": {**NEED, "title": "Annat"}}
    assert intake.code("publish_need", if_none_match=True, **call) == (412, "already_exists")
    assert intake.do("publish_need", if_match="1", **call)["title"] == "Annat"
    assert intake.code("publish_need", if_match="1", **call) == (412, "stale")


def test_one_is_taken_back(intake: Harness) -> None:
    publish(intake)
    intake.do("withdraw_need", need_id="teenagers")
    assert titles(intake) == []
    assert intake.code("withdraw_need", need_id="teenagers") == (404, "not_found")


def test_a_wrong_one_is_refused_and_nothing_published(intake: Harness) -> None:
    body = {**NEED, "age_from": 17, "age_to": 13}
    fault = intake.refusal("publish_need", need_id="teenagers", body=body, if_none_match=True)
    assert [one["code"] for one in fault["errors"]] == ["ages_in_order"]
    assert titles(intake) == []


def test_the_feed_names_the_municipality_and_its_needs(intake: Harness) -> None:
    publish(intake)
    text = intake.do("read_needs_feed", roles=[])["text"]
    assert f"urn:hemvist:{intake.tenant}:needs:teenagers" in text
    assert NEED["title"] in text


def test_only_a_recruiter_publishes(intake: Harness) -> None:
    call = {"need_id": "teenagers", "body": NEED, "if_none_match": True, "roles": ["caseworker"]}
    assert intake.code("publish_need", **call) == (403, "missing_role")
