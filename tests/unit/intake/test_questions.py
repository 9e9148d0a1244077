"""Answers are checked by the questions that were shown (R2)."""

from typing import Any

import pytest

from services.intake.questions.checking import kept, problems_of


def a_question(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"id": name, "sv": f"Om {name}?", "kind": kind, "choices": [], "required": False, **more}


WHY = a_question("why", required=True)
HOME = a_question("home", "choice", choices=["hus", "lägenhet"])
PETS = a_question("pets", "yes_no")
ROOMS = a_question("rooms", "number")
QUESTIONS = [WHY, HOME, PETS, ROOMS]


def problems(*answers: tuple[str, Any], whole: bool = True) -> list[tuple[str, str]]:
    given = [{"question": name, "answer": answer} for name, answer in answers]
    found = problems_of(QUESTIONS, given, whole=whole, pointer="/answers/0/answers")
    return [(one["pointer"].removeprefix("/answers/0/answers/"), one["code"]) for one in found]


def test_what_fits_has_no_problem() -> None:
    assert problems(("why", "Därför"), ("home", "hus"), ("pets", False), ("rooms", 4.5)) == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (("shoes", "42"), ("1/question", "not_asked")),
        (("why", "Igen"), ("1/question", "answered_twice")),
        (("home", "tält"), ("1/answer", "not_a_choice")),
        (("home", True), ("1/answer", "answer_form")),
        (("pets", "ja"), ("1/answer", "answer_form")),
        (("pets", 1), ("1/answer", "answer_form")),
        (("rooms", "fyra"), ("1/answer", "answer_form")),
        (("rooms", True), ("1/answer", "answer_form")),
    ],
)
def test_what_does_not_fit_is_named(answer: tuple[str, Any], problem: tuple[str, str]) -> None:
    assert problems(("why", "Därför"), answer) == [problem]


def test_what_has_to_be_answered_is_missed_where_it_is_blank_or_left_out() -> None:
    assert problems(("pets", True)) == [("why", "required")]
    assert problems(("why", "  ")) == [("why", "required")]


def test_staff_who_write_down_a_call_may_leave_it_for_later() -> None:
    assert problems(("pets", True), whole=False) == []


def test_an_answer_is_kept_with_its_question_as_it_was_put_and_the_version() -> None:
    of_set = {"assignment": "family_home", "version": 3, "answers": [{"question": "why", "answer": "Därför"}]}
    assert kept(of_set, QUESTIONS) == [
        {"assignment": "family_home", "version": 3, "question": "Om why?", "answer": "Därför"}
    ]
