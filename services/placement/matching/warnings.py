"""What somebody should look at before choosing a home. It keeps nobody out, and gives no points. Values in, values
out."""

from collections.abc import Iterator
from datetime import timedelta

from services.kernel.basics.days import add_months
from services.placement.clocks import law
from services.placement.matching.codes import WarningCode
from services.placement.matching.values import ApprovedFor, Caution, HomeOffer, Need
from services.vocabulary.assignments import LIVING

_EXPIRES_WITHIN = timedelta(days=90)
_BREAKDOWN_MONTHS = 12  #: for which one is recent


def warnings_of(
    need: Need, home: HomeOffer, approval: ApprovedFor | None, *, distance: float | None
) -> Iterator[Caution]:
    """What there is to look at; `approval` is that under which the home could take the person."""
    record = home.record
    if record.open_concern:
        detail = "There is a concern about the home that has not been settled."
        yield Caution(code=WarningCode.OPEN_CONCERN, detail=detail)
    if approval is not None and approval.valid_until and approval.valid_until - need.on <= _EXPIRES_WITHIN:
        detail = f"The approval is valid until {approval.valid_until}."
        yield Caution(code=WarningCode.APPROVAL_EXPIRES, detail=detail)
    if record.trained is False and need.assignment in LIVING:
        detail = "The home has not attended any training yet (SoL 22:3, 22:4)."
        yield Caution(code=WarningCode.TRAINING_MISSING, detail=detail)
    if record.broke_down_on is not None and need.on < add_months(record.broke_down_on, _BREAKDOWN_MONTHS):
        detail = f"A placement broke down on {record.broke_down_on}."
        yield Caution(code=WarningCode.RECENT_BREAKDOWN, detail=detail)
    if wish := _wish(need, home, distance):
        yield Caution(code=WarningCode.OUTSIDE_WISHES, detail=wish)
    if need.assignment in LIVING and need.age < law.YOUNG_UNTIL and home.occupied >= law.MOST_UNTOLD:
        detail = "With this person more than three would be placed in the home: the inspectorate is told (SoF 16:2)."
        yield Caution(code=WarningCode.MORE_THAN_THREE, detail=detail)


def _wish(need: Need, home: HomeOffer, distance: float | None) -> str | None:
    """What the home would rather have otherwise."""
    wishes = home.wishes
    if wishes.age_from is not None and need.age < wishes.age_from:
        return f"The home would rather take somebody of {wishes.age_from} years or more."
    if wishes.age_to is not None and need.age > wishes.age_to:
        return f"The home would rather take somebody of at most {wishes.age_to} years."
    if wishes.most_km is not None and distance is not None and distance > wishes.most_km:
        return f"The home would rather travel at most {wishes.most_km} km."
    if wishes.takes_siblings is False and need.siblings_waiting:
        return "The home would rather not take siblings."
    return None
