"""How far the column has come this year: from suggesting to the public's verdict, at this moment (R41)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from portal import clock
from portal.domain.topic_phases import Phase
from portal.public.topic_words import end_words, moment_words
from portal.topics.queries.topics import PoolRow, TopicRow, judged_now, list_topics, pools_now, topic_years

_MOST = 200
"""Topics of one year that are looked at: an area has a few dozen."""
_AT_WORK = (Phase.PUBLISHED, Phase.UNDER_WAY)


@dataclass(frozen=True, slots=True)
class Station:
    """One of the five stations of a year. ``open``: everybody can do something there now."""

    label: str
    said: str
    url: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Year:
    """The stations of a year, in order."""

    year: int
    stations: tuple[Station, ...]


def this_year() -> Year:
    """Return where this year's topics stand now; of the newest year where this one has none yet."""
    now, years = clock.now(), topic_years()
    year = clock.today().year if clock.today().year in years or not years else years[0]
    phases = Counter(row.phase for row in list_topics(year, None, now, 0, _MOST))
    topics = url_for("public.topics", year=year)
    at_work = sum(phases[phase] for phase in _AT_WORK)
    closed = phases[Phase.CLOSED]
    return Year(
        year,
        (
            Station("点题", "全年都收", url_for("public.new_suggestion"), open=True),
            _vote(pools_now(now), phases, topics, now),
            Station("整治", f"{at_work}个项目正在改" if at_work else "还没有开始", topics),
            _judged(judged_now(now), phases, topics),
            Station("结题", f"{closed}个项目有结论" if closed else "还没有", topics),
        ),
    )


def _vote(pools: Sequence[PoolRow], phases: Counter[Phase], topics: str, now: datetime) -> Station:
    for pool in pools:
        if pool.is_open(now):
            to = url_for("public.topic_vote", public_id=pool.public_id)
            return Station("投票", f"正在投，到{_short(end_words(pool.vote_closes_at))}", to, open=True)
    for pool in pools:
        to = url_for("public.topic_vote", public_id=pool.public_id)
        if now < pool.vote_opens_at:
            return Station("投票", f"{_short(moment_words(pool.vote_opens_at))}开始", to)
        return Station("投票", "投完了，等公布", to)
    chosen = sum(phases.values()) - phases[Phase.COLLECTING] - phases[Phase.NOT_CHOSEN]
    return Station("投票", "今年的已经选定" if chosen else "还没有开始", topics)


def _judged(judged: Sequence[TopicRow], phases: Counter[Phase], topics: str) -> Station:
    if judged:
        first = judged[0]
        assert first.judged_until is not None
        to = topics if len(judged) > 1 else url_for("public.topic", public_id=first.public_id)
        return Station(
            "群众评价", f"{len(judged)}个在评，到{_short(end_words(first.judged_until))}", to, open=True
        )
    over = phases[Phase.JUDGED]
    return Station("群众评价", f"{over}个评完了，等结论" if over else "改完以后由您评", topics)


def _short(words: str) -> str:
    """Return a moment's words without this year, which nobody doubts."""
    return words.removeprefix(f"{clock.today().year}年")
