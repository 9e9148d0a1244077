"""The routes of mentorship."""

from gateway.endpoints import Route
from services.mentorship import contract

_MENTORS = "/<municipality>/mentors"
_MENTORSHIPS = "/<municipality>/mentorships"
_MENTORSHIP = f"{_MENTORSHIPS}/<mentorship_id>"

ROUTES = (
    Route(method="POST", path=_MENTORS, service="mentorship", operation=contract.REGISTER_MENTOR, status=201),
    Route(method="GET", path=_MENTORS, service="mentorship", operation=contract.LIST_MENTORS),
    Route(method="GET", path=_MENTORSHIPS, service="mentorship", operation=contract.LIST_MENTORSHIPS),
    Route(method="POST", path=f"{_MENTORSHIP}/accept", service="mentorship", operation=contract.ACCEPT_MENTORSHIP),
    Route(method="POST", path=f"{_MENTORSHIP}/decline", service="mentorship", operation=contract.DECLINE_MENTORSHIP),
)
