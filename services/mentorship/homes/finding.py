"""Homes as use cases need them: named in a body, with whoever lives in several, and where they are taken to be."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import Text

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
    found: dict[str, set[str]] = {home_id: {home_id} for home_id in home_ids}
    for home_id, other in unit.session.execute(_LIVE_TOO, {"ids": list(found)}):
        found[home_id].add(other)
    return {home_id: frozenset(others) for home_id, others in found.items()}


_HERE, _THERE = aliased(Adult), aliased(Adult)
_LIVE_TOO = (
    select(_HERE.home_id, _THERE.home_id)
    .join(_THERE, _THERE.lookup == _HERE.lookup)
    .where(_HERE.home_id == any_(bindparam("ids", type_=ARRAY(Text))))
)


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
