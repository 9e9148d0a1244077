"""What may stand in a home's way, speak for it, or be worth a second look: the codes of matching."""

from enum import StrEnum


class ObstacleCode(StrEnum):
    """Why a home can not take the person."""

    NO_VALID_APPROVAL = "no_valid_approval"
    STARTS_BEFORE_APPROVAL = "starts_before_approval"
    APPROVAL_SUSPENDED = "approval_suspended"
    APPROVED_FOR_ANOTHER_CHILD = "approved_for_another_child"
    APPROVAL_WAITS = "approval_waits"
    AGE_OUTSIDE_APPROVAL = "age_outside_approval"
    OUTGROWS_APPROVAL = "outgrows_approval"
    NO_FREE_PLACE = "no_free_place"
    SIBLINGS_DO_NOT_FIT = "siblings_do_not_fit"
    HOME_NOT_AVAILABLE = "home_not_available"
    HOST_NOT_CONSULTED = "host_not_consulted"
    PERSON_OF_THE_HOME = "person_of_the_home"
    TOO_NEAR = "too_near"
    OUTSIDE_CONTRACT = "outside_contract"


class ReasonCode(StrEnum):
    """What a home has points for."""

    KNOWS_CHILD = "knows_child"
    SIBLINGS = "siblings"
    DISTANCE = "distance"
    LANGUAGE = "language"
    SCHOOL = "school"
    EXPERIENCE = "experience"
    ROTATION = "rotation"


class WarningCode(StrEnum):
    """What somebody should look at before choosing a home. It keeps nobody out."""

    OPEN_CONCERN = "open_concern"
    APPROVAL_EXPIRES = "approval_expires"
    TRAINING_MISSING = "training_missing"
    RECENT_BREAKDOWN = "recent_breakdown"
    OUTSIDE_WISHES = "outside_wishes"
    MORE_THAN_THREE = "more_than_three"


class PlaceKind(StrEnum):
    """What the place is that a person should stay close to."""

    SCHOOL = "school"
    FAMILY = "family"
    OTHER = "other"
