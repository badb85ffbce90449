"""The words of the column's columns: what is suggested, why it is not public, what is judged."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.permissions import Department

PRIVACY_VERSION = "2026-12"
"""The privacy notice that the form shows now (page /privacy, on suggestions). Change both together."""


class SuggestionKind(StrEnum):
    """What a suggestion is about. Decides which department answers."""

    SAFETY = "safety"
    """The place: fire, building, old equipment."""
    STAFF = "staff"
    CARE = "care"
    MEDICAL = "medical"
    FEES = "fees"
    CANTEEN = "canteen"
    """长者食堂 and meals."""
    SUBSIDY = "subsidy"
    HOME_CARE = "home_care"
    """Care at home and in the neighbourhood."""
    BARRIER_FREE = "barrier_free"
    """Making dwellings fit for old age (适老化)."""
    INFORMATION = "information"
    """What is public, and how to find it."""
    OTHER = "other"


FIRST_DEPARTMENT = {
    SuggestionKind.SAFETY: Department.FIRE,
    SuggestionKind.MEDICAL: Department.HEALTH,
    SuggestionKind.FEES: Department.MARKET,
    SuggestionKind.BARRIER_FREE: Department.HOUSING,
}
"""Who answers a kind first; civil affairs answers the rest, and looks through all of them."""


def first_department(kind: SuggestionKind) -> Department:
    """Return the department that answers suggestions of this kind first."""
    return FIRST_DEPARTMENT.get(kind, Department.CIVIL_AFFAIRS)


class SuggestionChannel(StrEnum):
    """How a suggestion came."""

    WEB = "web"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"


class WhyNotPublic(StrEnum):
    """Why a suggestion is not made public; told to its writer in words."""

    PERSONAL = "personal"
    """It tells of persons and would say nothing without them."""
    UNCLEAR = "unclear"
    NOT_ELDER_CARE = "not_elder_care"
    ADVERTISING = "advertising"
    INSULTING = "insulting"
    UNPROVEN = "unproven"
    """It claims of somebody what only an inquiry can find."""
    OTHER = "other"


class SuggestionStage(StrEnum):
    """How far a suggestion has come, as lists offer it: each suggestion stands in exactly one."""

    TO_LOOK = "to_look"
    """Waiting to be looked through."""
    OPEN = "open"
    """Public, not answered yet."""
    ANSWERED = "answered"
    """Answered; what was done is not told yet."""
    DONE = "done"
    """Public, and it is told what was done."""
    ENDED = "ended"
    """Not public, and nothing more is owed."""


class TopicScope(StrEnum):
    """Whose topic it is (SM 2)."""

    COMMON = "common"
    """共性: for the whole area of the portal."""
    OWN = "own"
    """个性: of one county."""


class TopicEvent(StrEnum):
    """What happens to a topic; each leaves one line in its log."""

    DRAFT = "draft"
    PROPOSE = "propose"
    """Put into the year's pool, public."""
    AMEND_WORDING = "amend_wording"
    CHOOSE = "choose"
    LEAVE_OUT = "leave_out"
    PUBLISH = "publish"
    PLAN = "plan"
    REPORT = "report"
    ADOPT = "adopt"
    RELEASE = "release"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    NOTE = "note"


class Verdict(StrEnum):
    """What the public says of a topic at its end (群众评价, SM 5(2))."""

    CARRY_ON = "carry_on"
    """深化推进."""
    DONE = "done"
    """结题完成."""


class VerdictReason(StrEnum):
    """Why; several may be chosen."""

    SEEN_CHANGE = "seen_change"
    PROMISES_KEPT = "promises_kept"
    STAFF_BETTER = "staff_better"
    NO_CHANGE = "no_change"
    CAME_BACK = "came_back"
    ONLY_PAPER = "only_paper"
    NOT_EVERYWHERE = "not_everywhere"
    DONT_KNOW = "dont_know"
    """Nothing was heard of it."""


class ReasonState(StrEnum):
    """Where a written reason stands."""

    RECEIVED = "received"
    PUBLISHED = "published"
    DECLINED = "declined"


class DigestState(StrEnum):
    """How far a month's digest has come."""

    COMPILED = "compiled"
    """By the worker; waits for a clerk's judgement."""
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
