"""What is known of a home and of a person when somebody comes, or goes on there: read while both are locked."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.placement.inquiries.model import Inquiry
from services.placement.matching.values import Contract, Period
from services.placement.placements.model import Placement
from services.placement.placements.occupancy import Stay
from services.placement.requests.model import NO_SIBLINGS, Siblings


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What stands beside a home and a person; the placement that is looked at is in none of it."""

    inquiries: Sequence[Inquiry] = ()  #: of the request
    introductions: Sequence[Placement] = ()  #: of the person, to whatever home
    stays_in_home: Sequence[Stay] = ()
    stays_of_person: Sequence[Stay] = ()  #: where the person lives, has lived and will live
    stays_of_person_here: Sequence[Stay] = ()  #: those of them that are in this home
    young_in_home: Sequence[Stay] = ()  #: the stays of children and young people there
    siblings: Siblings = NO_SIBLINGS
    municipality_code: str = ""
    leave: tuple[Period, ...] = ()
    contracts: tuple[Contract, ...] = ()
