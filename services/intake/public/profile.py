"""What anybody may read of a municipality."""

from typing import Any

from sqlalchemy import select

from services.intake.contract.public import SetProfile
from services.intake.public.model import Profile
from services.kernel.contracts.schema import names_in
from services.kernel.rows.database import Database
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

_ID = "profile"


def list_municipalities(database: Database) -> Answer:
    """The public directory."""
    return Answer({"items": database.municipalities()})


def get_profile(unit: Unit) -> Answer:
    """What the municipality says of itself."""
    return _answer(unit, unit.session.scalars(select(Profile)).one_or_none())


def set_profile(unit: Unit, body: dict[str, Any]) -> Answer:
    """Sets what the municipality says of itself."""
    profile, is_new = unit.ensure(Profile, _ID)
    unit.match(None if is_new else profile)
    profile.said = body
    profile.touch(unit.now)
    unit.session.flush()
    return _answer(unit, profile)


def _answer(unit: Unit, profile: Profile | None) -> Answer:
    said = profile.said if profile else dict.fromkeys(names_in(SetProfile))
    shown = {**said, "name": unit.municipality, "contact_days": unit.settings.contact_days}
    return Answer(shown, version_of=profile)
