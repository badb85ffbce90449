"""What everybody reads of a call-back: nothing of few, everything else, as page and as file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.questionnaires import Audience
from portal.domain.survey_round import Half
from portal.extensions import db
from portal.surveys.kinds import WordsState
from portal.surveys.models import SurveyWords
from portal.surveys.service.words import clear_words
from tests.integration.surveys.calling import CITY, CLERK, FIRST, LAST, OTHER, Office, scope
from tests.surfaces.conftest import CountQueries

PAGE = f"/surveys/{CITY}-2026-1"
AFTER = LAST + timedelta(days=20)


@pytest.fixture
def office(sqlite_app: Flask) -> Office:
    """A round of three homes that is over: 20, 12 and 2 residents answered, and two families in all."""
    found = Office(sqlite_app)
    found.enter("甲养老院", "乙养老院", "丙养老院")
    found.enter("远方养老院", region=OTHER)
    found.open()
    given = {"甲养老院": 20, "乙养老院": 12, "丙养老院": 2, "远方养老院": 14}
    for name, count in given.items():
        found.answers(
            (
                code,
                f"饭菜要热，第{number}回说。" if name == "甲养老院" and number < 6 else "",
                {
                    "overall": ("fair", "very_good", "good", "good")[number % 4],
                    "meals": "bad" if number % 2 else "good",
                },
            )
            for number, code in enumerate(found.sheets(name, 25)[:count])
        )
    families = found.sheets("甲养老院", 5, Audience.FAMILIES)
    found.answers((code, "", {"overall": "good"}) for code in families[:2])
    return found


def get(office: Office, path: str, **options: object) -> tuple[int, str]:
    with clock.moved_to(clock.at(AFTER, 9)):
        answer = office.app.test_client().get(path, **options)  # type: ignore[arg-type]
    return answer.status_code, answer.text


def test_before_it_is_published_nothing_is_told_but_that_it_was_held(office: Office) -> None:
    with clock.moved_to(clock.at(FIRST, 9)):
        open_page = office.app.test_client().get(PAGE).text
    assert "105份回访单" in open_page
    assert "收回多少、怎么答的，结束以后一起公布" in open_page
    office.over()
    status, page = get(office, PAGE)
    assert status == 200
    assert "正在统计" in page
    assert "满意" not in page.split("<main")[1].replace("满意度回访", "")
    assert get(office, f"{PAGE}.csv")[0] == 404
    with clock.moved_to(clock.at(LAST + timedelta(days=40))):
        late = office.app.test_client().get("/surveys").text
    assert "到今天还没有" in late


def test_a_published_round_says_how_many_gave_which_answer(office: Office) -> None:
    office.over()
    office.publish("饭菜要改。")
    _, page = get(office, PAGE)
    assert "发出100份，收回48份（48%）" in page
    assert "饭菜要改。" in page
    assert "73%" in page, "35 of 48 are content with the whole"
    assert "甲养老院" in page
    assert re.search(r"没有单列的2家.*丙养老院", page, re.S)
    _, families = get(office, f"{PAGE}?audience=families")
    assert "收到的回答少于5份。太少了，不公布" in families
    _, meals = get(office, f"{PAGE}?question=meals&region={OTHER}")
    assert "远方养老院" in meals
    assert ">甲养老院</a>" not in meals.split('id="places"')[1].split('id="words"')[0].split("没有单列")[0]


def test_the_file_holds_what_the_page_holds_and_says_what_is_left_out(office: Office) -> None:
    office.over()
    office.publish()
    _, text = get(office, f"{PAGE}.csv")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    overall = {
        row["答案"]: row["人数"]
        for row in rows
        if (row["范围"], row["题目"]) == ("全部", "总的来说，住在这里您满意吗？")
    }
    assert overall == {"很满意": "13", "满意": "22", "一般": "13", "不满意": "", "很不满意": "", "没有答": ""}
    assert all(row["人数"] == "" or int(row["人数"]) >= 5 for row in rows if row["题目"])
    assert all(row["说明"] for row in rows if not row["人数"])
    assert {row["收回"] for row in rows if row["问了谁"] == "家属"} == {"少于5"}


def test_one_homes_part_has_a_page_and_one_of_few_has_none(office: Office) -> None:
    office.over()
    office.publish()
    _, page = get(office, PAGE)
    (path,) = set(re.findall(rf'href="({PAGE}/homes/[^"]+)">甲养老院', page))
    status, home = get(office, path)
    assert status == 200
    assert "发出25份，收回20份（80%）" in home
    assert "收到的回答少于5份，或者单列出来别家就能推算出来：不单列" in home
    own = get(office, f"/institutions/{path.rsplit('/', 1)[1]}")[1]
    assert f'href="{path}"' in own, "the home's own page leads there"
    hidden = re.findall(r'href="/institutions/([^"]+)">丙养老院', page)[0]
    assert "/homes/" not in get(office, f"/institutions/{hidden}")[1]
    for wrong in (f"{PAGE}/homes/{hidden}", f"{PAGE}/homes/x2345678", "/surveys/999999-2026-1", "/surveys/x"):
        assert get(office, wrong)[0] == 404


def test_words_are_read_once_cleared_and_only_where_enough_wrote(office: Office) -> None:
    office.over()
    office.publish()
    assert "饭菜要热" not in get(office, PAGE)[1]
    with office.on(AFTER):
        found = db.session.query(SurveyWords).order_by(SurveyWords.id).first()
        assert found is not None
        clear_words(found, office.round(), "饭菜要热。", CLERK, scope(), WordsState.WAITING)
    page = get(office, PAGE)[1]
    assert "饭菜要热。" in page
    assert re.search(r"饭菜要热。.*?甲养老院", page, re.S), "six of that home wrote"


def test_the_last_round_stands_beside_the_present(office: Office) -> None:
    office.over()
    office.publish()
    later = timedelta(days=182)
    office.open(Half(2026, 2), FIRST + later, LAST + later)
    with clock.moved_to(clock.at(FIRST, 9)):
        assert office.app.test_client().get(f"/surveys/{CITY}-2026-2").status_code == 404, "not begun"
    codes = office.sheets("甲养老院", 20)
    chosen = [{"overall": "good" if number < 18 else "fair"} for number in range(20)]
    office.answers(((code, "", one) for code, one in zip(codes, chosen, strict=True)), FIRST + later)
    office.over(LAST + later + timedelta(days=1))
    office.publish(day=LAST + later + timedelta(days=5))
    with clock.moved_to(clock.at(LAST + later + timedelta(days=6))):
        page = office.app.test_client().get(f"/surveys/{CITY}-2026-2").text
    assert "比上次" in page
    assert "2026年上半年" in page


def test_pages_cost_the_same_however_many_homes(office: Office, count_queries: CountQueries) -> None:
    office.over()
    office.publish()
    client = office.app.test_client()

    def cost(path: str) -> int:
        with clock.moved_to(clock.at(AFTER)), count_queries(office.app) as statements:
            assert client.get(path, headers={"Cookie": "display=elder.normal"}).status_code == 200
        return len(statements)

    few = [cost(path) for path in ("/surveys?page=1", f"{PAGE}?audience=residents")]
    office.enter(*(f"新{number}养老院" for number in range(9)))
    office.open(Half(2025, 2), FIRST - timedelta(days=180), LAST - timedelta(days=180))
    many = [cost(path) for path in ("/surveys?page=1&x=1", f"{PAGE}?audience=residents&x=1")]
    assert many[1] <= few[1] + 1
    assert many[0] <= few[0]


def test_the_public_finds_it_from_the_first_page(office: Office) -> None:
    client: FlaskClient = office.app.test_client()
    assert 'href="/surveys"' in client.get("/").text
    assert 'href="/survey"' in client.get("/surveys").text
