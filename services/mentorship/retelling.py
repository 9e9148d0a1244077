"""How mentorship's events are told again when they are older than what is kept."""

from collections.abc import Sequence

from services.kernel.rows.unit import Unit
from services.kernel.work.retelling import Happened, from_rows
from services.mentorship.contract.mentorships import Status
from services.mentorship.model import Mentorship


@from_rows(Mentorship, where=Mentorship.status == Status.ACCEPTED)
def mentorship_accepted(_unit: Unit, mentorships: Sequence[Mentorship]) -> Happened:
    """Each home that has said yes to its mentor."""
    return [(mentorship, mentorship.accepted()) for mentorship in mentorships]
