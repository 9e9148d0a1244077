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
    en="Which of two homes is paid for the day on which somebody moves from one to the other, whatever the tariff says "
    "of days of arrival and departure. A change holds for the months that are computed after it; one that was approved "
    "before stays as it was.",
    sv="Vilket av två hem som får ersättning för dagen då någon flyttar från det ena till det andra, oavsett vad taxan "
    "säger om ankomst- och avresedagar. En ändring gäller för de månader som beräknas efter den; en som godkändes "
    "dessförinnan förblir som den var.",
    needs_second_person=True,
)
ORGANISATION_NUMBER = Setting(
    name="organisation_number",
    kind=int,
    default=0,
    unit="organisation number",
    least=0,
    most=9_999_999_999,
    en="The municipality's organisation number, ten digits, as it stands in exported files; 0: in none.",
    sv="Kommunens organisationsnummer, tio siffror, som det står i exporterade filer; 0: inte alls.",
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
ASKED_FOR_FIRST_ABOVE = Setting(
    name="asked_for_first_above",
    kind=int,
    default=1000,
    unit="kronor",
    least=0,
    most=1_000_000,
    en="A purchase above this sum is asked for before it is made.",
    sv="Ett inköp över denna summa frågar hemmet om först.",
    needs_second_person=True,
)
LEAVE_CARRIED_OVER = Setting(
    name="leave_carried_over",
    kind=int,
    default=10,
    unit="days",
    least=0,
    most=60,
    en="How many days of leave that were not taken a contracted emergency home carries over to the next year.",
    sv="Hur många dagars ledighet som inte har tagits ut ett kontrakterat jourhem sparar till nästa år.",
    needs_second_person=True,
)
CONTRIBUTIONS = Setting(
    name="contributions",
    kind=int,
    default=3142,
    unit="hundredths of per cent",
    least=0,
    most=10_000,
    en="Employer contributions on pay, for the forecast.",
    sv="Arbetsgivaravgifter på ersättningar, för prognosen.",
    needs_second_person=True,
)
CONTRIBUTIONS_OLDER = Setting(
    name="contributions_older",
    kind=int,
    default=1021,
    unit="hundredths of per cent",
    least=0,
    most=10_000,
    en="Employer contributions on the pay of whoever is older, for the forecast.",
    sv="Arbetsgivaravgifter på ersättningar till den som är äldre, för prognosen.",
    needs_second_person=True,
)
CONTRIBUTIONS_OLDER_FROM = Setting(
    name="contributions_older_from",
    kind=int,
    default=67,
    unit="years",
    least=50,
    most=100,
    en="The age at the beginning of the year from which the lower contributions hold.",
    sv="Den ålder vid årets ingång från vilken de lägre avgifterna gäller.",
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
