"""Investigation's tables, and what may become of an investigation (utredning)."""

from services.investigation.approvals.model import Approval, StandingChange
from services.investigation.base import Base
from services.investigation.checks.model import RegisterCheck, ReplacedRegisterCheck
from services.investigation.concerns.model import Concern, ConcernNote
from services.investigation.homes.model import Adult, Home
from services.investigation.homes.placed import PlacedPerson
from services.investigation.homes.uses import HomeUse
from services.investigation.investigations.assessments import Assessment, ReplacedAssessment
from services.investigation.investigations.decisions import Decision, Proposal
from services.investigation.investigations.model import Investigation, open_investigation, open_renewal

__all__ = [
    "Adult",
    "Approval",
    "Assessment",
    "Base",
    "Concern",
    "ConcernNote",
    "Decision",
    "Home",
    "HomeUse",
    "Investigation",
    "PlacedPerson",
    "Proposal",
    "RegisterCheck",
    "ReplacedAssessment",
    "ReplacedRegisterCheck",
    "StandingChange",
    "open_investigation",
    "open_renewal",
]
