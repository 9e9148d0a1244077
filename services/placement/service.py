"""The placement service: its table of contents."""

from services.investigation.contract import HOME_APPROVED
from services.kernel.service import Service, operation, reaction
from services.placement import commands, contract, queries, reactions


class Placement(Service):
    """From a person's need to the end of a placement."""

    name = "placement"

    list_homes = operation(contract.LIST_HOMES, queries.list_homes)
    get_home = operation(contract.GET_HOME, queries.get_home)
    open_placement_request = operation(contract.OPEN_PLACEMENT_REQUEST, commands.open_placement_request)
    list_placement_requests = operation(contract.LIST_PLACEMENT_REQUESTS, queries.list_placement_requests)
    get_placement_request = operation(contract.GET_PLACEMENT_REQUEST, queries.get_placement_request)
    list_candidates = operation(contract.LIST_CANDIDATES, queries.list_candidates)
    send_inquiry = operation(contract.SEND_INQUIRY, commands.send_inquiry)
    list_inquiries = operation(contract.LIST_INQUIRIES, queries.list_inquiries)
    accept_inquiry = operation(contract.ACCEPT_INQUIRY, commands.accept_inquiry)
    decline_inquiry = operation(contract.DECLINE_INQUIRY, commands.decline_inquiry)
    start_placement = operation(contract.START_PLACEMENT, commands.start_placement)
    list_placements = operation(contract.LIST_PLACEMENTS, queries.list_placements)
    get_placement = operation(contract.GET_PLACEMENT, queries.get_placement)
    end_placement = operation(contract.END_PLACEMENT, commands.end_placement)

    on_home_approved = reaction(HOME_APPROVED, reactions.on_home_approved)
