"""The agreements (avtal) with the homes: their form, what can be asked of them."""

from enum import StrEnum
from typing import ClassVar

from marshmallow import validate

from services.compensation.contract.agreement_terms import AgreementTermsBody, TermsView
from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import IdentityProtected, Stale
from services.kernel.contracts.files import MediaType

CASEWORKER = frozenset({"caseworker"})
AGREEMENT_READERS = frozenset({"caseworker", "payroll"})
READERS_OR_HOME = AGREEMENT_READERS | {"home"}


class AgreementKind(StrEnum):
    """What an agreement (avtal) is about."""

    PLACEMENT = "placement"  #: somebody who is placed, or supported by a contact family or contact person
    CONTRACTED_EMERGENCY_HOME = "contracted_emergency_home"  #: being ready, with or without a child
    MENTOR = "mentor"  #: being a mentor family
    GUARDIAN = "guardian"  #: a former family home as the child's guardian (SoL 22:15)


#: A home has at most one of these on a day.
OF_HOME = frozenset({AgreementKind.CONTRACTED_EMERGENCY_HOME, AgreementKind.MENTOR})


class AgreementStatus(StrEnum):
    """Where an agreement stands."""

    DRAFT = "draft"
    SIGNED = "signed"


class Signatures(StrEnum):
    """Who signs an agreement."""

    BOTH = "both"
    MUNICIPALITY = "municipality"


class AgreementAlreadySigned(Fault):
    """The agreement has been signed already."""


class AgreementEnded(Fault):
    """The agreement has ended."""


class EndsWithPlacement(Fault):
    """The agreement is about a placement, and ends with it."""


class PlacementHasAgreement(Fault):
    """There is an agreement for the placement already."""


class HomeUnknown(Fault):
    """There is no such home."""


class HomeHasAgreement(Fault):
    """The home has an agreement of this kind for these days already."""


class PlacementUnknown(Fault):
    """There is no such placement in that home."""


class NotAnAdultOfTheHome(Fault):
    """Somebody signs for the home who does not live there."""


LEVEL_OF_KIND = Rule("level_of_kind", "Not a level of this kind of assignment.")
TERM_OF_KIND = Rule("term_of_kind", "Nothing is paid, or lowered, by this term in an agreement of this kind.")
SHARES_ARE_WHOLE = Rule("shares_are_whole", "The shares of the payees are not 100 per cent together.")
PAYEE_TWICE = Rule("payee_twice", "The same payee is named twice.")
PAYEE_OF_HOME = Rule("payee_of_home", "Whoever is paid is, or was when it was agreed, an adult of the home.")
GUARDIAN_LIVED = Rule("guardian_lived", "A guardian is a home that the placed person has lived in.")
ALLOWANCE_OF_CHILD = Rule("allowance_of_child", "No such child is placed in the home under its contract.")
ALLOWANCE_TWICE = Rule("allowance_twice", "Two allowances are said for the same child.")
PLACES_MISSING = Rule("places_missing", "A contract says for how many places.")
PLACEMENT_MISSING = Rule("placement_missing", "An agreement of this kind is about a placement.")
CONTRACT_PAYS = Rule(
    "contract_pays", "Whoever is placed in a contracted emergency home is paid for by the home's contract."
)
ENDS_BEFORE_START = Rule("agreement_ends_before_start", "The last day lies before the first.")
AMENDED_FROM = Rule("amended_from", "An amendment of a signed agreement says from which day on it holds.")


