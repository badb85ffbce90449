"""What the public does with topics: its ballot and its verdict, given and taken back. It writes."""

from __future__ import annotations

from flask import abort, request, url_for
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from portal.access import anyone
from portal.domain.errors import DomainError
from portal.extensions import limiter, network_mark
from portal.public.complaint_forms import tidy
from portal.public.list_choices import member_of
from portal.public.sections import blueprint
from portal.public.topic_page import topic_answer
from portal.public.topic_vote import vote_answer
from portal.public.voicing import Gave, Given, Outcome, VoiceKind, ask_or_give, take_back, takes_voices
from portal.topics.kinds import Verdict, VerdictReason
from portal.topics.queries.pools import public_pool
from portal.topics.queries.topic_page import public_topic
from portal.topics.service import judging

_MOST_SENT = 40
"""Choices of a form that are looked at."""
_WRITTEN_ENOUGH = (
    "从您这条网络线路写来的话已经很多了，工作人员一时看不完。请去掉写的话，只提交评价；评价照样计入。"
)


@limiter.limit("200 per hour;600 per day", key_func=network_mark)
@limiter.limit("20 per hour;60 per day")
def _write_less() -> None:
    """Count one reason in somebody's own words: each of them a person has to read."""


def _sent_choices() -> list[str]:
    """Return what was ticked; PostgreSQL refuses even to be asked for what has a NUL in it."""
    return [tidy(one) for one in request.form.getlist("choice")[:_MOST_SENT]]


@blueprint.post("/topics/vote/<public_id>")
@takes_voices
@anyone
def cast_ballot(public_id: str) -> Response:
    """Take a ballot, or say what is wrong with it."""
    pool = public_pool(public_id[:20])
    if pool is None:
        abort(404)
    back = url_for("public.topic_vote", public_id=pool.public_id)
    try:
        choice = judging.ballot_choice(pool, _sent_choices())
    except DomainError as refused:
        return vote_answer(public_id, str(refused), 422)
    return ask_or_give(VoiceKind.POOL, pool.id, choice, back=back).then(back)


@blueprint.post("/topics/vote/<public_id>/back")
@takes_voices
@anyone
def take_ballot_back(public_id: str) -> Response:
    """Take this browser's ballot back, while the vote is open."""
    pool = public_pool(public_id[:20])
    if pool is None:
        abort(404)
    try:
        judging.check_vote_open(pool)
    except DomainError as refused:
        return vote_answer(public_id, str(refused), 422)
    return take_back(VoiceKind.POOL, pool.id).then(url_for("public.topic_vote", public_id=pool.public_id))


@blueprint.post("/topics/<public_id>/verdict")
@takes_voices
@anyone
def give_verdict(public_id: str) -> Response:
    """Take a verdict with its reasons, or say what is wrong with it."""
    topic = public_topic(public_id[:20])
    if topic is None:
        abort(404)
    number, back = topic.id, url_for("public.topic", public_id=topic.public_id)
    verdict = member_of(Verdict, request.form.get("verdict", ""))
    sent = (member_of(VerdictReason, one) for one in request.form.getlist("reason")[:_MOST_SENT])
    try:
        if verdict is None:
            judging.check_being_judged(topic)
            return topic_answer(public_id, "请先选“深化推进”或“结题完成”。", 422)
        choice = judging.verdict_choice(topic, verdict, {one for one in sent if one is not None})
        written = judging.fit_written(tidy(request.form.get("words")))
        if written is not None:
            _write_less()
    except DomainError as refused:
        return topic_answer(public_id, str(refused), 422)
    except RateLimitExceeded:
        return topic_answer(public_id, _WRITTEN_ENOUGH, 429)

    def also(given: Given) -> None:
        # only with a first verdict: who changes theirs has written already, and nobody writes twice
        if written is not None and given.how is Gave.FRESH:
            judging.keep_written(number, verdict, written)

    return ask_or_give(VoiceKind.VERDICT, number, choice, back=back, also=also).then(back)


@blueprint.post("/topics/<public_id>/verdict/back")
@takes_voices
@anyone
def take_verdict_back(public_id: str) -> Response:
    """Take this browser's verdict back, while the topic is being judged."""
    topic = public_topic(public_id[:20])
    if topic is None:
        abort(404)
    try:
        judging.check_being_judged(topic)
    except DomainError as refused:
        return topic_answer(public_id, str(refused), 422)
    outcome: Outcome = take_back(VoiceKind.VERDICT, topic.id)
    return outcome.then(url_for("public.topic", public_id=topic.public_id))
