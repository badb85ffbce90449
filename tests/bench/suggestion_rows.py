"""Synthetic suggestions, the same ones each time, written table by table into an empty portal.

``python -m tests.bench.suggestion_rows FOLDER COUNT [DATABASE_URL]``: two years up to today in twelve
counties; one in twenty-five waits to be looked through, six of seven are public, most of them answered. Their
words are put together of what the look-alikes know and of what they don't. By COPY on PostgreSQL.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import numpy
from flask import Flask
from sqlalchemy import text

from portal import clock
from portal.accounts.staff import create_staff
from portal.database import Base
from portal.domain.likeness import terms_of
from portal.domain.likeness_words import THINGS
from portal.domain.permissions import Department, Role
from portal.domain.receipts import POSSIBILITIES, SUGGESTION, receipt_number
from portal.domain.suggestion_status import SuggestionEvent, SuggestionStatus
from portal.extensions import db
from portal.topics.kinds import SuggestionChannel, SuggestionKind, WhyNotPublic, first_department
from portal.topics.models import Suggestion, SuggestionStep, SuggestionTerm
from portal.topics.service.kept_counts import count_anew
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import seal
from tests.bench import bulk
from tests.bench.bulk import Row
from tests.bench.complaint_rows import COUNTIES
from tests.bench.synthetic import portal_on

ONE = "22222222"
"""Public id of one public, answered suggestion."""

_AT_A_TIME = 10_000
_DAYS = 730
_TEXTS = 20_000
"""Different texts: the public repeats itself."""
_WRITTEN = "我们小区没有食堂，老人吃饭要走很远，希望就近开一个助餐点。" * 2
_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_SUGGESTION, _STEP, _TERM = (
    Base.metadata.tables[kind.__tablename__] for kind in (Suggestion, SuggestionStep, SuggestionTerm)
)
_BEGINS = ("我们那边的", "", "城东片的", "山上几个村的", "老街这一带的", "厂区宿舍的", "新区的", "镇上的")
_LINKS = ("和", "还有", "，尤其是", "跟", "，再就是")
_ENDS = (
    "一直不好，去年说过要管，到现在也没动静。",
    "能不能统一安排一下，老街坊都盼着。",
    "隔壁县已经弄好了，我们什么时候轮到。",
    "去问过两回，都让再等等。",
    "花不了几个钱，办好了大伙都念好。",
)

Words = tuple[str, str, list[int]]
"""Title, text and terms."""


def fill(app: Flask, count: int) -> None:
    """Enter ``count`` suggestions, count them and make a clerk of the first county."""
    with app.app_context():
        rng = Random(count)
        words = _words(Random(7))
        with unit_of_work():
            sealed = seal("suggestion/0", _WRITTEN)  # the queue opens what it shows
        made = _suggestions(rng, count, clock.today(), words, sealed)
        terms: list[tuple[int, int]] = []
        while batch := list(islice(made, _AT_A_TIME)):
            bulk.write(_SUGGESTION, [one for one, _, _ in batch])
            bulk.write(_STEP, [step for _, steps, _ in batch for step in steps])
            terms += [(term, one["id"]) for one, _, of_it in batch for term in of_it]
        _write_terms(terms)
        bulk.number_on((_SUGGESTION, _STEP))
        with unit_of_work():
            create_staff("测试人员", "bench@example.cn", Role.CLERK, Department.CIVIL_AFFAIRS, COUNTIES[0])
            count_anew()
        bulk.analyze()


def _write_terms(terms: list[tuple[int, int]]) -> None:
    """Write them in the order in which they lie, with the other index made afterwards."""
    columns = numpy.array(terms, dtype=numpy.int64)
    terms.clear()
    columns = columns[numpy.lexsort((columns[:, 1], columns[:, 0]))]
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_suggestion_term_suggestion_id"))
    for start in range(0, len(columns), 20 * _AT_A_TIME):
        piece = columns[start : start + 20 * _AT_A_TIME].tolist()
        bulk.write(_TERM, [{"term": term, "suggestion_id": number} for term, number in piece])
    with db.engine.begin() as connection:
        connection.execute(
            text("CREATE INDEX ix_suggestion_term_suggestion_id ON suggestion_term (suggestion_id)")
        )


def _words(rng: Random) -> Sequence[Words]:
    things = [line.split() for line in THINGS.strip().splitlines()]
    made = []
    for _ in range(_TEXTS):
        named = [rng.choice(thing) for thing in rng.sample(things, rng.choice((1, 2, 2, 3)))]
        title = f"{rng.choice(_BEGINS)}{named[0]}"
        said = rng.choice(_LINKS).join(named)
        body = f"{rng.choice(_BEGINS)}{said}{rng.choice(_ENDS)}{rng.choice(_ENDS)}"
        made.append((title, body, terms_of(f"{title}\n{body}")))
    return made


def _suggestions(
    rng: Random, count: int, today: date, words: Sequence[Words], sealed: str
) -> Iterator[tuple[Row, list[Row], list[int]]]:
    drawn = rng.sample(range(POSSIBILITIES), count)
    for number in range(1, count + 1):
        waiting = not number % 25
        ago = rng.randrange(0, 7) if waiting else rng.randrange(8, _DAYS)
        received = datetime.combine(today - timedelta(days=ago), datetime.min.time(), UTC)
        received += timedelta(minutes=rng.randrange(8 * 60))
        yield _one(rng, number, drawn[number - 1], received, waiting, sealed, rng.choice(words))


def _one(
    rng: Random, number: int, drawn: int, received: datetime, waiting: bool, sealed: str, words: Words
) -> tuple[Row, list[Row], list[int]]:
    day, kind = received.date(), rng.choice(list(SuggestionKind))
    public = not waiting and (number == 1 or rng.random() < 0.9)
    published = received + timedelta(days=3) if public else None
    answered = received + timedelta(days=7 + rng.randrange(20)) if public and rng.random() < 0.8 else None
    done = answered + timedelta(days=30) if answered and rng.random() < 0.3 else None
    status = SuggestionStatus.RECEIVED if waiting else SuggestionStatus.DECLINED
    if public:
        status = SuggestionStatus.ANSWERED if answered else SuggestionStatus.PUBLISHED
    declined = status is SuggestionStatus.DECLINED
    one = {
        "id": number, "public_id": _public_id(number - 1),
        "receipt": receipt_number(SUGGESTION, day.year, drawn),
        "access_hash": f"{number:064x}", "submission": f"{number * 7919:064x}",
        "channel": SuggestionChannel.WEB, "received_at": received, "received_on": day, "entered_by": "群众",
        "region_code": rng.choice(COUNTIES), "department": first_department(kind), "kind": kind,
        "words_sealed": sealed, "person_sealed": None, "has_mail": False, "privacy_version": "2026-12",
        "status": status, "look_due": day + timedelta(days=7),
        "looked_at": None if waiting else received + timedelta(days=3),
        "title": words[0] if public else None, "text": words[1] if public else None,
        "published_at": published, "changed_at": done or answered or published or received,
        "supports": min(int(rng.expovariate(0.12)), 5_000) if public else 0,
        "not_public_why": WhyNotPublic.UNCLEAR if declined else None, "told_why": None,
        "merged_into_id": None, "answer_due": day + timedelta(days=31) if public else None,
        "answer": "同意，列入今年的计划，年底前完成。" if answered else None, "answered_at": answered,
        "answered_by": "民政经办" if answered else None, "topic_id": None,
        "done": "已经做完，欢迎来看。" if done else None, "done_at": done,
        "ended_at": received + timedelta(days=3) if declined else answered, "hold_reason": None,
        "erased_at": None, "version": 1,
    }  # fmt: skip
    events = [SuggestionEvent.RECEIVE]
    if not waiting:
        events.append(SuggestionEvent.PUBLISH if public else SuggestionEvent.DECLINE)
    if answered:
        events.append(SuggestionEvent.ANSWER)
    steps = [
        {
            "id": number * 4 + place, "suggestion_id": number, "event": event, "status_before": None,
            "status": status, "at": received, "actor": "群众" if place == 0 else "民政经办", "staff_id": None,
            "words_sealed": None, "said": None, "to_writer": True,
        }
        for place, event in enumerate(events)
    ]  # fmt: skip
    return one, steps, words[2] if public else []


def _public_id(number: int) -> str:
    letters = ""
    for _ in range(len(ONE)):
        number, letter = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[letter]
    return letters


if __name__ == "__main__":
    fill(portal_on(Path(sys.argv[1]), sys.argv[3] if sys.argv[3:] else None), int(sys.argv[2]))
