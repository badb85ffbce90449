"""The words of a complaint's columns: how it came, what it is about, how its writer wants to appear."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.permissions import Department

PRIVACY_VERSION = "2026-11"
"""The privacy notice that forms show now (page /privacy, section on complaints). Change both together."""


class Channel(StrEnum):
    """How a complaint reached the bureau (R30)."""

    WEB = "web"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"


class Category(StrEnum):
    """What a complaint is about. Decides which department gets it first."""

    CARE = "care"
    ABUSE = "abuse"
    SAFETY = "safety"
    FIRE = "fire"
    BUILDING = "building"
    FOOD = "food"
    MEDICAL = "medical"
    FEES = "fees"
    CONTRACT = "contract"
    STAFF = "staff"
    UNREGISTERED = "unregistered"
    SUBSIDY = "subsidy"
    OTHER = "other"


FIRST_DEPARTMENT = {
    Category.FIRE: Department.FIRE,
    Category.BUILDING: Department.HOUSING,
    Category.FOOD: Department.MARKET,
    Category.MEDICAL: Department.HEALTH,
    Category.FEES: Department.MARKET,
}
"""Who gets a category first; civil affairs gets the rest (NT 4(9))."""

DEPARTMENTS = (
    Department.CIVIL_AFFAIRS,
    Department.HOUSING,
    Department.FIRE,
    Department.HEALTH,
    Department.MARKET,
)
"""Those a case can be sent to. Discipline inspection gets clues, not cases."""


def first_department(category: Category) -> Department:
    """Return the department that a complaint of this category goes to first."""
    return FIRST_DEPARTMENT.get(category, Department.CIVIL_AFFAIRS)


class Appearance(StrEnum):
    """How the writer wants to appear (R32)."""

    NAMED = "named"
    """The handler sees name and contact."""
    CONFIDENTIAL = "confidential"
    """Name and contact are kept, opened only by somebody who says why."""
    ANONYMOUS = "anonymous"
    """No name was given."""


class Rating(StrEnum):
    """What the writer says of the answer (R34)."""

    SATISFIED = "satisfied"
    FAIR = "fair"
    UNSATISFIED = "unsatisfied"


class Finding(StrEnum):
    """What the handler found: whether the complaint proved true (R35)."""

    TRUE = "true"
    PARTLY = "partly"
    NOT_TRUE = "not_true"
    UNCLEAR = "unclear"


class DraftKind(StrEnum):
    """What a draft is to become."""

    REPLY = "reply"
    FIRST_ANSWER = "first_answer"
    REFUSAL = "refusal"
    PUBLICATION = "publication"


class DraftState(StrEnum):
    """Where a draft stands between its writer and the reviewer."""

    WRITING = "writing"
    SUBMITTED = "submitted"
    RETURNED = "returned"


class WhyExcluded(StrEnum):
    """Why a member of staff can't handle a case."""

    NAMED = "named"
    """The complaint names them."""
    EARLIER = "earlier"
    """They handled it before."""
    RELATED = "related"
    """A reviewer said so."""
