"""R12: what training a home was offered and has taken, as mentorship tells it, is a warning and no rule."""

from typing import Any

from services.kernel.testing import Harness
from services.mentorship.contract.events import TRAINING_ATTENDED
from tests.services.investigation.conftest import a_training, approve, make_ready, open_one


def read(harness: Harness, opened: dict[str, Any]) -> dict[str, Any]:
    return harness.do("get_investigation", investigation_id=opened["id"])


def warned(harness: Harness, opened: dict[str, Any]) -> list[str]:
    return [one["detail"] for one in read(harness, opened)["warnings"]]


class TestTraining:
    def test_a_home_that_has_had_none_is_warned_of(self, investigation: Harness, opened: dict[str, Any]) -> None:
        assert warned(investigation, opened) == ["The home has attended none of 0 offered trainings."]
        missed = a_training(opened["home_id"], attended=False)
        investigation.react(TRAINING_ATTENDED, missed)
        assert warned(investigation, opened) == ["The home has attended none of 1 offered trainings."]

    def test_what_it_attended_is_shown_and_the_warning_gone(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        told = a_training(opened["home_id"])
        investigation.react(TRAINING_ATTENDED, told)
        shown = read(investigation, opened)
        assert shown["warnings"] == []
        assert shown["trainings"] == [
            {
                "id": told["enrolment_id"],
                "course_id": told["course_id"],
                "kind": "course",
                "attended": True,
                "held_on": "2026-04-18",
            }
        ]

    def test_whether_it_came_is_as_it_was_said_last(self, investigation: Harness, opened: dict[str, Any]) -> None:
        told = a_training(opened["home_id"])
        investigation.react(TRAINING_ATTENDED, told)
        investigation.react(TRAINING_ATTENDED, {**told, "attended": False})
        assert [one["attended"] for one in read(investigation, opened)["trainings"]] == [False]

    def test_it_stands_in_the_way_of_nothing(self, investigation: Harness) -> None:
        ready = make_ready(investigation, open_one(investigation))
        assert len(ready["warnings"]) == 1
        assert approve(investigation, ready)["status"] == "approved"
