"""Seeing and setting which codes a need may have."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.kernel.basics.ids import new_id
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.need_codes.model import USUAL, NeedCodeChange, NeedCodeTable

_ID = "need_codes"
_SHOWN = 20  #: changes of the history


def get_need_codes(unit: Unit) -> Answer:
    """The list, and who has set it."""
    kept = unit.session.scalars(select(NeedCodeTable)).one_or_none()
    return _answer(unit, kept or NeedCodeTable(id=_ID, version=0))


def set_need_codes(unit: Unit, body: dict[str, Any]) -> Answer:
    """Another list from now on."""
    kept = _locked(unit)
    unit.match(kept)
    unit.add(NeedCodeChange(id=new_id(), by=unit.actor, at=unit.now, **body))
    kept.touch(unit.now)
    unit.session.flush()
    return _answer(unit, kept)


def known_codes(unit: Unit) -> Collection[str]:
    """The codes that a need may have now."""
    return {one["code"] for one in _codes(_latest(unit, 1))}


def _locked(unit: Unit) -> NeedCodeTable:
    """The row that says that there is a list, made where none was. Of two that make it the second waits and finds
    it."""
    made = insert(NeedCodeTable).values(id=_ID, version=0, changed_at=unit.now)
    unit.session.execute(made.on_conflict_do_nothing())
    return unit.lock(NeedCodeTable, _ID)


def _latest(unit: Unit, most: int) -> Sequence[NeedCodeChange]:
    latest = select(NeedCodeChange).order_by(NeedCodeChange.at.desc(), NeedCodeChange.id.desc()).limit(most)
    return unit.session.scalars(latest).all()


def _codes(history: Sequence[NeedCodeChange]) -> Sequence[dict[str, str]]:
    return history[0].codes if history else USUAL


def _answer(unit: Unit, kept: NeedCodeTable) -> Answer:
    history = _latest(unit, _SHOWN)
    return Answer({"codes": _codes(history), "history": history}, version_of=kept)
