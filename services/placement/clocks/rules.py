"""When something about a placement is due. Values in, days out; no clock, no database.

What has been done moves a day or takes it away; an end takes away what would come after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.kernel.basics import clock
from services.kernel.basics.days import add_months, anniversary
from services.kernel.basics.working_days import working_day_on_or_before
from services.placement.clocks import law
from services.vocabulary.across import DeadlineKind
from services.vocabulary.assignments import LIVING, Assignment

_DAY = timedelta(days=1)
_MORNING = 8  #: o'clock in Sweden
_EMERGENCY = frozenset({Assignment.EMERGENCY_HOME, Assignment.CONTRACTED_EMERGENCY_HOME})
_FAMILY = frozenset({Assignment.FAMILY_HOME, Assignment.NETWORK_HOME})
#: What stays to be done of a placement that is over.
OUTLASTS = frozenset({DeadlineKind.CHAIR_DECISION_FOLLOW_UP, DeadlineKind.MORE_THAN_THREE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """A time in which a person lived somewhere, and in which home."""

    home_id: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A placement as the clocks look at it. Days of what was done are those of the last time, in this care."""

    assignment: Assignment
    under_lvu: bool  #: by the newest decision on care
    born: date
    starts_on: date
    ends_on: date | None = None
    care_since: date  #: the first day of care without a break, in whatever home
    in_home_since: date  #: the first day in this home without a break
    considered_on: date | None = None
    custody_considered_on: date | None = None
    plan_revised_on: date | None = None
    plan_review_on: date | None = None  #: by which the plan itself says that it is looked at
    has_plans: bool = False
    investigation_ended_on: date | None = None  #: the child's
    longer_until: date | None = None  #: in an emergency home, for special reasons
    chair_decided_on: date | None = None  #: what neither the board nor its committee has followed up
    more_than_three: bool = False  #: with it more than three were placed in the home
    ivo_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a municipality has set where the law says no number."""

    plan_days: int  #: after the first day, by which the plans are there
    chair_days: int  #: after the chair's decision, by which the committee has met


def deadlines(one: Followed, terms: Terms) -> dict[DeadlineKind, date]:
    """What is due of a placement, and by when. One that is over keeps what outlasts it."""
    due = dict(_all(one, terms))
    if one.ends_on is None:
        return due
    return {kind: day for kind, day in due.items() if day <= one.ends_on or kind in OUTLASTS}


def left(due: Mapping[DeadlineKind, date], ends_on: date | None, today: date) -> dict[DeadlineKind, date]:
    """What of it is still to be done on a day: of a stay that is over what outlasts it."""
    is_over = ends_on is not None and ends_on < today
    return {kind: day for kind, day in due.items() if not is_over or kind in OUTLASTS}


def came(one: Followed | Stayed) -> bool:
    """Whether somebody was there on a day, or will be: not where it was cancelled, and ended before it began."""
    return one.ends_on is None or one.starts_on <= one.ends_on


def _all(one: Followed, terms: Terms) -> Iterator[tuple[DeadlineKind, date]]:
    if one.chair_decided_on is not None:
        yield DeadlineKind.CHAIR_DECISION_FOLLOW_UP, one.chair_decided_on + timedelta(days=terms.chair_days)
    if one.assignment not in LIVING or not came(one):
        return
    if one.more_than_three and not one.ivo_told:
        yield DeadlineKind.MORE_THAN_THREE, one.starts_on
    if not one.has_plans:
        yield DeadlineKind.PLAN_MISSING, one.starts_on + timedelta(days=terms.plan_days)
    of_child = [
        (DeadlineKind.CARE_PLAN_REVISION, care_plan_revision(one)),
        (DeadlineKind.CUSTODY_CONSIDERATION, custody_consideration(one)),
        (DeadlineKind.EMERGENCY_STAY_LIMIT, emergency_stay_limit(one)),
        (DeadlineKind.CARE_CONSIDERATION, care_consideration(one)),
    ]
    for kind, day in of_child:
        if day is not None and (_is_childs(one, day) or _outlasts_childhood(one, kind)):
            yield kind, day


def care_consideration(one: Followed) -> date:
    """The care of a child is considered at least once every six months, counted from its beginning or from the last
    time (SoL 22:13; LVU, section 13). Moving to another home does not begin it anew."""
    since = one.considered_on or one.care_since
    rule = law.CARE_UNDER_LVU if one.under_lvu else law.CARE_BY_CONSENT
    return _after(since, rule)


def custody_consideration(one: Followed) -> date | None:
    """Whether the family home's carers shall have custody is considered when the child has been in the same family home
    for two years, and then each year (SoL 22:14; LVU, section 13 c)."""
    if one.assignment not in _FAMILY:
        return None
    if one.custody_considered_on is not None:
        return add_months(one.custody_considered_on, law.CUSTODY_AGAIN)
    return _after(one.in_home_since, law.CUSTODY_UNDER_LVU if one.under_lvu else law.CUSTODY)


def care_plan_revision(one: Followed) -> date:
    """The care plan (vårdplan) is revised for the first time when the child has been placed for two years at the latest
    (SoL 9:13); we ask again each year, and sooner where the plan itself names a day."""
    if one.plan_revised_on is not None:
        by_law = add_months(one.plan_revised_on, law.CARE_PLAN_AGAIN)
    else:
        by_law = _after(one.care_since, law.CARE_PLAN)
    return by_law if one.plan_review_on is None else min(by_law, one.plan_review_on)


def emergency_stay_limit(one: Followed) -> date | None:
    """A child is in an emergency home (jourhem) for at most two months after its investigation has ended, longer only
    for special reasons that are written down (SoL 22:4). None while the investigation goes on."""
    if one.assignment not in _EMERGENCY or one.investigation_ended_on is None:
        return None
    limit = _after(one.investigation_ended_on, law.EMERGENCY_STAY)
    return limit if one.longer_until is None else max(limit, one.longer_until)


def unexecuted(granted_on: date) -> date:
    """A decision in somebody's favour that is not carried out within three months is reported (SoL 34:1)."""
    return _after(granted_on, law.UNEXECUTED)


