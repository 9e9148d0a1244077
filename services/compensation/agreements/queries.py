"""Agreements as they are shown."""

from typing import Any

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.compensation.contract.agreement_terms import AgreementTermsBody
from services.compensation.model import Agreement, AgreementPaper, AgreementTerms, Home, HomeAdult, payee_name
from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.schema import load
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged


class _ListedAgreement:
    """What a row of the list knows of itself as an agreement does."""

    __slots__ = ()
    person: dict[str, Any] | None
    home_is_protected: bool | None  #: None where it is not known

    @property
    def payee_name(self) -> str | None:
        return payee_name(self.person)

    @property
    def protected_identity(self) -> bool:
        return bool(self.home_is_protected)


_AGREEMENTS = Listing(
    select(
        Agreement.id,
        Agreement.home_id,
        Agreement.placement_id,
        Agreement.kind,
        Agreement.status,
        Agreement.starts_on,
        Agreement.ends_on,
        Agreement.fee_level,
        Agreement.cost_level,
        Agreement.payee_adult_id,
        Agreement.signed_on,
        Agreement.signed_by,
        HomeAdult.person,
        Home.protected_identity.label("home_is_protected"),
    )
    .outerjoin(HomeAdult, HomeAdult.id == Agreement.payee_adult_id)
    .outerjoin(Home, Home.id == Agreement.home_id),
    order=(Agreement.id.desc(),),
    row=_ListedAgreement,
    status=Agreement.status == bindparam("status"),
    home_id=Agreement.home_id == bindparam("home_id"),
    own=Agreement.home_id == any_(bindparam("own", type_=ARRAY(Text))),
)


def list_agreements(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The agreements, the newest first."""
    own = {"own": list(unit.own_homes(Agreement))} if unit.for_home else {}
    found, total = unit.list(_AGREEMENTS, page, query | own)
    return paged((_shown(unit, one) for one in found), total)


def get_agreement(unit: Unit, agreement_id: str) -> Answer:
    """One agreement with its terms."""
    agreement = unit.read(Agreement, agreement_id)
    return Answer(with_terms(unit, agreement), version_of=agreement)


def get_agreement_paper(unit: Unit, agreement_id: str, paper_id: str) -> Answer:
    """What was signed."""
    agreement = unit.read(Agreement, agreement_id)
    unit.must_see(is_protected=agreement.protected_identity and not unit.for_home)
    paper = unit.session.scalars(
        select(AgreementPaper).where(AgreementPaper.id == paper_id, AgreementPaper.agreement_id == agreement.id)
    ).one_or_none()
    if paper is None:
        raise NotFound
    return Answer({}, file=paper.in_store)


def with_terms(unit: Unit, agreement: Agreement) -> Any:
    """An agreement with its terms and amendments."""
    papers = {
        one.terms_number: one
        for one in unit.session.scalars(select(AgreementPaper).where(AgreementPaper.agreement_id == agreement.id))
    }
    terms = [_terms(unit, one, papers.get(one.number)) for one in agreement.terms]
    return Shown(_shown(unit, agreement), terms=terms)


def _shown(unit: Unit, agreement: Any) -> Any:
    """An agreement, or a row of the list. A home is not shown who of the staff signed."""
    return Shown(agreement, signed_by=None) if unit.for_home else agreement


_ABSENT = ("fee_percent", "fee_reduction", "extra_costs", "allowance", "places", "age_from", "age_to")


def _terms(unit: Unit, one: AgreementTerms, paper: AgreementPaper | None) -> dict[str, Any]:
    said = load(AgreementTermsBody, one.body)
    return {
        **dict.fromkeys(_ABSENT),
        "supplements": [],
        "allowances": [],
        **said,
        "number": one.number,
        "since": one.since,
        "agreed": one.is_agreed,
        "signed_by": None if unit.for_home else one.signed_by,
        "signed_on": one.signed_on,
        "home_signed_by": one.home_adult_id,
        "home_signed_on": one.home_signed_on,
        "paper": paper,
    }
