"""What placement does when something has happened in another service."""

from typing import Any

from sqlalchemy import bindparam, exists, select

from services.kernel.rows import nudges, staff, weeding
from services.kernel.rows.unit import Unit
from services.kernel.work.nudges import nudge
from services.kernel.work.reactions import newest
from services.placement.homes.concerns import Concern
from services.placement.homes.told import HomeContract, Leave, Training
from services.placement.model import Approval, Home, Inquiry, Placement, PlacementRequest


@newest
def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the approval, and of a home whose people nobody has told of who lives there."""
    _home(unit, data["home_id"]).learn_approval(data, lookup=unit.lookup_person, at=unit.now)


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps who lives in a home and where it is; it can be offered once it is approved."""
    home = _home(unit, data["home_id"])
    home.learn_people(data, lookup=unit.lookup_person, at=unit.now)
    nudges.redirect(unit, home.id, home.reached)


@newest
def on_approval_suspended(unit: Unit, data: dict[str, Any]) -> None:
    """The home takes nobody more under it; whoever lives there stays, and the placement says so."""
    _approval(unit, data).stand(suspended=True, revoked_on=None)


@newest
def on_approval_reinstated(unit: Unit, data: dict[str, Any]) -> None:
    """It holds again."""
    _approval(unit, data).stand(suspended=False, revoked_on=None)


@newest
def on_approval_revoked(unit: Unit, data: dict[str, Any]) -> None:
    """From that day on it does not hold any more."""
    _approval(unit, data).stand(suspended=False, revoked_on=data["on"])


@newest
def on_concern_reported(unit: Unit, data: dict[str, Any]) -> None:
    """Warns of the home until it is settled."""
    concern, _ = unit.ensure(Concern, data["concern_id"])
    concern.home_id, concern.reported_on, concern.settled_on = data["home_id"], data["reported_on"], None


@newest
def on_concern_settled(unit: Unit, data: dict[str, Any]) -> None:
    """Warns of it no more."""
    concern, _ = unit.ensure(Concern, data["concern_id"])
    concern.home_id, concern.settled_on = data["home_id"], data["settled_on"]


@newest
def on_training_attended(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether a home has attended a course: one that has attended none is warned of."""
    training, _ = unit.ensure(Training, data["enrolment_id"])
    training.home_id, training.held_on, training.attended = data["home_id"], data["held_on"], data["attended"]


@newest
def on_leave_taken(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps on which days a contracted home is not asked."""
    leave, _ = unit.ensure(Leave, data["leave_id"])
    leave.home_id, leave.cancelled = data["home_id"], data["cancelled"]
    leave.starts_on, leave.ends_on = data["starts_on"], data["ends_on"]


@newest
def on_contract_agreed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps for how many places, which ages and how long a contracted home has bound itself."""
    contract, _ = unit.ensure(HomeContract, data["agreement_id"])
    for name in ("home_id", "places", "age_from", "age_to", "starts_on", "ends_on"):
        setattr(contract, name, data[name])


@newest
def on_home_has_news(unit: Unit, data: dict[str, Any]) -> None:
    """Lets a home know that something new waits for it in another service: how it is reached is known here."""
    home = unit.known(Home, data["home_id"])
    given = {"subject": data["news_id"], "home_id": home.id, "reached": home.reached}
    nudge(unit, data["kind"], is_urgent=data["urgent"], **given)


@newest
def on_news_settled(unit: Unit, data: dict[str, Any]) -> None:
    """Nobody has to know of it any more."""
    nudges.forget(unit, [data["news_id"]])


@newest
def on_staff_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether the identity of one of the staff is protected."""
    staff.learn(unit, data["staff_id"], data["actor"], is_protected=data["protected_identity"])


@newest
def on_home_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Weeds the copy of a home; of one that was asked, or taken, for somebody whose file stays, nothing is left but
    that it was."""
    home = unit.session.scalars(_LOCKED, {"home_id": data["home_id"]}).unique().one_or_none()
    if home is not None and _is_named(unit, home):
        home.empty(unit.now)
    elif home is not None:
        weeding.weed(unit, weeding.tree_of(unit, home), ())
        unit.session.expunge(home)
    nudges.redirect(unit, data["home_id"], [])
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


_LOCKED = select(Home).where(Home.id == bindparam("home_id")).with_for_update(of=Home)


def _is_named(unit: Unit, home: Home) -> bool:
    """Whether a need, an inquiry or a placement speaks of it."""
    named = (Inquiry.home_id, Placement.home_id, PlacementRequest.knows_home_id)
    return any(unit.session.scalar(select(exists().where(column == home.id))) for column in named)


def _approval(unit: Unit, data: dict[str, Any]) -> Approval:
    """The approval that an event is about, with its home locked as whoever gives away a place does. `TooEarly` when it
    has not come yet."""
    home = unit.known(Home, data["home_id"])
    home.touch(unit.now)
    return unit.known(Approval, data["approval_id"])


def _home(unit: Unit, home_id: str) -> Home:
    home, is_new = unit.ensure(Home, home_id)
    if is_new:
        home.begin(unit.now)
    return home
