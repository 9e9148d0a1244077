"""Setting questions, showing them, and checking answers by the version that was shown."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services.intake.contract.questions import QUESTIONS_NEVER_SHOWN
from services.intake.questions.checking import assigned_twice, kept, problems_of
from services.intake.questions.model import QuestionEdition, QuestionSet
from services.kernel.contracts.faults import InvalidInput, NotFound, Problem
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.vocabulary.assignments import Assignment


def list_question_sets(unit: Unit) -> Answer:
    """The questions of each assignment that has any."""
    return Answer({"items": unit.session.scalars(select(QuestionSet).order_by(QuestionSet.id)).all()})


def get_question_set(unit: Unit, assignment: str) -> Answer:
    """The questions of an assignment."""
    return Answer(unit.read(QuestionSet, assignment))


def set_question_set(unit: Unit, assignment: str, body: dict[str, Any]) -> Answer:
    """Sets the questions of an assignment; what was shown before is kept."""
    if assignment not in set(Assignment):
        raise NotFound
    found, is_new = unit.ensure(QuestionSet, assignment)
    unit.match(None if is_new else found)
    found.questions = body["questions"]
    found.touch(unit.now)
    unit.session.flush()
    unit.add_at_commit(found.edition)
    return Answer(found)


def answered(unit: Unit, body: dict[str, Any], *, whole: bool, before: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """A loaded body with its answers as they are kept; `InvalidInput` where they do not fit what was shown. Of `before`
    those stay that are of other assignments, or of an imported file."""
    if "answers" not in body:
        return body
    editions = _editions(unit, body["answers"])
    problems: list[Problem] = list(assigned_twice(body["answers"]))
    sent = {one["assignment"] for one in body["answers"]}
    found = [one for one in before if one["assignment"] not in sent]
    for place, of_set in enumerate(body["answers"]):
        questions = editions.get(QuestionEdition.id_of(of_set["assignment"], of_set["version"]))
        if questions is None:
            problems.append(QUESTIONS_NEVER_SHOWN.at(f"/answers/{place}/version"))
            continue
        wrong = list(problems_of(questions, of_set["answers"], whole=whole, pointer=f"/answers/{place}/answers"))
        problems += wrong
        found += [] if wrong else kept(of_set, questions)
    if problems:
        raise InvalidInput(errors=problems)
    return {**body, "answers": found}


def _editions(unit: Unit, of_sets: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The questions in the versions that were shown, by what names them."""
    if not of_sets:
        return {}
    ids = [QuestionEdition.id_of(one["assignment"], one["version"]) for one in of_sets]
    rows = unit.session.execute(
        select(QuestionEdition.id, QuestionEdition.questions).where(QuestionEdition.id.in_(ids))
    )
    return {row.id: row.questions for row in rows}
