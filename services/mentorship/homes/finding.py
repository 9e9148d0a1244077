"""Homes as use cases need them: named in a body, with whoever lives in several, and where they are taken to be."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from services.kernel.basics.geo import Place
from services.kernel.contracts import rules
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.mentorship.homes.model import Adult, Home
from services.vocabulary.centres import centre_of


def named(unit: Unit, home_id: str, *, at: str = "/home_id") -> Home:
    """An approved home that a body names, of the caller's own where somebody acts for a home; `InvalidInput` for any
    other."""
    try:
        home = unit.read(Home, home_id)
    except NotFound:
        raise rules.NOT_FOUND.refusal(at) from None
    if not home.is_approved:
        raise rules.NOT_FOUND.refusal(at)
    return home


def households(unit: Unit, home_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Of each home all homes in which somebody of it lives, itself among them."""
    here, there = aliased(Adult), aliased(Adult)
    ids = list(home_ids)
    rows = unit.session.execute(
        select(here.home_id, there.home_id).join(there, there.lookup == here.lookup).where(here.home_id.in_(ids))
    )
    found: dict[str, set[str]] = {home_id: {home_id} for home_id in ids}
    for home_id, other in rows:
        found[home_id].add(other)
    return {home_id: frozenset(others) for home_id, others in found.items()}


def place(unit: Unit, home: Home) -> Place | None:
    """Where a home is taken to be: its own position, else the municipality's middle."""
    return home.place or middle(unit)


def middle(unit: Unit) -> Place | None:
    """The municipality's middle, which stands in for positions that are not known."""
    return centre_of(unit.municipality_code)


def is_protected(home_id: Any) -> Any:
    """Of a row of a list whether the home's identity is protected: looked up, so that no plan begins with all homes."""
    found = select(Home.protected_identity).where(Home.id == home_id).scalar_subquery()
    return found.label("protected_identity")
