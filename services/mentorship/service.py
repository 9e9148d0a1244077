"""The mentorship service: its table of contents."""

from services.investigation.contract import events as investigation
from services.kernel.process.service import Service
from services.mentorship import across, commands, contract, protection, queries, reactions, retelling
from services.mentorship.model import Base
from services.placement.contract import events as placement


class Mentorship(Service):
    """Homes that support each other: mentor families and the homes they are offered to."""

    name = "mentorship"
    contract = contract
    rooms = (commands, queries, across, reactions)
    retelling = retelling
    protection = protection
    tables = Base
    reacts_to = (
        investigation.HOME_APPROVED,
        investigation.HOME_CHANGED,
        investigation.HOME_WEEDED,
        investigation.STAFF_CHANGED,
        placement.PLACEMENT_STARTED,
        placement.PLACEMENT_WEEDED,
    )
