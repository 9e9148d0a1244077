"""A line of pay: what it is for, its days, its sum, and why it is what it is."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class PayKind(StrEnum):
    """What a line pays for."""

    FEE = "fee"  #: arvode, for time and effort
    COST_REIMBURSEMENT = "cost_reimbursement"  #: omkostnadsersättning within the tax-free level
    TAXABLE_REIMBURSEMENT = "taxable_reimbursement"  #: what of it lies above that level
    EXTRA_COST = "extra_cost"  #: a recurring cost of this child's own
    BASE_FEE = "base_fee"  #: a contracted emergency home's, by places
    READINESS_COST = "readiness_cost"  #: its fixed reimbursement when it is empty
    SUPPLEMENT = "supplement"  #: of its contract
    PENSION_COMPENSATION = "pension_compensation"
    CONTACT_FAMILY_FEE = "contact_family_fee"
    CONTACT_FAMILY_COST = "contact_family_cost"
    CONTACT_PERSON_FEE = "contact_person_fee"
    CONTACT_PERSON_COST = "contact_person_cost"
    MENTOR_FEE = "mentor_fee"
    RESPITE_FEE = "respite_fee"
    LOST_INCOME = "lost_income"
    MILEAGE = "mileage"
    MILEAGE_TAXABLE = "mileage_taxable"
    PURCHASE = "purchase"
    ALLOWANCE_DEDUCTION = "allowance_deduction"  #: child or study allowance that the home gets itself
    RECOVERY_CARRIED = "recovery_carried"  #: what was paid too much is not taken before two people have decided
    RECOVERY_INSTALMENT = "recovery_instalment"

    @property
    def taxable(self) -> bool:
        """Whether it is taxed as income of service (Income Tax Act 1999:1229)."""
        return self in _TAXABLE

    @property
    def declaration_field(self) -> str | None:
        """The field of the employer's declaration per individual (AGI) that it belongs to; None where none does."""
        return "FK011" if self.taxable else _DECLARED.get(self)

    @property
    def swedish(self) -> str:
        """As it is called in a statement."""
        return _SWEDISH[self]


_TAXABLE = frozenset(
    {
        PayKind.FEE, PayKind.TAXABLE_REIMBURSEMENT, PayKind.BASE_FEE, PayKind.SUPPLEMENT, PayKind.PENSION_COMPENSATION,
        PayKind.CONTACT_FAMILY_FEE, PayKind.CONTACT_PERSON_FEE, PayKind.MENTOR_FEE, PayKind.RESPITE_FEE,
        PayKind.LOST_INCOME, PayKind.MILEAGE_TAXABLE,
    }
)  # fmt: skip
#: FK020 other reimbursement of costs, FK050 that mileage was paid within the tax-free rate.
_DECLARED = {
    PayKind.COST_REIMBURSEMENT: "FK020",
    PayKind.EXTRA_COST: "FK020",
    PayKind.READINESS_COST: "FK020",
    PayKind.CONTACT_FAMILY_COST: "FK020",
    PayKind.CONTACT_PERSON_COST: "FK020",
    PayKind.MILEAGE: "FK050",
}
_SWEDISH = {
    PayKind.FEE: "Arvode",
    PayKind.COST_REIMBURSEMENT: "Omkostnadsersättning",
    PayKind.TAXABLE_REIMBURSEMENT: "Skattepliktig omkostnadsersättning",
    PayKind.EXTRA_COST: "Särskild kostnad",
    PayKind.BASE_FEE: "Arvode kontrakterat jourhem",
    PayKind.READINESS_COST: "Fast omkostnadsersättning",
    PayKind.SUPPLEMENT: "Tillägg enligt avtal",
    PayKind.PENSION_COMPENSATION: "Kompensation för tjänstepension",
    PayKind.CONTACT_FAMILY_FEE: "Arvode kontaktfamilj",
    PayKind.CONTACT_FAMILY_COST: "Omkostnadsersättning kontaktfamilj",
    PayKind.CONTACT_PERSON_FEE: "Arvode kontaktperson",
    PayKind.CONTACT_PERSON_COST: "Omkostnadsersättning kontaktperson",
    PayKind.MENTOR_FEE: "Arvode mentorsfamilj",
    PayKind.RESPITE_FEE: "Arvode avlastning",
    PayKind.LOST_INCOME: "Förlorad arbetsinkomst",
    PayKind.MILEAGE: "Milersättning",
    PayKind.MILEAGE_TAXABLE: "Skattepliktig milersättning",
    PayKind.PURCHASE: "Utlägg",
    PayKind.ALLOWANCE_DEDUCTION: "Avdrag för barn- eller studiebidrag",
    PayKind.RECOVERY_CARRIED: "Avvaktar beslut om återbetalning",
    PayKind.RECOVERY_INSTALMENT: "Återbetalning",
}


class PayLine(NamedTuple):
    """One amount of one kind for days of one month."""

    kind: PayKind
    #: First and last paid day, both included.
    period_from: date
    period_to: date
    #: So many of what the unit amount is for, a part with twelve decimals rounded upwards, so that
    #: `unit_amount` x `quantity`, rounded to the öre, is `amount` for anybody who computes it again.
    quantity: Decimal
    #: Kronor.
    unit_amount: Decimal
    #: Kronor.
    amount: Decimal
    #: The calculation in words that a home can follow by hand.
    explanation: str
    #: Whose line it is, where an agreement is about several.
    placement_id: str | None = None
    #: The adult of the home who is paid; filled in when the line is shared.
    payee_adult_id: str | None = None

    @property
    def taxable(self) -> bool:
        return self.kind.taxable


def written(amount: Decimal) -> str:
    """Kronor as they are written in Swedish: `11 417,00`."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def counted(number: Decimal) -> str:
    """A number as it is written in Swedish, without needless decimals: `2,5`."""
    return f"{number.normalize():f}".replace(".", ",")
