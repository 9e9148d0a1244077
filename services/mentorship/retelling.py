"""How mentorship's events are told again when they are older than what is kept."""

from collections.abc import Sequence

from services.kernel.rows.unit import Unit
from services.kernel.work.retelling import Happened, OnlyWhileKept, from_rows
from services.mentorship.contract.mentorships import Status
from services.mentorship.model import Mentorship


@from_rows(Mentorship, where=Mentorship.status.in_([Status.ACCEPTED, Status.ENDED]))
def mentorship_accepted(_unit: Unit, mentorships: Sequence[Mentorship]) -> Happened:
    """Each home that has said yes to its mentor."""
    return [(mentorship, mentorship.accepted()) for mentorship in mentorships]


@from_rows(Mentorship, where=Mentorship.status == Status.ENDED)
def mentorship_ended(_unit: Unit, mentorships: Sequence[Mentorship]) -> Happened:
    """Each mentorship that has come to its end."""
    return [(mentorship, mentorship.ended()) for mentorship in mentorships]


_NEWS = OnlyWhileKept("It nudges: what waits for a home stands in its lists.")
home_has_news = _NEWS
news_settled = _NEWS
