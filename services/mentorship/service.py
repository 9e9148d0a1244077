"""The mentorship service: its table of contents."""

from services.investigation.contract import events as investigation
from services.kernel.process.service import Service
from services.mentorship import across, contract, protection, reactions, retelling, settings
from services.mentorship.mentors import commands as mentor_commands
from services.mentorship.mentors import queries as mentor_queries
from services.mentorship.model import Base
from services.mentorship.offers import commands as offer_commands
from services.mentorship.offers import contacts
from services.mentorship.offers import queries as offer_queries
from services.placement.contract import events as placement


class Mentorship(Service):
    """Homes that support each other: mentor families and the homes they are offered to."""

    name = "mentorship"
    contract = contract
    rooms = (mentor_commands, mentor_queries, offer_commands, offer_queries, contacts, across, reactions)
    settings = settings
    retelling = retelling
    protection = protection
    tables = Base
    reacts_to = (
        investigation.HOME_APPROVED,
        investigation.HOME_CHANGED,
        investigation.HOME_WEEDED,
        investigation.STAFF_CHANGED,
        placement.PLACEMENT_ENDED,
        placement.PLACEMENT_STARTED,
        placement.PLACEMENT_WEEDED,
    )
