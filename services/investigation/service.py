"""The investigation service: its table of contents."""

from services.intake.contract import APPLICATION_QUALIFIED
from services.investigation import commands, contract, queries, reactions
from services.kernel.service import Service, operation, reaction


class Investigation(Service):
    """Investigations of homes, from the qualified application to the decision."""

    name = "investigation"

    list_investigations = operation(contract.LIST_INVESTIGATIONS, queries.list_investigations)
    get_investigation = operation(contract.GET_INVESTIGATION, queries.get_investigation)
    record_register_check = operation(contract.RECORD_REGISTER_CHECK, commands.record_register_check)
    assess_area = operation(contract.ASSESS_AREA, commands.assess_area)
    propose_decision = operation(contract.PROPOSE_DECISION, commands.propose_decision)
    decide_investigation = operation(contract.DECIDE_INVESTIGATION, commands.decide_investigation)

    on_application_qualified = reaction(APPLICATION_QUALIFIED, reactions.on_application_qualified)
