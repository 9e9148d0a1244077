"""The investigation service: its table of contents."""

from services.intake.contract import events as intake
from services.investigation import (
    across,
    contract,
    protection,
    reactions,
    retelling,
    retention,
    settings,
    staff,
)
from services.investigation.approvals import commands as approval_commands
from services.investigation.approvals import duties as approval_duties
from services.investigation.approvals import queries as approval_queries
from services.investigation.concerns import commands as concern_commands
from services.investigation.concerns import queries as concern_queries
from services.investigation.home_files import commands as home_file_commands
from services.investigation.home_files import queries as home_file_queries
from services.investigation.investigations import asking, board, rechecks
from services.investigation.investigations import commands as investigation_commands
from services.investigation.investigations import queries as investigation_queries
from services.investigation.model import Base
from services.investigation.steps import commands as step_commands
from services.investigation.steps import queries as step_queries
from services.kernel.process.service import Service
from services.mentorship.contract import events as mentorship
from services.placement.contract import events as placement


class Investigation(Service):
    """Investigations of homes, from the qualified application to the decision."""

    name = "investigation"
    contract = contract
    rooms = (
        investigation_commands,
        investigation_queries,
        asking,
        rechecks,
        board,
        step_commands,
        step_queries,
        home_file_commands,
        home_file_queries,
        approval_commands,
        approval_queries,
        concern_commands,
        concern_queries,
        approval_duties,
        across,
        staff,
        reactions,
    )
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
        placement.CARE_CONSIDERED,
        mentorship.MENTORSHIP_ACCEPTED,
        mentorship.TRAINING_ATTENDED,
    )
