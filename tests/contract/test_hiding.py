"""What can name a person, or say where one is, is hidden of a protected identity: every field of every answer says how,
every event says whom it concerns. A new field fails here until it does."""

from collections.abc import Iterator
from typing import Any

import marshmallow
import pytest

from services.compensation.contract.pay_runs import Quantity, WrittenMonth
from services.kernel.contracts import Event, Hides, Operation, Schema, fields
from services.kernel.contracts.faults import IdentityProtected
from tests.contract.house import SERVICES, declarations, events_of

#: Forms in which no name, number, address, phone, position or free text can stand.
HARMLESS = (
    fields.Boolean, fields.Integer, fields.Date, fields.Instant, fields.Money, Quantity, WrittenMonth,
)  # fmt: skip

#: Fields of answers that show nobody, or nobody who could be protected, each with its reason: form and field.
NOBODY = {
    "AccessLine.operation": "the name of an operation",
    "AccessLine.reason": "the log has to say why; who writes it names nobody who is protected",
    "AccessLine.roles": "names of roles",
    "ColleagueView.roles": "names of roles",
    "SubjectView.kind": "a kind of thing",
    "AccessLog.next": "an id",
    "DueFiles.kind": "a kind of thing",
    "FilesCounted.kind": "a kind of thing",
    "KeptFiles.kind": "a kind of thing",
    "KeptFiles.law": "a paragraph",
    "KeptFiles.why": "a code",
    "RetentionRunView.reason": "why a board lets weed",
    "RetentionRunView.digest": "a digest",
    "HoldView.subject": "an id",
    "HoldView.reason": "why something is held; who writes it names nobody",
    "Settled.note": "an auditor's, who names nobody who is protected",
    "Alerts.next": "an id",
    "ReviewView.note": "an auditor's, who names nobody who is protected",
    "CheckedLog.service": "a service",
    "SettingView.name": "a setting's name",
    "SettingView.value": "what a municipality has set",
    "SettingView.default": "what a setting is otherwise",
    "SettingView.unit": "a unit",
    "SettingView.choices": "what a setting can be",
    "Description.en": "what a setting is for",
    "Description.sv": "what a setting is for",
    "SettingChangeView.name": "a setting's name",
    "SettingChangeView.value": "what a municipality would set",
    "SettingChangeView.present_value": "what a municipality has set",
    "SettingChangeView.reason": "why a municipality sets it",
    "PastValue.value": "what a municipality has set",
    "PastValue.reason": "why a municipality has set it",
    "SettingWithHistory.name": "a setting's name",
    "SettingWithHistory.value": "what a municipality has set",
    "SettingWithHistory.default": "what a setting is otherwise",
    "SettingWithHistory.unit": "a unit",
    "SettingWithHistory.choices": "what a setting can be",
    "CloudEvent.specversion": "a version",
    "CloudEvent.source": "a service",
    "CloudEvent.type": "a kind of event",
    "CloudEvent.time": "an instant",
    "CloudEvent.subject": "an id",
    "CloudEvent.datacontenttype": "a media type",
    "CloudEvent.dataschema": "a kind of event",
    "CloudEvent.data": "opened by `protection.opened`, as the event's contract says whom it concerns",
    "CloudEvent.actor": "shown by `protection.opened`, as the event's contract says whom it concerns",
    "Municipality.slug": "a municipality",
    "Municipality.municipality_code": "a municipality",
    "Municipality.name": "a municipality",
    "Municipality.contact": "a municipality's own address",
    "NudgeView.problem": "a kind of failure, in words of our own",
    "Receipt.reference": "made up",
    "FileView.name": "who has just sent the file gave it",
    "ApplicationSummary.reference": "made up",
    "ApplicationView.reference": "made up",
    "ApplicationView.languages": "codes of languages",
    "PossibleHome.reference": "made up",
    "DraftView.sealed": "sealed by whoever wrote it",
    "ChallengeView.parameters": "made up",
    "ChallengeView.signature": "made up",
    "ProfileView.name": "what a municipality says of itself",
    "ProfileView.hours": "what a municipality says of itself",
    "ProfileView.phone": "what a municipality says of itself",
    "ProfileView.email": "what a municipality says of itself",
    "ProfileView.colour": "what a municipality says of itself",
    "ProfileView.logo": "what a municipality says of itself",
    "ProfileView.privacy_sv": "what a municipality says of itself",
    "ProfileView.privacy_en": "what a municipality says of itself",
    "ProfileView.accessibility_sv": "what a municipality says of itself",
    "ProfileView.accessibility_en": "what a municipality says of itself",
    "ApplicationView.source": "a mapping's name",
    "ApplicationView.transferred_to": "a municipality",
    "ApplicationView.transferred_from": "a municipality",
    "FollowView.reference": "whoever asks has just said it",
    "PlainText.sv": "a text of our own",
    "PlainText.en": "a text of our own",
    "ImportView.source": "a mapping's name",
    "ImportMappingView.source": "a mapping's name",
    "MappedColumn.column": "a column of a form",
    "MappedValue.written": "a choice of a form",
    "MappedValue.means": "a choice of ours",
    "Default.value": "what holds for every row of a file",
    "ImportMappingView.list_separator": "a sign",
    "NeedView.title": "published for everybody",
    "NeedView.text": "published for everybody",
    "NeedsFeed.text": "published for everybody",
    "Question.sv": "a question that everybody is asked",
    "Question.en": "a question that everybody is asked",
    "Question.help_sv": "a question that everybody is asked",
    "Question.help_en": "a question that everybody is asked",
    "Question.choices": "a question that everybody is asked",
    "TransferView.sender": "a municipality",
    "TransferView.from_name": "a municipality",
    "TransferredApplication.reference": "made up",
    "WorkProblem.field": "a column of a file",
    "WorkProblem.code": "a code",
    "WorkProblem.parameters": "bounds of a rule: what was sent is never one",
    "WorkProblem.detail": "a rule's text, which holds no value that was sent",
    "PayRunView.month": "a month",
    "PayLineView.corrects": "an id",
    "PlacementRequestView.sibling_of": "an id",
    "PlacementRequestView.need_codes": "codes that the municipality has made up",
    "NeedCode.code": "a code that the municipality has made up",
    "NeedCode.sv": "what such a code means",
    "PastNeedCodes.reason": "why a board has these codes",
    "PlacementView.continues": "an id",
    "HomeFileView.languages": "codes of languages",
    "FileAdult.relation": "what somebody is in a household",
    "AdultView.relation": "what somebody is in a household",
    "HomeAdultView.relation": "what somebody is in a household",
    "BlockerView.detail": "a rule's text with an adult's id, a register, a step or an area",
    "Board.median_days": "days",
    "WarningView.detail": "a rule's text with a number",
    "PastSteps.reason": "why a board asks for steps",
    "RequiredStepsView.reason": "why a board asks for steps",
    "HomeSummary.languages": "codes of languages",
    "HomeView.languages": "codes of languages",
    "PlacementRequestView.languages": "codes of languages",
    "CandidateReason.detail": "a rule's text; of a protected identity the distance is coarse",
    "CandidateObstacle.detail": "a rule's text",
    "Figure.law": "a paragraph",
    "Behind.kind": "a kind of thing",
    "WeighedHome.distance_km": "coarse of a protected identity",
    "NightHome.distance_km": "coarse of a protected identity",
    "CandidateWarning.detail": "a rule's text",
    "CandidateView.distance_km": "coarse of a protected identity",
    "MentorView.area": "a part of the municipality that the coordinator names",
    "SuggestionView.area": "a part of the municipality that the coordinator names",
    "AreaReport.area": "a part of the municipality that the coordinator names",
    "AreaReport.days_to_first_contact": "days",
    "Explained.figure": "the name of a figure",
    "Explained.en": "what a figure is",
    "Explained.sv": "what a figure is",
    "ObstacleView.detail": "a rule's text",
    "GatheringView.title": "what the municipality arranges",
    "GatheringView.place": "where the municipality arranges it",
    "GatheringView.cancel_reason": "why the municipality cancels it",
    "GatheringWhole.title": "what the municipality arranges",
    "GatheringWhole.place": "where the municipality arranges it",
    "GatheringWhole.cancel_reason": "why the municipality cancels it",
    "CalendarKey.path": "made up, for who may read it",
    "CourseView.title": "what the municipality arranges",
    "CourseView.place": "where the municipality arranges it",
    "CourseView.supervisor": "who is engaged to hold it, as the invitation says",
    "SurveyView.questions": "the municipality's own questions",
    "SurveyResult.questions": "the municipality's own questions",
    "QuestionResult.question": "one of them",
    "QuestionResult.mean": "a number",
    "SurveyReference.reference": "made up",
    "PayLineView.explanation": "how an amount was worked out",
    "PayLineView.reason_code": "a code",
    "PayLineView.detail": "a rule's text",
    "AgreementView.fee_level": "a level",
    "AgreementView.cost_level": "a level",
    "AgreementWithTerms.fee_level": "a level",
    "AgreementWithTerms.cost_level": "a level",
    "TermsView.fee_level": "a level",
    "TermsView.cost_level": "a level",
    "TermsView.home_signed_by": "an id",
    "TermsView.supplements": "names in a tariff",
    "PaperView.digest": "a hash",
    "RecoveryPlan.first_month": "a month",
    "StatementView.month": "a month",
    "ForecastView.month": "a month",
    "ForecastView.assignment": "a kind of assignment",
    "StatementLineView.month": "a month",
    "StatementLineView.name": "what a kind of line is called",
    "StatementLineView.explanation": "how an amount was worked out",
    "StatementLineView.corrects": "an id",
    "HeldView.reason_code": "a code",
    "HeldView.text": "a text of our own",
    "ChangeView.name": "what a kind of line is called",
    "Asking.phone": "a municipality's own",
    "Asking.email": "a municipality's own",
    "PayLineView.wage_type": "the municipality's own code",
    "PayLineView.account": "the municipality's own code",
    "PayLineView.cost_centre": "the municipality's own code",
    "PayLineView.declaration_field": "a field of a form",
    "PayeeView.payroll_id": "payroll's own number",
    "PayeeChangeView.payroll_id": "payroll's own number",
    "PayCodeView.wage_type": "the municipality's own code",
    "PayCodeView.account": "the municipality's own code",
    "PayCodeView.cost_centre": "the municipality's own code",
    "PayCodeView.declaration_field": "a field of a form",
    "Column.header": "a header",
    "ExportLayoutView.name": "a layout",
    "ContractedPart.supplements": "names in a tariff",
    "TariffView.source": "where a tariff comes from",
    "TariffInList.source": "where a tariff comes from",
    "TariffWithHistory.source": "where a tariff comes from",
    "TariffVersionView.status": "a status",
    "TariffVersionView.reason": "why a tariff is set anew",
    "TariffChangeView.status": "a status",
    "TariffChangeView.reason": "why a tariff is set anew",
    "WebhookView.url": "an address that the operator allows",
    "WebhookView.types": "kinds of events",
    "WebhookView.description": "what an administrator says of a system",
    "WebhookWithSecret.url": "an address that the operator allows",
    "WebhookWithSecret.types": "kinds of events",
    "WebhookWithSecret.description": "what an administrator says of a system",
    "WebhookWithSecret.secret": "made up",
    "Hit.kind": "a kind of thing",
    "DeadlineSubject.kind": "a kind of thing",
    "Deadline.law": "a paragraph",
    "Deadline.detail": "a reference that is made up, kinds of assignments, a register",
    "Counted.kind": "a kind of thing",
    "WaitingView.kind": "a kind of thing",
    "WaitingView.service": "a service",
    "Step.step": "a step",
    "Step.median_days": "days",
    "MonthCost.month": "a month",
    "JourneyPay.month": "a month",
    "JourneyApplication.reference": "made up",
    "Delivery.service": "a service",
    "Delivery.problem": "why something was not taken: a code",
}
#: Fields of events that travel in the clear, with the reason.
IN_THE_CLEAR = {
    "assignment": "a kind of assignment",
    "kind": "a kind of thing",
    "assignments": "kinds of assignments",
    "languages": "codes of languages",
    "month": "a month",
    "subject_kind": "a kind of thing",
    "sibling_of": "an id",
    "municipality": "a municipality",
}
#: Files that are answered, and how one about a protected identity is kept back.
FILES = {
    "get_investigation_document": "is written without names and what was written; tests/tenancy/test_protected.py",
    "get_application_attachment": "is refused",
    "get_investigation_attachment": "is refused",
    "get_personal_data_file": "is refused",
    "get_agreement_paper": "is refused",
    "export_pay_run": "is refused",
    "get_receipt": "is refused",
    "get_statement_document": "is written without names; tests/tenancy/test_protected.py",
    "get_tariff_table": "a tariff is nobody's",
    "get_recommended_tariff": "a tariff is nobody's",
    "get_fact_sheet": "is refused",
    "get_certificate": "is refused",
    "get_thread_attachment": "is refused",
    "get_gathering_calendar": "names nobody: what, where and when",
    "read_calendar": "names nobody: what, where and when",
    "export_mentorship_report": "numbers, of areas that the coordinator names",
    "get_placed_children_file": "is refused",
}


