"""A month's figures against a count of our own, made from the raw rows without the portal's code."""

from __future__ import annotations

import calendar
import random
import sqlite3
from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

from portal import clock
from portal.domain.permissions import Department
from portal.domain.suggestion_status import PUBLIC, SuggestionStatus
from portal.extensions import db
from portal.topics.kinds import SuggestionKind, TopicScope
from portal.topics.service.digest_compiling import compile_figures
from portal.topics.topic_models import Topic
from portal.unit_of_work import unit_of_work
from tests.integration.topics.digest_rows import CITY, COUNTY, OTHER, adopt, at, suggestion

SINCE, MONTH = date(2025, 9, 1), date(2026, 10, 1)
ELSEWHERE = "110101"
BEIJING = ZoneInfo("Asia/Shanghai")
_MONTHS = [
    *((2025, m) for m in range(8, 13)),
    *((2026, m) for m in range(1, 12)),
    *[(2026, 9), (2026, 10)] * 5,
]
_WORDS = ("楼道里停满电动车", "食堂的菜太咸", "押金退得慢", "电梯老坏", "夜里没人应铃", "扶手太少")


def fill(seed: int) -> None:
    """Enter three hundred suggestions over fifteen months, on the edges of days and months among them."""
    drawn = random.Random(seed)
    with unit_of_work():
        topic = Topic(
            public_id="t0000001", year=2026, scope=TopicScope.COMMON, region_code=CITY,
            department=Department.FIRE, title="楼道", why="不安全", entered_at=at(2026, 1, 1),
            changed_at=at(2026, 1, 1),
        )  # fmt: skip
        db.session.add(topic)
        db.session.flush()
        for number in range(300):
            hour = drawn.choice((0, 7, 8, 23))  # 0 and 7 lie in the day before, in UTC
            day = drawn.choice((1, 2, 15, 28, 29, 30, 31))
            year, month = drawn.choice(_MONTHS)
            last = calendar.monthrange(year, month)[1]
            came = at(year, month, min(day, last), hour, 59 if hour == 23 else 0)
            status = drawn.choice(list(SuggestionStatus))
            given: dict[str, Any] = {
                "kind": drawn.choice(list(SuggestionKind)),
                "region_code": drawn.choice((COUNTY, OTHER, CITY, ELSEWHERE)),
                "supports": number * 7 % 301,
                "looked_at": None if status is SuggestionStatus.RECEIVED
                else came + timedelta(days=drawn.choice((0, 7, 8)), hours=1),
            }  # fmt: skip
            if status is SuggestionStatus.MERGED:
                status = SuggestionStatus.DECLINED  # needs another to be merged into
            if status is SuggestionStatus.ANSWERED:
                given["answered_at"] = came + timedelta(days=drawn.choice((1, 28, 29)))
            if status in PUBLIC:
                given["text"] = drawn.choice(_WORDS)
            if status in PUBLIC and drawn.random() < 0.4:
                given |= {"done": "已经装好。", "done_at": came + timedelta(days=31), "topic_id": topic.id}
            row = suggestion(came, status, **given)
            if row.topic_id is not None:
                adopt(row, came + timedelta(days=20))


