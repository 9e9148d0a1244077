"""The mentorship service: its table of contents."""

from services.compensation.contract import events as compensation
from services.investigation.contract import events as investigation
from services.kernel.process.service import Service
from services.mentorship import across, contract, protection, reactions, retelling, settings
from services.mentorship.courses import commands as course_commands
from services.mentorship.courses import queries as course_queries
from services.mentorship.gatherings import commands as gathering_commands
from services.mentorship.gatherings import feeds, inviting
from services.mentorship.gatherings import queries as gathering_queries
from services.mentorship.mentors import commands as mentor_commands
from services.mentorship.mentors import queries as mentor_queries
from services.mentorship.messages import commands as message_commands
from services.mentorship.messages import queries as message_queries
from services.mentorship.model import Base
from services.mentorship.offers import commands as offer_commands
from services.mentorship.offers import contacts, unapproved
from services.mentorship.offers import queries as offer_queries
from services.mentorship.report import queries as report_queries
from services.mentorship.report import surveys
from services.mentorship.respite import commands as respite_commands
from services.mentorship.respite import queries as respite_queries
from services.placement.contract import events as placement


class Mentorship(Service):
    """Homes that support each other: mentor families, gatherings, respite, courses, and messages with their team."""

    name = "mentorship"
    contract = contract
    rooms = (
        *(mentor_commands, mentor_queries),
        *(offer_commands, offer_queries, contacts, unapproved),
        *(gathering_commands, gathering_queries, inviting, feeds),
        *(respite_commands, respite_queries),
        *(course_commands, course_queries),
        *(message_commands, message_queries),
        *(report_queries, surveys),
        *(across, reactions),
    )
    settings = settings
    retelling = retelling
    protection = protection
    tables = Base
    reacts_to = (
        compensation.AGREEMENT_SIGNED,
        investigation.APPROVAL_EXPIRED,
        investigation.APPROVAL_REINSTATED,
        investigation.APPROVAL_REVOKED,
        investigation.APPROVAL_SUSPENDED,
        investigation.HOME_APPROVED,
        investigation.HOME_CHANGED,
        investigation.HOME_WEEDED,
        investigation.STAFF_CHANGED,
        placement.OTHERS_CHILDREN_SAID,
        placement.PLACEMENT_ENDED,
        placement.PLACEMENT_STARTED,
        placement.PLACEMENT_WEEDED,
        placement.TEAM_CHANGED,
    )
