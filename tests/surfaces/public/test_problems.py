"""The public page of a problem: its whole course in order, its photos, and no more than is public."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from portal import clock
from portal.domain.grading import GradeScale
from portal.domain.hazards import CRITERIA
from portal.institutions.models import FoundHow, StarGrade, UnregisteredHome
from portal.supervision.kinds import PhotoStage, ProblemOrigin, Severity
from portal.supervision.queries.visible import UNNAMED_HOME
from tests.surfaces.public.rectifying import REGION, Office, unregistered_id

FOUND, ISSUED, SERVED, DUE = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 18)
TODAY = date(2026, 3, 10)


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """Both databases: ``test_recurrences``."""
    return sqlite_app


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def home(enter_home: Callable[..., str]) -> str:
    return enter_home("示例敬老院", on=date(2026, 1, 5))


def read(app: Flask, path: str, today: date = TODAY) -> str:
    with clock.moved_to(clock.at(today, 9)):
        answer = app.test_client().get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


def status(app: Flask, path: str) -> int:
    return app.test_client().get(path).status_code


def course(page: str) -> list[str]:
    """Return the steps of the course as they stand on the page: the day and what happened."""
    part = page.partition('<ol class="course">')[2]
    steps = re.findall(r'course__when">(.*?)</p>.*?<h3>(.*?)</h3>', part, re.S)
    return [f"{re.sub(r'<[^>]+>', ' ', when).split()[0]} {title}" for when, title in steps]


def test_what_never_had_a_last_day_was_not_put_right_in_time(app: Flask, office: Office, home: str) -> None:
    problem = office.enter(home, FOUND)
    office.publish(problem, ISSUED)
    office.clear(problem, SERVED, SERVED)
    page = read(app, f"/problems/{problem}")
    assert "改好了</span>" in page
    assert "按期改好" not in page


def test_the_course_is_told_step_by_step_with_its_working_days(app: Flask, office: Office, home: str) -> None:
    problem = office.enter(home, FOUND, severity=Severity.MAJOR)
    notice = office.issue([problem], ISSUED, SERVED)
    page = read(app, f"/problems/{problem}")
    assert course(page) == [
        "2026年3月2日（周一） 查出问题",
        "2026年3月3日（周二） 发出整改通知书",
        "2026年3月4日（周三） 通知书送到",
        "接下来 等改好",
    ]
    assert f'href="/notices/{notice}"' in page
    assert 'class="day-strip' in page
    assert CRITERIA[0].text in page
    assert "检查发现" not in page, "it was entered by hand"
    office.clear(problem, date(2026, 3, 19), date(2026, 3, 23))
    page = read(app, f"/problems/{problem}", date(2026, 3, 24))
    assert course(page)[3:] == [
        "2026年3月19日（周四） 期限过了，没有改好",
        "2026年3月19日（周四） 说改好了，等验收",
        "2026年3月23日（周一） 验收合格，销号",
    ]
    assert "从查出到销号，用了15个工作日" in page
    assert "改好了，但超期" in page
    assert "现场看过" not in page, "words for the staff"


@pytest.mark.parametrize("origin", [ProblemOrigin.COMPLAINT, ProblemOrigin.SUGGESTION])
def test_what_the_public_told_is_told_as_that_and_no_more(
    app: Flask, office: Office, home: str, origin: ProblemOrigin
) -> None:
    problem = office.enter(home, FOUND, origin=origin, origin_ref=f"{origin.value}/4711")
    notice = office.issue([problem], ISSUED, SERVED)
    for path in (f"/problems/{problem}", f"/notices/{notice}", "/notices", "/notices.csv"):
        page = read(app, path)
        main = page.partition("<main")[2].partition("</main>")[0] or page
        assert not re.search(f"4711|投诉|建议|{origin.value}", main), path
    assert "群众反映" in read(app, f"/problems/{problem}")


def test_photos_are_shown_once_a_reviewer_let_them_be(app: Flask, office: Office, home: str) -> None:
    problem, other = office.enter(home, FOUND), office.enter(home, FOUND, title="别的")
    before = office.photograph(problem, FOUND, PhotoStage.BEFORE, "三楼东侧的门被铁链锁住")
    hidden = office.photograph(problem, FOUND, PhotoStage.AFTER, "有人脸的那张", public=False)
    path = f"/problems/{problem}/photos/{before}.jpg"
    assert status(app, path) == 404, "its problem is not public"
    office.publish(problem, FOUND)
    office.publish(other, FOUND)
    page = read(app, f"/problems/{problem}")
    assert f'<img src="{path}" alt="整改前：三楼东侧的门被铁链锁住"' in page
    assert "有人脸的那张" not in page
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.data.startswith(b"\xff\xd8\xff")
    for wrong in (
        f"/problems/{problem}/photos/{hidden}.jpg",
        f"/problems/{other}/photos/{before}.jpg",
        f"/problems/{problem}/photos/999.jpg",
    ):
        assert status(app, wrong) == 404, wrong


def test_a_valid_grade_beside_an_open_major_hazard_is_flagged(
    app: Flask, office: Office, home: str, enter_records: Callable[..., None]
) -> None:
    problem = office.enter(home, FOUND, severity=Severity.MAJOR)
    notice = office.issue([problem], ISSUED, SERVED)
    flag = "等级还有效，重大隐患没改好"
    assert flag not in read(app, f"/problems/{problem}"), "no grade"
    grade = StarGrade(
        scale=GradeScale.NATIONAL, level=4, issued_on=date(2025, 3, 1), valid_to=date(2028, 2, 29),
        certificate_number="Z-1",
    )  # fmt: skip
    enter_records(home, [grade], on=date(2026, 1, 6))
    assert flag in read(app, f"/problems/{problem}")
    assert flag in read(app, f"/notices/{notice}")
    office.clear(problem, date(2026, 3, 5), date(2026, 3, 6))
    assert flag not in read(app, f"/problems/{problem}")


def test_what_is_not_public_has_no_page(app: Flask, office: Office, home: str) -> None:
    hidden, void, taken = (office.enter(home, FOUND, title=title) for title in ("甲", "乙", "丙"))
    office.publish(void, FOUND)
    office.void(void, FOUND)
    office.publish(taken, FOUND)
    assert status(app, f"/problems/{taken}") == 200
    office.unpublish(taken, FOUND)
    for one in (hidden, void, taken, "abcd2345", "x" * 300):
        assert status(app, f"/problems/{one}") == 404


def test_an_unregistered_home_is_named_only_once_its_own_steps_let_it_be(
    app: Flask, office: Office, enter_record: Callable[..., int]
) -> None:
    named = {
        "verified_on": date(2026, 1, 2),
        "operator_told_on": date(2026, 1, 3),
        "objection_ended_on": TODAY,
    }
    enter_record(
        UnregisteredHome, None, date(2026, 1, 5), public_id="abcd2345", name="老王家托老点",
        region_code=REGION, address="解放路5号", found_on=date(2026, 1, 1), found_how=FoundHow.SURVEY,
        **named,
    )  # fmt: skip
    key = unregistered_id(app, "abcd2345")
    problem = office.enter(None, FOUND, unregistered_home_id=key, responsible="老王家托老点")
    notice = office.issue([problem], ISSUED, SERVED)
    paths = (f"/problems/{problem}", f"/notices/{notice}", "/notices", "/notices.csv")
    for path in paths:
        page = read(app, path, date(2026, 3, 9))
        assert UNNAMED_HOME in page, path
        assert not re.search("老王|解放路|abcd2345", page), path
    for path in paths:
        page = read(app, path, TODAY)
        assert "老王家托老点" in page, path
        assert not re.search("解放路", page), path


def test_list_and_map_can_be_narrowed_to_homes_with_open_problems(
    app: Flask, office: Office, enter_home: Callable[..., str]
) -> None:
    placed = {"longitude": 117.55, "latitude": 26.25}
    hazard = enter_home("隐患敬老院", on=date(2026, 1, 5), **placed)
    minor = enter_home("小事敬老院", on=date(2026, 1, 5), **placed)
    clean = enter_home("没事敬老院", on=date(2026, 1, 5), **placed)
    open_one = office.enter(hazard, FOUND, severity=Severity.MAJOR)
    for one in (open_one, office.enter(hazard, FOUND), office.enter(minor, FOUND)):
        office.publish(one, FOUND)
    office.enter(clean, FOUND)  # not public

    def shown(query: str) -> set[str]:
        return {one for one in (hazard, minor, clean) if one in read(app, f"/institutions?{query}")}

    assert shown("") == {hazard, minor, clean}
    assert shown("problems=major") == {hazard}
    assert shown("problems=open") == {hazard, minor}
    assert shown("problems=open&q=小事") == {minor}
    assert '有重大隐患没改好 <span class="soft">1</span>' in read(app, "/institutions?open=1")
    assert clean not in read(app, "/institutions.csv?problems=open")
    with clock.moved_to(clock.at(TODAY, 9)):
        points = app.test_client().get("/map/points?bbox=117,26,118,27&zoom=9&problems=open").get_json()
    assert set(points["homes"]) == {hazard, minor}
    assert points["homes"][hazard]["problems"] == "1个重大隐患没改好，另有1个问题"
    assert points["homes"][hazard]["hazard"] is True
    assert "hazard" not in points["homes"][minor]
    listed = read(app, "/map/list?problems=major")
    assert "1个重大隐患没改好，另有1个问题" in listed
    assert "没事敬老院" not in listed
    office.clear(open_one, date(2026, 3, 5), date(2026, 3, 6))
    assert shown("problems=major") == set()
    assert shown("problems=open") == {hazard, minor}
