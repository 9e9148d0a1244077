"""Gatherings (gemensamma träffar): an outing, a soup evening with a lecture, bowling with the children."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Fault, Operation, Rule, Schema, fields, rules
from services.kernel.contracts.long_work import WorkStatus
from services.mentorship.contract.common import COORDINATOR, COORDINATOR_OR_HOME, HOME_ID, MENTOR_HOME_ID, one_line
from services.mentorship.contract.invitations import (
    GATHERING_ID,
    NOT_INVITED,
    AlreadyInvited,
    Answered,
    GatheringCancelled,
    GatheringHasBegun,
    InvitationView,
    InviteHome,
    Need,
    OwnInvitation,
    people,
)


class GatheringKind(StrEnum):
    """What kind of gathering."""

    OUTING = "outing"
    SOUP_EVENING = "soup_evening"
    MEETING = "meeting"
    OTHER = "other"


class GatheringStatus(StrEnum):
    """Where a gathering stands."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


GATHERING_IN_ORDER = Rule("gathering_in_order", "It is answered before it starts, and starts before it ends.")
GATHERING_PASSED = Rule("gathering_passed", "The instant has passed.")
ONE_OF_INVITED = Rule("one_of_invited", "Say one of: all, an area, or a mentor's network.")


class GatheringNotBegun(Fault):
    """Who was there is written down when it has begun."""


class Invite(Schema):
    """Who is invited: all homes, those whose mentor is in an area, or a mentor's network."""

    all = fields.Flag(load_default=False)
    area = one_line(allow_none=True, load_default=None)
    mentor_id = fields.reference(allow_none=True, load_default=None)

    rules = (ONE_OF_INVITED,)

    @validates_schema
    def _one(self, values: dict[str, Any], **_: object) -> None:
        if sum(map(bool, (values["all"], values["area"], values["mentor_id"]))) != 1:
            raise ValidationError(ONE_OF_INVITED)

    example = {"all": True, "area": None, "mentor_id": None}


class PlanGathering(Schema):
    """A gathering: what, where, when, for how many, and who is invited."""

    kind = fields.one_of(GatheringKind, required=True)
    title = one_line(required=True)
    place = one_line(required=True)
    starts_at = fields.Instant(required=True)
    ends_at = fields.Instant(required=True)
    seats_adults = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10_000))
    seats_children = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10_000))
    answer_by = fields.Instant(required=True)
    invite = fields.Nested(Invite, required=True)

    rules = (GATHERING_IN_ORDER,)

    @validates_schema
    def _in_order(self, values: dict[str, datetime], **_: object) -> None:
        if not values["answer_by"] <= values["starts_at"] < values["ends_at"]:
            raise ValidationError(GATHERING_IN_ORDER, "starts_at")

    example = {
        "kind": "outing",
        "title": "Familjehemmens dag",
        "place": "Skansen, stora entrén",
        "starts_at": "2027-09-05T10:00:00Z",
        "ends_at": "2027-09-05T15:00:00Z",
        "seats_adults": 60,
        "seats_children": 90,
        "answer_by": "2027-08-25T22:00:00Z",
        "invite": Invite.example,
    }


class CancelGathering(Schema):
    """Why it does not take place."""

    reason = one_line(allow_none=True, load_default=None)

    example = {"reason": "The weather."}


class Attended(Schema):
    """How many of a home were there."""

    home_id = fields.reference(required=True)
    adults = people(required=True)
    children = people(required=True)

    example = {"home_id": HOME_ID, "adults": 2, "children": 2}


class RecordAttendance(Schema):
    """Who was there."""

    homes = fields.List(fields.Nested(Attended), required=True, validate=validate.Length(1, 500))

    example = {"homes": [Attended.example]}


class GatheringFilter(Schema):
    """Which gatherings."""

    status = fields.one_of(GatheringStatus, metadata={"description": "Only of this status. Bara med denna status."})


