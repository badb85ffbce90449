"""The public list: order, filters, turning pages both ways; the staff's queue; the documents of search."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC, Actor, Scope
from portal.domain.permissions import Department
from portal.extensions import db
from portal.glossary import label
from portal.search.indexing import keep_up
from portal.search.registry import current_search
from portal.topics.kinds import SuggestionKind, SuggestionStage, WhyNotPublic
from portal.topics.models import Suggestion
from portal.topics.queries.suggestion_figures import overview
from portal.topics.queries.suggestion_queue import QueueChoice, QueueGroup, queue_counts, queue_page
from portal.topics.queries.suggestions import (
    Choice,
    Page,
    Sort,
    every_suggestion,
    public_suggestions,
    suggestion_counts,
)
from portal.topics.search_suggestions import SuggestionDocuments
from portal.topics.service import answering, moderating
from portal.topics.service.kept_counts import count_anew
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.office import counted
from tests.integration.topics.suggesting import (
    CITY,
    CIVIL_SCOPE,
    CLERK,
    COUNTY,
    NEXT_DAY,
    NOON,
    OTHER_COUNTY,
    do,
    entered,
    lodged,
    published,
)


def _page(app: Flask, choice: Choice, cursor: str | None = None, limit: int = 3) -> Page:
    with app.app_context():
        return public_suggestions(choice, PUBLIC, cursor, limit)


def _titles(page: Page) -> list[str]:
    return [row.title for row in page.rows]


def _counted_anew(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        count_anew()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), ["6", "5", "4", "3", "2", "1", "0"]),
        (Choice(region=CITY), ["6", "5", "4", "3", "2", "1", "0"]),
        (Choice(region=COUNTY), ["6", "4", "2", "0"]),
        (Choice(region=COUNTY, kind=SuggestionKind.FEES), ["6", "0"]),
        (Choice(sort=Sort.SUPPORTED), ["1", "0", "6", "5", "4", "3", "2"]),
        (Choice(region=CITY, sort=Sort.SUPPORTED), ["1", "0", "6", "5", "4", "3", "2"]),
        (Choice(region="999999"), ["6", "5", "4", "3", "2", "1", "0"]),
        (Choice(topic="abcdefgh"), []),
    ],
)
def test_every_choice_is_turned_both_ways(app: Flask, choice: Choice, expected: list[str]) -> None:
    for number in range(7):
        entered(
            app,
            [(str(number), "食堂")],
            region_code=COUNTY if number % 2 == 0 else OTHER_COUNTY,
            kind=SuggestionKind.FEES if number % 3 == 0 else SuggestionKind.CARE,
            published_at=NOON + timedelta(hours=number // 2),  # two at the same moment
            supports={1: 9, 0: 7}.get(number, 1),
        )
    _counted_anew(app)
    forward, cursor = [], None
    while True:
        page = _page(app, choice, cursor)
        forward += _titles(page)
        if page.next is None:
            break
        cursor = page.next
    assert forward == expected
    back: list[str] = []
    while page.previous is not None:
        page = _page(app, choice, page.previous)
        back = _titles(page) + back
        assert page.next is not None
    last = len(expected) % 3 or min(3, len(expected))
    assert back == (expected[: len(expected) - last] if len(expected) > 3 else [])


def test_stages_are_apart_and_their_latest_comes_first(sqlite_app: Flask) -> None:
    first, second, third = (
        published(sqlite_app, NOON + timedelta(hours=n), title=f"第{n}条") for n in range(3)
    )
    lodged(sqlite_app)
    do(sqlite_app, answering.answer, first, "同意。", at=NEXT_DAY + timedelta(days=2))
    do(sqlite_app, answering.answer, second, "同意。", at=NEXT_DAY)
    do(sqlite_app, answering.report_done, second, "做完了。", at=NEXT_DAY + timedelta(days=1))
    by_stage = {stage: _titles(_page(sqlite_app, Choice(stage=stage))) for stage in SuggestionStage}
    assert by_stage[SuggestionStage.OPEN] == ["第2条"]
    assert by_stage[SuggestionStage.ANSWERED] == ["第0条"]
    assert by_stage[SuggestionStage.DONE] == ["第1条"]
    assert by_stage[SuggestionStage.TO_LOOK] == by_stage[SuggestionStage.ENDED] == ["第2条", "第1条", "第0条"]
    assert _titles(_page(sqlite_app, Choice(sort=Sort.ANSWERED))) == ["第0条", "第1条"]
    with sqlite_app.app_context():
        counts = suggestion_counts(Choice(kind=SuggestionKind.CANTEEN), PUBLIC)
        assert (counts.total, counts.everything) == (3, 3)
        assert counts.stages[SuggestionStage.DONE] == 1
        assert [one.code for one in counts.regions.choices] == [COUNTY]
        assert overview(PUBLIC).received == 4
        assert overview(PUBLIC, OTHER_COUNTY).public == 0
        assert third in {row.id for row in every_suggestion(Choice(), PUBLIC)}


@pytest.mark.parametrize(
    "cursor", ["", "x", "a1", "n9999999999999999999-1", "a5-5;drop", "a99999999999999999999-9"]
)
def test_a_cursor_that_is_none_shows_the_first_page(sqlite_app: Flask, cursor: str) -> None:
    published(sqlite_app)
    assert len(_page(sqlite_app, Choice(), cursor).rows) == 1


def test_one_page_costs_the_same_however_many_there_are(sqlite_app: Flask) -> None:
    published(sqlite_app)
    costs = []
    for _ in range(2):
        for choice in (Choice(), Choice(region=CITY, kind=SuggestionKind.CANTEEN, sort=Sort.SUPPORTED)):
            with sqlite_app.app_context():
                public_suggestions(choice, PUBLIC)  # what is read once is read
                with counted() as sent:
                    public_suggestions(choice, PUBLIC, limit=10)
            costs.append(len(sent))
        entered(sqlite_app, [(str(n), "食堂") for n in range(30)], kind=SuggestionKind.CANTEEN)
        _counted_anew(sqlite_app)
    assert costs[:2] == costs[2:]


def test_what_is_public_is_searched_and_what_is_taken_back_is_not(app: Flask) -> None:
    number = published(app)
    do(app, answering.answer, number, "同意，六月底前开三个爱心厨房。")
    with app.app_context():
        (document,) = SuggestionDocuments(label).documents(PUBLIC)
        assert dict(document.details)["suggestion_answer"] == "同意，六月底前开三个爱心厨房。"
        assert document.regions[-1] == COUNTY
        keep_up(current_search())
        assert [row.id for row in public_suggestions(Choice(text="爱心厨房"), PUBLIC).rows] == [number]
        assert public_suggestions(Choice(text="游泳池"), PUBLIC).rows == []
    do(app, moderating.decline, number, WhyNotPublic.UNCLEAR, "")
    with app.app_context():
        assert list(SuggestionDocuments(label).documents(PUBLIC, [number])) == []
        keep_up(current_search())
        assert public_suggestions(Choice(text="爱心厨房"), PUBLIC).rows == []


def test_the_queue_shows_what_is_due_first_and_words_only_to_whom_they_belong(app: Flask) -> None:
    late, _ = lodged(app, clock.at(date(2026, 2, 2)))
    soon, _ = lodged(app, NOON, kind=SuggestionKind.SAFETY)
    public = published(app)
    fire = Scope(False, CIVIL_SCOPE.regions, Department.FIRE)
    watcher = Scope(False, CIVIL_SCOPE.regions, None)

    def ask(choice: QueueChoice, scope: Scope = CIVIL_SCOPE) -> tuple[list[int], int, list[str | None]]:
        with app.app_context(), clock.moved_to(NEXT_DAY):
            rows, total = queue_page(choice, CLERK, scope)
            return [row.id for row in rows], total, [row.excerpt for row in rows]

    assert ask(QueueChoice())[:2] == ([late, soon], 2)
    assert ask(QueueChoice(late=True))[:2] == ([late], 1)
    assert ask(QueueChoice(QueueGroup.TO_ANSWER))[:2] == ([public], 1)
    assert ask(QueueChoice(department=Department.FIRE), fire)[0] == [soon]
    assert ask(QueueChoice(), fire)[2][0] is None
    assert (ask(QueueChoice(), fire)[2][1] or "").startswith("长者食堂离我们小区太远")
    assert ask(QueueChoice(), watcher)[2] == [None, None]
    assert ask(QueueChoice(region=OTHER_COUNTY))[:2] == ([], 0)
    with app.app_context(), clock.moved_to(NEXT_DAY):
        receipt = db.session.get_one(Suggestion, public).receipt
        assert (queue_counts(CIVIL_SCOPE).to_look, queue_counts(CIVIL_SCOPE).to_look_late) == (2, 1)
        assert queue_counts(CIVIL_SCOPE, Department.FIRE).to_look == 1
    assert ask(QueueChoice(text=receipt.lower()))[0] == [public]
    with app.app_context(), clock.moved_to(NEXT_DAY):
        rows, _ = queue_page(QueueChoice(), Actor("别的"), Scope(False, frozenset({OTHER_COUNTY}), None))
        assert rows == []
