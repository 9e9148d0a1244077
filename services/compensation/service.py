"""The compensation service: its table of contents."""

from services.compensation import commands, contract, queries, reactions
from services.kernel.service import Service, operation, reaction
from services.placement.contract import PLACEMENT_ENDED, PLACEMENT_STARTED


class Compensation(Service):
    """What the homes are paid, from the tariff to the approved pay run."""

    name = "compensation"

    set_tariff = operation(contract.SET_TARIFF, commands.set_tariff)
    list_tariffs = operation(contract.LIST_TARIFFS, queries.list_tariffs)
    get_tariff = operation(contract.GET_TARIFF, queries.get_tariff)
    list_agreements = operation(contract.LIST_AGREEMENTS, queries.list_agreements)
    get_agreement = operation(contract.GET_AGREEMENT, queries.get_agreement)
    sign_agreement = operation(contract.SIGN_AGREEMENT, commands.sign_agreement)
    compute_pay_run = operation(contract.COMPUTE_PAY_RUN, commands.compute_pay_run)
    list_pay_runs = operation(contract.LIST_PAY_RUNS, queries.list_pay_runs)
    get_pay_run = operation(contract.GET_PAY_RUN, queries.get_pay_run)
    list_pay_lines = operation(contract.LIST_PAY_LINES, queries.list_pay_lines)
    approve_pay_run = operation(contract.APPROVE_PAY_RUN, commands.approve_pay_run)
    discard_pay_run = operation(contract.DISCARD_PAY_RUN, commands.discard_pay_run)

    on_placement_started = reaction(PLACEMENT_STARTED, reactions.on_placement_started)
    on_placement_ended = reaction(PLACEMENT_ENDED, reactions.on_placement_ended)
