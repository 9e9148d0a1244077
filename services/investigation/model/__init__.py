"""Investigation's tables, and what may become of an investigation (utredning)."""

from services.investigation.model.assessments import Assessment, ReplacedAssessment
from services.investigation.model.base import Base
from services.investigation.model.decisions import Approval, Decision, Proposal
from services.investigation.model.homes import Adult, Home
from services.investigation.model.investigations import Investigation, open_investigation, open_renewal
from services.investigation.model.people import PlacedPerson
from services.investigation.model.register_checks import RegisterCheck, ReplacedRegisterCheck
from services.investigation.model.uses import HomeUse

__all__ = [
    "Adult",
    "Approval",
    "Assessment",
    "Base",
    "Decision",
    "Home",
    "HomeUse",
    "Investigation",
    "PlacedPerson",
    "Proposal",
    "RegisterCheck",
    "ReplacedAssessment",
    "ReplacedRegisterCheck",
    "open_investigation",
    "open_renewal",
]
