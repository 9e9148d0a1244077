"""The placement service: its table of contents."""

from services.investigation.contract import events as investigation
from services.kernel.process.service import Service
from services.placement import (
    across,
    commands,
    contract,
    duties,
    postcodes,
    protection,
    queries,
    reactions,
    retelling,
    retention,
)
from services.placement.model import Base


class Placement(Service):
    """Homes, needs, inquiries and placements."""

    name = "placement"
    contract = contract
    rooms = (commands, queries, across, postcodes, reactions, duties)
    retention = retention
    retelling = retelling
    protection = protection
    tables = Base
    reacts_to = (
        investigation.HOME_APPROVED,
        investigation.HOME_CHANGED,
        investigation.HOME_WEEDED,
        investigation.STAFF_CHANGED,
    )
