"""The words of a tariff: levels, ages, and how a part of a month is counted."""

from enum import StrEnum


class FeeLevel(StrEnum):
    """Levels of the fee (arvode); a raised level includes the base."""

    BASE = "base"
    RAISED_1 = "raised_1"
    RAISED_2 = "raised_2"
    RAISED_3 = "raised_3"


class CostLevel(StrEnum):
    """Levels of the cost reimbursement (omkostnadsersättning)."""

    #: Basic cost (grundkostnad).
    BASE = "base"
    #: Basic cost and the highest additional cost (tilläggskostnad) together.
    FULL = "full"


class PersonLevel(StrEnum):
    """How often a contact person (kontaktperson) meets somebody."""

    WEEKLY = "1"  #: at least once a week
    OFTEN = "2"  #: several times a week
    DAILY = "3"  #: almost daily


class PersonCostLevel(StrEnum):
    """Levels of a contact person's cost reimbursement."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


class AgeBand(StrEnum):
    """Ages in whole years that share one rate."""

    UP_TO_12 = "0-12"
    FROM_13 = "13-19"
    ADULT = "20+"

    @property
    def swedish(self) -> str:
        """As it is written in an explanation."""
        return {"0-12": "0–12 år", "13-19": "13–19 år", "20+": "från 20 år"}[self]


class PartMonth(StrEnum):
    """How a part of a month is paid; SKR recommends no method."""

    #: Days of the days in that month.
    CALENDAR_DAYS = "calendar_days"
    #: Thirtieths of a month.
    THIRTIETHS = "thirtieths"
    #: Days of a year of twelve months and 365 days, in leap years too: SKR's own daily figures divide by 365.
    DAYS_OF_YEAR = "days_of_year"


class BirthdayRule(StrEnum):
    """From when a birthday moves a child to the next age band."""

    SAME_DAY = "same_day"
    #: The first of the month after the birthday, also when the birthday is itself a first.
    NEXT_MONTH = "next_month"


class EmptyCost(StrEnum):
    """When a contracted emergency home (kontrakterat jourhem) gets its fixed reimbursement for being ready."""

    #: Each day without any child in the home.
    NO_CHILD = "no_child"
    #: Each empty place each day, its share of the amount.
    EMPTY_PLACE = "empty_place"
    NEVER = "never"


class LeaveUnit(StrEnum):
    """How a contracted home's paid leave is counted."""

    WORKING = "working"
    CALENDAR = "calendar"


class MentorModel(StrEnum):
    """Whether a mentor family (mentorsfamilj) has a contract with pay of its own."""

    VOLUNTARY = "voluntary"  #: paid for respite nights only (Örebro)
    CONTRACTED = "contracted"  #: paid each month (Stockholm)
