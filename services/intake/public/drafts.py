"""Drafts of the open form: bytes that whoever wrote them has sealed, kept for a while, counted and limited."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

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
    """Keeps a draft, or a later one in its place."""
    draft, is_new = unit.ensure(Draft, _id_of(unit, key))
    is_new = is_new or draft.has_expired(unit.today)
    unit.match(None if is_new else draft)
    if is_new:
        _must_have_room(unit)
    draft.sealed, draft.kept_until = body["sealed"], unit.today + timedelta(days=DAYS)
    draft.touch(unit.now)
    unit.session.flush()
    return Answer(draft)


def _must_have_room(unit: Unit) -> None:
    with unit.session.no_autoflush:
        kept = select(func.count()).select_from(Draft).where(Draft.kept_until >= unit.today)
        number = unit.session.scalar(kept) or 0
    if number >= unit.settings.most_drafts:
        raise TooManyDrafts


def get_draft(unit: Unit, key: str) -> Answer:
    """A draft as it was sent."""
    draft = unit.read(Draft, _id_of(unit, key))
    if draft.has_expired(unit.today):
        raise NotFound
    return Answer(draft)


def drop_draft(unit: Unit, key: str) -> Answer:
    """Deletes a draft."""
    draft = unit.lock(Draft, _id_of(unit, key))
    if draft.has_expired(unit.today):
        raise NotFound
    unit.session.delete(draft)
    return Answer({})


def _id_of(unit: Unit, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise NotFound
    return unit.lookup(key, Purpose.DRAFT).hex()


def forget_drafts(unit: Unit, _subject: str) -> None:
    """What nobody has sent again for its days is gone."""
    unit.session.execute(delete(Draft).where(Draft.kept_until < unit.today))
