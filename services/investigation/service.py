"""The investigation service: its table of contents."""

from services.intake.contract import events as intake
from services.investigation import (
    across,
    commands,
    contract,
    duties,
    protection,
    queries,
    reactions,
    retelling,
    settings,
    staff,
)
from services.kernel.process.service import Service
from services.placement.contract import events as placement


class Investigation(Service):
    """Investigations of homes, from the qualified application to the decision."""

    name = "investigation"
    contract = contract
    rooms = (commands, queries, across, staff, reactions, duties)
    retelling = retelling
    settings = settings
    protection = protection
    reacts_to = (intake.APPLICATION_QUALIFIED, placement.PLACED_PERSON_CHANGED)