def can_name(name: str, field: marshmallow.fields.Field[Any]) -> bool:
    """Whether something in the field could say who or where somebody is."""
    if isinstance(field, HARMLESS) or name in ("id", "ids") or name.endswith(("_id", "_ids")):
        return False
    return not any(isinstance(one, marshmallow.validate.OneOf) for one in field.validators)


def leaves(schema: marshmallow.Schema, way: str = "") -> Iterator[tuple[str, str, marshmallow.fields.Field[Any]]]:
    """Every single value of a form: its way, its form and name, and its field."""
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from leaves(inner.schema, f"{way}{name}.")
        else:
            yield f"{way}{name}", f"{type(schema).__name__}.{name}", inner


def hidden_in(schema: marshmallow.Schema, way: str = "") -> Iterator[str]:
    """What a form and those inside it hide."""
    yield from (f"{way}{one}" for hides in getattr(schema, "hides", ()) for one in hides.fields)
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from hidden_in(inner.schema, f"{way}{name}.")


def unsaid(answer: type[Schema]) -> Iterator[str]:
    """The fields of an answer that could name a protected identity and say nothing of it."""
    hidden = set(hidden_in(answer()))
    for way, name, field in leaves(answer()):
        parts = way.split(".")
        is_hidden = any(".".join(parts[: length + 1]) in hidden for length in range(len(parts)))
        if can_name(parts[-1], field) and not is_hidden and not isinstance(field, fields.Staff) and name not in NOBODY:
            yield name


