"""Every mapped class of mentorship. Each lies in the folder of its noun."""

from services.mentorship.base import Base
from services.mentorship.courses.model import Course, Enrolment
from services.mentorship.gatherings.model import Gathering, HomeCalendar, Invitation, InvitationRun
from services.mentorship.homes.model import Adult, Approval, Home, Support
from services.mentorship.mentors.model import Mentor
from services.mentorship.messages.model import Message, TeamMember, Thread, ThreadFile, ThreadMark
from services.mentorship.offers.contact import Contact
from services.mentorship.offers.model import Mentorship
from services.mentorship.report.model import Survey, SurveyTaken, SurveyTicket
from services.mentorship.respite.model import RespiteOffer, RespiteRequest

__all__ = [
    "Adult", "Approval", "Base", "Contact", "Course", "Enrolment", "Gathering", "Home", "HomeCalendar", "Invitation",
    "InvitationRun", "Mentor", "Mentorship", "Message", "RespiteOffer", "RespiteRequest", "Support", "Survey",
    "SurveyTaken", "SurveyTicket", "TeamMember", "Thread", "ThreadFile", "ThreadMark",
]  # fmt: skip
