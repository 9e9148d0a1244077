"""The placement service: its table of contents."""

from services.investigation.contract import events as investigation
from services.kernel.process.service import Service
from services.placement import commands, contract, duties, queries, reactions, retelling, retention


class Placement(Service):
    """Homes, needs, inquiries and placements."""

    name = "placement"
    contract = contract
    rooms = (commands, queries, reactions, duties)
    retention = retention
    retelling = retelling
    reacts_to = (investigation.HOME_APPROVED, investigation.HOME_CHANGED, investigation.HOME_WEEDED)
