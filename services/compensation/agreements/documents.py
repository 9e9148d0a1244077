"""An agreement as it is written down: what was agreed and who has signed it, in Swedish words, for its template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.compensation.contract.agreements import AgreementKind
from services.compensation.model import Agreement, AgreementTerms
from services.compensation.pay.lines import written
from services.vocabulary.people import full_name

TEMPLATE = Path(__file__).with_name("agreement.typ")

KINDS = {
    AgreementKind.PLACEMENT: "Placering eller uppdrag",
    AgreementKind.CONTRACTED_EMERGENCY_HOME: "Kontrakterat jourhem",
    AgreementKind.MENTOR: "Mentorsfamilj",
    AgreementKind.GUARDIAN: "Tidigare familjehem som vårdnadshavare",
}
LEVELS = {
    "base": "grundnivå",
    "raised_1": "förhöjd nivå 1",
    "raised_2": "förhöjd nivå 2",
    "raised_3": "förhöjd nivå 3",
    "full": "högsta nivå",
    "low": "låg nivå",
    "mid": "mellannivå",
    "high": "hög nivå",
    "1": "nivå 1",
    "2": "nivå 2",
    "3": "nivå 3",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One thing that was agreed."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementDocument:
    """Everything that stands in the document."""

    kind: str
    since: date
    ends_on: date | None
    terms: tuple[Term, ...]
    signed_by: str
    signed_on: date | None
    home_signed_by: str | None
    home_signed_on: date | None


def document_of(
    agreement: Agreement, terms: AgreementTerms, adults: Mapping[str, Mapping[str, str]]
) -> AgreementDocument:
    """What was signed. An adult whose name is not known is called by what is known: nothing."""
    names = {one: full_name(person) for one, person in adults.items()}
    return AgreementDocument(
        kind=KINDS[AgreementKind(agreement.kind)],
        since=terms.since,
        ends_on=agreement.ends_on,
        terms=tuple(_terms(terms.body, names)),
        signed_by=terms.signed_by or "",
        signed_on=terms.signed_on,
        home_signed_by=None if terms.home_adult_id is None else names.get(terms.home_adult_id, "hemmet"),
        home_signed_on=terms.home_signed_on,
    )


def _terms(body: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Term]:
    yield Term(name="Arvode", value=LEVELS[body["fee_level"]])
    yield Term(name="Omkostnadsersättning", value=LEVELS[body["cost_level"]])
    if body.get("fee_percent"):
        yield Term(name="Arvode i procent av prisbasbeloppet", value=body["fee_percent"])
    if body.get("fee_reduction"):
        yield Term(name="Arvodet sänks med", value=f"{body['fee_reduction']['percent']} %")
    if body.get("places"):
        yield Term(name="Platser", value=str(body["places"]))
    if body.get("age_to") is not None:
        yield Term(name="Ålder", value=f"{body.get('age_from', 0)}–{body['age_to']} år")
    for one in body.get("supplements") or ():
        yield Term(name="Tillägg", value=one)
    for one in body.get("extra_costs") or ():
        yield Term(name=f"Särskild kostnad: {one['name']}", value=f"{written(Decimal(one['amount']))} kr i månaden")
    if body.get("allowance"):
        amount = written(Decimal(body["allowance"]["amount"]))
        yield Term(name="Barn- eller studiebidrag som betalas till hemmet", value=f"{amount} kr i månaden")
    for one in body.get("allowances") or ():
        name = f"Bidrag som betalas till hemmet, placering {one['placement_id']}"
        yield Term(name=name, value=f"{written(Decimal(one['amount']))} kr i månaden")
    for one in body["payees"]:
        yield Term(name="Betalas till", value=f"{names.get(one['adult_id'], 'en vuxen i hemmet')}, {one['percent']} %")