def _after(day: date, rule: law.Rule) -> date:
    """The day by the rule of the day on which it would be due: a change of the law holds for times that run then."""
    due = add_months(day, rule.on(day).months or 0)
    then = rule.on(due)
    return max(add_months(day, then.months or 0), min(then.since, due))


def _is_childs(one: Followed, day: date) -> bool:
    return day < anniversary(one.born, law.MAJORITY)


def _outlasts_childhood(one: Followed, kind: DeadlineKind) -> bool:
    """Care under LVU is considered as long as it goes on, also past the eighteenth birthday (LVU, sections 3 and
    21)."""
    return kind is DeadlineKind.CARE_CONSIDERATION and one.under_lvu


def care_since(stays: Sequence[Stayed], on: Stayed) -> date:
    """The first day of the care that goes on in this stay without a break: one begins on the day after another ends at
    the latest."""
    return _without_break(stays, on)


def in_home_since(stays: Sequence[Stayed], on: Stayed) -> date:
    """As `care_since`, in the same home."""
    return _without_break([one for one in stays if one.home_id == on.home_id], on)


def _without_break(stays: Sequence[Stayed], on: Stayed) -> date:
    first = on.starts_on
    before = [one for one in stays if one.starts_on < first and came(one)]
    for one in sorted(before, key=lambda one: one.starts_on, reverse=True):
        if one.ends_on is None or one.ends_on + _DAY >= first:
            first = min(first, one.starts_on)
    return first


def warned_at(due_on: date, days_before: int) -> datetime:
    """When a deadline is warned of: at eight in the morning so many days before, on a working day."""
    return clock.at_local(working_day_on_or_before(due_on - timedelta(days=days_before)), _MORNING)


def changed(
    known: Mapping[DeadlineKind, date], wanted: Mapping[DeadlineKind, date]
) -> tuple[dict[DeadlineKind, date], set[DeadlineKind]]:
    """What is new or has another day, and what is gone. What stays as it was is in neither, so that nobody is warned of
    it twice."""
    news = {kind: day for kind, day in wanted.items() if known.get(kind) != day}
    return news, known.keys() - wanted.keys()
