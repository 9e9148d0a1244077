"""The compensation service: its table of contents."""

from services.compensation import across, contract, protection, reactions, retelling, retention, settings
from services.compensation.agreements import commands as agreement_commands
from services.compensation.agreements import queries as agreement_queries
from services.compensation.claims import commands as claim_commands
from services.compensation.claims import queries as claim_queries
from services.compensation.exports import commands as export_commands
from services.compensation.forecast import queries as forecast_queries
from services.compensation.leave import commands as leave_commands
from services.compensation.model import Base
from services.compensation.payees import commands as payee_commands
from services.compensation.payees import queries as payee_queries
from services.compensation.recoveries import commands as recovery_commands
from services.compensation.recoveries import queries as recovery_queries
from services.compensation.runs import commands as run_commands
from services.compensation.runs import queries as run_queries
from services.compensation.statements import queries as statement_queries
from services.compensation.tariffs import commands as tariff_commands
from services.compensation.tariffs import queries as tariff_queries
from services.investigation.contract import events as investigation
from services.kernel.process.service import Service
from services.mentorship.contract import events as mentorship
from services.placement.contract import events as placement


class Compensation(Service):
    """Tariffs, agreements, pay runs, and what follows from them."""

    name = "compensation"
    contract = contract
    rooms = (
        tariff_commands,
        tariff_queries,
        agreement_commands,
        agreement_queries,
        run_commands,
        run_queries,
        recovery_commands,
        recovery_queries,
        payee_commands,
        payee_queries,
        export_commands,
        statement_queries,
        claim_commands,
        claim_queries,
        leave_commands,
        forecast_queries,
        across,
        reactions,
    )
    retention = retention
    retelling = retelling
    settings = settings
    protection = protection
    tables = Base
    reacts_to = (
        placement.PLACEMENT_STARTED,
        placement.PLACEMENT_ENDED,
        placement.PLACEMENT_WEEDED,
        placement.VISIT_CONFIRMED,
        placement.VISIT_WITHDRAWN,
        investigation.APPROVAL_REVOKED,
        investigation.HOME_APPROVED,
        investigation.HOME_CHANGED,
        investigation.HOME_WEEDED,
        investigation.STAFF_CHANGED,
        mentorship.MENTOR_CHANGED,
        mentorship.MENTORSHIP_ACCEPTED,
        mentorship.RESPITE_COMPLETED,
    )
