"""What an office answers to a suggestion, what topic came of it, and what was done (您点题，我们做了什么).

Flushes, never commits. Each takes ``seen``, the version they had before them, and raises NotTheirs, Excluded,
ChangedMeanwhile, SuggestionRefused, WordsMissing, StillPersonal.
"""

from __future__ import annotations

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.suggestion_status import SuggestionEvent, SuggestionRefused
from portal.domain.topic_phases import Deed, Phase
from portal.extensions import db
from portal.reference.directory import region_directory
from portal.topics.kinds import TopicEvent
from portal.topics.models import Suggestion
from portal.topics.service import topic_steps
from portal.topics.service.publication_words import check_fields
from portal.topics.service.rights import check_answers, check_moves, fit_words, told_who_was_quicker
from portal.topics.service.steps import step
from portal.topics.service.topic_rights import check_deed, phase_of
from portal.topics.topic_models import Topic

ANSWER_MOST = 1_000
"""Characters of an answer or of what was done."""

_E = SuggestionEvent


@told_who_was_quicker
def answer(suggestion: Suggestion, words: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Answer in public, for the department whose it is; a later answer stands before the earlier ones.

    When it was answered, for its days, is when it was answered first.
    """
    check_answers(suggestion, _E.ANSWER, actor, scope, seen)
    words = _public(suggestion, words, "请写答复。", "答复")
    step(
        suggestion,
        _E.ANSWER,
        actor,
        said={"answer": words},
        to_writer=True,
        answer=words,
        answered_at=suggestion.answered_at or clock.now(),
        answered_by=actor.name,
    )


@told_who_was_quicker
def report_done(suggestion: Suggestion, words: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Tell the public what was done about it; a later report stands before the earlier ones."""
    check_answers(suggestion, _E.REPORT_DONE, actor, scope, seen)
    if suggestion.answer is None:
        raise SuggestionRefused("请先答复，再公布做了什么。")
    words = _public(suggestion, words, "请写明做了什么。", "做了什么")
    done_at = suggestion.done_at or clock.now()
    step(suggestion, _E.REPORT_DONE, actor, said={"done": words}, to_writer=True, done=words, done_at=done_at)


@told_who_was_quicker
def adopt(suggestion: Suggestion, topic_id: int, actor: Actor, scope: Scope, seen: int) -> None:
    """Tie it to the topic that came of it; both logs say so. Raises NotNow, TopicRefused too.

    The topic is of its own region or of one above: nobody writes into the log of a neighbour's.
    """
    check_moves(suggestion, _E.ADOPT, actor, scope, seen)
    topic, region = db.session.get(Topic, topic_id), suggestion.region_code
    over = {region, *(one.code for one in region_directory().ancestors(region))}
    if topic is None or topic.region_code not in over:
        raise SuggestionRefused("没有这个整治项目。")
    if suggestion.topic_id is not None:
        raise SuggestionRefused("这条点题已经列入一个整治项目，先移出来，再列入别的。")
    check_deed(topic, Deed.ADOPT)
    said = {"topic": topic.public_id}
    step(suggestion, _E.ADOPT, actor, said=said, to_writer=topic_steps.is_public(topic), topic_id=topic.id)
    # not its title: logs are never edited, and it may have to go out of sight
    topic_steps.step(topic, TopicEvent.ADOPT, actor, said={"suggestion": suggestion.public_id})


@told_who_was_quicker
def release(suggestion: Suggestion, actor: Actor, scope: Scope, seen: int) -> None:
    """Untie it from its topic. Raises NotNow, TopicRefused too.

    A topic that was taken down or not chosen lets it go at any time: next year's may take it up.
    """
    check_moves(suggestion, _E.RELEASE, actor, scope, seen)
    topic = db.session.get(Topic, suggestion.topic_id or 0)
    if topic is None:
        raise SuggestionRefused("这条点题没有列入整治项目。")
    if topic.withdrawn_at is None and phase_of(topic) is not Phase.NOT_CHOSEN:
        check_deed(topic, Deed.ADOPT)
    step(suggestion, _E.RELEASE, actor, said={"topic": topic.public_id}, topic_id=None)
    topic_steps.step(topic, TopicEvent.RELEASE, actor, said={"suggestion": suggestion.public_id})


def _public(suggestion: Suggestion, words: str, missing: str, field: str) -> str:
    words = fit_words(words, missing, ANSWER_MOST)
    check_fields(suggestion, {field: words})
    return words
