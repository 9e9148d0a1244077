"""Which registers are asked, and where a check of one stands on a day. Knows no clock: the day comes from outside."""

from datetime import date
from enum import StrEnum


class Register(StrEnum):
    """The registers in which every adult of the household is looked up (registerkontroll)."""

    POLICE = "police"  #: belastningsregistret och misstankeregistret: SoF 2025:468, 3:3
    SOCIAL_REGISTER = "social_register"  #: socialregistret
    SOCIAL_INSURANCE = "social_insurance"  #: Försäkringskassan
    ENFORCEMENT = "enforcement"  #: Kronofogden
    TRANSPORT = "transport"  #: Transportstyrelsen


class CheckStatus(StrEnum):
    """Where a register check stands on a day."""

    PENDING = "pending"
    REQUESTED = "requested"
    CLEAR = "clear"
    REMARK = "remark"  #: something was found, and assessed
    FAILED = "failed"  #: the register gave no answer that can be used
    EXPIRED = "expired"  #: recorded once, too long ago


def status_on(
    day: date, *, recorded: CheckStatus | None, valid_until: date | None, is_requested: bool = False
) -> CheckStatus:
    """A check's status on a day: as it was recorded until its last day, that day included; `expired` afterwards."""
    if recorded is None:
        return CheckStatus.REQUESTED if is_requested else CheckStatus.PENDING
    return CheckStatus.EXPIRED if valid_until is not None and day > valid_until else recorded
