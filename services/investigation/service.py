"""The investigation service: its table of contents."""

from services.intake.contract import events as intake
from services.investigation import commands, contract, duties, queries, reactions, retelling, retention, settings
from services.kernel.process.service import Service
from services.mentorship.contract import events as mentorship
from services.placement.contract import events as placement


class Investigation(Service):
    """Investigations of homes, from the qualified application to the decision."""

    name = "investigation"
    contract = contract
    rooms = (commands, queries, reactions, duties)
    retention = retention
    retelling = retelling
    settings = settings
    reacts_to = (
        intake.APPLICATION_QUALIFIED,
        placement.PLACEMENT_STARTED,
        placement.PLACEMENT_ENDED,
        placement.PLACEMENT_WEEDED,
        mentorship.MENTORSHIP_ACCEPTED,
    )
