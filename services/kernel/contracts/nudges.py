"""Nudges: a home learns that something new waits for it, by e-mail or SMS, and nothing of what it is."""

from dataclasses import dataclass
from enum import StrEnum

from services.kernel.contracts import fields
from services.kernel.contracts.schema import Schema


class Way(StrEnum):
    """How a nudge goes."""

    EMAIL = "email"
    SMS = "sms"


class NudgeState(StrEnum):
    """What has become of a nudge."""

    WAITING = "waiting"  #: for its time, or to be tried again
    SENT = "sent"
    FAILED = "failed"
    OFF = "off"  #: the operator has not set it up, or the home does not want it
    NOT_NEEDED = "not_needed"  #: what it was about was settled before it was sent


NOT_SET_UP, NO_WAY = "not set up", "no way chosen"  #: why one is off


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How somebody of a home is reached."""

    recipient: str  #: the id of the adult, or of the home
    way: Way
    address: str = ""  #: the e-mail address, or the phone number


class NudgeView(Schema):
    """A nudge on one way. The problem is a kind of failure: `timed out`, `status 503`, `refused`, `not set up` …"""

    way = fields.one_of(Way, required=True, allow_none=True)
    state = fields.one_of(NudgeState, required=True)
    problem = fields.String(required=True, allow_none=True)
    at = fields.Instant(required=True, allow_none=True)  #: when it was sent, or given up; null while it waits

    example = {"way": "sms", "state": "sent", "problem": None, "at": "2026-05-20T08:30:02.000000Z"}
