"""What keeps machines from flooding the open form: a proof of work, where the municipality has switched it on.

Altcha's challenges (version 2), signed with a key that follows from the municipality's own: nothing is stored when one
is given out, and a keyed hash when it is used, so that each is used once.
"""

from datetime import timedelta
from typing import Any

from altcha import Payload, create_challenge, verify_solution
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from services.intake.contract.challenges import CHALLENGE_NEEDED, CHALLENGE_NOT_SOLVED, CHALLENGE_SPENT
from services.intake.public.model import SpentChallenge
from services.kernel.basics import clock
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer

FORGET_CHALLENGES = Duty(name="forget_challenges", each_night_at=3)
LIVES = 3600  #: seconds in which a challenge is to be solved and used
_ALGORITHM = "PBKDF2/SHA-256"
_POINTER = "/altcha"


def get_challenge(unit: Unit) -> Answer:
    """A challenge for the open form."""
    cost = unit.settings.proof_of_work
    challenge = create_challenge(
        _ALGORITHM, max(1, cost), expires_at=int(clock.seconds()) + LIVES, hmac_secret=_secret(unit)
    )
    return Answer({"needed": cost > 0, **challenge.to_dict()})


def must_have_worked(unit: Unit, body: dict[str, Any]) -> None:
    """Whoever sends the form has solved a challenge that nobody has used; `InvalidInput` otherwise. Nothing is asked
    where the municipality does not want it."""
    if not unit.settings.proof_of_work:
        return
    if "altcha" not in body:
        raise CHALLENGE_NEEDED.refusal(_POINTER)
    try:
        payload = Payload.from_base64(body["altcha"])
        is_solved = verify_solution(payload, _secret(unit)).verified
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):  # it is no payload at all
        is_solved = False
    if not is_solved:
        raise CHALLENGE_NOT_SOLVED.refusal(_POINTER)
    _spend(unit, payload)


def _spend(unit: Unit, payload: Payload) -> None:
    used = unit.lookup(payload.challenge.parameters.nonce, Purpose.CHALLENGE).hex()
    spent = insert(SpentChallenge).values(id=used, spent_on=unit.today).on_conflict_do_nothing()
    if unit.session.scalar(spent.returning(SpentChallenge.id)) is None:
        raise CHALLENGE_SPENT.refusal(_POINTER)


def _secret(unit: Unit) -> bytes:
    return unit.lookup("signature", Purpose.CHALLENGE)


def forget_challenges(unit: Unit, _subject: str) -> None:
    """What has been used is remembered longer than it could be used again."""
    before = unit.today - timedelta(days=1)
    unit.session.execute(delete(SpentChallenge).where(SpentChallenge.spent_on < before))
