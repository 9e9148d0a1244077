"""Which homes may give respite as things stand: what they are approved for, and who lives there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from services.kernel.rows.unit import Unit
from services.mentorship.contract.respite import RespiteStatus
from services.mentorship.homes import finding
from services.mentorship.homes.model import Approval, Home, Support
from services.mentorship.respite.allowed import Bounds, Wanted, allows
from services.mentorship.respite.model import RespiteRequest
from services.mentorship.respite.nights import Lives, others
from services.vocabulary.assignments import LIVING


@dataclass(frozen=True, slots=True)
class Stands:
    """What is known of a home whose people nobody has to look at first."""

    approvals: list[Bounds] = field(default_factory=list)
    lives: list[Lives] = field(default_factory=list)

    def may_give(self, wanted: Wanted) -> bool:
        """Whether it may give it."""
        return allows(self.approvals, wanted, self.lives)


def able(unit: Unit, home_ids: Collection[str], request: RespiteRequest) -> list[str]:
    """Those of the homes that may give it, in order."""
    wanted = _wanted(request)
    stand = _standing(unit, home_ids)
    return [home_id for home_id in sorted(stand) if stand[home_id].may_give(wanted)]


def not_allowed(unit: Unit) -> list[str]:
    """The accepted respite, not over yet, that the chosen home may not give any more: its approval does not hold or
    waits, its places are taken, somebody lives in both homes by now, or nothing is known of it any more."""
    accepted = unit.session.execute(_ACCEPTED, {"today": unit.today}).all()
    if not accepted:
        return []
    stand = _standing(unit, {one.given_by for one in accepted if one.given_by})
    households = finding.households(unit, {one.home_id for one in accepted})
    return [
        one.id
        for one in accepted
        if one.given_by in households[one.home_id] or not stand.get(one.given_by, Stands()).may_give(_wanted(one))
    ]


_ACCEPTED = select(
    RespiteRequest.id,
    RespiteRequest.home_id,
    RespiteRequest.given_by,
    RespiteRequest.children,
    RespiteRequest.age_from,
    RespiteRequest.age_to,
    RespiteRequest.starts_on,
    RespiteRequest.ends_on,
).where(RespiteRequest.status == RespiteStatus.ACCEPTED, RespiteRequest.ends_on > bindparam("today"))


def _wanted(one: Any) -> Wanted:
    """What a request, or a row of one, asks of whoever gives it."""
    return Wanted(
        children=one.children,
        age_from=one.age_from,
        age_to=one.age_to,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
    )


def _standing(unit: Unit, home_ids: Collection[str]) -> dict[str, Stands]:
    """How the homes stand; without those whose people have to be looked at first."""
    usable = select(Home.id, Home.others_children).where(Home.id.in_(home_ids), Home.approvals_wait.is_(False))
    found = {home_id: Stands(lives=others(number)) for home_id, number in unit.session.execute(usable)}
    for approval in unit.session.scalars(select(Approval).where(Approval.home_id.in_(list(found)))):
        found[approval.home_id].approvals.append(_bounds_of(approval))
    living = (Support.home_id.in_(list(found)), Support.assignment.in_(LIVING))
    days = select(Support.home_id, Support.starts_on, Support.ends_on).where(*living)
    for home_id, starts_on, ends_on in unit.session.execute(days):
        found[home_id].lives.append(Lives(starts_on, ends_on))
    return found


def _bounds_of(approval: Approval) -> Bounds:
    """An approval as the rule of respite reads it."""
    return Bounds(
        assignments=frozenset(approval.assignments),
        age_from=approval.age_from,
        age_to=approval.age_to,
        places=approval.places,
        valid_from=approval.decided_on,
        valid_until=approval.valid_until,
        holds=approval.holds,
    )
