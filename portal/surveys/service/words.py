"""What people wrote in their own words: a redaction is proposed, a person decides, it is checked again.

Read only after the round is over, when the rows have been mixed: whoever read them as they came would know
whose they are. Flushes, never commits.
"""

from __future__ import annotations

from sqlalchemy import update

from portal import clock
from portal.audit.capture import concerns, note
from portal.domain.actor import Actor, Scope
from portal.domain.personal_marks import never_in_the_open
from portal.domain.proposed import Piece, Proposed
from portal.domain.redaction import MaskKind, propose
from portal.domain.refusals import ChangedMeanwhile, WordsMissing
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.institutions.models import Institution
from portal.surveys.kinds import SURVEY_ROUND, WORDS_MOST, WordsState
from portal.surveys.models import SurveyRound, SurveyWords
from portal.surveys.service.rights import NotNow, check_keeps, fit_public
from portal.vault.sealing import unseal

_NEVER = frozenset(
    {
        MaskKind.IDENTITY_NUMBER,
        MaskKind.BANK_CARD,
        MaskKind.MAIL,
        MaskKind.ACCOUNT,
        MaskKind.PLATE,
        MaskKind.BIRTH_DATE,
        MaskKind.PHONE,
    }
)
"""What is refused wherever it is proposed; of names, places and illnesses a person may know better."""


def written(words: SurveyWords) -> str | None:
    """Return what was written, None once its key is gone."""
    return unseal(words.words_sealed)


def proposed(text: str, home: Institution) -> Proposed:
    """Return a text with what should be masked in it; the home's own name may stand."""
    pieces, last = [], 0
    for one in propose(text, keep=(home.name,)):
        if one.start > last:
            pieces.append(Piece(text[last : one.start], text[last : one.start]))
        pieces.append(Piece(text[one.start : one.end], one.replacement, one.kind))
        last = one.end
    if last < len(text):
        pieces.append(Piece(text[last:], text[last:]))
    return Proposed(tuple(pieces))


def clear_words(
    words: SurveyWords, found: SurveyRound, text: str, actor: Actor, scope: Scope, seen: WordsState
) -> None:
    """Approve a redacted text; whether anybody reads it depends on how many wrote (``queries.words``).

    Raises NotTheirs, NotNow, ChangedMeanwhile, WordsMissing.
    """
    _check(words, found, scope, seen)
    text = fit_public(text, "请留下可以公开的话；没有可以公开的，请选“不公开”。", WORDS_MOST)
    home = db.session.get_one(Institution, words.institution_id)
    still = [one for one in propose(text, keep=(home.name,)) if one.kind in _NEVER]
    marks = never_in_the_open(text, clock.today())
    if still or marks:
        places = sorted({*((one.start, one.end) for one in still), *((one.start, one.end) for one in marks)})
        where = "、".join(f"“{text[start:end]}”" for start, end in places)
        raise WordsMissing(f"还有不能公开的内容：{where}。请改掉再公开。")
    _decide(words, found, WordsState.CLEARED, text, seen)


def leave_out(words: SurveyWords, found: SurveyRound, actor: Actor, scope: Scope, seen: WordsState) -> None:
    """Let nobody else read what was written. Raises NotTheirs, NotNow, ChangedMeanwhile."""
    _check(words, found, scope, seen)
    _decide(words, found, WordsState.LEFT_OUT, None, seen)


def _check(words: SurveyWords, found: SurveyRound, scope: Scope, seen: WordsState) -> None:
    check_keeps(found.region_code, scope)
    if found.counted_at is None:
        raise NotNow("这一轮还没有结束，写的话结束以后才能看。")
    if words.state is not seen:
        raise ChangedMeanwhile("别人刚刚处理了这段话，请看过最新情况再决定。")


def _decide(
    words: SurveyWords, found: SurveyRound, state: WordsState, text: str | None, seen: WordsState
) -> None:
    change = update(SurveyWords).where(SurveyWords.id == words.id, SurveyWords.state == seen)
    done = db.session.execute(change.values(state=state, public_text=text))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile("别人刚刚处理了这段话，请看过最新情况再决定。")
    concerns(f"{SURVEY_ROUND}/{found.id}")
    note("survey_words", f"{SURVEY_ROUND}/{found.id}", became=state.value)
    if found.published_at is not None:
        touch_data_set()
