"""What compensation does when an event of another service comes."""

from typing import Any

from sqlalchemy import bindparam, exists, select, text

from services.compensation.model import Agreement, Home, Placement, draft
from services.kernel.rows import staff, weeding
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import newest
from services.vocabulary.assignments import Assignment

#: The assignments that the tariff's family home part pays. SKR has no table of its own for the emergency home
#: (jourhem); the others come with their own parts of the tariff.
PAID_AS_FAMILY_HOME = frozenset({Assignment.FAMILY_HOME, Assignment.NETWORK_HOME, Assignment.EMERGENCY_HOME})


@newest
def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the placement, and drafts its agreement where the family home tariff pays; of one that is known the first
    day may have been corrected, and nothing else."""
    placement, is_new = unit.ensure(Placement, data["placement_id"])
    placement.learn(data)
    if not is_new:
        if (agreement := _agreement_of(unit, placement)) is not None:
            agreement.begin(data["starts_on"], at=unit.now)
    elif data["assignment"] in PAID_AS_FAMILY_HOME:
        unit.session.flush()  # the agreement refers to it
        levels = {"fee_level": unit.settings.default_fee_level, "cost_level": unit.settings.default_cost_level}
        unit.add(draft(data, **levels, at=unit.now))
        _know_payees(unit, data["home_id"])


@newest
def on_placement_ended(unit: Unit, data: dict[str, Any]) -> None:
    """Ends the placement's agreement on the placement's last day, the one that was said last."""
    placement = unit.known(Placement, data["placement_id"])
    placement.ends_on = data["ends_on"]
    if (agreement := _agreement_of(unit, placement)) is not None:
        agreement.end(data["ends_on"], at=unit.now)


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps who lives in a home, so that who is paid has a name."""
    home, is_new = unit.ensure(Home, data["home_id"])
    if is_new:
        home.adults = []
    home.learn(data, lookup=unit.lookup_person)
    _know_payees(unit, home.id)


@newest
def on_staff_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether the identity of one of the staff is protected."""
    staff.learn(unit, data["staff_id"], data["actor"], is_protected=data["protected_identity"])


@newest
def on_home_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Weeds the copy of a home; one whose agreements are kept longer, as papers of pay, goes with the last of them."""
    home = unit.session.scalars(_LOCKED, {"home_id": data["home_id"]}).one_or_none()
    if home is not None and unit.session.scalar(select(exists().where(Agreement.home_id == home.id))):
        home.weeded_on = unit.today
    elif home is not None:
        weeding.weed(unit, weeding.tree_of(unit, home), ())
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


_LOCKED = select(Home).where(Home.id == bindparam("home_id")).with_for_update()


def _know_payees(unit: Unit, home_id: str) -> None:
    """By which number whoever is paid is found, also once they live there no more."""
    unit.session.flush()
    unit.session.execute(_KNOW_PAYEES, {"home_id": home_id})


_KNOW_PAYEES = text(
    "update agreement set payee_lookup = home_adult.lookup from home_adult where home_adult.id = payee_adult_id "
    "and agreement.home_id = :home_id and payee_lookup is distinct from home_adult.lookup"
)


@newest
def on_placement_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Forgets, in its time, what was seen of a placement; the copy has its own years, as papers of pay."""
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


def _agreement_of(unit: Unit, placement: Placement) -> Agreement | None:
    statement = select(Agreement).where(Agreement.placement_id == placement.id).with_for_update()
    return unit.session.scalars(statement).one_or_none()
