"""R10: every adult of the household is looked up, also one who was a child when the home was approved."""

from datetime import UTC, datetime

import pytest

from services.kernel.testing import Harness
from tests.services.investigation.conftest import approve, make_ready, open_one
from tests.services.investigation.test_rechecks import investigations, night

LAST_EVENING = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  #: midnight in Sweden
#: the eighteen year old, who has told of it
CHILD = {
    "given_name": "Cecilia",
    "family_name": "Carlsson",
    "personal_number": "189001019828",
    "relation": "adult_child",
}


@pytest.fixture
def home_id(investigation: Harness) -> str:
    """An approved home with a child of nine and one of seventeen years, in the year before that one comes of age."""
    opened = open_one(investigation, children_birth_years=[2017, 2009])
    return str(approve(investigation, make_ready(investigation, opened))["home_id"])


def due(harness: Harness) -> list[tuple[str, str]]:
    query = {"kind": "child_of_age"}
    items = harness.do("list_deadlines", roles=["investigator"], query=query)["items"]
    return [(one["due_on"], one["subject"]["id"]) for one in items]


def test_it_is_a_deadline_from_the_beginning_of_the_year_in_which_a_child_comes_of_age(
    investigation: Harness, home_id: str
) -> None:
    night(investigation, LAST_EVENING)
    assert due(investigation) == []
    night(investigation, NEW_YEAR)
    assert due(investigation) == [("2027-12-31", home_id)]


def test_named_as_an_adult_the_child_is_looked_up_and_the_deadline_gone(investigation: Harness, home_id: str) -> None:
    night(investigation, NEW_YEAR)
    body = {"adults": [CHILD], "children_at_home": [{"birth_year": 2017}]}
    amended = investigation.do("amend_home_file", home_id=home_id, body=body, if_match="*")
    assert amended["approvals_wait"]
    assert investigations(investigation, home_id)[-1]["kind"] == "renewal"
    assert due(investigation) == []


def test_whatever_else_is_amended_leaves_it(investigation: Harness, home_id: str) -> None:
    night(investigation, NEW_YEAR)
    body = {"languages": ["sv"]}
    investigation.do("amend_home_file", home_id=home_id, body=body, if_match="*")
    assert due(investigation) == [("2027-12-31", home_id)]


def test_a_home_that_is_approved_no_more_has_none(investigation: Harness, home_id: str) -> None:
    night(investigation, NEW_YEAR)
    (approval,) = investigation.do("list_approvals")["items"]
    investigation.do("revoke_approval", approval_id=approval["id"], body={"reason": "So."})
    assert due(investigation) == []