class DraftAgreement(AgreementTermsBody):
    """An agreement to be signed. A placement, and an approval as contracted emergency home, draft theirs themselves."""

    home_id = fields.reference(required=True)
    kind = fields.one_of(AgreementKind, required=True)
    placement_id = fields.reference(allow_none=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(allow_none=True)

    example = {
        **AgreementTermsBody.example,
        "extra_costs": [],
        "allowance": None,
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "kind": "contracted_emergency_home",
        "placement_id": None,
        "starts_on": "2024-04-01",
        "ends_on": None,
        "places": 2,
        "age_from": 0,
        "age_to": 12,
    }


class AmendAgreement(AgreementTermsBody):
    """The terms of a draft; or of an amendment (tilläggsavtal) of a signed agreement, which holds from its day on when
    it is signed."""

    amends_from = fields.Day(data_key="from", allow_none=True)

    example = {**AgreementTermsBody.example, "from": "2024-05-01"}


class EndAgreement(Schema):
    """The last day of an agreement that is not about a placement, and when notice was given."""

    ends_on = fields.Day(required=True)
    notice_given_on = fields.Day(required=True)

    example = {"ends_on": "2024-06-30", "notice_given_on": "2024-05-28"}


class AgreementFilter(Schema):
    """Which agreements of the municipality."""

    home_id = fields.String(
        validate=validate.Length(1, 100), metadata={"description": "Only of this home. Bara detta hem."}
    )
    status = fields.one_of(AgreementStatus, metadata={"description": "Only of this status. Bara med denna status."})


class AgreementView(Schema):
    """An agreement (avtal) with a home. Levels and payee are those of the terms that were agreed last, of a draft those
    that are proposed. The payee is an adult of the home; a protected identity (skyddade personuppgifter) has no name,
    but for its own home, nor has somebody who does not live there any more. Who of the staff signed is not shown to the
    home."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    placement_id = fields.String(required=True, allow_none=True)
    kind = fields.one_of(AgreementKind, required=True)
    status = fields.one_of(AgreementStatus, required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True, allow_none=True)
    fee_level = fields.String(required=True)
    cost_level = fields.String(required=True)
    payee_adult_id = fields.String(required=True, allow_none=True)
    payee_name = fields.String(required=True, allow_none=True)
    signed_on = fields.Day(required=True, allow_none=True)
    signed_by = fields.Staff(required=True)
    protected_identity = fields.Boolean(required=True)  #: the home's

    shows = {"agreement": "id", "home": "home_id", "adult": "payee_adult_id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("payee_name",), home="home_id"),)
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


class AgreementWithTerms(AgreementView):
    """An agreement with its terms and amendments, the first ones first."""

    notice_given_on = fields.Day(required=True, allow_none=True)
    terms = fields.List(fields.Nested(TermsView), required=True)

    hides = (
        *AgreementView.hides,
        Hides("protected_identity", ("terms.fee_reduction", "terms.extra_costs"), home="home_id"),
    )
    example = {**AgreementView.example, "notice_given_on": None, "terms": [TermsView.example]}


_RULES = (
    LEVEL_OF_KIND,
    TERM_OF_KIND,
    SHARES_ARE_WHOLE,
    PAYEE_TWICE,
    PAYEE_OF_HOME,
    PLACES_MISSING,
    ALLOWANCE_OF_CHILD,
    ALLOWANCE_TWICE,
)

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
    en="One agreement with its terms and amendments. A home's own user sees its own.",
    sv="Ett avtal med villkor och tilläggsavtal. Ett hems egen användare ser sina egna.",
    roles=READERS_OR_HOME,
    answer=AgreementWithTerms,
    reads=True,
)
DRAFT_AGREEMENT = Operation(
    name="draft_agreement",
    route="POST /agreements",
    en="Draft an agreement: for a contracted emergency home, a mentor family, a former family home as guardian, or a "
    "placement that has none.",
    sv="Skapa ett utkast till avtal: för ett kontrakterat jourhem, en mentorsfamilj, ett tidigare familjehem som "
    "vårdnadshavare, eller en placering som saknar avtal.",
    roles=CASEWORKER,
    body=DraftAgreement,
    answer=AgreementWithTerms,
    rules=(*_RULES, PLACEMENT_MISSING, CONTRACT_PAYS, GUARDIAN_LIVED, ENDS_BEFORE_START),
    faults=(HomeUnknown, HomeHasAgreement, PlacementHasAgreement, PlacementUnknown),
    status=201,
    location="/agreements/{id}",
)
AMEND_AGREEMENT = Operation(
    name="amend_agreement",
    route="PUT /agreements/<agreement_id>",
    en="Set the terms of a draft, or of an amendment of a signed agreement. Whoever had signed signs again.",
    sv="Ange villkoren i ett utkast, eller i ett tilläggsavtal till ett undertecknat avtal. Den som hade skrivit under "
    "gör det på nytt.",
    roles=CASEWORKER,
    body=AmendAgreement,
    answer=AgreementWithTerms,
    rules=(*_RULES, AMENDED_FROM),
    conditional=True,
)
SIGN_AGREEMENT = Operation(
    name="sign_agreement",
    route="POST /agreements/<agreement_id>/sign",
    en="Sign an agreement or its amendment: for the municipality, or by the home's own login. When everybody has "
    "signed whom the municipality wants to it is paid, from its first day. With If-Match only as it was read.",
    sv="Skriv under ett avtal eller ett tilläggsavtal: för kommunen, eller med hemmets egen inloggning. När alla har "
    "skrivit under som kommunen vill ska göra det betalas det, från dess första dag. Med If-Match bara så som det "
    "lästes.",
    roles=CASEWORKER | {"home"},
    body=Nothing,
    answer=AgreementView,
    faults=(AgreementAlreadySigned, NotAnAdultOfTheHome, Stale),
)
END_AGREEMENT = Operation(
    name="end_agreement",
    route="POST /agreements/<agreement_id>/end",
    en="End an agreement that is not about a placement, with the day on which notice was given. The end can be moved, "
    "later only as far as the home has no other of the kind.",
    sv="Avsluta ett avtal som inte gäller en placering, med dagen då det sades upp. Slutdagen kan flyttas, framåt bara "
    "så långt som hemmet inte har något annat avtal av samma slag.",
    roles=CASEWORKER,
    body=EndAgreement,
    answer=AgreementView,
    rules=(ENDS_BEFORE_START,),
    faults=(EndsWithPlacement, AgreementEnded, HomeHasAgreement),
)
GET_AGREEMENT_PAPER = Operation(
    name="get_agreement_paper",
    route="GET /agreements/<agreement_id>/papers/<paper_id>",
    en="What was signed, as a document. Of a protected identity only with the role `protected` and a reason, but for "
    "its own home.",
    sv="Det som undertecknades, som dokument. Av den som har skyddade personuppgifter bara med rollen `protected` och "
    "ett skäl, utom för hemmet självt.",
    roles=READERS_OR_HOME,
    gives_file=frozenset({MediaType.PDF}),
    shows={"agreement": "agreement_id"},
    answer=Nothing,
    reads=True,
    faults=(IdentityProtected,),
)
