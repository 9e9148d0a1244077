"""R26: whatever a mentor asks, of a home that it supports it reads the first names, the part of the municipality and
what both have to do with each other: neither surname nor address nor number, and nothing of a child."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.contracts import Operation
from services.kernel.testing import Harness
from services.mentorship.service import Mentorship
from tests.home_changes import a_change
from tests.home_changes import an_adult as a_person
from tests.services.mentorship.conftest import BERTIL
from tests.tenancy.coverage import path_parameters
from tests.tenancy.scenes import ANNA, Scene
from tests.tenancy.scenes import mentorship as scenes

ADDRESS = {"street": "Markörgatan 7", "postcode": "79999", "locality": "Almby", "latitude": 59.31, "longitude": 15.11}
#: What a mentor is told nowhere: surname, street, postcode, position, number, phone, birth year of a child.
HIDDEN = re.compile(r"Markör|79999|59[.]31|15[.]11|46799990001|2015|markor@|" + ANNA)
OPEN_TO_HOMES = [operation for operation in Mentorship.operations().values() if "home" in operation.roles]
#: What ends something comes after all else.
LAST = ("cancel_", "close_", "withdraw_", "end_")
#: What is refused to a mentor in this scene, each with the reason.
REFUSED = {
    "accept_mentorship": "it is the other home's to answer",
    "decline_mentorship": "it is the other home's to answer",
    "accept_respite": "the home that asked chooses",
    "cancel_respite": "the home that asked chooses",
    "take_survey_reference": "those who have a mentor are asked",
    **dict.fromkeys(
        (
            *("get_thread", "get_thread_attachment", "send_message", "read_thread", "attach_to_thread"),
            *("get_certificate", "withdraw_enrolment", "open_calendar", "close_calendar"),
        ),
        "it is the other home's, and not found",
    ),
}


@pytest.fixture
def scene(mentorship: Harness) -> Scene:
    """One in which Bertil is the mentor of Anna's home, of which everything is known."""
    scene = scenes.scene(mentorship)
    people = [a_person(ANNA, given_name="Astrid", family_name="Markörsson")]
    told = {"adults": people, "address": ADDRESS, "position": {"latitude": 59.31, "longitude": 15.11}}
    reached = {"phone": "+46799990001", "email": "markor@example.se", "children_birth_years": [2015]}
    mentorship.react(HOME_CHANGED, a_change(scene.ids["home_id"], **told, **reached))
    mentor = mentorship.do("get_mentor", mentor_id=scene.ids["mentor_id"])
    mentorship.react(HOME_CHANGED, a_change(mentor["home_id"], adults=[a_person(BERTIL)]))
    return replace(scene, bodies={**scene.bodies, "own": {"home_id": mentor["home_id"]}})


def asked_by_mentor(mentorship: Harness, scene: Scene, operation: Operation, body: Any = None) -> dict[str, Any]:
    """What a mentor is answered."""
    path: Any = {one: scene.ids[one] for one in path_parameters(Mentorship, operation.name)}
    sent: Any = {"if_match": "*"} | ({} if body is None else {"body": body})
    return mentorship.reply(operation.name, roles=["home"], personal_number=BERTIL, actor="bertil", **sent, **path)


def body_of(scene: Scene, operation: Operation) -> dict[str, Any] | None:
    """What a mentor may send for its own home."""
    if operation.body is None:
        return None
    body = {**scene.bodies.get(operation.name, operation.body.example or {})}
    return {**body, **(scene.bodies["own"] if "home_id" in body else {})}


def test_no_operation_tells_a_mentor_more_of_the_home(mentorship: Harness, scene: Scene) -> None:
    told, refused = {}, set()
    for operation in sorted(OPEN_TO_HOMES, key=lambda one: (not one.reads, one.name.startswith(LAST))):
        bodies = [body_of(scene, operation), scene.bodies.get(operation.name)]
        replies = [asked_by_mentor(mentorship, scene, operation, body) for body in bodies if body or body is bodies[0]]
        if found := HIDDEN.findall(json.dumps(replies, ensure_ascii=False)):
            told[operation.name] = found
        if "fault" in replies[0]:
            refused.add(operation.name)
    assert told == {}
    assert refused == set(REFUSED)


def test_the_check_would_see_it(mentorship: Harness, scene: Scene) -> None:
    """The coordinator is told."""
    seen = mentorship.do("get_mentorship", mentorship_id=scene.ids["mentorship_id"], roles=["coordinator"])
    assert HIDDEN.findall(json.dumps(seen, ensure_ascii=False))
    own = mentorship.do(
        "get_mentorship", mentorship_id=scene.ids["mentorship_id"], roles=["home"], personal_number=BERTIL
    )
    assert (own["home_name"], own["home_locality"]) == ("Astrid", "Almby")
