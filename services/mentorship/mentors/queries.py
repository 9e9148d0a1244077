"""What is shown of mentors."""

from sqlalchemy import any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.model import TAKING, Mentorship

_TEXTS = ARRAY(Text)
_MENTORS = Listing(
    select(
        Mentor.id,
        Mentor.home_id,
        Mentor.capacity,
        Mentor.area,
        Mentor.paused,
        select(func.count())
        .where(Mentorship.mentor_id == Mentor.id, Mentorship.status == any_(literal(list(map(str, TAKING)), _TEXTS)))
        .scalar_subquery()
        .label("homes"),
    ),
    order=(Mentor.id,),
)


def list_mentors(unit: Unit, page: Page) -> Answer:
    """The municipality's mentors in the order in which they were registered."""
    return paged(*unit.list(_MENTORS, page, {}))
