"""The vote and the verdict: open to the second, one a person, frozen with the result, told openly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.frozen_count import read_frozen
from portal.domain.topic_phases import NotNow
from portal.extensions import db
from portal.topics.jobs import forget_written_reasons
from portal.topics.kinds import ReasonState, TopicEvent, Verdict, VerdictReason
from portal.topics.service import closing, judging
from portal.topics.service.publication_words import StillPersonal
from portal.topics.service.topic_rights import (
    ChangedMeanwhile,
    NotTheirs,
    ReviewerNeeded,
    TopicRefused,
    WordsMissing,
)
from portal.topics.topic_models import Topic, TopicPool, TopicStep, WrittenReason
from portal.topics.voice_choices import by_reason, by_verdict, majority
from portal.vault.sealing import unseal
from portal.voices.kinds import VoiceKind
from portal.voices.service import CountClosed, Gave, limits_of, tally
from tests.integration.topics.topic_bureau import (
    AFTER_JUDGING,
    AFTER_VOTE,
    CLOSES,
    INSTANT,
    JUDGED_FROM,
    JUDGED_UNTIL,
    OPENS,
    SPRING,
    Column,
    visitor,
)

DAY = timedelta(days=1)


@pytest.fixture
def column(sqlite_app: Flask) -> Column:
    """A city that runs the column."""
    return Column(sqlite_app)


def test_vote_is_open_to_the_second(column: Column) -> None:
    """A ballot of the last microsecond counts, one at the closing is too late, one before the opening too."""
    pool = column.open_pool()
    one = column.candidate(pool, "护理员")
    for moment in (OPENS - INSTANT, CLOSES, AFTER_VOTE):
        with pytest.raises(NotNow):
            column.vote(pool, one, at=moment)
    assert column.vote(pool, one, at=OPENS).counted
    assert column.vote(pool, one, at=CLOSES - INSTANT).counted
    with column.app.app_context():
        assert tally(VoiceKind.POOL, pool).persons == 2


def test_ballot_names_candidates_alone(column: Column) -> None:
    """One to three, of this pool, proposed and not taken down."""
    pool = column.open_pool()
    ids = [column.candidate(pool, f"项目{n}") for n in range(4)]
    elsewhere = column.at_work()
    with pytest.raises(TopicRefused, match="至少选一个"):
        column.vote(pool)
    with pytest.raises(TopicRefused, match="最多选3个，您选了4个"):
        column.vote(pool, *ids)
    with pytest.raises(TopicRefused, match="不在候选名单"):
        column.vote(pool, ids[0], elsewhere)
    with column.open_at(OPENS), pytest.raises(TopicRefused, match="不在候选名单"):
        judging.cast_ballot(db.session.get_one(TopicPool, pool), ["nonsense"], visitor())


def test_second_ballot_takes_the_place_of_the_first(column: Column) -> None:
    """One person, one ballot, changed as often as they like until the closing."""
    pool = column.open_pool()
    first, second = column.candidate(pool, "护理员"), column.candidate(pool, "助餐点")
    who = visitor()
    assert column.vote(pool, first, second, who=who).how is Gave.FRESH
    assert column.vote(pool, second, at=CLOSES - INSTANT, who=who).how is Gave.CHANGED
    with column.app.app_context():
        assert tally(VoiceKind.POOL, pool).counted == {"2": 1}


def test_result_is_frozen_with_turnout_and_what_is_apart(column: Column) -> None:
    """Two more from one address than may count. What comes of it later changes nothing of the result."""
    pool = column.open_pool()
    first, second = column.candidate(pool, "护理员"), column.candidate(pool, "助餐点")
    with column.app.app_context():
        most = limits_of(VoiceKind.POOL).per_address
    for n in range(most + 2):
        column.vote(pool, first, second, at=OPENS + n * timedelta(minutes=1), who=visitor("10.99.0.1"))
    column.vote(pool, second, at=OPENS + DAY)
    with pytest.raises(TopicRefused, match="截止以后"):
        column.do("市审核", CLOSES - INSTANT, closing.publish_result, (TopicPool, pool), "好。")
    with pytest.raises(ReviewerNeeded):
        column.do("市经办", AFTER_VOTE, closing.publish_result, (TopicPool, pool), "好。")
    column.do("市审核", AFTER_VOTE, closing.publish_result, (TopicPool, pool), "投票顺利结束。")
    with column.app.app_context():
        frozen = read_frozen(db.session.get_one(TopicPool, pool).result or "")
    assert (frozen.persons, frozen.counted, frozen.apart) == (
        most + 1,
        {"1": most, "2": most + 1},
        {"address": 2},
    )
    days = {day: number for day, number in frozen.days.items() if number}
    assert days == {date(2026, 4, 1): most, date(2026, 4, 2): 1}
    assert len(frozen.days) == 15
    assert frozen.at == AFTER_VOTE
    with pytest.raises(TopicRefused, match="已经公布"):
        column.do("市审核", AFTER_VOTE, closing.publish_result, (TopicPool, pool), "又。")


def test_verdict_is_open_to_the_second(column: Column) -> None:
    """As the vote is; and after the conclusion the count itself is closed."""
    topic = column.being_judged()
    for moment in (JUDGED_FROM - INSTANT, JUDGED_UNTIL, AFTER_JUDGING):
        with pytest.raises(NotNow):
            column.judge(topic, Verdict.DONE, at=moment)
    who = visitor()
    assert column.judge(topic, Verdict.DONE, at=JUDGED_FROM, who=who).counted
    assert column.judge(topic, Verdict.CARRY_ON, at=JUDGED_UNTIL - INSTANT, who=who).how is Gave.CHANGED
    with pytest.raises(NotNow):
        column.topic(topic, JUDGED_UNTIL - INSTANT, closing.close_topic, Verdict.DONE, "改好了。")
    column.topic(topic, JUDGED_UNTIL, closing.close_topic, Verdict.DONE, "改好了。")
    with column.open_at(JUDGED_UNTIL - INSTANT), pytest.raises((NotNow, CountClosed)):
        judging.give_verdict(db.session.get_one(Topic, topic), Verdict.DONE, (), None, visitor())


def test_conclusion_stands_beside_the_publics_word(column: Column) -> None:
    """The office may conclude otherwise; count, reasons and conclusion are kept side by side."""
    topic = column.being_judged()
    for _ in range(3):
        column.judge(topic, Verdict.CARRY_ON, VerdictReason.NO_CHANGE, VerdictReason.CAME_BACK)
    column.judge(topic, Verdict.DONE, VerdictReason.SEEN_CHANGE)
    column.topic(topic, AFTER_JUDGING, closing.close_topic, Verdict.DONE, "目标都达到了。")
    with column.app.app_context():
        row = db.session.get_one(Topic, topic)
        frozen = read_frozen(row.verdict_result or "")
        assert by_verdict(frozen.counted) == {Verdict.CARRY_ON: 3, Verdict.DONE: 1}
        assert by_reason(frozen.counted, Verdict.CARRY_ON)[VerdictReason.CAME_BACK] == 3
        assert majority(frozen.counted) is Verdict.CARRY_ON
        assert row.conclusion is Verdict.DONE
        line = db.session.scalars(select(TopicStep).order_by(TopicStep.id.desc()).limit(1)).one()
        assert (line.event, line.words, line.in_public) == (TopicEvent.CLOSE, "目标都达到了。", True)


def test_nobody_or_a_tie_is_no_majority(column: Column) -> None:
    """An office that concludes where the public is divided does not go against it."""
    topic = column.being_judged()
    column.judge(topic, Verdict.CARRY_ON)
    column.judge(topic, Verdict.DONE)
    column.topic(topic, AFTER_JUDGING, closing.close_topic, Verdict.CARRY_ON, "再改一年。")
    with column.app.app_context():
        frozen = read_frozen(db.session.get_one(Topic, topic).verdict_result or "")
        assert majority(frozen.counted) is None


def reason_of(column: Column, words: str = "食堂的饭还是凉的。") -> tuple[int, int]:
    """Return a topic with one written reason, and the reason."""
    topic = column.being_judged()
    column.judge(topic, Verdict.CARRY_ON, words=words)
    with column.app.app_context():
        return topic, db.session.scalars(select(WrittenReason.id)).one()


def test_written_reason_is_sealed_until_somebody_let_it_stand(column: Column) -> None:
    """Only the sealed words and the day are kept; public is what was approved."""
    _, number = reason_of(column)
    with column.app.app_context():
        row = db.session.get_one(WrittenReason, number)
        assert "凉" not in row.text_sealed
        assert unseal(row.text_sealed) == "食堂的饭还是凉的。"
        assert (row.received_on, row.state, row.public_text) == (
            JUDGED_FROM.date(),
            ReasonState.RECEIVED,
            None,
        )
    with column.acting("市经办", JUDGED_FROM) as (actor, scope):
        row = db.session.get_one(WrittenReason, number)
        judging.publish_reason(row, "饭还是凉的。", actor, scope, ReasonState.RECEIVED)
    with column.acting("市审核", JUDGED_FROM) as (actor, scope):
        row = db.session.get_one(WrittenReason, number)
        assert row.public_text == "饭还是凉的。"
        with pytest.raises(ChangedMeanwhile):
            judging.decline_reason(row, "不清楚。", actor, scope, ReasonState.RECEIVED)
        judging.decline_reason(row, "不清楚。", actor, scope, ReasonState.PUBLISHED)
        assert (row.state, row.public_text) == (ReasonState.DECLINED, None)


def test_written_reason_is_the_offices_to_look_through(column: Column) -> None:
    """Nobody of another place, and no number of a person in public."""
    _, number = reason_of(column)
    with column.acting("邻审核", JUDGED_FROM) as (actor, scope), pytest.raises(NotTheirs):
        row = db.session.get_one(WrittenReason, number)
        judging.publish_reason(row, "饭。", actor, scope, ReasonState.RECEIVED)
    with column.acting("市审核", JUDGED_FROM) as (actor, scope), pytest.raises(WordsMissing):
        row = db.session.get_one(WrittenReason, number)
        judging.publish_reason(row, "打13805981234找我。", actor, scope, ReasonState.RECEIVED)
    with column.acting("市审核", JUDGED_FROM) as (actor, scope), pytest.raises(StillPersonal):
        row = db.session.get_one(WrittenReason, number)
        judging.publish_reason(row, "送饭的车是闽G12345。", actor, scope, ReasonState.RECEIVED)


def test_refused_words_cost_no_voice(column: Column) -> None:
    """Who writes too much, or a number, is told before the voice is taken."""
    topic = column.being_judged()
    for words in ("长" * (judging.WRITTEN_MOST + 1), "打13805981234找我"):
        with pytest.raises(WordsMissing):
            column.judge(topic, Verdict.DONE, words=words)
    with column.app.app_context():
        assert tally(VoiceKind.VERDICT, topic).persons == 0
        assert not db.session.scalars(select(WrittenReason)).all()


def test_what_was_written_is_erased_half_a_year_later(column: Column) -> None:
    """By the worker, once; not an instant earlier; what was let stand in public stays."""
    topic, number = reason_of(column)
    column.topic(topic, AFTER_JUDGING, closing.close_topic, Verdict.CARRY_ON, "接着改。")
    over = AFTER_JUDGING + closing.REASONS_KEPT
    for moment, left in ((over, "食堂的饭还是凉的。"), (over + INSTANT, None), (over + DAY, None)):
        with column.app.app_context(), clock.moved_to(moment):
            forget_written_reasons()
            assert unseal(db.session.get_one(WrittenReason, number).text_sealed) == left
    with column.open_at(over + DAY):
        assert closing.forget_written() == 0


def test_day_of_a_voice_is_ours(column: Column) -> None:
    """Half past midnight in Shanghai is the new day, though it is still yesterday in UTC."""
    pool = column.open_pool(at=SPRING)
    one = column.candidate(pool, "护理员")
    column.vote(pool, one, at=clock.at(date(2026, 4, 3), 0, 30))
    column.do("市审核", AFTER_VOTE, closing.publish_result, (TopicPool, pool), "好。")
    with column.app.app_context():
        frozen = read_frozen(db.session.get_one(TopicPool, pool).result or "")
    assert frozen.days[date(2026, 4, 3)] == 1
