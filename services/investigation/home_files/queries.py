"""The home's file as it is shown."""

from sqlalchemy import bindparam, select

from services.investigation.homes.model import Home
from services.investigation.investigations.model import Investigation
from services.kernel.contracts import Shown
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def get_home_file(unit: Unit, home_id: str) -> Answer:
    """The file of a home."""
    return home_file(unit, unit.read(Home, home_id))


_OF_HOME = (
    select(Investigation.id, Investigation.kind, Investigation.status, Investigation.opened_at)
    .where(Investigation.home_id == bindparam("home_id"))
    .order_by(Investigation.opened_at, Investigation.id)
)


def home_file(unit: Unit, home: Home) -> Answer:
    """The whole file with its ETag."""
    details = home.details
    shown = Shown(
        home,
        adults=[Shown(adult, **adult.person) for adult in home.everybody],
        **{name: details.get(name) for name in ("phone", "email", "address")},
        investigations=unit.session.execute(_OF_HOME, {"home_id": home.id}).all(),
    )
    return Answer(shown, version_of=home)
