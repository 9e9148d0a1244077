"""A short survey to homes of the network: five questions of the municipality's own, answered without a name."""

from marshmallow import validate

from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields
from services.mentorship.contract.common import COORDINATOR, COORDINATOR_OR_HOME

QUESTIONS = 5
MOST = 5  #: each is answered from 1 (not at all) to 5 (entirely)
SURVEY_ID = "019a0000-0000-7000-8000-000000000081"

SURVEY_CLOSES = Rule("survey_closes", "It closes today or later.")
REFERENCE_UNKNOWN = Rule("reference_unknown", "No reference of a survey.")
REFERENCE_USED = Rule("reference_used", "It has been answered with already, once and for all.")


class SurveyReferenceTaken(Fault):
    """The home has had its reference already: it was shown once."""


class SurveyClosed(Fault):
    """The survey is closed."""


class OpenSurvey(Schema):
    """Five questions, each answered from 1 (not at all) to 5 (entirely), and the last day."""

    questions = fields.List(fields.text(300), required=True, validate=validate.Length(QUESTIONS, QUESTIONS))
    closes_on = fields.Day(required=True)

    example = {
        "questions": [
            "Vi vet vem vi kan ringa.",
            "Vi är mindre ensamma i uppdraget.",
            "Träffarna är till nytta för barnen.",
            "Vi får avlastning när vi behöver den.",
            "Vi orkar fortsätta.",
        ],
        "closes_on": "2027-06-30",
    }


class AnswerSurvey(Schema):
    """A reference, and an answer to each question."""

    reference = fields.form(
        r"^[0-9A-Za-z_-]{20,64}$(?!\n)", Rule("survey_reference_form", "A reference, as it was shown."), required=True
    )
    answers = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, MOST)),
        required=True,
        validate=validate.Length(QUESTIONS, QUESTIONS),
    )

    example = {"reference": "hV3xYt0q9m1wZ6c2u8bR4s", "answers": [5, 4, 4, 3, 5]}


class SurveyView(Schema):
    """A survey."""

    id = fields.String(required=True)
    questions = fields.List(fields.String(), required=True)
    opened_at = fields.Instant(required=True)
    closes_on = fields.Day(required=True)

    shows = {}
    example = {"id": SURVEY_ID, "opened_at": "2027-05-01T08:00:00Z", **OpenSurvey.example}


class QuestionResult(Schema):
    """What was answered to a question: how often each of 1 to 5, and the mean; null where fewer than five answered."""

    question = fields.String(required=True)
    mean = fields.Float(required=True, allow_none=True)
    counts = fields.List(fields.Integer(), required=True, allow_none=True)

    example = {"question": "Vi vet vem vi kan ringa.", "mean": 4.2, "counts": [0, 0, 1, 2, 2]}


class SurveyResult(SurveyView):
    """A survey and, once it is closed, what was answered; of fewer than five answers only that it is so. An answer that
    fewer than five gave is counted in the mean only."""

    answers = fields.Integer(required=True, allow_none=True)
    results = fields.List(fields.Nested(QuestionResult), required=True)

    shows = {}
    example = {**SurveyView.example, "answers": 5, "results": [QuestionResult.example]}


class SurveyReference(Schema):
    """What an answer is sent with. It is shown once, and nobody knows afterwards whose it is."""

    reference = fields.String(required=True)

    shows = {}
    example = {"reference": "hV3xYt0q9m1wZ6c2u8bR4s"}


OPEN_SURVEY = Operation(
    name="open_survey",
    route="POST /surveys",
    en="Ask the homes of the network five questions of the municipality's own.",
    sv="Ställ fem av kommunens egna frågor till hemmen i nätverket.",
    roles=COORDINATOR,
    body=OpenSurvey,
    answer=SurveyView,
    status=201,
    location="/surveys/{id}",
    rules=(SURVEY_CLOSES,),
)
LIST_SURVEYS = Operation(
    name="list_surveys",
    route="GET /surveys",
    en="Surveys, the latest first. A home's own user sees those that are open to the home.",
    sv="Enkäter, de senaste först. Hemmets egen användare ser dem som är öppna för hemmet.",
    roles=COORDINATOR_OR_HOME,
    answer=SurveyView,
    reads=True,
    paged=True,
)
GET_SURVEY = Operation(
    name="get_survey",
    route="GET /surveys/<survey_id>",
    en="A survey; with its result, once it is closed.",
    sv="En enkät; med sitt resultat när den har stängt.",
    roles=COORDINATOR,
    answer=SurveyResult,
    reads=True,
)
TAKE_SURVEY_REFERENCE = Operation(
    name="take_survey_reference",
    route="POST /surveys/<survey_id>/references",
    en="Get the home's one reference to answer a survey with. That the home has had one is kept, not which.",
    sv="Hämta hemmets enda referens att svara på en enkät med. Att hemmet har fått en sparas, inte vilken.",
    roles=frozenset({"home"}),
    body=Nothing,
    answer=SurveyReference,
    status=201,
    faults=(SurveyReferenceTaken, SurveyClosed),
)
ANSWER_SURVEY = Operation(
    name="answer_survey",
    route="POST /survey-answers",
    en="Answer a survey, without a login and once: the answers are added to the others, and the reference is used up.",
    sv="Svara på en enkät, utan inloggning och en gång: svaren läggs till de andras, och referensen är förbrukad.",
    roles=frozenset(),
    body=AnswerSurvey,
    answer=Nothing,
    faults=(SurveyClosed,),
    rules=(REFERENCE_UNKNOWN, REFERENCE_USED),
)
