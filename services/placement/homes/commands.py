"""What can be done with a home."""

from typing import Any

from services.kernel.contracts.faults import NotFound
from services.kernel.rows import nudges
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.contract import events
from services.placement.contract.homes import CONSULTED_NOT_COME
from services.placement.homes import queries
from services.placement.homes.model import Home


def choose_reach(unit: Unit, home_id: str, adult_id: str, body: dict[str, Any]) -> Answer:
    """Says how an adult of a home wants to be reached. Whoever acts for the home says it of nobody else."""
    home = unit.lock_matching(Home, home_id)
    adult = next((one for one in home.adults if one.id == adult_id), None)
    if adult is None or (unit.for_home and adult.lookup != unit.lookup_person(unit.context.personal_number or "")):
        raise NotFound
    home.choose_reach(adult, body, unit.now)
    nudges.redirect(unit, home.id, home.reached)
    unit.session.flush()
    return queries.reach_answer(unit, home)


def set_availability(unit: Unit, home_id: str, body: dict[str, Any]) -> Answer:
    """Says when a home has places, and what it would rather have."""
    home = unit.lock_matching(Home, home_id)
    home.set_availability(body, unit.now)
    unit.session.flush()
    return queries.availability_answer(home)


def set_others_children(unit: Unit, home_id: str, body: dict[str, Any]) -> Answer:
    """Says how many children and young people others have placed in a home."""
    home = unit.lock_matching(Home, home_id)
    home.others_children = body["children"]
    home.touch(unit.now)
    unit.record(events.OTHERS_CHILDREN_SAID, subject=home, data=home.others_said())
    unit.session.flush()
    return queries.get_home(unit, home_id)


def set_host_municipality(unit: Unit, home_id: str, body: dict[str, Any]) -> Answer:
    """Says where a home lies, and when that municipality was consulted."""
    home = unit.lock_matching(Home, home_id)
    if body["consulted_on"] is not None and body["consulted_on"] > unit.today:
        raise CONSULTED_NOT_COME.refusal("/consulted_on")
    home.host_code, home.host_consulted_on = body["municipality_code"], body["consulted_on"]
    home.touch(unit.now)
    unit.session.flush()
    return queries.get_home(unit, home_id)
