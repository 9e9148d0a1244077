"""The investigation service: its table of contents."""

from services.intake.contract import events as intake
from services.investigation import across, commands, contract, duties, queries, reactions, retelling, settings
from services.kernel.process.service import Service


class Investigation(Service):
    """Investigations of homes, from the qualified application to the decision."""

    name = "investigation"
    contract = contract
    rooms = (commands, queries, across, reactions, duties)
    retelling = retelling
    settings = settings
    reacts_to = (intake.APPLICATION_QUALIFIED,)
