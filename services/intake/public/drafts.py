"""Drafts of the open form: bytes that whoever wrote them has sealed, kept for a while, counted and limited."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from services.intake.contract.drafts import DAYS, TooManyDrafts
from services.intake.public.model import Draft
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer

FORGET_DRAFTS = Duty(name="forget_drafts", each_night_at=3)
_KEY = re.compile("[A-Za-z0-9_-]{22,86}")


def keep_draft(unit: Unit, key: str, body: dict[str, Any]) -> Answer:
    """Keeps a draft in place of the one before."""
    draft_id = _id_of(unit, key)
    said = {"sealed": body["sealed"], "kept_until": unit.today + timedelta(days=DAYS)}
    if unit.session.scalar(select(Draft.id).where(Draft.id == draft_id)) is None:
        _must_have_room(unit)
    kept = insert(Draft).values(id=draft_id, **said)
    unit.session.execute(kept.on_conflict_do_update(index_elements=["tenant", "id"], set_=said))
    return Answer(said)


def _must_have_room(unit: Unit) -> None:
    if (unit.session.scalar(select(func.count()).select_from(Draft)) or 0) >= unit.settings.most_drafts:
        raise TooManyDrafts


def get_draft(unit: Unit, key: str) -> Answer:
    """A draft as it was sent."""
    draft = unit.read(Draft, _id_of(unit, key))
    if draft.kept_until < unit.today:
        raise NotFound
    return Answer(draft)


def drop_draft(unit: Unit, key: str) -> Answer:
    """Deletes a draft."""
    unit.session.delete(unit.lock(Draft, _id_of(unit, key)))
    return Answer({})


def _id_of(unit: Unit, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise NotFound
    return unit.lookup(key, Purpose.DRAFT).hex()


def forget_drafts(unit: Unit, _subject: str) -> None:
    """What nobody has sent again for its days is gone."""
    unit.session.execute(delete(Draft).where(Draft.kept_until < unit.today))
