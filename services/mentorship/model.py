"""Every mapped class of mentorship. Each lies in the folder of its noun."""

from services.mentorship.base import Base
from services.mentorship.homes.model import Adult, Approval, Home, Support
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.contact import Contact
from services.mentorship.offers.model import Mentorship

__all__ = ["Adult", "Approval", "Base", "Contact", "Home", "Mentor", "Mentorship", "Support"]
