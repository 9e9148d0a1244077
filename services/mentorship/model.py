"""Every mapped class of mentorship. Each lies in the folder of its noun."""

from services.mentorship.base import Base
from services.mentorship.homes.model import Adult, Home
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.model import Mentorship

__all__ = ["Adult", "Base", "Home", "Mentor", "Mentorship"]
