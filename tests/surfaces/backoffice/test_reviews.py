"""The two-way review in the back office and in public: remarked, answered, published by three, and read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.accountability.review_models import CountyReview
from portal.accountability.reviewing import compile_last_quarter
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import COUNTY, OTHER, counted, enter_problem, home
from tests.surfaces.backoffice.records import inputs
from tests.surfaces.conftest import CountQueries
from tests.surfaces.staff import make_staff, signed_in

NOW = clock.at(date(2026, 8, 3), 10)
PUBLIC_PAGE = f"/reviews/{COUNTY}/2026-q2"
REMARK = {
    "remark-office": "市纪委监委",
    "remark-about": "fire",
    "remark-said_on": "2026-08-01",
    "remark-words": "通道还堵着。\n请月底前清完。",
}
NONSENSE = (
    f"{COUNTY}/2026-q5",
    f"{COUNTY}/2026",
    "35040/2026-q2",
    "x/y",
    "999999/2026-q2",
    f"{COUNTY}/2026-q1",
)


@pytest.fixture
def review(sqlite_app: Flask) -> Iterator[int]:
    """The second quarter's review of one county; every request is made in August."""
    with clock.moved_to(NOW):
        with sqlite_app.app_context():
            with unit_of_work():
                where = home("甲养老院")
                for day in range(1, 12):
                    enter_problem(
                        where, date(2026, 5, day), date(2026, 5, day + 9), deadline=date(2026, 5, 20)
                    )
                home("乙养老院", OTHER)
            counted()
            compile_last_quarter()
            found = db.session.scalar(select(CountyReview.id).where(CountyReview.region_code == COUNTY))
        yield found or 0


@pytest.fixture
def clerk(review: int, sqlite_app: Flask) -> FlaskClient:
    return signed_in(sqlite_app, make_staff(sqlite_app))


@pytest.fixture
def reviewers(review: int, sqlite_app: Flask) -> tuple[FlaskClient, FlaskClient]:
    first, second = (signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER)) for _ in range(2))
    return first, second


def sent(client: FlaskClient, page: str, address: str, **values: str) -> tuple[int, str]:
    """Fill in the form of a page that goes to an address, send it; return (status, page that follows)."""
    form = client.get(page).text.split(f'action="{address}"')[1].split("</form>")[0]
    found = re.search(r'name="([a-z-]*version)"[^>]*value="(\d+)"', form)
    assert found is not None, form
    answer = client.post(address, data={found[1]: found[2], **values}, follow_redirects=True)
    return answer.status_code, answer.text


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def published(clerk: FlaskClient, reviewers: tuple[FlaskClient, FlaskClient], review: int) -> str:
    """Remark, answer, publish; return where the remark is."""
    place = f"/staff/reviews/{review}"
    _, page = sent(clerk, place, f"{place}/remarks", **REMARK)
    found = re.search(rf'href="({place}/remarks/\d+)"', page)
    assert found is not None
    answer = {"answer-office": "三元区消防", "answer-words": "已经清完。"}
    assert sent(reviewers[0], found[1], f"{found[1]}/answer", **answer)[0] == 200
    assert sent(reviewers[1], place, f"{place}/publish", **{"publish-sure": "y"})[0] == 200
    return found[1]


def test_from_the_clerk_to_everybody(
    clerk: FlaskClient, reviewers: tuple[FlaskClient, FlaskClient], review: int, sqlite_app: Flask
) -> None:
    visitor, place = sqlite_app.test_client(), f"/staff/reviews/{review}"
    assert "2026年第二季度：录入点评" in clerk.get("/staff").text
    assert visitor.get(PUBLIC_PAGE).status_code == 404
    assert "还没公布" in clerk.get("/staff/reviews").text
    status, page = sent(clerk, place, f"{place}/remarks", **{**REMARK, "remark-words": ""})
    assert status == 422
    assert "请写点评的内容" in page
    assert "市纪委监委" in page  # nothing typed is lost
    remark = published(clerk, reviewers, review)
    page = visitor.get(PUBLIC_PAGE).text
    said = text_of(page)
    assert "市纪委监委点评消防部门" in said
    assert "请月底前清完" in said
    assert "三元区消防回复" in said
    assert "到期的11个问题， 100% 按期改好了" in said
    assert "按时公布" in said
    assert f"/accountability?region={COUNTY}" in page
    assert PUBLIC_PAGE in visitor.get("/reviews").text
    assert "三元区消防回复" in clerk.get(place).text
    assert f'action="{place}/remarks"' not in clerk.get(place).text
    assert clerk.post(f"{remark}/drop", data={"drop-version": "99"}).status_code == 409


def test_who_wrote_it_is_told_that_somebody_else_publishes(
    reviewers: tuple[FlaskClient, FlaskClient], review: int
) -> None:
    place = f"/staff/reviews/{review}"
    _, page = sent(reviewers[0], place, f"{place}/remarks", **REMARK)
    assert "请另一位审核人员来公布" in page
    assert f'action="{place}/publish"' not in page
    found = re.search(rf'href="({place}/remarks/\d+)"', page)
    assert found is not None
    page = reviewers[0].get(found[1]).text
    assert "请另一位审核人员来写回复" in page
    assert f'action="{found[1]}/answer"' not in page
    assert f'action="{found[1]}/answer"' in reviewers[1].get(found[1]).text
    edited = {**inputs(reviewers[0].get(found[1]).text)}
    assert edited["edit-office"] == "市纪委监委"


