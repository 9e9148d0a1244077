"""Compensation's tables, and what may become of a tariff, an agreement, a pay run, a payee and a recovery."""

from services.compensation.model.agreements import Agreement, AgreementPaper, AgreementTerms, draft, payees_of, terms_of
from services.compensation.model.base import Base
from services.compensation.model.homes import Home, HomeAdult, Payee, payee_name
from services.compensation.model.payroll import ExportLayout, PayCodes, PayeeChange
from services.compensation.model.placements import Placement
from services.compensation.model.runs import PayChange, PayRun, PayRunLine, Recovery, Sums
from services.compensation.model.tariffs import AdoptedTariff, TariffVersion, VersionStatus

__all__ = [
    "AdoptedTariff",
    "Agreement",
    "AgreementPaper",
    "AgreementTerms",
    "Base",
    "ExportLayout",
    "Home",
    "HomeAdult",
    "PayChange",
    "PayCodes",
    "PayRun",
    "PayRunLine",
    "Payee",
    "PayeeChange",
    "Placement",
    "Recovery",
    "Sums",
    "TariffVersion",
    "VersionStatus",
    "draft",
    "payee_name",
    "payees_of",
    "terms_of",
]
