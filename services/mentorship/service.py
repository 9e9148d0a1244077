"""The mentorship service: its table of contents."""

from services.investigation.contract import HOME_APPROVED
from services.kernel.service import Service, operation, reaction
from services.mentorship import commands, contract, queries, reactions
from services.placement.contract import PLACEMENT_STARTED


class Mentorship(Service):
    """Homes that support each other: mentor families and the homes they are offered to."""

    name = "mentorship"

    on_home_approved = reaction(HOME_APPROVED, reactions.on_home_approved)
    on_placement_started = reaction(PLACEMENT_STARTED, reactions.on_placement_started)

    register_mentor = operation(contract.REGISTER_MENTOR, commands.register_mentor)
    list_mentors = operation(contract.LIST_MENTORS, queries.list_mentors)
    list_mentorships = operation(contract.LIST_MENTORSHIPS, queries.list_mentorships)
    accept_mentorship = operation(contract.ACCEPT_MENTORSHIP, commands.accept_mentorship)
    decline_mentorship = operation(contract.DECLINE_MENTORSHIP, commands.decline_mentorship)