def test_a_correction_is_read_with_its_reason(
    clerk: FlaskClient, reviewers: tuple[FlaskClient, FlaskClient], review: int, sqlite_app: Flask
) -> None:
    published(clerk, reviewers, review)
    place, visitor = f"/staff/reviews/{review}", sqlite_app.test_client()
    status, page = sent(reviewers[0], place, f"{place}/correct", **{"correct-reason": "漏数了一个"})
    assert status == 200
    assert "第2版" in page
    assert "更正2026年第二季度的双点评" in reviewers[1].get("/staff").text
    assert "漏数了一个" not in visitor.get(PUBLIC_PAGE).text
    newest = f"/staff/reviews/{review + 2}"
    assert f'href="{newest}"' in reviewers[1].get(place).text
    status, _ = sent(
        signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER)),
        newest,
        f"{newest}/publish",
        **{"publish-sure": "y"},
    )
    assert status == 200
    page = visitor.get(PUBLIC_PAGE).text
    assert "更正的理由：漏数了一个" in page
    assert f'href="{PUBLIC_PAGE}?edition=1"' in page
    assert "看最新的一版" in visitor.get(f"{PUBLIC_PAGE}?edition=1").text
    assert visitor.get(f"{PUBLIC_PAGE}?edition=3").status_code == 404


def test_only_civil_affairs_is_offered_anything(sqlite_app: Flask, review: int) -> None:
    fire = signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER, Department.FIRE))
    watching = signed_in(sqlite_app, make_staff(sqlite_app, Role.SUPERVISOR))
    for client in (fire, watching):
        page = client.get(f"/staff/reviews/{review}").text
        assert "登账的问题" in page
        assert "<form" not in page.split("<main")[1]
        assert "双点评" not in client.get("/staff").text.split("<main")[1]
    far = signed_in(sqlite_app, make_staff(sqlite_app, Role.REVIEWER, region_code="110101"))
    assert far.get(f"/staff/reviews/{review}").status_code == 404


def test_a_quarter_is_compiled_on_demand(clerk: FlaskClient) -> None:
    answer = clerk.post("/staff/reviews/compile", data={"region": COUNTY, "quarter": "2026-q1"})
    assert answer.status_code == 303
    assert "2026年第一季度双点评" in clerk.get(answer.location).text
    for region, quarter in ((OTHER, "2026-q1"), (COUNTY, "2026-q9"), ("999999", "2026-q1")):
        wrong = {"region": region, "quarter": quarter}
        assert clerk.post("/staff/reviews/compile", data=wrong).status_code == 404
    running = {"region": COUNTY, "quarter": "2026-q3"}
    early = clerk.post("/staff/reviews/compile", data=running, follow_redirects=True)
    assert "还没有过完" in early.text


def test_the_files_hold_what_the_pages_say(
    clerk: FlaskClient, reviewers: tuple[FlaskClient, FlaskClient], review: int, sqlite_app: Flask
) -> None:
    published(clerk, reviewers, review)
    visitor = sqlite_app.test_client()
    (row,) = csv.DictReader(io.StringIO(visitor.get("/reviews.csv").data.decode("utf-8-sig")))
    assert (row["季度"], row["登账的问题（个）"], row["点评（条）"]) == ("2026年第二季度", "11", "1")
    lines = csv.DictReader(io.StringIO(visitor.get(f"{PUBLIC_PAGE}.csv").data.decode("utf-8-sig")))
    told = {line["项目"]: (line["本季度"], line["本季度总数"], line["上季度"]) for line in lines}
    assert told["到期的里面，按期改好"] == ("11", "11", "")
    assert told["收到的点题"][0] == "当时还没有这个栏目"
    text = clerk.get("/staff/reviews.csv?quarter=2026-q2").data.decode("utf-8-sig")
    assert "福建省三明市三元区,2026-q2,按时公布,2026-08-31,2026-08-03,1,11,11,11,0,0,0,0,0,1,0" in text


@pytest.mark.parametrize("place", NONSENSE)
def test_nonsense_is_no_page(sqlite_app: Flask, place: str) -> None:
    client = sqlite_app.test_client()
    assert client.get(f"/reviews/{place}").status_code == 404
    assert client.get(f"/reviews/{place}.csv").status_code == 404


def test_a_portal_without_anything_says_so(sqlite_app: Flask) -> None:
    page = sqlite_app.test_client().get("/reviews?quarter=1999-q1").text
    assert "这里还没有登记养老机构" in page


def test_the_pages_cost_the_same_however_many_remarks(
    clerk: FlaskClient,
    reviewers: tuple[FlaskClient, FlaskClient],
    review: int,
    sqlite_app: Flask,
    count_queries: CountQueries,
) -> None:
    place = f"/staff/reviews/{review}"

    def cost() -> int:
        clerk.get(place)
        with count_queries(sqlite_app) as statements:
            assert clerk.get(place).status_code == 200
        return len(statements)

    sent(clerk, place, f"{place}/remarks", **REMARK)
    few = cost()
    for _ in range(5):
        sent(clerk, place, f"{place}/remarks", **REMARK)
    assert cost() == few