class Count:
    """The raw rows of the city, read past the portal, and what a reader with a pencil makes of them."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.row_factory = sqlite3.Row
        rows = self.connection.execute("SELECT * FROM suggestion").fetchall()
        self.rows = [row for row in rows if row["region_code"].startswith("3504")]
        self.public = [row for row in self.rows if row["status"] in ("published", "answered")]

    @staticmethod
    def month(text: str | None) -> str:
        """``2026-10`` of a moment as SQLite keeps it, in Beijing."""
        if text is None:
            return ""
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(BEIJING)
        return f"{moment:%Y-%m}"

    @staticmethod
    def day(text: str) -> str:
        return f"{datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(BEIJING):%Y-%m-%d}"

    def received(self, month: str, column: str | None = None) -> Counter[str]:
        return Counter(
            row[column] if column else "" for row in self.rows if row["received_on"].startswith(month)
        )

    def top(self, rows: list[sqlite3.Row]) -> list[str]:
        ordered = sorted(rows, key=lambda row: (-row["supports"], row["id"]))
        return [row["public_id"] for row in ordered[:5]]


def test_every_figure_of_a_month_is_what_the_raw_rows_say(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        fill(7)
        with clock.moved_to(at(2026, 11, 3)):
            made = compile_figures(CITY, MONTH, SINCE)
        path = str(db.engine.url.database)
    own = Count(path)
    months = ("2026-10", "2026-09", "2025-10")
    told = (made.received.now, made.received.before, made.received.year_ago)
    assert told == tuple(own.received(month)[""] for month in months)
    assert min(told) > 5  # the sample says something of each
    for column, found in (("kind", made.kinds), ("region_code", made.places)):
        counts = [own.received(month, column) for month in months]
        for key, one in found.items():
            assert (one.now, one.before, one.year_ago) == tuple(count[key] for count in counts), key
        assert not {key for count in counts for key in count} - found.keys()
    assert [f"{one.month:%Y-%m}" for one in made.months] == [
        "2025-11", "2025-12", *(f"2026-{number:02d}" for number in range(1, 11)),
    ]  # fmt: skip
    for one in made.months:
        month = f"{one.month:%Y-%m}"
        assert one.received == own.received(month)[""]
        assert one.answered == sum(own.month(row["answered_at"]) == month for row in own.public)
    mine = [row for row in own.rows if row["received_on"].startswith("2026-10")]
    fates = Counter(row["status"] for row in mine)
    assert asdict(made.fates) == {
        "waiting": fates["received"],
        "public": fates["published"] + fates["answered"],
        "merged": 0,
        "not_public": fates["declined"],
        "elsewhere": fates["to_complaints"] + fates["to_discipline"],
        "withdrawn": fates["withdrawn"],
    }
    assert made.fates.total == made.received.now
    looked = Counter(
        ("late" if own.day(row["looked_at"]) > row["look_due"] else "in_time")
        if row["looked_at"]
        else ("overdue" if row["look_due"] < "2026-11-03" else "waiting")
        for row in mine
    )
    assert asdict(made.looked) == {name: looked[name] for name in ("in_time", "late", "waiting", "overdue")}
    fresh = [row for row in own.public if own.month(row["published_at"]) == "2026-10"]
    answered = [row for row in own.public if own.month(row["answered_at"]) == "2026-10"]
    late = [row for row in answered if own.day(row["answered_at"]) > row["answer_due"]]
    done = [row for row in own.public if own.month(row["done_at"]) == "2026-10"]
    unanswered = [row for row in own.public if row["answered_at"] is None]
    adopted = own.connection.execute(
        "SELECT s.public_id, t.at FROM suggestion_step t JOIN suggestion s ON s.id = t.suggestion_id"
        " WHERE t.event = 'adopt' AND s.region_code LIKE '3504%'"
    ).fetchall()
    assert made.published == len(fresh) > 0
    assert (made.answered, made.answered_late) == (len(answered), len(late))
    assert made.answered_in_time + made.answered_late == made.answered > made.answered_late > 0
    assert made.done == len(done) > 0
    assert made.unanswered == len(unanswered)
    assert made.overdue == sum(row["answer_due"] <= "2026-10-31" for row in unanswered) > 0
    assert made.adopted == sum(own.month(row["at"]) == "2026-10" for row in adopted) > 0
    assert [one.public_id for one in made.most_supported] == own.top(fresh)
    assert [one.public_id for one in made.longest_wished] == own.top(unanswered)
    assert list(made.answered_ids) == own.top(answered)
    assert list(made.done_ids) == own.top(done)
    assert made.texts == len(fresh)
    for word in made.words:
        assert word.now == sum(word.word in row["title"] + row["text"] for row in fresh)


def test_a_county_counts_its_own_and_nothing_is_compared_before_it_began(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            suggestion(at(2026, 9, 30, 23, 59))
            suggestion(at(2026, 10, 1, 0, 0), region_code=OTHER)
            suggestion(at(2026, 10, 1, 0, 0))
            suggestion(at(2026, 10, 31, 23, 59), SuggestionStatus.RECEIVED)
            suggestion(at(2026, 11, 1, 0, 0))
        with clock.moved_to(at(2026, 11, 3)):
            first = compile_figures(COUNTY, MONTH, MONTH)
            second = compile_figures(COUNTY, MONTH, date(2026, 9, 1))
    assert (first.received.now, first.received.before, first.received.year_ago) == (2, None, None)
    assert (second.received.before, second.received.change, second.received.year_ago) == (1, 1, None)
    assert [(one.month.month, one.received) for one in second.months] == [(9, 1), (10, 2)]
    assert first.looked.waiting == 1
    assert first.words == ()