def field_at(schema: marshmallow.Schema, way: str) -> marshmallow.fields.Field[Any] | None:
    """The field to which a way leads."""
    name, _, below = way.partition(".")
    field = schema.fields.get(name)
    if not below:
        return field
    inner = field.inner if isinstance(field, fields.List) else field
    return field_at(inner.schema, below) if isinstance(inner, fields.Nested) else None


each_operation = pytest.mark.parametrize("operation", declarations(), ids=lambda operation: operation.name)
EVENTS = [event for name in SERVICES for event in events_of(name).values()]
each_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)


class TestAnswers:
    @each_operation
    def test_each_field_that_could_name_a_protected_identity_is_hidden(self, operation: Operation) -> None:
        assert [*unsaid(operation.answer), *(unsaid(operation.waits) if operation.waits else ())] == []

    @each_operation
    def test_what_is_hidden_is_there_and_may_be_null(self, operation: Operation) -> None:
        answer = operation.answer()
        for way in hidden_in(answer):
            field = field_at(answer, way)
            assert field is not None, f"{way} leads nowhere"
            assert field.allow_none, f"{way} can not be null"

    @each_operation
    def test_what_hides_somebody_says_so(self, operation: Operation) -> None:
        """An item says that it is protected."""
        if operation.answer.hides:
            assert isinstance(operation.answer().fields.get("protected_identity"), fields.Boolean)

    def test_nobody_is_left_on_the_list_who_is_gone(self) -> None:
        known = {name for operation in declarations() for name in names_in(operation)}
        assert NOBODY.keys() - known == set()

    def test_every_file_that_is_answered_says_how_it_is_kept_back(self) -> None:
        giving = {operation.name: operation for operation in declarations() if operation.gives_file}
        assert giving.keys() == FILES.keys()
        refused = {name for name, operation in giving.items() if IdentityProtected in operation.faults}
        assert refused == {name for name, how in FILES.items() if how == "is refused"}


