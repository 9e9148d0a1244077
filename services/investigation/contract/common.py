"""What the contracts of an investigation have in common: who may do what, where it stands, what it refuses."""

from enum import StrEnum

from marshmallow import validate

from services.kernel.contracts import Fault, Rule, fields

INVESTIGATOR = frozenset({"investigator"})
DECIDER = frozenset({"decider"})
READERS = INVESTIGATOR | DECIDER

ADULT_ID = "019a0000-0000-7000-8000-000000000004"  #: of examples


class Status(StrEnum):
    """Where an investigation stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What an investigation is about."""

    APPLICATION = "application"  #: a home that has applied
    RENEWAL = "renewal"  #: an approved home in which somebody new lives, or that has moved: under its approvals
    RECHECK = "recheck"  #: an approved home whose register checks grow old, or in which a child's care is considered


class InvestigationNotOpen(Fault):
    """Only an open investigation can be worked on; one that is proposed must be returned first."""


class AdultHasLeft(Fault):
    """The adult does not live in the home any more: there is nothing to look at."""


DAY_NOT_COME = Rule("day_not_come", "The day has not come yet.")


def free_text() -> fields.String:
    """Text that may be empty."""
    return fields.String(validate=validate.Length(max=10_000), load_default="")
