"""Look-alikes in the database: what is public, near before far, few queries however many there are."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from portal.extensions import db
from portal.topics.kinds import SuggestionKind, WhyNotPublic
from portal.topics.models import Suggestion
from portal.topics.queries import alike as module
from portal.topics.queries.alike import alike
from portal.topics.service import moderating
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.office import counted
from tests.integration.topics.suggesting import (
    CITY,
    COUNTY,
    OTHER_COUNTY,
    TEXT,
    TITLE,
    do,
    entered,
    published,
)

ASKED = "我们小区没有食堂，吃饭要走很远，能不能就近开一个"


def _titles(app: Flask, text: str = ASKED, **asked: object) -> list[str]:
    with app.app_context():
        return [row.title for row in alike(text, **asked)]  # type: ignore[arg-type]


def test_what_is_public_is_found_and_what_is_not_is_not(app: Flask) -> None:
    number = published(app)
    assert _titles(app) == [TITLE]
    assert _titles(app, but=number) == []
    assert _titles(app, "希望我们") == _titles(app, "") == []
    do(app, moderating.amend, number, "增加上门理发", "行动不便的老人理发难，希望上门理发。")
    assert _titles(app) == []
    assert _titles(app, "谁能到家里给老人剪头发") == ["增加上门理发"]
    do(app, moderating.decline, number, WhyNotPublic.UNCLEAR, "")
    assert _titles(app, "谁能到家里给老人剪头发") == []


def test_near_comes_before_far_and_of_equals_the_most_supported(sqlite_app: Flask) -> None:
    entered(sqlite_app, [("别的县的", TEXT)], region_code=OTHER_COUNTY, supports=500)
    entered(sqlite_app, [("本县的", TEXT)], supports=1)
    entered(sqlite_app, [("全市的", TEXT)], region_code=CITY, supports=42)
    assert _titles(sqlite_app, region_code=COUNTY) == ["全市的", "本县的", "别的县的"]
    assert _titles(sqlite_app)[0] == "别的县的"
    assert len(_titles(sqlite_app, limit=2)) == 2
    entered(sqlite_app, [("同类的", TEXT)], kind=SuggestionKind.CANTEEN)
    found = _titles(sqlite_app, region_code=COUNTY, kind=SuggestionKind.CANTEEN)
    assert found.index("同类的") < found.index("别的县的")


def test_one_or_hundreds_cost_the_same_queries(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POSTINGS", 20)
    entered(sqlite_app, [(f"助餐点{number}", TEXT) for number in range(60)])
    with sqlite_app.app_context():
        alike(ASKED, COUNTY)  # the regions are read once
        with counted() as sent:
            assert len(alike(ASKED, COUNTY)) == 5
    assert len(sent) <= 4  # the last is whether the regions have changed


def test_the_number_of_voices_is_told(sqlite_app: Flask) -> None:
    (number,) = entered(sqlite_app, [(TITLE, TEXT)])
    with sqlite_app.app_context(), unit_of_work():
        db.session.execute(update(Suggestion).where(Suggestion.id == number).values(supports=42))
    with sqlite_app.app_context():
        (row,) = alike(ASKED)
        assert (row.supports, row.answered, row.region_code) == (42, False, COUNTY)
        assert row.share > 0.4
