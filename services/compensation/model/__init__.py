"""Compensation's tables, and what may become of a tariff, an agreement, a pay run, a payee and a recovery."""

from services.compensation.model.agreements import Agreement, AgreementPaper, AgreementTerms, draft, payees_of, terms_of
from services.compensation.model.base import Base
from services.compensation.model.claims import Claim, Receipt, claim_lines
from services.compensation.model.homes import Approval, Home, HomeAdult, Payee, payee_name
from services.compensation.model.leave import Leave
from services.compensation.model.payroll import ExportLayout, PayCodes, PayeeChange
from services.compensation.model.placements import Placement, Visit
from services.compensation.model.runs import PayChange, PayRun, PayRunLine, Recovery, Sums
from services.compensation.model.tariffs import AdoptedTariff, TariffVersion, VersionStatus

__all__ = [
    "AdoptedTariff",
    "Agreement",
    "AgreementPaper",
    "AgreementTerms",
    "Approval",
    "Base",
    "Claim",
    "ExportLayout",
    "Home",
    "HomeAdult",
    "Leave",
    "PayChange",
    "PayCodes",
    "PayRun",
    "PayRunLine",
    "Payee",
    "PayeeChange",
    "Placement",
    "Receipt",
    "Recovery",
    "Sums",
    "TariffVersion",
    "VersionStatus",
    "Visit",
    "claim_lines",
    "draft",
    "payee_name",
    "payees_of",
    "terms_of",
]
