"""For how long the outcome of each register is good, and how far back each is asked, as the municipality says it."""

from services.investigation.checks.status import Register
from services.kernel.rows.unit import Unit


def months_of(unit: Unit, register: str) -> int:
    """The months for which an outcome is good: the register's own number, or where that is 0 the one of all."""
    own = {
        Register.POLICE: unit.settings.police_check_months,
        Register.SOCIAL_REGISTER: unit.settings.social_register_check_months,
        Register.SOCIAL_INSURANCE: unit.settings.social_insurance_check_months,
        Register.ENFORCEMENT: unit.settings.enforcement_check_months,
        Register.TRANSPORT: unit.settings.transport_check_months,
    }
    months: int = own[Register(register)] or unit.settings.register_check_months
    return months


def years_back(unit: Unit, register: str) -> int:
    """How many years back a register is asked; 0: as far as it goes."""
    years: int = {
        Register.POLICE: unit.settings.police_years_back,
        Register.SOCIAL_REGISTER: unit.settings.social_register_years_back,
        Register.SOCIAL_INSURANCE: unit.settings.social_insurance_years_back,
        Register.ENFORCEMENT: unit.settings.enforcement_years_back,
        Register.TRANSPORT: unit.settings.transport_years_back,
    }[Register(register)]
    return years
