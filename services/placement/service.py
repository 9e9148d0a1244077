"""The placement service: its table of contents."""

from services.compensation.contract import events as compensation
from services.investigation.contract import events as investigation
from services.kernel.process.service import Service
from services.mentorship.contract import events as mentorship
from services.placement import across, contract, protection, retelling, retention, settings
from services.placement.clocks import duties as clocks
from services.placement.follow_up import commands as follow_up
from services.placement.homes import commands as homes
from services.placement.homes import queries as shown_homes
from services.placement.homes import reactions
from services.placement.informal import commands as informal_stays
from services.placement.informal import queries as shown_informal_stays
from services.placement.inquiries import commands as inquiries
from services.placement.inquiries import duties
from services.placement.inquiries import queries as shown_inquiries
from services.placement.matching import queries as matching
from services.placement.matching import weighing as weighings
from services.placement.model import Base
from services.placement.need_codes import commands as need_codes
from services.placement.night import commands as night_desk
from services.placement.night import queries as shown_night_desk
from services.placement.placements import commands as placements
from services.placement.placements import continuing
from services.placement.placements import queries as shown_placements
from services.placement.postcodes import commands as postcodes
from services.placement.reports import queries as reports
from services.placement.reports import self_monitoring
from services.placement.requests import commands as requests
from services.placement.requests import queries as shown_requests
from services.placement.visits import commands as visits
from services.placement.visits import duties as reminders
from services.placement.visits import queries as shown_visits


class Placement(Service):
    """Homes, needs, inquiries and placements."""

    name = "placement"
    contract = contract
    rooms = (
        *(homes, shown_homes, postcodes, need_codes),
        *(requests, shown_requests, matching, weighings),
        *(inquiries, shown_inquiries, duties),
        *(night_desk, shown_night_desk),
        *(placements, continuing, shown_placements, follow_up, clocks),
        *(visits, shown_visits, reminders),
        *(informal_stays, shown_informal_stays),
        *(across, reports, self_monitoring, reactions),
    )
    settings = settings
    retention = retention
    retelling = retelling
    protection = protection
    tables = Base
    reacts_to = (
        investigation.APPROVAL_REINSTATED,
        investigation.APPROVAL_REVOKED,
        investigation.APPROVAL_SUSPENDED,
        investigation.CONCERN_REPORTED,
        investigation.CONCERN_SETTLED,
        investigation.HOME_APPROVED,
        investigation.HOME_CHANGED,
        investigation.HOME_WEEDED,
        investigation.STAFF_CHANGED,
        compensation.CONTRACT_AGREED,
        compensation.LEAVE_TAKEN,
        mentorship.HOME_HAS_NEWS,
        mentorship.NEWS_SETTLED,
        mentorship.TRAINING_ATTENDED,
    )
