"""Intake's tables, noun by noun."""

from services.intake.applications.model import Application
from services.intake.applications.parts import Applicant, Attachment, ContactAttempt, ProtectedPerson, Turn
from services.intake.base import Base
from services.intake.following.model import AskedReference
from services.intake.imports.model import ApplicationImport, ImportedRow, ImportFile, ImportMapping
from services.intake.needs.model import Need
from services.intake.public.model import Draft, Profile, SpentChallenge
from services.intake.questions.model import QuestionEdition, QuestionSet
from services.intake.transfers.model import ReceivedTransfer, SentTransfer

__all__ = [
    "Applicant",
    "Application",
    "ApplicationImport",
    "AskedReference",
    "Attachment",
    "Base",
    "ContactAttempt",
    "Draft",
    "ImportFile",
    "ImportMapping",
    "ImportedRow",
    "Need",
    "Profile",
    "ProtectedPerson",
    "QuestionEdition",
    "QuestionSet",
    "ReceivedTransfer",
    "SentTransfer",
    "SpentChallenge",
    "Turn",
]
