"""What investigation does when an event of another service comes."""

from typing import Any

from sqlalchemy import delete, select, update

from services.investigation.homes.telling import tell
from services.investigation.investigations import renewals
from services.investigation.investigations.opening import open_investigation
from services.investigation.model import Home, HomeTraining, HomeUse, Investigation, PlacedPerson
from services.kernel.rows import weeding
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each, newest


@each
def on_application_qualified(unit: Unit, data: dict[str, Any]) -> None:
    """Opens the investigation of an application: one, however often and under whatever ids the event comes. A home that
    is known already gets another one, and keeps its people."""
    application_id = data["application_id"]
    unit.alone(f"application {application_id}")
    known = unit.session.scalar(select(Investigation.id).where(Investigation.application_id == application_id))
    if known is not None:
        return
    home, is_new = unit.ensure(Home, data["home_id"])
    if is_new:
        home.begin(unit.now)
        weeding.go_on(unit, home)
    home.join(data, lookup=unit.lookup_person, at=unit.now)
    tell(unit, home)
    unit.session.flush()  # the checks refer to the adults
    opened = open_investigation(home, data, at=unit.now)
    if not is_new:
        renewals.follow_up(unit, home, opened=opened)
    unit.add(opened)


@newest
def on_placed_person_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether a child, for whom a network home may be approved, has a protected identity."""
    person, _ = unit.ensure(PlacedPerson, data["placement_request_id"])
    person.lookup = unit.lookup_person(data["personal_number"])
    person.is_protected = data["protected_identity"]


@newest
def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Notes what the home is used for: its file is kept meanwhile, and for ever when it is a child who comes."""
    use, _ = unit.ensure(HomeUse, data["placement_id"])
    use.learn(data, lookup=unit.lookup_person)


@newest
def on_placement_ended(unit: Unit, data: dict[str, Any]) -> None:
    """Notes that it is used no more after that day."""
    unit.known(HomeUse, data["placement_id"]).ends_on = data["ends_on"]


@newest
def on_care_considered(unit: Unit, data: dict[str, Any]) -> None:
    """Notes when a child's care was considered: from then the next consideration is counted."""
    unit.known(HomeUse, data["placement_id"]).considered_on = data["considered_on"]


@each
def on_mentorship_accepted(unit: Unit, data: dict[str, Any]) -> None:
    """Notes that a home is another one's mentor, as long as that one has a file."""
    use, is_new = unit.ensure(HomeUse, data["mentorship_id"])
    if is_new:
        use.home_id, use.by_home_id, use.starts_on = data["mentor_home_id"], data["home_id"], unit.today


@newest
def on_training_attended(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps what training a home has been offered, and whether it came."""
    training, _ = unit.ensure(HomeTraining, data["enrolment_id"])
    for name in ("home_id", "course_id", "kind", "attended", "held_on"):
        setattr(training, name, data[name])


@newest
def on_placement_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """Forgets who was placed, and in its time what was seen of the placement; what it was used for goes with the
    home."""
    unit.session.execute(update(HomeUse).where(HomeUse.id == data["placement_id"]).values(person=None))
    unit.session.execute(delete(PlacedPerson).where(PlacedPerson.id == data["placement_request_id"]))
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))
