"""What the contracts of mentorship have in common: who may, and terms of several nouns."""

from enum import StrEnum

from services.kernel.contracts import Rule, fields

COORDINATOR = frozenset({"coordinator"})
COORDINATOR_OR_HOME = frozenset({"coordinator", "home"})
HOME = frozenset({"home"})

HOME_ID = "019a0000-0000-7000-8000-000000000007"
MENTOR_HOME_ID = "019a0000-0000-7000-8000-000000000002"
MENTOR_ID = "019a0000-0000-7000-8000-000000000005"
MENTORSHIP_ID = "019a0000-0000-7000-8000-000000000006"

_ONE_LINE = r"^[^\x00-\x1f]{1,100}$(?!\n)"
ONE_LINE = Rule("one_line", "One line of at most 100 characters.")


class Band(StrEnum):
    """A distance in steps too coarse to find a home by, kilometres."""

    UNDER_10 = "under_10"
    FROM_10_TO_30 = "10_to_30"
    FROM_30_TO_100 = "30_to_100"
    OVER_100 = "over_100"


def one_line(**kwargs: object) -> fields.String:
    """One line of at most 100 characters."""
    return fields.form(_ONE_LINE, ONE_LINE, **kwargs)


def band_of(distance: float | None) -> Band | None:
    """How far about: what may be said of a protected identity too."""
    if distance is None:
        return None
    if distance < 10:
        return Band.UNDER_10
    if distance < 30:
        return Band.FROM_10_TO_30
    return Band.FROM_30_TO_100 if distance < 100 else Band.OVER_100
