"""What a municipality decides for itself in compensation."""

from services.compensation.tariffs import CostLevel, FeeLevel
from services.kernel.contracts import Setting

DEFAULT_FEE_LEVEL = Setting(
    name="default_fee_level",
    kind=FeeLevel,
    default=FeeLevel.BASE,
    en="The level of the fee that a drafted agreement begins with.",
    sv="Den nivå på arvodet som ett utkast till avtal börjar med.",
    needs_second_person=True,
)
DEFAULT_COST_LEVEL = Setting(
    name="default_cost_level",
    kind=CostLevel,
    default=CostLevel.BASE,
    en="The level of the cost reimbursement that a drafted agreement begins with.",
    sv="Den nivå på omkostnadsersättningen som ett utkast till avtal börjar med.",
    needs_second_person=True,
)