def names_in(operation: Operation) -> set[str]:
    """The form and name of every value that an operation answers."""
    forms = [operation.answer, *([operation.waits] if operation.waits else [])]
    return {name for form in forms for _, name, _ in leaves(form())}


class TestEvents:
    @each_event
    def test_what_is_personal_is_sealed_and_concerns_somebody(self, event: Event) -> None:
        known = event.data().fields
        sealed = {name for name, field in known.items() if isinstance(field, fields.Sealed)}
        assert not sealed or event.concerns, "say whose personal parts it holds (`concerns`)"
        clear = {name: field.inner if isinstance(field, fields.List) else field for name, field in known.items()}
        assert [
            name
            for name, field in clear.items()
            if name not in sealed and can_name(name, field) and name not in IN_THE_CLEAR
        ] == []

    @each_event
    def test_it_concerns_every_home_that_it_names(self, event: Event) -> None:
        """Somebody of the home may have done it."""
        homes = {name for name in event.data().fields if name.endswith("home_id")}
        named = {name for name, kind in event.concerns.items() if kind == "home"}
        assert homes <= named or "application" in event.concerns.values()  # which is as protected as its home
        assert event.concerns.keys() <= event.data().fields.keys()

    @pytest.mark.parametrize("name", SERVICES)
    def test_its_service_says_of_whom_it_may_be_spoken(self, name: str) -> None:
        kinds = {kind for event in events_of(name).values() for kind in event.concerns.values()}
        assert SERVICES[name].unprotected().keys() == kinds


class TestTheCheckItself:
    class Person(Schema):
        """Somebody."""

        id = fields.String()
        name = fields.String(allow_none=True)
        born_on = fields.Day()

    def view(self, **more: Any) -> type[Schema]:
        return type(
            "View", (Schema,), {"people": fields.List(fields.Nested(self.Person)), "home_id": fields.String(), **more}
        )

    def test_a_new_field_is_seen(self) -> None:
        hides = (Hides("is_protected", ("people.name",)),)
        assert list(unsaid(self.view())) == ["Person.name"]
        assert list(unsaid(self.view(hides=hides))) == []
        added = self.view(hides=hides, street=fields.String(), latitude=fields.Float(), by=fields.Staff())
        assert list(unsaid(added)) == ["View.street", "View.latitude"]

    def test_hiding_a_whole_hides_its_parts(self) -> None:
        assert list(unsaid(self.view(hides=(Hides("is_protected", ("people",)),)))) == []
