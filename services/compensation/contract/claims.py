"""Claims (anspråk) of the homes: what is asked for first, receipts, mileage, lost income; and what became of them."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from marshmallow import validate

from services.compensation.contract.agreements import CASEWORKER
from services.compensation.contract.tariff_parts import Percent
from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import PAPERS, FileAlreadyAttached, FileView
from services.vocabulary.across import ENDS_BEFORE_IT_BEGINS

CLAIMERS = CASEWORKER | {"home"}
READERS = CLAIMERS | {"payroll"}
MOST_RECEIPTS = 20


class ClaimKind(StrEnum):
    """What a claim is about."""

    PURCHASE_WISH = "purchase_wish"  #: a larger purchase, asked for before it is made
    TRIP_WISH = "trip_wish"
    RECEIPT = "receipt"
    MILEAGE = "mileage"
    LOST_INCOME = "lost_income"  #: for an agreed period with a last day
    RESPITE = "respite"  #: nights of respite (avlastning) that were taken: comes by itself


WISHES = frozenset({ClaimKind.PURCHASE_WISH, ClaimKind.TRIP_WISH})
#: What is approved of these is kilometres, days and nights: what they pay is the tariff's.
BY_TARIFF = frozenset({ClaimKind.MILEAGE, ClaimKind.LOST_INCOME, ClaimKind.RESPITE})


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    WAITING = "waiting"
    APPROVED = "approved"  #: a wish: it may be bought; else the next run pays it
    DECLINED = "declined"
    PAID = "paid"


class ClaimAlreadyDecided(Fault):
    """It has been decided on the claim already."""


class ReceiptMissing(Fault):
    """A receipt is approved when its paper is attached."""


class WishNeeded(Fault):
    """A purchase of this size is asked for first: name the wish that was approved."""


class WishSpent(Fault):
    """The receipts of the wish come to more than was approved of it."""


class IncomeCompensatedAlready(Fault):
    """Another claim for this adult's lost income, on some of these days, has been approved; `claim_id` says which."""


class TooManyReceipts(Fault):
    """The claim has as many papers as it can have."""


CLAIM_FIELDS = Rule("claim_fields", "A claim of this kind says its {wanted}.")
MORE_THAN_CLAIMED = Rule("more_than_claimed", "More than was claimed.")
PART_REASON = Rule("part_reason", "Say why not all of it is approved.")
CLAIM_WISH = Rule("claim_wish", "The home has made no such wish.")
CLAIM_PLACEMENT = Rule("claim_placement", "There is no such placement in the home.")
CLAIM_PAYEE = Rule("claim_payee", "Say which adult of the home is paid.")


def _kronor(**kwargs: object) -> fields.Money:
    return fields.Money(validate=validate.Range(Decimal("0.01"), Decimal(1_000_000)), **kwargs)


def _kilometres(**kwargs: object) -> fields.Money:
    return fields.Money(validate=validate.Range(Decimal("0.1"), Decimal(10_000)), **kwargs)


def _percent(**kwargs: object) -> Percent:
    return Percent(validate=validate.Range(Decimal("0.01"), Decimal(100)), **kwargs)


class MakeClaim(Schema):
    """What a home claims: an amount; kilometres; or a salary a month, of which so many per cent are lost."""

    home_id = fields.reference(required=True)
    placement_id = fields.reference(allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf([str(k) for k in ClaimKind if k != ClaimKind.RESPITE]))
    amount = _kronor(allow_none=True)
    kilometres = _kilometres(allow_none=True)
    salary_per_month = _kronor(allow_none=True)
    percent = _percent(allow_none=True)
    period_from = fields.Day(required=True)
    period_to = fields.Day(allow_none=True)
    wish_id = fields.reference(allow_none=True)
    payee_adult_id = fields.reference(allow_none=True)
    description = fields.text(1000, required=True)

    example = {
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "placement_id": None,
        "kind": "receipt",
        "amount": "499.00",
        "period_from": "2024-04-03",
        "period_to": "2024-04-03",
        "payee_adult_id": "019a0000-0000-7000-8000-000000000004",
        "description": "Glasögon.",
    }


class ApproveClaim(Schema):
    """How much of it is approved; all, unless less is said, and then why."""

    amount = _kronor(allow_none=True)
    kilometres = _kilometres(allow_none=True)
    percent = _percent(allow_none=True)
    reason = fields.text(1000, required=True, shortest=0)

    example = {"amount": "450.00", "reason": "Upp till 450 kronor."}


class DeclineClaim(Schema):
    """Why it is declined."""

    reason = fields.text(1000, required=True)

    example = {"reason": "Ingår i omkostnadsersättningen."}


class ClaimFilter(Schema):
    """Which claims."""

    home_id = fields.String(
        validate=validate.Length(1, 100), metadata={"description": "Only of this home. Bara detta hem."}
    )
    status = fields.one_of(ClaimStatus, metadata={"description": "Only of this status. Bara med denna status."})


