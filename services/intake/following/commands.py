"""Following one's own application: found by one keyed hash of reference and digits, so that what is wrong of the two
shows neither in the answer nor in the time that it takes."""

from typing import Any

from sqlalchemy import and_, case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.intake.applications import queries
from services.intake.applications.commands import attach
from services.intake.applications.model import Application
from services.intake.contract.following import MOST_TRIES, TooManyTries
from services.intake.following.model import AskedReference
from services.intake.following.steps import next_step
from services.intake.transfers.recalling import withdraw
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import SentFile
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer

FORGET_TRIES = Duty(name="forget_tries", each_night_at=3)
_WRONG = Answer({}, refused=NotFound())


def follow_application(unit: Unit, body: dict[str, Any]) -> Answer:
    """How one's own application stands."""
    own = _own_application(unit, body)
    return _WRONG if own is None else _shown(unit, own)


def withdraw_own_application(unit: Unit, body: dict[str, Any]) -> Answer:
    """Ends one's own application."""
    own = _own_application(unit, body)
    if own is None:
        return _WRONG
    return _shown(unit, withdraw(unit, own.id, body["reason"] or None, by=""))


def attach_to_own_application(unit: Unit, headers: dict[str, Any], file: SentFile) -> Answer:
    """Keeps a file that the applicant sends along."""
    own = _own_application(unit, headers)
    return _WRONG if own is None else attach(unit, unit.lock(Application, own.id), file)


def _own_application(unit: Unit, given: dict[str, Any]) -> Application | None:
    """The application that somebody knows both the reference and the phone number of; None whichever is wrong, which is
    counted. Raises `TooManyTries`."""
    reference, last_four = given["reference"].upper(), given["phone_last_four"]
    asked = unit.lookup(reference, Purpose.ASKED_REFERENCE).hex()
    if _count(unit, asked) > MOST_TRIES:
        raise TooManyTries
    found = _found(unit, reference, last_four)
    if found is not None:
        unit.session.execute(
            update(AskedReference).where(AskedReference.id == asked).values(tries=AskedReference.tries - 1)
        )
    return found


def _found(unit: Unit, reference: str, last_four: str) -> Application | None:
    key = queries.own_key(unit, reference, last_four)
    # of before there were such keys
    older = and_(Application.reference == reference, Application.own_key.is_(None))
    asked = select(Application).where(or_(Application.own_key == key, older))
    found = unit.session.scalars(asked).unique().one_or_none()
    return found if found is not None and (found.own_key or found.last_four == last_four) else None


def _count(unit: Unit, asked: str) -> int:
    """Counts a try as a wrong one; how many there are today."""
    kept = AskedReference
    counted = insert(kept).values(id=asked, day=unit.today, tries=1)
    more = case((kept.day == unit.today, kept.tries + 1), else_=1)
    counted = counted.on_conflict_do_update(index_elements=["tenant", "id"], set_={"tries": more, "day": unit.today})
    return int(unit.session.scalar(counted.returning(kept.tries)) or 0)


def _shown(unit: Unit, application: Application) -> Answer:
    step = next_step(application.status, application.contact_by, is_overdue=application.is_overdue(unit.today))
    shown = ("reference", "status", "received_at", "contact_by", "is_open", "can_be_withdrawn")
    found = {name: getattr(application, name) for name in shown}
    return Answer({**found, "next_step": step, "files": len(application.attachments)})


def forget_tries(unit: Unit, _subject: str) -> None:
    """What was tried before today counts no more."""
    unit.session.execute(delete(AskedReference).where(AskedReference.day < unit.today))
