"""What is done of a placement that goes on: its team, its plans, and what is considered of it."""

from services.kernel.contracts import Fault, Operation
from services.placement.contract.common import CASEWORKER
from services.placement.contract.placements import PlacementView
from services.placement.contract.plans import (
    PLAN_NOT_COME,
    REVIEW_BEFORE_START,
    REVIEW_NOT_COME,
    RecordPlacementReview,
    SetPlan,
    SetTeam,
)


class IntroductionNotFollowed(Fault):
    """An introduction has neither plans nor reviews: those belong to the stay."""


SET_PLAN = Operation(
    name="set_plan",
    route="PUT /placements/<placement_id>/plan",
    en="Say the placement's plans as they are now: care plan and implementation plan with their days, and what they "
    "say of contact, school and care. What was said before stays, and the end of the child's investigation holds in "
    "the whole care until another day is said. If-Match takes the placement's ETag.",
    sv="Ange placeringens planer som de är nu: vårdplan och genomförandeplan med sina datum, och vad de säger om "
    "umgänge, skola och vård. Det som angetts tidigare står kvar, och dagen då barnets utredning avslutades gäller i "
    "hela vården tills en annan dag anges. If-Match tar placeringens ETag.",
    roles=CASEWORKER,
    body=SetPlan,
    answer=PlacementView,
    conditional=True,
    faults=(IntroductionNotFollowed,),
    rules=(PLAN_NOT_COME,),
)
SET_TEAM = Operation(
    name="set_team",
    route="PUT /placements/<placement_id>/team",
    en="Say who looks after the placement: the home's worker and the child's social worker. If-Match takes the "
    "placement's ETag.",
    sv="Ange vilka som följer placeringen: familjehemssekreteraren och barnets socialsekreterare. If-Match tar "
    "placeringens ETag.",
    roles=CASEWORKER,
    body=SetTeam,
    answer=PlacementView,
    conditional=True,
)
RECORD_REVIEW = Operation(
    name="record_review",
    route="POST /placements/<placement_id>/reviews",
    en="Write down what was considered of the placement, or done because the law sets a time: the clocks follow it.",
    sv="Anteckna vad som övervägts om placeringen, eller gjorts för att lagen sätter en tid: klockorna följer det.",
    roles=CASEWORKER,
    body=RecordPlacementReview,
    answer=PlacementView,
    faults=(IntroductionNotFollowed,),
    rules=(REVIEW_NOT_COME, REVIEW_BEFORE_START),
)