class ClaimView(Schema):
    """A claim, what was approved of it, and by which run it was paid."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    placement_id = fields.String(required=True, allow_none=True)
    payee_adult_id = fields.String(required=True, allow_none=True)
    kind = fields.one_of(ClaimKind, required=True)
    status = fields.one_of(ClaimStatus, required=True)
    amount = fields.Money(required=True, allow_none=True)
    kilometres = fields.Money(required=True, allow_none=True)
    salary_per_month = fields.Money(required=True, allow_none=True)
    percent = Percent(required=True, allow_none=True)
    nights = fields.Integer(required=True, allow_none=True)
    period_from = fields.Day(required=True)
    period_to = fields.Day(required=True)
    wish_id = fields.String(required=True, allow_none=True)
    description = fields.String(required=True, allow_none=True)
    approved_amount = fields.Money(required=True, allow_none=True)
    approved_kilometres = fields.Money(required=True, allow_none=True)
    approved_percent = Percent(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    made_at = fields.Instant(required=True)
    decided_by = fields.Staff(required=True)
    decided_at = fields.Instant(required=True, allow_none=True)
    pay_run_id = fields.String(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)  #: the home's

    shows = {"home": "home_id", "adult": "payee_adult_id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("description", "reason"), home="home_id"),)
    example = {
        **{name: value for name, value in MakeClaim.example.items() if name != "kind"},
        "id": "019a0000-0000-7000-8000-000000000051",
        "kind": "receipt",
        "status": "approved",
        "kilometres": None,
        "salary_per_month": None,
        "percent": None,
        "nights": None,
        "wish_id": None,
        "approved_amount": "450.00",
        "approved_kilometres": None,
        "approved_percent": None,
        "reason": "Upp till 450 kronor.",
        "made_at": "2024-04-03T08:00:00Z",
        "decided_by": "karin",
        "decided_at": "2024-04-04T08:00:00Z",
        "pay_run_id": None,
        "protected_identity": False,
    }


class ClaimWithReceipts(ClaimView):
    """A claim with its papers."""

    receipts = fields.List(fields.Nested(FileView), required=True)

    hides = (*ClaimView.hides, Hides("protected_identity", ("receipts.name",), home="home_id"))
    example = {**ClaimView.example, "receipts": [FileView.example]}


MAKE_CLAIM = Operation(
    name="make_claim",
    route="POST /claims",
    en="Claim a receipt, mileage or lost income, or ask first for a larger purchase or a trip. A home's own user for "
    "its home; staff for a home that rang.",
    sv="Begär ersättning för ett utlägg, milersättning eller förlorad arbetsinkomst, eller fråga först om ett större "
    "inköp eller en resa. Ett hems egen användare för sitt hem; personal för ett hem som ringde.",
    roles=CLAIMERS,
    body=MakeClaim,
    answer=ClaimWithReceipts,
    rules=(CLAIM_FIELDS, CLAIM_PLACEMENT, CLAIM_WISH, ENDS_BEFORE_IT_BEGINS, CLAIM_PAYEE),
    status=201,
    location="/claims/{id}",
)
LIST_CLAIMS = Operation(
    name="list_claims",
    route="GET /claims",
    en="The claims, the newest first. A home's own user sees its own, but not what another adult earns.",
    sv="Anspråken, det senaste först. Ett hems egen användare ser sina egna, men inte vad en annan vuxen tjänar.",
    roles=READERS,
    query=ClaimFilter,
    answer=ClaimView,
    reads=True,
    paged=True,
)
GET_CLAIM = Operation(
    name="get_claim",
    route="GET /claims/<claim_id>",
    en="One claim with its papers. What one adult of a home earns, and the papers, are not shown to another.",
    sv="Ett anspråk med sina kvitton. Vad en vuxen i ett hem tjänar, och kvittona, visas inte för en annan.",
    roles=READERS,
    answer=ClaimWithReceipts,
    reads=True,
)
ATTACH_RECEIPT = Operation(
    name="attach_receipt",
    route="POST /claims/<claim_id>/attachments",
    en="Attach a paper to a claim that waits: the body itself. The same paper is taken once, whatever claim it comes "
    "with.",
    sv="Bifoga ett kvitto till ett anspråk som väntar, som själva innehållet i anropet. Samma kvitto tas emot en gång, "
    "vilket anspråk det än kommer med.",
    roles=CLAIMERS,
    takes_file=PAPERS,
    answer=FileView,
    shows={"claim": "claim_id"},
    status=201,
    location="/claims/{claim_id}/attachments/{id}",
    faults=(ClaimAlreadyDecided, FileAlreadyAttached, TooManyReceipts),
)
GET_RECEIPT = Operation(
    name="get_receipt",
    route="GET /claims/<claim_id>/attachments/<receipt_id>",
    en="A paper of a claim. In a home only for the adult whose claim it is. Of a protected identity only with the role "
    "`protected` and a reason, but for its own home.",
    sv="Ett kvitto. I ett hem bara för den vuxna vars anspråk det är. Från den som har skyddade personuppgifter bara "
    "med rollen `protected` och ett skäl, utom för hemmet självt.",
    roles=READERS,
    gives_file=PAPERS,
    shows={"claim": "claim_id"},
    answer=Nothing,
    reads=True,
    faults=(IdentityProtected,),
)
APPROVE_CLAIM = Operation(
    name="approve_claim",
    route="POST /claims/<claim_id>/approve",
    en="Approve a claim, or a part of it. The next run pays it, once. Of one adult's lost income no day is approved "
    "twice.",
    sv="Godkänn ett anspråk, helt eller delvis. Nästa underlag betalar det, en gång. Av en vuxens förlorade "
    "arbetsinkomst godkänns ingen dag två gånger.",
    roles=CASEWORKER,
    body=ApproveClaim,
    answer=ClaimView,
    rules=(MORE_THAN_CLAIMED, PART_REASON),
    faults=(ClaimAlreadyDecided, IncomeCompensatedAlready, ReceiptMissing, WishNeeded, WishSpent),
)
DECLINE_CLAIM = Operation(
    name="decline_claim",
    route="POST /claims/<claim_id>/decline",
    en="Decline a claim, with the reason that the home is told.",
    sv="Avslå ett anspråk, med det skäl som hemmet får veta.",
    roles=CASEWORKER,
    body=DeclineClaim,
    answer=ClaimView,
    faults=(ClaimAlreadyDecided,),
)
