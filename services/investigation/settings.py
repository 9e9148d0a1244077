"""What a municipality decides for itself in investigation."""

from services.kernel.contracts import Setting

REGISTER_CHECK_MONTHS = Setting(
    name="register_check_months",
    kind=int,
    default=6,
    least=1,
    most=24,
    unit="months",
    en="For how many months a register check is good; then it is made again.",
    sv="Hur många månader en registerkontroll gäller; därefter görs den om.",
)
APPROVAL_YEARS = Setting(
    name="approval_years",
    kind=int,
    default=5,
    least=1,
    most=10,
    unit="years",
    en="For how many years a home can be approved at most.",
    sv="Hur många år ett hem som längst kan godkännas.",
)
