"""The monthly digests as everybody reads them: missing months, figures, words, editions, paper and file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.domain.suggestion_status import SuggestionStatus
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.topics.digest_models import Digest
from portal.topics.kinds import WhyNotPublic
from portal.topics.models import Suggestion
from portal.topics.service import digests as service
from portal.unit_of_work import unit_of_work
from tests.integration.topics.digest_rows import CITY
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.digesting import PUBLISHER, SCOPE, WRITER, fill, published
from tests.unit.paper.pdf_text import text_of

PAGE = f"/suggestions/digests/{CITY}/2026-10"
TODAY = clock.at(date(2026, 12, 2))


@pytest.fixture
def city(sqlite_app: Flask) -> Iterator[Flask]:
    """A city whose digest of October 2026 is public; every request is made on 2 December."""
    with clock.moved_to(TODAY):
        with sqlite_app.app_context(), unit_of_work():
            fill()
            service.run_column(CITY, date(2025, 9, 1), WRITER, SCOPE)
            published()
        yield sqlite_app


def get(app: Flask, path: str) -> Any:
    return app.test_client().get(path)


def words(html: str) -> str:
    """Return what a page says, without its marks and gaps."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def test_the_column_leads_to_its_newest_digest(city: Flask) -> None:
    assert f'href="{PAGE}"' in get(city, "/suggestions").text


def test_the_list_shows_what_was_published_and_what_is_missing(city: Flask) -> None:
    said = words(get(city, "/suggestions/digests").text)
    assert "缺13个月的汇总" in said  # September to September; November is not due yet
    assert "2026年11月三明市最晚2026年12月20日还没到期" in said
    assert "2026年10月三明市的汇总三明市2026年11月9日按时发布" in said
    assert "2026年9月三明市还没有发布缺，已经晚了43天" in said
    assert "2025年8月" not in said


def test_a_late_one_says_how_late(city: Flask) -> None:
    with city.app_context(), unit_of_work():
        published(date(2026, 9, 1), on=date(2026, 11, 1))
    said = words(get(city, "/suggestions/digests").text)
    assert "2026年11月1日迟发，晚了12天" in said
    assert "迟发" in words(get(city, f"/suggestions/digests/{CITY}/2026-09").text)


def test_the_page_says_what_came_what_stands_out_and_what_was_done(city: Flask) -> None:
    html = get(city, PAGE).text
    said = words(html)
    assert "这个月收到点题12条，比上个月多7条，比去年同月多8条；新公开10条。" in said
    assert "答复2条" in said
    assert "公布做成1条" in said
    assert "按时发布" in said
    assert "群众最担心电动车进楼道。" in said
    assert "“电动车”最突出：10条新公开的点题里，6条说到。" in said
    assert "坡道已经修好，能走了。" in said
    assert "场所安全" in said
    assert "明溪县" in said
    titles = re.findall(r'<a href="/suggestions/d\d{7}">([^<]*)</a>', html)
    assert titles[:2] == ["管管电动车0", "管管电动车1"]


def test_what_is_no_longer_public_is_not_named_by_an_old_digest(city: Flask) -> None:
    with city.app_context(), unit_of_work():
        gone = db.session.scalars(select(Suggestion).where(Suggestion.title == "管管电动车0")).one()
        gone.status, gone.published_at = SuggestionStatus.DECLINED, None
        gone.not_public_why = WhyNotPublic.PERSONAL
        touch_data_set()
    said = words(get(city, PAGE).text)
    assert "管管电动车0" not in said
    assert "另有1条现在不再公开" in said
    assert "管管电动车0" not in text_of(get(city, f"{PAGE}.pdf").data)


def test_a_corrected_edition_stands_before_the_old_one_which_stays(city: Flask) -> None:
    with city.app_context(), unit_of_work():
        first = db.session.scalars(select(Digest)).one()
        again = service.correct_digest(first, "漏了来信的点题", WRITER, SCOPE, first.version)
        service.write_judgement(again, "改过的分析。", ["电动车"], WRITER, SCOPE, again.version)
        service.submit_digest(again, WRITER, SCOPE, again.version)
        service.publish_digest(again, PUBLISHER, SCOPE, again.version)
    said = words(get(city, PAGE).text)
    assert "这是第2版。更正的理由：漏了来信的点题看第1版" in said
    assert "改过的分析。" in said
    assert "“电动车”最突出" not in said
    assert "另有1个词没有意思" in said
    assert "按时发布" in said  # by the first edition
    old = words(get(city, f"{PAGE}?edition=1").text)
    assert "这是第1版，后来更正过" in old
    assert "群众最担心电动车进楼道。" in old
    assert get(city, f"{PAGE}?edition=3").status_code == 404
    assert "更正过" in words(get(city, "/suggestions/digests").text)


def test_one_accusation_can_not_be_counted_out(city: Flask) -> None:
    """One sent to 12388 stands with what its writers took back: whoever it accuses reads the digest too."""
    with city.app_context(), unit_of_work():
        digest = db.session.scalars(select(Digest)).one()
        held = json.loads(digest.figures)
        held["fates"] |= {"elsewhere": 1, "withdrawn": 3}
        digest.figures = json.dumps(held)
        touch_data_set()
    said = words(get(city, PAGE).text)
    assert "请改走别的渠道或者自己撤回4条。" in said
    lines = get(city, f"{PAGE}.csv").text.splitlines()
    assert [line for line in lines if "撤回" in line or "渠道" in line] == [
        "收到的现在怎样,改走别的渠道或自己撤回,4,,"
    ]


def test_the_paper_says_what_the_page_says(city: Flask) -> None:
    answer = get(city, f"{PAGE}.pdf")
    assert answer.content_type == "application/pdf"
    said = text_of(answer.data).replace(" ", "")
    for part in (
        "三明市2026年10月点题汇总", "2026年11月9日发布", "收到点题12条，比上个月多7条",
        "群众最担心电动车进楼道。",
        "说的是什么", "场所安全", "明溪县", "电动车", "管管电动车0", "90人支持", "坡道已经修好",
        f"http://127.0.0.1:8000{PAGE}",
    ):  # fmt: skip
        assert part in said, part


def test_the_file_holds_the_figures(city: Flask) -> None:
    lines = get(city, f"{PAGE}.csv").text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "分类,项目,本月（条）,上个月（条）,去年同月（条）"
    assert lines[1] == "收到,合计,12,5,4"
    assert "收到：按地方,明溪县,2,1,2" in lines
    assert "汇总时,其中到月底已超期,27,," in lines
    assert any(line.startswith("说得特别多的词,电动车,6,") for line in lines)


@pytest.mark.parametrize(
    "path",
    ["350400/2026-13", "35040/2026-10", "350400/2026-09", "110101/2026-10", "x/y", "350400/2026-10.doc"],
)
def test_nonsense_and_what_is_not_public_is_not_found(city: Flask, path: str) -> None:
    with city.app_context(), unit_of_work():
        service.compile_digest(CITY, date(2026, 9, 1))
    for end in ("", ".pdf", ".csv"):
        assert get(city, f"/suggestions/digests/{path}{end}").status_code == 404


def test_more_digests_cost_no_more_queries(city: Flask, count_queries: CountQueries) -> None:
    def cost(path: str) -> int:
        with city.app_context(), unit_of_work():
            touch_data_set()
        with count_queries(city) as statements:
            assert get(city, path).status_code == 200
        return len(statements)

    paths = ("/suggestions/digests", PAGE)
    before = [cost(path) for path in paths]
    with city.app_context(), unit_of_work():
        for month in range(1, 10):
            published(date(2026, month, 1))
    assert [cost(path) for path in paths] == before
