"""What every change of a suggestion by staff asks first: is it theirs, may they, is what they saw still so.

Civil affairs runs the column: it reads and moves all suggestions of its region. Another department reads and
moves those that it answers. Whom the writer's words name has no part in it.
"""

from __future__ import annotations

import unicodedata

from sqlalchemy import select

from portal.accounts.models import StaffMember
from portal.accounts.staff import name_of
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.domain.suggestion_status import SuggestionEvent, SuggestionStatus, next_status
from portal.extensions import db
from portal.topics.models import Suggestion, SuggestionStep
from portal.topics.service.topic_rights import check_reviews, fit_optional, fit_words, told_who_was_quicker
from portal.topics.service.words import words_of

__all__ = [
    "REASON_MOST", "ChangedMeanwhile", "Excluded", "NotTheirs", "ReviewerNeeded", "WordsMissing",
    "check_answers", "check_moves", "check_reviews", "fit_optional", "fit_sealed", "fit_words",
    "keeps", "names_them", "reads", "told_who_was_quicker",
]  # fmt: skip

REASON_MOST = 1_000
"""Characters of what the writer is told, or of a note."""
_SHORTEST = 2
"""Characters of a name that is looked for: one alone stands in every other text."""


class Excluded(NotTheirs):
    """The writer's words name this member of staff: somebody else has to look at it."""


def keeps(suggestion: Suggestion, scope: Scope) -> bool:
    """True if the suggestion is the holder's to read and move; whom it names apart."""
    if scope.public_only or scope.department is None or not scope.covers(suggestion.region_code):
        return False
    if suggestion.status is SuggestionStatus.TO_DISCIPLINE:
        return scope.department is Department.CIVIL_AFFAIRS
    return scope.department in (Department.CIVIL_AFFAIRS, suggestion.department)


def reads(suggestion: Suggestion, actor: Actor, scope: Scope) -> bool:
    """True if the words are for them: it is theirs, and does not name them."""
    return keeps(suggestion, scope) and not names_them(suggestion, actor)


def names_them(suggestion: Suggestion, actor: Actor) -> bool:
    """True if the writer's words name this member of staff. False once they are erased."""
    if actor.staff_id is None:
        return False
    member = db.session.get(StaffMember, actor.staff_id)
    words = words_of(suggestion)
    if member is None or words is None:
        return False
    name = _bare(name_of(member))
    return len(name) >= _SHORTEST and name in _bare(words)


def check_moves(
    suggestion: Suggestion, event: SuggestionEvent, actor: Actor, scope: Scope, seen: int
) -> None:
    """Raise unless they may do this to what they saw.

    NotTheirs, Excluded, ChangedMeanwhile, SuggestionRefused (its status does not allow it). ``seen``: the
    version of the suggestion that the person had before them.
    """
    if not keeps(suggestion, scope):
        raise NotTheirs("这条点题由别的部门或别的地区负责。")
    if names_them(suggestion, actor):
        raise Excluded("这条点题提到了您，应当由别人处理。")
    check_seen(suggestion, seen)
    next_status(suggestion.status, event)


def check_answers(
    suggestion: Suggestion, event: SuggestionEvent, actor: Actor, scope: Scope, seen: int
) -> None:
    """As ``check_moves``, of what only the department that answers may do."""
    check_moves(suggestion, event, actor, scope, seen)
    if scope.department is not suggestion.department:
        raise NotTheirs("这条点题由别的部门答复。要由您答复，先换部门。")


def check_seen(suggestion: Suggestion, seen: int) -> None:
    """Raise ChangedMeanwhile, naming who was quicker, unless it is as the person saw it."""
    if suggestion.version == seen:
        return
    latest = db.session.scalars(
        select(SuggestionStep)
        .where(SuggestionStep.suggestion_id == suggestion.id)
        .order_by(SuggestionStep.id.desc())
        .limit(1)
    ).first()
    who = "别人" if latest is None else latest.actor
    raise ChangedMeanwhile(
        f"{who}刚刚改动了这条点题。您的操作没有保存，写的内容还在下面；请看过最新情况再决定。"
    )


def fit_sealed(words: str, missing: str, most: int = REASON_MOST) -> str:
    """Return words without blank ends, which are kept sealed. Raises WordsMissing."""
    words = words.strip()
    if not words:
        raise WordsMissing(missing)
    if len(words) > most:
        raise WordsMissing(f"写得太长了，请不要超过{most}个字。")
    return words


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
