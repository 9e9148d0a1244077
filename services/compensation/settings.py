"""What a municipality decides for itself in compensation."""

from enum import StrEnum

from services.compensation.contract.agreements import Signatures
from services.compensation.tariffs.levels import CostLevel, FeeLevel
from services.kernel.contracts import Setting


class MovingDay(StrEnum):
    """Which of two homes is paid for the day on which somebody moves."""

    RECEIVING = "receiving"
    LEAVING = "leaving"


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
AGREEMENT_SIGNATURES = Setting(
    name="agreement_signatures",
    kind=Signatures,
    default=Signatures.BOTH,
    en="Who signs an agreement before it is paid: both the municipality and the home, or the municipality alone.",
    sv="Vem som skriver under ett avtal innan det betalas: både kommunen och hemmet, eller bara kommunen.",
    needs_second_person=True,
)
MOVING_DAY = Setting(
    name="moving_day",
    kind=MovingDay,
    default=MovingDay.RECEIVING,
    en="Which of two homes is paid for the day on which somebody moves from one to the other.",
    sv="Vilket av två hem som får ersättning för dagen då någon flyttar från det ena till det andra.",
    needs_second_person=True,
)
LEDGER_COUNTER_ACCOUNT = Setting(
    name="ledger_counter_account",
    kind=int,
    default=2890,
    unit="account",
    least=1000,
    most=999_999,
    en="The account of the ledger against which the lines of a SIE file are booked.",
    sv="Det konto i ekonomisystemet som raderna i en SIE-fil bokförs mot.",
    needs_second_person=True,
)
APPROVE_FROM_DAY = Setting(
    name="approve_from_day",
    kind=int,
    default=1,
    unit="day",
    least=1,
    most=28,
    en="The day of its month from which a pay run can be approved.",
    sv="Den dag i månaden från och med vilken ett löneunderlag kan godkännas.",
    needs_second_person=True,
)
