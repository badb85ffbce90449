"""Events of notices: each once, at its moment, in one order, whatever is edited; read from indexes."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.actor import PUBLIC
from portal.extensions import db
from portal.supervision.kinds import NoticeEvent, NoticeState
from portal.supervision.queries.notice_event_rows import NoticeEventRow, event_rows, notice_events
from portal.supervision.queries.notice_events import (
    EventKey,
    NoticeScope,
    events_between,
    find_events,
    key_of,
    overdue_since,
)
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.event_rows import COUNTY, OTHER, at, extend, home, notice, problem

TODAY = date(2026, 4, 30)
ALL = NoticeScope()
ISSUED, OVERDUE = NoticeEvent.ISSUED, NoticeEvent.OVERDUE
CLEARED, RECURRED = NoticeEvent.CLEARED, NoticeEvent.RECURRED


def told(whose: NoticeScope = ALL, today: date = TODAY, limit: int = 50) -> list[NoticeEventRow]:
    return notice_events(whose, PUBLIC, today, limit)


def kinds(rows: list[NoticeEventRow]) -> list[tuple[NoticeEvent, int]]:
    return [(row.kind, row.deadline_version) for row in rows]


def test_a_notice_that_was_extended_too_late_cleared_and_came_back(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        where = home()
        deadlines = [(date(2026, 3, 10), at(3), True), (date(2026, 3, 20), at(12), True)]
        made = notice(where, at(2), deadlines, cleared=at(25, 15))
        again = problem(where, at(28), first_entry_id=made.problem.id, title="通道又堵了")
        rows = told()
        assert kinds(rows) == [(RECURRED, 2), (CLEARED, 2), (OVERDUE, 2), (OVERDUE, 1), (ISSUED, 0)]
        assert [row.at for row in rows] == [at(28), at(25, 15), at(21, 0), at(11, 0), at(2)]
        assert rows[0].recurrence is not None
        assert rows[0].recurrence.public_id == again.public_id
        assert [row.deadline for row in rows[2:4]] == [date(2026, 3, 20), date(2026, 3, 10)]
        assert {row.public_id for row in rows} == {made.notice.public_id}
        assert {row.home.name for row in rows} == {"示例敬老院"}
        assert rows[0].text.title == "关于疏散通道的整改通知", "what was approved for the public"
        # what is done later makes no other event of an old one
        extend(made.notice, 3, date(2026, 5, 20), at(29, month=4), missed=True)
        made.notice.title = "另一个标题"
        db.session.flush()
        assert [(row.kind, row.deadline_version, row.at) for row in told()] == [
            (row.kind, row.deadline_version, row.at) for row in rows
        ]


@pytest.mark.parametrize(
    ("today", "missed", "overdue"),
    [
        (date(2026, 3, 10), True, 0),  # its last day runs until midnight
        (date(2026, 3, 11), True, 1),
        (date(2026, 3, 11), False, 0),
    ],
)
def test_overdue_from_the_midnight_after_the_last_day(
    sqlite_app: Flask, today: date, missed: bool, overdue: int
) -> None:
    with sqlite_app.app_context(), unit_of_work():
        notice(home(), at(2), [(date(2026, 3, 10), at(3), missed)])
        rows = [row for row in told(today=today) if row.kind is OVERDUE]
        assert [row.at for row in rows] == [at(11, 0)] * overdue


def test_cleared_on_the_last_day_was_never_overdue(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        notice(home(), at(2), [(date(2026, 3, 10), at(3), True)], cleared=at(10, 23))
        assert kinds(told()) == [(CLEARED, 1), (ISSUED, 0)]


def test_only_what_is_public(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        where, gone = home(), home("撤下敬老院")
        notice(where, at(2), published_at=None)
        notice(where, at(3), state=NoticeState.WITHDRAWN, withdrawn_at=at(4), withdrawn_reason="发错了")
        notice(gone, at(4))
        gone.withdrawn = True
        hidden = notice(where, at(5), cleared=at(8))
        problem(where, at(9), first_entry_id=hidden.problem.id, published_at=None)
        without = problem(where, at(10))
        problem(where, at(12), first_entry_id=without.id)  # of a problem without a notice
        db.session.flush()
        assert kinds(told()) == [(CLEARED, 0), (ISSUED, 0)]


def test_by_county_with_what_is_beneath_and_by_institution(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        here, there, third = home(), home("明溪敬老院", OTHER), home("三元第二敬老院")
        for day, where in ((2, here), (3, there), (4, third), (5, here)):
            made = notice(where, at(day), [(date(2026, 3, 10), at(day), True)], cleared=at(day + 10))
            problem(where, at(day + 20), first_entry_id=made.problem.id)

        def names(whose: NoticeScope) -> set[str]:
            found = told(whose)
            by_kind = {kind: sum(row.kind is kind for row in found) for kind in NoticeEvent}
            assert len(set(by_kind.values())) == 1, by_kind
            return {row.home.name for row in found}

        assert names(NoticeScope(region=COUNTY)) == {"示例敬老院", "三元第二敬老院"}
        assert names(NoticeScope(region=OTHER)) == {"明溪敬老院"}
        assert names(NoticeScope(region="3504")) == set(), "no such code"
        assert names(NoticeScope(region="350400")) == {"示例敬老院", "三元第二敬老院", "明溪敬老院"}
        assert names(NoticeScope(region="350000")) == names(ALL)
        assert names(NoticeScope(institution_id=there.id)) == {"明溪敬老院"}
        everything = find_events(NoticeScope(region="350400"), PUBLIC, TODAY, 50)
        assert everything == find_events(ALL, PUBLIC, TODAY, 50)


def test_paging_on_gives_each_event_once_also_of_one_moment(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        for _ in range(4):  # all at the same moments, an issue at the midnight of a deadline among them
            where = home()
            made = notice(where, at(2), [(date(2026, 3, 10), at(3), True)], cleared=at(20, 0))
            problem(where, at(20, 0), first_entry_id=made.problem.id)
            notice(where, at(11, 0))
        whole = find_events(ALL, PUBLIC, TODAY, 50)
        assert len(whole) == 20
        assert [event.key for event in whole] == sorted((e.key for e in whole), reverse=True)
        assert len({event.key for event in whole}) == 20
        for size in (1, 3, 7):
            for whose in (ALL, NoticeScope(region="350400")):
                paged, before = [], None
                while page := find_events(whose, PUBLIC, TODAY, size, before):
                    paged += page
                    before = page[-1].key
                assert paged == whole


def test_where_an_event_stands_is_known_by_its_public_ids(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        where = home()
        made = notice(where, at(2), [(date(2026, 3, 10), at(3), True)], cleared=at(25))
        again = problem(where, at(28), first_entry_id=made.problem.id)
        for event, row in zip(find_events(ALL, PUBLIC, TODAY, 9), told(), strict=True):
            later = row.recurrence.public_id if row.recurrence else None
            assert key_of(row.kind, row.public_id, row.deadline_version, later) == event.key
        made.notice.published_at = None  # unpublished meanwhile: whoever pages on does so from the same place
        assert key_of(OVERDUE, made.notice.public_id, 1, None) == EventKey(at(11, 0), 1, made.notice.id)
        assert key_of(OVERDUE, made.notice.public_id, 2, None) is None
        assert key_of(RECURRED, made.notice.public_id, 0, "nobody") is None
        assert key_of(ISSUED, "nobody", 0, None) is None
        other = notice(where, at(5))
        assert key_of(RECURRED, other.notice.public_id, 0, again.public_id) is None
        assert key_of(CLEARED, other.notice.public_id, 0, None) is None


def test_what_became_known_in_a_day(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        where = home()
        old = notice(where, at(2), [(date(2026, 3, 10), at(3), True)])
        notice(where, at(5), published_at=at(15))  # issued before, published that day
        notice(where, at(15, 12))
        problem(where, at(14), first_entry_id=old.problem.id, published_at=at(15, 18))
        since, until = at(15, 8), at(16, 8)

        def known(since_: object = since, until_: object = until) -> list[NoticeEventRow]:
            found = events_between(since_, until_, PUBLIC, TODAY, 100)  # type: ignore[arg-type]
            return event_rows(found, PUBLIC, TODAY)

        assert [(row.kind, row.at) for row in known()] == [
            (ISSUED, at(15, 12)),
            (RECURRED, at(14)),
            (ISSUED, at(5)),
        ]
        assert all(since < row.known_at <= until for row in known())
        assert [row.kind for row in known(at(10, 8), at(11, 8))] == [OVERDUE]
        assert known(at(11, 0), at(12, 0)) == [], "the midnight belongs to the day before"
        assert overdue_since(date(2026, 3, 10)) == at(11, 0)


def test_what_was_over_when_its_service_was_entered_is_known_from_then_on(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        notice(home(), at(2), [(date(2026, 3, 10), at(15, 10), True)])

        def known(since: datetime, until: datetime) -> list[NoticeEventRow]:
            return event_rows(events_between(since, until, PUBLIC, TODAY, 100), PUBLIC, TODAY)

        (late,) = known(at(15, 8), at(16, 8))
        assert (late.kind, late.at, late.known_at) == (OVERDUE, at(11, 0), at(15, 10))
        assert known(at(16, 8), at(17, 8)) == []


def test_the_database_reads_no_further_than_asked(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sort and no scan of a table for any kind, whole or of a county."""
    seen: list[tuple[str, object]] = []
    with sqlite_app.app_context(), unit_of_work():
        notice(home(), at(2), [(date(2026, 3, 10), at(3), True)], cleared=at(25))
        ask = db.session.execute

        def noted(statement: object, *rest: object, **more: object) -> object:
            compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
            seen.append((str(compiled), statement))
            return ask(statement, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(db.session, "execute", noted)
        before = EventKey(at(26), 0, 9)
        for whose in (ALL, NoticeScope(region=COUNTY), NoticeScope(region="350400")):
            find_events(whose, PUBLIC, TODAY, 50, before)
        monkeypatch.undo()
        asked = [sql for sql, _ in seen if "rectification_notice" in sql]
        assert len(asked) == 12
        for sql in asked:
            plan = "\n".join(row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
            assert "TEMP B-TREE" not in plan, f"{sql}\n{plan}"
            assert not [
                line
                for line in plan.splitlines()
                if line.strip().startswith("SCAN ") and "INDEX" not in line and "subquery" not in line
            ], plan
            assert any(
                f"ix_{name}" in plan for name in ("rectification_notice", "notice_deadline", "problem")
            )


def test_the_span_of_a_day(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        assert overdue_since(date(2026, 12, 31)) - overdue_since(date(2026, 12, 30)) == timedelta(days=1)


def test_a_region_finds_the_newest_however_unevenly_they_lie(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        busy, quiet, third = home(), home("明溪敬老院", OTHER), home("沙县敬老院", "350405")
        for number in range(30):
            notice(busy, at(2 + number % 20, 9 + number // 20))
        for day in (1, 5, 30):
            notice(quiet, at(day))
            notice(third, at(day, 8))
        for limit in (5, 30, 34, 36, 50):
            asked = find_events(NoticeScope(region="350400"), PUBLIC, TODAY, limit)
            assert asked == find_events(ALL, PUBLIC, TODAY, limit)
            assert len(asked) == min(limit, 36)


def test_what_an_event_is_about_in_a_line(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        where = home()
        made = notice(where, at(2))
        body = json.loads(made.notice.public_body or "")
        body["problems"].append({**body["problems"][0], "n": 2, "title": "灭火器过期"})
        made.notice.public_body = json.dumps(body)
        problem(where, at(28), first_entry_id=made.problem.id, title="通道又堵了")
        assert [row.what for row in told()] == ["通道又堵了", "疏散通道堆放杂物等2个问题"]
