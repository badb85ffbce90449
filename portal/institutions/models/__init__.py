"""The tables of the institution records, gathered so that one import knows them all."""

from portal.institutions.models.care import CareGuide, ConcentratedCare
from portal.institutions.models.closures import ClosureKind, ClosureNotice
from portal.institutions.models.compliance import Compliance, ComplianceResult, Standard
from portal.institutions.models.fees import FeeStandard
from portal.institutions.models.grades import StarGrade
from portal.institutions.models.institution import (
    Institution,
    InstitutionKind,
    LegalForm,
    OperatingState,
    OperationMode,
    PositionPrecision,
    PositionSystem,
)
from portal.institutions.models.quarantine import QuarantinedRow
from portal.institutions.models.registration import CommitmentLetter, Filing, Registration, RegistryKind
from portal.institutions.models.unregistered import Disposition, FoundHow, UnregisteredHome

__all__ = [
    "CareGuide",
    "ClosureKind",
    "ClosureNotice",
    "CommitmentLetter",
    "Compliance",
    "ComplianceResult",
    "ConcentratedCare",
    "Disposition",
    "FeeStandard",
    "Filing",
    "FoundHow",
    "Institution",
    "InstitutionKind",
    "LegalForm",
    "OperatingState",
    "OperationMode",
    "PositionPrecision",
    "PositionSystem",
    "QuarantinedRow",
    "Registration",
    "RegistryKind",
    "Standard",
    "StarGrade",
    "UnregisteredHome",
]