class GatheringView(Schema):
    """A gathering, with how many seats are taken. A home's own user also sees what it has answered."""

    id = fields.String(required=True)
    kind = fields.one_of(GatheringKind, required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    starts_at = fields.Instant(required=True)
    ends_at = fields.Instant(required=True)
    answer_by = fields.Instant(required=True)
    seats_adults = fields.Integer(required=True)
    seats_children = fields.Integer(required=True)
    taken_adults = fields.Integer(required=True)
    taken_children = fields.Integer(required=True)
    status = fields.one_of(GatheringStatus, required=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    is_joint = fields.Boolean(required=True)  #: all homes are invited
    own = fields.List(fields.Nested(OwnInvitation), required=True)

    shows = {"gathering": "id", "invitation": "own.id"}
    example = {
        "id": GATHERING_ID,
        **{name: value for name, value in PlanGathering.example.items() if name != "invite"},
        "taken_adults": 2,
        "taken_children": 3,
        "status": "planned",
        "cancel_reason": None,
        "is_joint": True,
        "own": [],
    }


class Inviting(Schema):
    """How far the invitations are."""

    status = fields.one_of(WorkStatus, required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)

    example = {"status": "finished", "done": 240, "total": 240}


class CountedAnswers(Schema):
    """How many homes have answered what."""

    status = fields.one_of(Answered, required=True)
    homes = fields.Integer(required=True)
    adults = fields.Integer(required=True)
    children = fields.Integer(required=True)

    example = {"status": "coming", "homes": 1, "adults": 2, "children": 3}


class CountedNeed(Schema):
    """How many homes that come have a need."""

    need = fields.one_of(Need, required=True)
    homes = fields.Integer(required=True)

    example = {"need": "nuts", "homes": 1}


class SiblingHome(Schema):
    """A home in which one of them lives."""

    home_id = fields.String(required=True)
    invited = fields.Boolean(required=True)

    example = {"home_id": HOME_ID, "invited": False}


class Siblings(Schema):
    """Homes in which siblings live apart, at least one of them invited. Who the children are stands in placement."""

    homes = fields.List(fields.Nested(SiblingHome), required=True)

    example = {"homes": [SiblingHome.example, {"home_id": MENTOR_HOME_ID, "invited": True}]}


class GatheringWhole(GatheringView):
    """A gathering. For the coordinator also how far the invitations are, what was answered and is needed, and homes in
    which siblings live apart; for a home these are empty."""

    inviting = fields.Nested(Inviting, required=True, allow_none=True)
    answers = fields.List(fields.Nested(CountedAnswers), required=True)
    needs = fields.List(fields.Nested(CountedNeed), required=True)
    siblings = fields.List(fields.Nested(Siblings), required=True)

    shows = {"gathering": "id", "invitation": "own.id", "home": "siblings.homes.home_id"}
    example = {
        **GatheringView.example,
        "inviting": Inviting.example,
        "answers": [CountedAnswers.example],
        "needs": [CountedNeed.example],
        "siblings": [Siblings.example],
    }


PLAN_GATHERING = Operation(
    name="plan_gathering",
    route="POST /gatherings",
    en="Plan a gathering and invite to it: all homes, those of an area, or a mentor's network, as far as their "
    "approval holds. The invitations go on behind; `inviting` of the gathering says how far they are.",
    sv="Planera en träff och bjud in till den: alla hem, de i ett område eller en mentors nätverk, om deras "
    "godkännande gäller. Inbjudningarna går vidare i bakgrunden; träffens `inviting` säger hur långt de har kommit.",
    roles=COORDINATOR,
    body=PlanGathering,
    answer=GatheringWhole,
    status=201,
    location="/gatherings/{id}",
    rules=(rules.NOT_FOUND, GATHERING_PASSED),
)
LIST_GATHERINGS = Operation(
    name="list_gatherings",
    route="GET /gatherings",
    en="Gatherings, those that start last first. A home's own user sees those to which it is invited, with its answer.",
    sv="Träffar, de som börjar sist först. Hemmets egen användare ser dem som det är inbjudet till, med sitt svar.",
    roles=COORDINATOR_OR_HOME,
    query=GatheringFilter,
    answer=GatheringView,
    reads=True,
    paged=True,
)
GET_GATHERING = Operation(
    name="get_gathering",
    route="GET /gatherings/<gathering_id>",
    en="A gathering; for the coordinator with numbers, needs, and homes in which siblings live apart.",
    sv="En träff; för samordnaren med antal, behov och hem där syskon bor var för sig.",
    roles=COORDINATOR_OR_HOME,
    answer=GatheringWhole,
    reads=True,
)
INVITE_TO_GATHERING = Operation(
    name="invite_to_gathering",
    route="POST /gatherings/<gathering_id>/invitations",
    en="Invite one more home, such as the one where a sibling lives.",
    sv="Bjud in ett hem till, till exempel det där ett syskon bor.",
    roles=COORDINATOR,
    body=InviteHome,
    answer=InvitationView,
    status=201,
    faults=(AlreadyInvited, GatheringCancelled, GatheringHasBegun),
    rules=(rules.NOT_FOUND,),
)
CANCEL_GATHERING = Operation(
    name="cancel_gathering",
    route="POST /gatherings/<gathering_id>/cancel",
    en="Cancel a gathering. Everybody who was invited and has not said no is told.",
    sv="Ställ in en träff. Alla som var inbjudna och inte har tackat nej får veta det.",
    roles=COORDINATOR,
    body=CancelGathering,
    answer=GatheringWhole,
    faults=(GatheringCancelled, GatheringHasBegun),
)
RECORD_ATTENDANCE = Operation(
    name="record_attendance",
    route="POST /gatherings/<gathering_id>/attendance",
    en="Write down how many of each home were there. What is written down of a home again replaces it.",
    sv="Skriv ned hur många från varje hem som var med. Det som skrivs ned om ett hem igen ersätter det förra.",
    roles=COORDINATOR,
    body=RecordAttendance,
    answer=GatheringWhole,
    faults=(GatheringCancelled, GatheringNotBegun),
    rules=(NOT_INVITED,),
)
