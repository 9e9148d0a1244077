"""Each assignment has its own questions, and answers are checked by the version that was shown (R2)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.contract.questions import Question
from services.kernel.testing import Harness
from tests.services.intake.conftest import CALLBACK, a_form

APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
WHY = Question.example
PETS = {"id": "pets", "sv": "Har ni husdjur?", "kind": "yes_no"}


@pytest.fixture(autouse=True)
def _in_april(intake: Harness) -> None:
    intake.now = APRIL


def set_questions(intake: Harness, *questions: dict[str, Any], **call: Any) -> dict[str, Any]:
    given = call or {"if_none_match": True}
    return intake.do("set_question_set", assignment="family_home", body={"questions": list(questions)}, **given)


def answers(version: int, **given: Any) -> list[dict[str, Any]]:
    said = [{"question": name, "answer": answer} for name, answer in given.items()]
    return [{"assignment": "family_home", "version": version, "answers": said}]


def wrong(intake: Harness, body: dict[str, Any], **call: Any) -> list[tuple[str, str]]:
    fault = intake.refusal("submit_application", body=body, **call)
    return [(one["pointer"], one["code"]) for one in fault["errors"]]


class TestSetting:
    def test_anybody_reads_the_newest_version(self, intake: Harness) -> None:
        assert set_questions(intake, WHY)["version"] == 1
        assert set_questions(intake, WHY, PETS, if_match="1")["version"] == 2
        (found,) = intake.do("list_question_sets", roles=[])["items"]
        assert (found["assignment"], found["version"]) == ("family_home", 2)
        assert [question["id"] for question in found["questions"]] == ["why_now", "pets"]

    def test_of_two_who_set_them_at_once_the_second_reads_anew(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        set_questions(intake, PETS, if_match="1")
        body = {"questions": [WHY]}
        call = {"assignment": "family_home", "body": body}
        assert intake.code("set_question_set", if_match="1", **call) == (412, "stale")
        assert intake.code("set_question_set", if_none_match=True, **call) == (412, "already_exists")

    def test_there_are_none_of_what_is_no_assignment(self, intake: Harness) -> None:
        call = {"assignment": "castle", "body": {"questions": [WHY]}, "if_none_match": True}
        assert intake.code("set_question_set", **call) == (404, "not_found")

    @pytest.mark.parametrize(
        ("question", "code"),
        [
            ({**WHY, "id": "Why now"}, "question_id_form"),
            ({**PETS, "kind": "choice", "choices": ["ja"]}, "choices_needed"),
            ({**PETS, "choices": ["ja", "nej"]}, "choices_needed"),
            (WHY, "question_twice"),
        ],
    )
    def test_a_wrong_question_is_refused(self, intake: Harness, question: dict[str, Any], code: str) -> None:
        call = {"assignment": "family_home", "body": {"questions": [WHY, question]}, "if_none_match": True}
        assert code in [one["code"] for one in intake.refusal("set_question_set", **call)["errors"]]
        assert intake.do("list_question_sets")["items"] == []


class TestAnswering:
    def test_an_answer_is_kept_with_the_question_as_it_was_put(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        sent = intake.do("submit_application", body=a_form(answers=answers(1, why_now="Barnen är utflugna.")))
        set_questions(intake, {**WHY, "sv": "Varför just ni?"}, if_match="1")
        assert intake.do("get_application", application_id=sent["id"])["answers"] == [
            {"assignment": "family_home", "version": 1, "question": WHY["sv"], "answer": "Barnen är utflugna."}
        ]

    def test_whoever_has_the_form_open_is_checked_by_the_version_that_was_shown(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        set_questions(intake, {**PETS, "required": True}, if_match="1")
        intake.do("submit_application", body=a_form(answers=answers(1, why_now="Därför.")))
        assert wrong(intake, a_form(answers=answers(2, why_now="Därför."))) == [
            ("/answers/0/answers/0/question", "not_asked"),
            ("/answers/0/answers/pets", "required"),
        ]

    def test_what_was_never_shown_or_not_applied_for_is_refused(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        assert wrong(intake, a_form(answers=answers(7))) == [("/answers/0/version", "questions_never_shown")]
        other = [{**answers(1)[0], "assignment": "contact_person"}]
        assert wrong(intake, a_form(answers=other)) == [("/answers/0", "not_applied_for")]

    def test_of_each_assignment_one_version_is_answered(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        set_questions(intake, WHY, PETS, if_match="1")
        twice = [*answers(1, why_now="Därför."), *answers(2, why_now="Nej, för att.")]
        assert wrong(intake, a_form(answers=twice)) == [("/answers/1/assignment", "assignment_answered_twice")]
        again = [*answers(1, why_now="Därför."), *answers(1, why_now="Därför.")]
        assert wrong(intake, a_form(answers=again)) == [("/answers/1/assignment", "assignment_answered_twice")]

    def test_staff_who_type_for_a_caller_may_leave_a_question_for_later(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        assert wrong(intake, a_form(answers=answers(1)), roles=[]) == [("/answers/0/answers/why_now", "required")]
        intake.do("submit_application", body=a_form(answers=answers(1)), roles=["recruiter"])

    def test_answers_of_a_call_are_written_down_later(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        sent = intake.do("submit_application", body=CALLBACK)
        body = {"assignments": ["family_home"], "answers": answers(1, why_now="Därför.")}
        found = intake.do("amend_application", application_id=sent["id"], body=body, if_match="*")
        assert [one["answer"] for one in found["answers"]] == ["Därför."]

    def test_what_was_answered_of_other_assignments_stays(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        call = {"assignment": "contact_person", "body": {"questions": [PETS]}, "if_none_match": True}
        intake.do("set_question_set", **call)
        body = a_form(assignments=["family_home"], particulars={}, answers=answers(1, why_now="Därför."))
        sent = intake.do("submit_application", body=body)
        pets = [{"assignment": "contact_person", "version": 1, "answers": [{"question": "pets", "answer": True}]}]
        more = {"assignments": ["family_home", "contact_person"], "answers": pets}
        found = intake.do("amend_application", application_id=sent["id"], body=more, if_match="*")
        assert [one["answer"] for one in found["answers"]] == ["Därför.", True]
        again = {"answers": answers(1, why_now="Nej, för att.")}
        found = intake.do("amend_application", application_id=sent["id"], body=again, if_match="*")
        assert [one["answer"] for one in found["answers"]] == [True, "Nej, för att."]

    def test_to_answer_nothing_takes_nothing_away(self, intake: Harness) -> None:
        set_questions(intake, WHY)
        sent = intake.do("submit_application", body=a_form(answers=answers(1, why_now="Därför.")))
        found = intake.do("amend_application", application_id=sent["id"], body={"answers": []}, if_match="*")
        assert [one["answer"] for one in found["answers"]] == ["Därför."]


class TestFixedFields:
    @pytest.mark.parametrize(
        ("assignment", "said"),
        [
            ("contact_person", {"for_whom": ["adult"], "how_often": "weekly", "parts_of_day": ["evening"]}),
            ("emergency_home", {"adult_at_home": True, "room_ready": True, "licence_and_car": False, "ages": "13-17"}),
            ("network_home", {"child_name": "Bo Berg", "child_birth_year": 2017}),
            ("family_home", {"for_whom": ["parent_with_child"], "as_guardian": True}),
        ],
    )
    def test_each_assignment_has_its_own(self, intake: Harness, assignment: str, said: dict[str, Any]) -> None:
        body = a_form(assignments=[assignment], particulars={assignment: said})
        sent = intake.do("submit_application", body=body)
        assert intake.do("get_application", application_id=sent["id"])["particulars"] == {assignment: said}

    def test_and_no_other(self, intake: Harness) -> None:
        body = a_form(assignments=["family_home"], particulars={"emergency_home": {"room_ready": True}})
        assert wrong(intake, body) == [("/particulars/emergency_home", "not_applied_for")]
