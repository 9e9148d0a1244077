"""Intake's tables, noun by noun."""

from services.intake.applications.model import Applicant, Application, Attachment, ContactAttempt, ProtectedPerson
from services.intake.base import Base
from services.intake.imports.model import ApplicationImport, ImportedRow, ImportFile

__all__ = [
    "Applicant",
    "Application",
    "ApplicationImport",
    "Attachment",
    "Base",
    "ContactAttempt",
    "ImportFile",
    "ImportedRow",
    "ProtectedPerson",
]
