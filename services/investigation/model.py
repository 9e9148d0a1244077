"""Every table of the service."""

from services.investigation.approvals.model import Approval, StandingChange
from services.investigation.base import Base
from services.investigation.checks.consents import Consent
from services.investigation.checks.model import RegisterCheck, ReplacedRegisterCheck
from services.investigation.concerns.model import Concern, ConcernNote
from services.investigation.homes.model import Adult, Home
from services.investigation.homes.placed import PlacedPerson
from services.investigation.homes.trainings import HomeTraining
from services.investigation.homes.uses import HomeUse
from services.investigation.investigations.assessments import Assessment, ReplacedAssessment
from services.investigation.investigations.decisions import Decision, Proposal
from services.investigation.investigations.files import InvestigationFile
from services.investigation.investigations.model import Investigation
from services.investigation.investigations.objections import Objection
from services.investigation.steps.model import GivenReference, Meeting, RequiredSteps

__all__ = [
    "Adult",
    "Approval",
    "Assessment",
    "Base",
    "Concern",
    "ConcernNote",
    "Consent",
    "Decision",
    "GivenReference",
    "Home",
    "HomeTraining",
    "HomeUse",
    "Investigation",
    "InvestigationFile",
    "Meeting",
    "Objection",
    "PlacedPerson",
    "Proposal",
    "RegisterCheck",
    "ReplacedAssessment",
    "ReplacedRegisterCheck",
    "RequiredSteps",
    "StandingChange",
]
