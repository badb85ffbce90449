"""The feed of two-way reviews and call-backs: each edition and round an entry, once published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.accountability.kinds import ReviewState
from portal.accountability.review_models import CountyReview, ReviewRemark
from portal.domain.county_review import ProblemFigures, ReviewFigures
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.surveys.models import SurveyRound
from portal.unit_of_work import unit_of_work
from tests.contracts.feeds.checking import checked
from tests.surfaces.conftest import CountQueries

COUNTY = "350404"
FORMS = ("xml", "atom")
_ANSWER = {"reply": "查完了。", "reply_office": "区民政局", "replied_by": "审核"}


def at(month: int, day: int) -> datetime:
    return clock.at(date(2026, month, day))


def enter(edition: int, published: datetime | None, reason: str | None = None) -> None:
    """Enter an edition of a quarter with a remark and its answer."""
    row = CountyReview(
        region_code=COUNTY,
        begins=date(2026, 7, 1),
        edition=edition,
        correction_reason=reason,
        state=ReviewState.DRAFT if published is None else ReviewState.PUBLISHED,
        figures=ReviewFigures(problems=ProblemFigures(found=7, cleared=5)).dump(),
        compiled_at=at(10, 21),
        published_at=published,
        published_by=None if published is None else "民政审核",
    )
    db.session.add(row)
    db.session.flush()
    remark = {"office": "市纪委监委", "words": "还要再查一遍。", "said_on": date(2026, 10, 30)}
    db.session.add(
        ReviewRemark(review_id=row.id, entered_by="经办", replied_at=at(11, 2), **remark, **_ANSWER)
    )


def ask(half: int, published: datetime | None) -> None:
    """Enter a call-back of a half-year."""
    told = {} if published is None else {"remarks": "八成满意。", "published_by": "审核"}
    db.session.add(
        SurveyRound(
            public_id=f"{COUNTY}-2026-{half}", region_code=COUNTY, year=2026, half=half, questionnaire="2026",
            opens_on=date(2026, 6, 1), closes_on=date(2026, 6, 30), opened_by="民政", counted_at=at(7, 1),
            published_at=published, **told,
        )
    )  # fmt: skip


def get(app: Flask, form: str, **headers: str) -> Any:
    with clock.moved_to(at(12, 2)):
        return app.test_client().get(f"/feeds/reviews.{form}", headers=headers)


@pytest.mark.parametrize("form", FORMS)
def test_reviews_and_call_backs_are_told_of_once_published(sqlite_app: Flask, form: str) -> None:
    assert checked(get(sqlite_app, form).data, form).entries == []
    with sqlite_app.app_context(), unit_of_work():
        enter(1, at(11, 3))
        enter(2, at(11, 20), "漏了一条")
        enter(3, None, "还在改")
        ask(1, at(11, 10))
        ask(2, None)
        touch_data_set()
    answer = get(sqlite_app, form)
    feed = checked(answer.data, form)
    assert [entry.id.removeprefix("urn:portal:") for entry in feed.entries] == [
        f"review:{COUNTY}:2026q3:v2", f"survey:{COUNTY}:2026:1:published", f"review:{COUNTY}:2026q3:v1",
    ]  # fmt: skip
    newest, asked, first = feed.entries
    assert newest.title == "三元区2026年第三季度双点评（第2版）"
    assert first.title == "三元区2026年第三季度双点评"
    assert newest.link == f"http://127.0.0.1:8000/reviews/{COUNTY}/2026-q3"
    assert asked.link == f"http://127.0.0.1:8000/surveys/{COUNTY}-2026-1"
    assert "八成满意。" in asked.summary
    for words in ("登账问题7个，销号5个。", "市纪委监委点评：还要再查一遍。", "区民政局回复：查完了。"):
        assert words in first.summary
    assert "更正的理由：漏了一条" in newest.summary
    assert get(sqlite_app, form, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_more_editions_cost_no_more_queries(sqlite_app: Flask, count_queries: CountQueries) -> None:
    def cost() -> int:
        with count_queries(sqlite_app) as statements:
            assert get(sqlite_app, "xml").status_code == 200
        return len(statements)

    with sqlite_app.app_context(), unit_of_work():
        enter(1, at(11, 3))
        ask(1, at(11, 10))
    cost()  # the first request reads the regions
    before = cost()
    with sqlite_app.app_context(), unit_of_work():
        for edition in range(2, 20):
            enter(edition, at(11, 4 + edition), "又漏了")
        ask(2, at(11, 12))
    assert cost() == before
