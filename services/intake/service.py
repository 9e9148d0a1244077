"""The intake service: its table of contents."""

from services.intake import across, contract, duties, protection, reactions, retelling, retention, settings
from services.intake.applications import commands, queries
from services.intake.contract import events
from services.intake.following import commands as following
from services.intake.imports import commands as imports
from services.intake.model import Base
from services.intake.needs import commands as needs
from services.intake.public import drafts, guard, profile
from services.intake.questions import commands as questions
from services.intake.transfers import queries as transfers
from services.intake.transfers import recalling, receiving, sending
from services.investigation.contract import events as investigation
from services.kernel.process.service import Service


class Intake(Service):
    """Interests, from the form to the qualified application."""

    name = "intake"
    contract = contract
    rooms = (
        *(commands, queries, following, questions, imports, needs, sending, receiving, recalling, transfers),
        *(profile, drafts, guard, across, reactions, duties),
    )
    retention = retention
    retelling = retelling
    settings = settings
    protection = protection
    tables = Base
    reacts_to = (
        events.APPLICATION_HANDED_OVER,
        events.TRANSFER_ANSWERED,
        events.TRANSFER_RECALLED,
        investigation.HOME_CHANGED,
        investigation.HOME_WEEDED,
        investigation.STAFF_CHANGED,
    )
