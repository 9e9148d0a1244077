"""Mentor and home become one household: no home is its own mentor, and none stays so unnoticed."""

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from services.mentorship.contract.events import MENTORSHIP_ENDED
from tests.home_changes import a_change
from tests.services.mentorship.conftest import (
    ANNA,
    BERTIL,
    CECILIA,
    an_adult,
    approve_home,
    north,
    of_home,
    register,
    start_placement,
)


@pytest.fixture
def homes(mentorship: Harness) -> dict[str, str]:
    """A mentor's home, and the home that it was offered to."""
    mentor = approve_home(mentorship, adult=BERTIL, position=north(0.1))
    register(mentorship, mentor)
    return {"mentor": mentor, "home": start_placement(mentorship, approve_home(mentorship, adult=ANNA))["home_id"]}


def move_in(mentorship: Harness, home_id: str, *numbers: str) -> None:
    mentorship.react(HOME_CHANGED, a_change(home_id, adults=[an_adult(number) for number in numbers]))


@pytest.mark.parametrize("into", ["home", "mentor"])
def test_what_was_offered_is_taken_back_whichever_of_the_two_somebody_moves_into(
    mentorship: Harness, homes: dict[str, str], into: str
) -> None:
    other = start_placement(mentorship, approve_home(mentorship))
    move_in(mentorship, homes[into], ANNA, BERTIL)
    (mine,) = of_home(mentorship, homes["home"])
    assert (mine["status"], mine["mentor_id"]) == ("waiting", None)
    assert [one["status"] for one in of_home(mentorship, other["home_id"])] == ["offered"]


def test_what_was_accepted_ends_and_the_home_is_offered_its_nearest_other_one(
    mentorship: Harness, homes: dict[str, str]
) -> None:
    (offered,) = of_home(mentorship, homes["home"])
    mentorship.do("accept_mentorship", mentorship_id=offered["id"])
    other = register(mentorship, approve_home(mentorship, position=north(0.5)))
    move_in(mentorship, homes["home"], ANNA, BERTIL)
    assert [(one["status"], one["mentor_id"]) for one in of_home(mentorship, homes["home"])] == [
        ("ended", offered["mentor_id"]),
        ("offered", other["id"]),
    ]
    assert [one["mentorship_id"] for one in mentorship.recorded(MENTORSHIP_ENDED)] == [offered["id"]]


def test_the_place_goes_to_a_home_that_waits(mentorship: Harness) -> None:
    mentor = approve_home(mentorship, adult=BERTIL)
    register(mentorship, mentor, capacity=1)
    home = start_placement(mentorship, approve_home(mentorship, adult=ANNA))
    waiting = start_placement(mentorship, approve_home(mentorship))
    assert waiting["status"] == "waiting"
    move_in(mentorship, home["home_id"], ANNA, BERTIL)
    assert [one["status"] for one in of_home(mentorship, waiting["home_id"])] == ["offered"]


def test_of_others_who_move_in_nothing_follows(mentorship: Harness, homes: dict[str, str]) -> None:
    move_in(mentorship, homes["home"], ANNA, CECILIA)
    assert [one["status"] for one in of_home(mentorship, homes["home"])] == ["offered"]
