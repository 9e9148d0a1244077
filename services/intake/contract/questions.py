"""A municipality's own questions for each assignment, and the answers to them."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Operation, Rule, Schema, fields, rules
from services.vocabulary.assignments import Assignment

SETTERS = frozenset({"admin", "recruiter"})
MOST = 60  #: questions of an assignment
_LONGEST = 4_000  #: signs of an answer

# --- rules ----------------------------------------------------------------------------------------------------------

QUESTION_TWICE = Rule("question_twice", "Two questions have the same id.")
CHOICES_NEEDED = Rule("choices_needed", "A question with choices has two or more of them, and another one none.")
QUESTIONS_NEVER_SHOWN = Rule("questions_never_shown", "There are no questions of this version.")
NOT_ASKED = Rule("not_asked", "There is no such question in this version.")
ANSWER_FORM = Rule("answer_form", "An answer to this question is of another form: {kind}.")
NOT_A_CHOICE = Rule("not_a_choice", "This is none of the question's choices.")
ANSWERED_TWICE = Rule("answered_twice", "The question is answered twice.")
ASSIGNMENT_TWICE = Rule("assignment_answered_twice", "The questions of the assignment are answered already.")


class QuestionKind(StrEnum):
    """What an answer looks like."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"


class AnswerValue(fields.Field[Any]):
    """A text, true or false, or a number, as the question wants it."""

    default_error_messages = {"invalid": Rule("answer_value", "Not a text, true or false, or a number.")}

    def __init__(self, **kwargs: Any) -> None:
        written = {"type": ["string", "boolean", "number"], "maxLength": _LONGEST}
        super().__init__(**{**kwargs, "metadata": {**written, **kwargs.get("metadata", {})}})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        if isinstance(value, str) and len(value) <= _LONGEST:
            return value
        if isinstance(value, bool | int | float) and abs(value) < 10**12:
            return value
        raise self.make_error("invalid")


class Question(Schema):
    """A question of the municipality's own."""

    id = fields.form(r"^[a-z][a-z0-9_]{0,39}$(?!\n)", Rule("question_id_form", "Letters, digits and _."), required=True)
    sv = fields.text(500, required=True)
    en = fields.text(500, allow_none=True)
    help_sv = fields.text(1_000, shortest=0, allow_none=True)
    help_en = fields.text(1_000, shortest=0, allow_none=True)
    kind = fields.one_of(QuestionKind, required=True)
    choices = fields.List(fields.text(200), validate=validate.Length(max=30), load_default=list)
    required = fields.Flag(load_default=False)

    rules = (CHOICES_NEEDED,)

    @validates_schema
    def _choices_where_they_belong(self, values: dict[str, Any], **_: object) -> None:
        number = len(values.get("choices", []))
        if (number < 2) if values.get("kind") == QuestionKind.CHOICE else number:
            raise ValidationError(CHOICES_NEEDED, "choices")

    example = {
        "id": "why_now",
        "sv": "Varför vill ni bli familjehem just nu?",
        "en": "Why do you want to become a family home now?",
        "help_sv": None,
        "help_en": None,
        "kind": "text",
        "choices": [],
        "required": True,
    }


class SetQuestionSet(Schema):
    """The municipality's questions of an assignment, in their order. They are the newest version from now on."""

    questions = fields.List(fields.Nested(Question), required=True, validate=validate.Length(max=MOST))

    rules = (QUESTION_TWICE,)

    @validates_schema
    def _each_once(self, values: dict[str, Any], **_: object) -> None:
        ids = [question["id"] for question in values.get("questions", []) if "id" in question]
        if len(set(ids)) < len(ids):
            raise ValidationError(QUESTION_TWICE, "questions")

    example = {"questions": [Question.example]}


class Answered(Schema):
    """An answer to a question."""

    question = fields.text(40, required=True)
    answer = AnswerValue(required=True)

    example = {"question": "why_now", "answer": "Our own children have moved out."}


class AnswersOfSet(Schema):
    """The answers to an assignment's questions, in the version that was shown: that one is checked."""

    assignment = fields.one_of(Assignment, required=True)
    version = fields.Integer(strict=True, required=True, validate=validate.Range(1, 1_000_000))
    answers = fields.List(fields.Nested(Answered), required=True, validate=validate.Length(max=MOST))

    example = {"assignment": "family_home", "version": 1, "answers": [Answered.example]}


ANSWER_RULES = (
    QUESTIONS_NEVER_SHOWN, NOT_ASKED, ANSWER_FORM, NOT_A_CHOICE, ANSWERED_TWICE, ASSIGNMENT_TWICE, rules.REQUIRED,
)  # fmt: skip


def answers() -> fields.List[Any]:
    """The answers to the municipality's own questions, in a form."""
    return fields.List(fields.Nested(AnswersOfSet), validate=validate.Length(max=len(Assignment)))


class QuestionSetView(Schema):
    """The questions of an assignment, as they are now. `version` goes with the answers."""

    assignment = fields.one_of(Assignment, required=True)
    version = fields.Integer(required=True)
    questions = fields.List(fields.Nested(Question), required=True)
    published_at = fields.Instant(required=True)

    shows = {}
    example = {
        "assignment": "family_home",
        "version": 1,
        "questions": [Question.example],
        "published_at": "2026-04-01T08:00:00.000000Z",
    }


class QuestionSets(Schema):
    """The questions of each assignment that has any."""

    items = fields.List(fields.Nested(QuestionSetView), required=True)

    shows = {}
    example = {"items": [QuestionSetView.example]}


LIST_QUESTION_SETS = Operation(
    name="list_question_sets",
    route="GET /question-sets",
    en="The municipality's own questions of each assignment, for the form. Their version goes with the answers.",
    sv="Kommunens egna frågor för varje uppdrag, till formuläret. Deras version skickas med svaren.",
    roles=frozenset(),
    answer=QuestionSets,
    reads=True,
)
GET_QUESTION_SET = Operation(
    name="get_question_set",
    route="GET /question-sets/<assignment>",
    en="The municipality's own questions of an assignment.",
    sv="Kommunens egna frågor för ett uppdrag.",
    roles=frozenset(),
    answer=QuestionSetView,
    reads=True,
)
SET_QUESTION_SET = Operation(
    name="set_question_set",
    route="PUT /question-sets/<assignment>",
    en="Set the municipality's own questions of an assignment. Whoever has the form open is still checked by the "
    "version that was shown.",
    sv="Ange kommunens egna frågor för ett uppdrag. Den som redan har formuläret öppet prövas mot den version som "
    "visades.",
    roles=SETTERS,
    body=SetQuestionSet,
    answer=QuestionSetView,
    conditional=True,
    creates=True,
)
