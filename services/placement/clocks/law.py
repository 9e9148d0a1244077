"""What the law says of time, as data with dates: how many months, which paragraph, and from when on. A change of the
law
is a line here.

SoL is the Social Services Act (2025:400), SoF the Social Services Ordinance (2025:468), LVU the Act (1990:52) on care
of young persons, which other acts replace on 2027-01-01; their numbers were not known when this was written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.vocabulary.across import DeadlineKind

SOL_SINCE = date(2025, 7, 1)
LVU_REPLACED = date(2027, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """What holds from a day on, until the next one does."""

    since: date
    paragraph: str  #: as a caseworker quotes it
    months: int | None = None  #: of the time that it sets, where it sets one in months


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule through time, the oldest first."""

    provisions: Sequence[Provision]

    def on(self, day: date) -> Provision:
        """What holds on a day; of days before all of it the first."""
        holding = [one for one in self.provisions if one.since <= day]
        return holding[-1] if holding else self.provisions[0]


def _since_sol(paragraph: str, months: int | None = None) -> Rule:
    return Rule((Provision(since=SOL_SINCE, paragraph=paragraph, months=months),))


#: An emergency home is for at most two months after the child's investigation has ended, longer for special reasons.
EMERGENCY_STAY = _since_sol("SoL 22:4", 2)
#: The care of a child is considered at least every six months.
CARE_BY_CONSENT = _since_sol("SoL 22:13", 6)
CARE_UNDER_LVU = Rule(
    (
        Provision(since=SOL_SINCE, paragraph="SoL 22:13, LVU 13 §", months=6),
        Provision(since=LVU_REPLACED, paragraph="SoL 22:13 and the act that replaces LVU 13 §", months=6),
    )
)
#: Whether custody is to be transferred is considered after two years in the same family home, and then each year.
CUSTODY = _since_sol("SoL 22:14", 24)
CUSTODY_UNDER_LVU = Rule(
    (
        Provision(since=SOL_SINCE, paragraph="SoL 22:14, LVU 13 c §", months=24),
        Provision(since=LVU_REPLACED, paragraph="SoL 22:14 and the act that replaces LVU 13 c §", months=24),
    )
)
CUSTODY_AGAIN = 12  #: months after it was considered
#: The care plan is revised at the latest when the child has been placed for two years; then we ask each year.
CARE_PLAN = _since_sol("SoL 9:13", 24)
CARE_PLAN_AGAIN = 12
#: More than three children or young people placed in one home are told to the inspectorate (IVO).
MORE_THAN_THREE = _since_sol("SoF 16:2")
MOST_UNTOLD = 3
YOUNG_UNTIL = 21  #: years: whom the ordinance counts as children and young people
#: Decisions in somebody's favour that were not carried out within three months are reported each quarter.
UNEXECUTED = _since_sol("SoL 34:1", 3)
#: Who may decide instead of the board reports it at the next meeting.
CHAIR_FOLLOW_UP = Rule((Provision(since=date(2018, 1, 1), paragraph="KL 6:39, SoL 30:6"),))
#: A care plan and an implementation plan are there.
PLANS = _since_sol("SoL 9:12, SoF 10:2-3")
#: No child lives in another private home without consent or a decision.
INFORMAL = _since_sol("SoL 22:2")

MAJORITY = 18  #: until when somebody is a child (SoL 1:3)

_RULES = {
    DeadlineKind.EMERGENCY_STAY_LIMIT: EMERGENCY_STAY,
    DeadlineKind.CARE_CONSIDERATION: CARE_BY_CONSENT,
    DeadlineKind.CUSTODY_CONSIDERATION: CUSTODY,
    DeadlineKind.CARE_PLAN_REVISION: CARE_PLAN,
    DeadlineKind.PLAN_MISSING: PLANS,
    DeadlineKind.MORE_THAN_THREE: MORE_THAN_THREE,
    DeadlineKind.UNEXECUTED_DECISION: UNEXECUTED,
    DeadlineKind.CHAIR_DECISION_FOLLOW_UP: CHAIR_FOLLOW_UP,
    DeadlineKind.INFORMAL_STAY: INFORMAL,
}


_UNDER_LVU = {DeadlineKind.CARE_CONSIDERATION: CARE_UNDER_LVU, DeadlineKind.CUSTODY_CONSIDERATION: CUSTODY_UNDER_LVU}


def paragraph(kind: DeadlineKind, day: date, *, under_lvu: bool = False) -> str | None:
    """What the law calls it on the day on which it is due, of a child in care with or without consent; None where it is
    the municipality's own rule."""
    rule = (_UNDER_LVU if under_lvu else _RULES).get(kind) or _RULES.get(kind)
    return None if rule is None else rule.on(day).paragraph
