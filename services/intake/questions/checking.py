"""Whether answers fit the questions that were put. Pure: values in, values out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.intake.contract.questions import (
    ANSWER_FORM,
    ANSWERED_TWICE,
    ASSIGNMENT_TWICE,
    NOT_A_CHOICE,
    NOT_ASKED,
    QuestionKind,
)
from services.kernel.contracts import rules
from services.kernel.contracts.faults import Problem

Question = Mapping[str, Any]  #: as `contract.questions.Question` loads it
Answered = Mapping[str, Any]  #: {"question": its id, "answer": …}

_FORMS: dict[str, type | tuple[type, ...]] = {
    QuestionKind.TEXT: str,
    QuestionKind.CHOICE: str,
    QuestionKind.YES_NO: bool,
    QuestionKind.NUMBER: (int, float),
}


def problems_of(
    questions: Sequence[Question], answers: Sequence[Answered], *, whole: bool, pointer: str
) -> Iterator[Problem]:
    """What is wrong with answers to these questions, each at its place below `pointer`. With `whole` all that has to be
    answered is; staff who write down a call may leave something for later."""
    known = {question["id"]: question for question in questions}
    said: set[str] = set()
    for place, one in enumerate(answers):
        yield from _of_answer(known.get(one["question"]), one, said, f"{pointer}/{place}")
        said.add(one["question"])
    if whole:
        answered = {one["question"] for one in answers if not _is_blank(one["answer"])}
        missing = (one["id"] for one in questions if one["required"] and one["id"] not in answered)
        yield from (rules.REQUIRED.at(f"{pointer}/{name}") for name in missing)


def assigned_twice(of_sets: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """The assignments whose questions are answered more than once, perhaps in several versions."""
    assignments = [one["assignment"] for one in of_sets]
    for place, assignment in enumerate(assignments):
        if assignment in assignments[:place]:
            yield ASSIGNMENT_TWICE.at(f"/answers/{place}/assignment")


def _of_answer(question: Question | None, one: Answered, said: set[str], pointer: str) -> Iterator[Problem]:
    if question is None:
        yield NOT_ASKED.at(f"{pointer}/question")
    elif one["question"] in said:
        yield ANSWERED_TWICE.at(f"{pointer}/question")
    elif not _has_form(question["kind"], one["answer"]):
        yield ANSWER_FORM.at(f"{pointer}/answer", kind=question["kind"])
    elif question["kind"] == QuestionKind.CHOICE and one["answer"] not in question["choices"]:
        yield NOT_A_CHOICE.at(f"{pointer}/answer")


def _has_form(kind: str, answer: Any) -> bool:
    """Whether the answer is of the question's kind; JSON's true is no number, though Python's is."""
    return isinstance(answer, _FORMS[kind]) and (isinstance(answer, bool) == (kind == QuestionKind.YES_NO))


def _is_blank(answer: Any) -> bool:
    return isinstance(answer, str) and not answer.strip()


def kept(of_set: Mapping[str, Any], questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The answers as they are kept: each with the question as it was put, and its version."""
    texts = {question["id"]: question["sv"] for question in questions}
    beside = {name: of_set[name] for name in ("assignment", "version")}
    return [beside | {"question": texts[one["question"]], "answer": one["answer"]} for one in of_set["answers"]]
