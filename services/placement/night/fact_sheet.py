"""What a home must know tonight, on one page: what stands in the sheet, in Swedish words, for its template.

Knows neither how it is set nor who reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any

from services.kernel.basics.days import age_on
from services.placement.contract.told import Topic
from services.placement.placements.care import Authority, LegalGround
from services.placement.placements.model import Placement
from services.vocabulary.assignments import Assignment

TEMPLATE = Path(__file__).with_name("fact_sheet.typ")
TITLE = "Faktablad inför placering"
_LINES, _SIGNS = 34, 46  #: on the page for facts, and on one line even of the widest signs: it is one page
_LONGEST = 220  #: signs of a fact; the file has the rest

TOPICS = {
    Topic.HEALTH: "Hälsa",
    Topic.SIBLINGS: "Syskon",
    Topic.SCHOOL: "Skola",
    Topic.BEHAVIOUR: "Beteende",
    Topic.RISKS: "Risker",
    Topic.CONTACT: "Kontakt",
    Topic.OTHER: "Övrigt",
}
AUTHORITIES = {
    Authority.BOARD: "nämnden",
    Authority.COMMITTEE: "utskottet",
    Authority.CHAIR_URGENT: "ordföranden, brådskande",
    Authority.DELEGATE: "tjänsteperson på delegation",
}
GROUNDS = {
    LegalGround.SOL_CONSENT: "med samtycke enligt SoL",
    LegalGround.LVU: "enligt LVU",
    LegalGround.LVU_URGENT: "omedelbart omhändertagande enligt LVU",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that the home must know."""

    topic: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSheet:
    """Everything that stands in the sheet."""

    name: str
    born_on: date
    age: int
    assignment: str
    starts_on: date
    decided: str | None
    workers: str | None
    needs: str
    facts: tuple[Fact, ...]
    left_out: int  #: facts that did not fit: they are asked for


def sheet_of(placement: Placement, told: Iterable[Mapping[str, Any]], today: date) -> FactSheet:
    """What stands in the sheet of a placement: what the home was told, and what the plan says."""
    facts = [*_of_told(told), *_of_plan(placement)]
    fitting = _that_fit(facts)
    return FactSheet(
        name=placement.person_name or "",
        born_on=placement.placement_request.birth_date,
        age=age_on(placement.placement_request.birth_date, max(today, placement.starts_on)),
        assignment=Assignment(placement.assignment).swedish,
        starts_on=placement.starts_on,
        decided=_decided(placement),
        workers=", ".join(filter(None, (placement.child_social_worker, placement.family_home_worker))) or None,
        needs=_short(placement.placement_request.needs),
        facts=fitting,
        left_out=len(facts) - len(fitting),
    )


def _that_fit(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The first of the facts, as many as there is room for."""
    lines = accumulate(1 + (len(fact.topic) + len(fact.text)) // _SIGNS for fact in facts)
    return tuple(fact for fact, line in zip(facts, lines, strict=True) if line <= _LINES)


def _of_told(told: Iterable[Mapping[str, Any]]) -> list[Fact]:
    order = list(Topic)
    known = sorted(told, key=lambda one: order.index(Topic(one["topic"])))
    return [Fact(topic=TOPICS[Topic(one["topic"])], text=_short(one["text"])) for one in known]


def _of_plan(placement: Placement) -> list[Fact]:
    plan = placement.plan
    if plan is None:
        return []
    parts = {
        "Kontakt med föräldrar": plan.parents_contact,
        "Kontakt med syskon": plan.siblings_contact,
        "Skola enligt planen": plan.school,
        "Vård enligt planen": plan.care,
    }
    return [Fact(topic=topic, text=_short(text)) for topic, text in parts.items() if text.strip()]


def _decided(placement: Placement) -> str | None:
    if not placement.care_decisions:
        return None
    newest = placement.care_decisions[-1].decided
    return f"{newest.decided_on} av {AUTHORITIES[newest.authority]}, {GROUNDS[newest.ground]}"


def _short(text: str) -> str:
    """At most so many signs on one line, with a mark where something is left out."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[: _LONGEST - 1]}…"
