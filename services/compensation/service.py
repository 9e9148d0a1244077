"""The compensation service: its table of contents."""

from services.compensation import (
    across,
    commands,
    contract,
    protection,
    queries,
    reactions,
    retelling,
    retention,
    settings,
)
from services.compensation.model import Base
from services.investigation.contract import events as investigation
from services.kernel.process.service import Service
from services.placement.contract import events as placement


class Compensation(Service):
    """Tariffs, agreements and pay runs."""

    name = "compensation"
    contract = contract
    rooms = (commands, queries, across, reactions)
    retention = retention
    retelling = retelling
    settings = settings
    protection = protection
    tables = Base
    reacts_to = (
        placement.PLACEMENT_STARTED,
        placement.PLACEMENT_ENDED,
        placement.PLACEMENT_WEEDED,
        investigation.HOME_CHANGED,
        investigation.HOME_WEEDED,
        investigation.STAFF_CHANGED,
    )
