"""The intake service: its table of contents."""

from services.intake import across, commands, contract, duties, imports, queries, retelling, settings
from services.kernel.process.service import Service


class Intake(Service):
    """Interests, from the form to the qualified application."""

    name = "intake"
    contract = contract
    rooms = (commands, imports, queries, across, duties)
    retelling = retelling
    settings = settings
