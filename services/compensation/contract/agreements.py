"""The agreements (avtal) with the homes: their form, what can be asked of them, and the event they record."""

from enum import StrEnum

from marshmallow import validate

from services.compensation.tariffs import CostLevel, FeeLevel
from services.kernel.contracts import Fault, Hides, Nothing, Operation, Schema, fields

CASEWORKER = frozenset({"caseworker"})
AGREEMENT_READERS = frozenset({"caseworker", "payroll"})
READERS_OR_HOME = AGREEMENT_READERS | {"home"}


class AgreementKind(StrEnum):
    """What an agreement (avtal) is about."""

    PLACEMENT = "placement"


class AgreementStatus(StrEnum):
    """Where an agreement stands."""

    DRAFT = "draft"
    SIGNED = "signed"


class AgreementAlreadySigned(Fault):
    """The agreement has been signed already."""


class AgreementFilter(Schema):
    """Which agreements of the municipality."""

    home_id = fields.String(
        validate=validate.Length(1, 100), metadata={"description": "Only of this home. Bara detta hem."}
    )
    status = fields.one_of(AgreementStatus, metadata={"description": "Only of this status. Bara med denna status."})


class AgreementView(Schema):
    """An agreement (avtal) with a home. The payee is an adult of the home; a protected identity (skyddade
    personuppgifter) has no name, but for its own home, nor has somebody who does not live there any more. Who of the
    staff wrote the signature down is not shown to the home."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    placement_id = fields.String(required=True)
    kind = fields.one_of(AgreementKind, required=True)
    status = fields.one_of(AgreementStatus, required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True, allow_none=True)
    fee_level = fields.one_of(FeeLevel, required=True)
    cost_level = fields.one_of(CostLevel, required=True)
    payee_adult_id = fields.String(required=True)
    payee_name = fields.String(required=True, allow_none=True)
    signed_on = fields.Day(required=True, allow_none=True)
    signed_by = fields.Staff(required=True)
    protected_identity = fields.Boolean(required=True)  #: the home's

    shows = {"agreement": "id", "home": "home_id", "adult": "payee_adult_id"}
    hides = (Hides("protected_identity", ("payee_name",), home="home_id"),)
    example = {
        "id": "019a0000-0000-7000-8000-000000000001",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "placement_id": "019a0000-0000-7000-8000-000000000003",
        "kind": "placement",
        "status": "signed",
        "starts_on": "2024-04-12",
        "ends_on": None,
        "fee_level": "base",
        "cost_level": "base",
        "payee_adult_id": "019a0000-0000-7000-8000-000000000004",
        "payee_name": "Anna Andersson",
        "signed_on": "2024-04-10",
        "signed_by": "anna",
        "protected_identity": False,
    }


LIST_AGREEMENTS = Operation(
    name="list_agreements",
    route="GET /agreements",
    en="The agreements (avtal) with the homes, the newest first. A started placement drafts one by itself. "
    "A home's own user sees its own.",
    sv="Avtalen med hemmen, det senaste först. En påbörjad placering skapar ett utkast av sig själv. "
    "Ett hems egen användare ser sina egna.",
    roles=READERS_OR_HOME,
    query=AgreementFilter,
    answer=AgreementView,
    reads=True,
    paged=True,
)
GET_AGREEMENT = Operation(
    name="get_agreement",
    route="GET /agreements/<agreement_id>",
    en="One agreement. A home's own user sees its own.",
    sv="Ett avtal. Ett hems egen användare ser sina egna.",
    roles=READERS_OR_HOME,
    answer=AgreementView,
    reads=True,
)
SIGN_AGREEMENT = Operation(
    name="sign_agreement",
    route="POST /agreements/<agreement_id>/sign",
    en="Record that an agreement has been signed. From then on it is paid, from its first day.",
    sv="Anteckna att ett avtal är undertecknat. Därefter betalas det, från dess första dag.",
    roles=CASEWORKER,
    body=Nothing,
    answer=AgreementView,
    faults=(AgreementAlreadySigned,),
)
