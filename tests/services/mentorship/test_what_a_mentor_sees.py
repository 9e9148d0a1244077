"""R26: whatever a mentor asks, of a home that it supports it reads the first names, the part of the municipality and
what both have to do with each other: neither surname nor address nor number, and nothing of a child."""

import json
import re
from typing import Any

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from services.mentorship.service import Mentorship
from tests.home_changes import a_change
from tests.home_changes import an_adult as a_person
from tests.services.mentorship.conftest import BERTIL
from tests.tenancy.coverage import path_parameters
from tests.tenancy.scenes import ANNA
from tests.tenancy.scenes import mentorship as scenes

ADDRESS = {"street": "Markörgatan 7", "postcode": "79999", "locality": "Almby", "latitude": 59.31, "longitude": 15.11}
#: What a mentor is told nowhere: surname, street, postcode, position, number, phone, birth year of a child.
HIDDEN = re.compile(r"Markör|79999|59[.]31|15[.]11|46799990001|2015|markor@|" + ANNA)
READING = [name for name, operation in Mentorship.operations().items() if operation.reads and "home" in operation.roles]


@pytest.fixture
def ids(mentorship: Harness) -> dict[str, str]:
    """A scene in which Bertil is the mentor of Anna's home, of which everything is known."""
    scene = scenes.scene(mentorship)
    people = [a_person(ANNA, given_name="Astrid", family_name="Markörsson")]
    told = {"adults": people, "address": ADDRESS, "position": {"latitude": 59.31, "longitude": 15.11}}
    reached = {"phone": "+46799990001", "email": "markor@example.se", "children_birth_years": [2015]}
    mentorship.react(HOME_CHANGED, a_change(scene.ids["home_id"], **told, **reached))
    mentor = mentorship.do("get_mentor", mentor_id=scene.ids["mentor_id"])
    mentorship.react(HOME_CHANGED, a_change(mentor["home_id"], adults=[a_person(BERTIL)]))
    return dict(scene.ids)


@pytest.mark.parametrize("name", READING)
def test_no_operation_tells_a_mentor_more_of_the_home(mentorship: Harness, ids: dict[str, str], name: str) -> None:
    path: Any = {one: ids[one] for one in path_parameters(Mentorship, name)}
    reply = mentorship.reply(name, roles=["home"], personal_number=BERTIL, **path)
    assert HIDDEN.findall(json.dumps(reply, ensure_ascii=False)) == []


def test_the_check_would_see_it(mentorship: Harness, ids: dict[str, str]) -> None:
    """The coordinator is told."""
    seen = mentorship.do("get_mentorship", mentorship_id=ids["mentorship_id"], roles=["coordinator"])
    assert HIDDEN.findall(json.dumps(seen, ensure_ascii=False))
    own = mentorship.do("get_mentorship", mentorship_id=ids["mentorship_id"], roles=["home"], personal_number=BERTIL)
    assert (own["home_name"], own["home_locality"]) == ("Astrid", "Almby")
