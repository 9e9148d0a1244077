"""Which homes may give respite as things stand: what they are approved for, and who lives there."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select

from services.kernel.rows.unit import Unit
from services.mentorship.homes.model import Approval, Home, Support
from services.mentorship.respite.allowed import Bounds, Wanted, allows
from services.mentorship.respite.nights import Lives
from services.vocabulary.assignments import LIVING


@dataclass(frozen=True, slots=True)
class Stands:
    """What is known of a home whose people nobody has to look at first."""

    approvals: list[Bounds] = field(default_factory=list)
    lives: list[Lives] = field(default_factory=list)

    def may_give(self, wanted: Wanted) -> bool:
        """Whether it may give it."""
        return allows(self.approvals, wanted, self.lives)


def able(unit: Unit, home_ids: Collection[str], wanted: Wanted) -> list[str]:
    """Those of the homes that may give it, in order."""
    stand = standing(unit, home_ids)
    return [home_id for home_id in sorted(stand) if stand[home_id].may_give(wanted)]


def standing(unit: Unit, home_ids: Collection[str]) -> dict[str, Stands]:
    """How the homes stand; without those whose people have to be looked at first."""
    usable = select(Home.id).where(Home.id.in_(home_ids), Home.approvals_wait.is_(False))
    found = {home_id: Stands() for home_id in unit.session.scalars(usable)}
    for approval in unit.session.scalars(select(Approval).where(Approval.home_id.in_(found))):
        found[approval.home_id].approvals.append(_bounds_of(approval))
    lives = select(Support.home_id, Support.starts_on, Support.ends_on)
    for home_id, *days in unit.session.execute(lives.where(Support.home_id.in_(found), Support.assignment.in_(LIVING))):
        found[home_id].lives.append(Lives(*days))
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
