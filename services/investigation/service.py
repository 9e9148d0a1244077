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
    retention,
    settings,
    staff,
)
from services.investigation.model import Base
from services.kernel.process.service import Service
from services.mentorship.contract import events as mentorship
from services.placement.contract import events as placement


class Investigation(Service):
    """Investigations of homes, from the qualified application to the decision."""

    name = "investigation"
    contract = contract
    rooms = (commands, queries, across, staff, reactions, duties)
    retention = retention
    retelling = retelling
    settings = settings
    protection = protection
    tables = Base
    reacts_to = (
        intake.APPLICATION_QUALIFIED,
        placement.PLACED_PERSON_CHANGED,
        placement.PLACEMENT_STARTED,
        placement.PLACEMENT_ENDED,
        placement.PLACEMENT_WEEDED,
        mentorship.MENTORSHIP_ACCEPTED,
    )
