"""The words of the columns of supervision: why somebody went, what they found, how grave it is."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.permissions import Department

DEPARTMENTS = (
    Department.CIVIL_AFFAIRS,
    Department.HOUSING,
    Department.FIRE,
    Department.HEALTH,
    Department.MARKET,
)
"""Those that inspect (NT 4(9)). Discipline inspection watches them, not the homes."""


class InspectionKind(StrEnum):
    """Why somebody went (R7, R23, R24)."""

    RANDOM = "random"
    """Drawn by lot, homes and inspectors (双随机抽查)."""
    JOINT = "joint"
    """Several departments at once (联合检查)."""
    THEMATIC = "thematic"
    """About one thing at many homes (专项检查)."""
    COMPLAINT = "complaint"
    """Because somebody told (线索核查); in public: 群众反映."""
    FIRST_VISIT = "first_visit"
    """Within 20 working days of the filing, or of finding an unfiled home with residents."""
    RETURN_VISIT = "return_visit"
    """Whether what was put right stayed so (回头看)."""


class InspectionResult(StrEnum):
    """What an inspection came to."""

    CLEAN = "clean"
    """Nothing found."""
    CORRECTED_ON_SITE = "corrected_on_site"
    """Found and put right before the inspectors left."""
    PROBLEMS = "problems"
    """Problems that have to be put right by a day."""
    REFUSED = "refused"
    """The home did not let the inspectors in."""
    NOT_OPERATING = "not_operating"
    """Nobody lives there any more."""


class InspectionArea(StrEnum):
    """The five areas of an inspection (LN 4(2))."""

    OPERATION = "operation"
    DAILY_LIFE = "daily_life"
    HEALTH = "health"
    SOCIAL_WORK = "social_work"
    SAFETY = "safety"


class ItemFinding(StrEnum):
    """What was found on one item of the list."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    NOT_CHECKED = "not_checked"


class DrawState(StrEnum):
    """How far a random draw has come."""

    ANNOUNCED = "announced"
    """The hash of its list and the number to come are public."""
    DRAWN = "drawn"
    """The number is known; who was drawn follows from it, and is told after the visits."""
    REVEALED = "revealed"
    ABANDONED = "abandoned"
    """With the reason; it stays listed, so that nobody draws until a list pleases."""


class ProblemOrigin(StrEnum):
    """How a problem came to light. In public a complaint is 群众反映, no more."""

    INSPECTION = "inspection"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    BY_HAND = "by_hand"


TOLD_BY_THE_PUBLIC = frozenset({ProblemOrigin.COMPLAINT, ProblemOrigin.SUGGESTION})
"""Shown as 群众反映, the one like the other (R32)."""


class ProblemCategory(StrEnum):
    """What a problem is about."""

    FIRE = "fire"
    BUILDING = "building"
    FOOD = "food"
    MEDICAL = "medical"
    CARE = "care"
    STAFF = "staff"
    FEES = "fees"
    CONTRACT = "contract"
    FILING = "filing"
    MANAGEMENT = "management"
    OTHER = "other"


class Severity(StrEnum):
    """How grave a problem is."""

    MINOR = "minor"
    SERIOUS = "serious"
    MAJOR = "major"
    """A major hazard by the published criteria (重大事故隐患判定标准), whose clause it names (R25)."""


class PhotoStage(StrEnum):
    """When a photo was taken: before or after it was put right."""

    BEFORE = "before"
    AFTER = "after"


class NoticeState(StrEnum):
    """Where a notice stands between its writer, the reviewer and whom it is for."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ISSUED = "issued"
    """Numbered and out; its deadline runs once it is served."""
    WITHDRAWN = "withdrawn"
    """Taken back after it was issued, with the reason."""
    DISCARDED = "discarded"
    """A draft that nobody wanted."""


class ServiceMethod(StrEnum):
    """How a notice reached whom it is for (送达方式)."""

    IN_PERSON = "in_person"
    MAIL = "mail"
    LEFT = "left"
    """Left at the door before witnesses (留置送达)."""
    ELECTRONIC = "electronic"
    PUBLIC = "public"


class NoticeEvent(StrEnum):
    """What the feed tells of a notice (R21): each once for each version of its deadline."""

    ISSUED = "issued"
    OVERDUE = "overdue"
    CLEARED = "cleared"
    RECURRED = "recurred"


class CreditKind(StrEnum):
    """What stands to a home's credit or discredit (R8)."""

    PENALTY = "penalty"
    """Administrative penalty (行政处罚)."""
    COMMENDATION = "commendation"
    EXPOSURE = "exposure"
    DISCREDIT = "discredit"
    """The list of those who broke trust (失信名单)."""


AGAINST = frozenset({CreditKind.PENALTY, CreditKind.EXPOSURE, CreditKind.DISCREDIT})
"""Kinds that can be repaired (信用修复); a commendation can be revoked."""


class CreditEnd(StrEnum):
    """Why an entry left every public place."""

    EXPIRED = "expired"
    REPAIRED = "repaired"
    REVOKED = "revoked"
    """Entered by mistake, overturned, or taken back."""
