"""Inspections in public: who went and why, what was found and what became of it; nothing unpublished."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.domain.permissions import Department
from portal.extensions import db
from portal.institutions.models import UnregisteredHome
from portal.supervision.kinds import InspectionKind, InspectionResult, Severity
from tests.surfaces.conftest import CountQueries
from tests.surfaces.public.inspecting import SEEN, Inspectors, blocked_way, list_home, read, unlist_home
from tests.surfaces.public.test_unregistered import FACTS, IDENT, STEPS

TODAY = clock.today()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Story:
    """Homes and visits that the pages show, by public id."""

    app: Flask
    home: str
    other: str
    found: str
    again: str
    told: str
    refused: str
    hidden: str
    taken_back: str
    unnamed: str
    problems: tuple[str, ...]

    def read(self, path: str, status: int = 200) -> str:
        return read(self.app, path, TODAY, status)


@pytest.fixture(scope="module")
def story(module_app: Flask) -> Story:
    app, inspectors = module_app, Inspectors(module_app)
    home, other = list_home(app, "清溪敬老院", days(-400)), list_home(app, "福海养老院", days(-400))
    with inspectors.at(days(-95)):
        steps = dict.fromkeys(STEPS)
        db.session.add(UnregisteredHome(public_id=IDENT, withdrawn=False, **{**FACTS, **steps}))
    found = inspectors.visit(
        home,
        days(-60),
        InspectionResult.PROBLEMS,
        "三楼疏散门上锁，厨房没有留样。",
        departments=(Department.CIVIL_AFFAIRS, Department.FIRE),
        kind=InspectionKind.JOINT,
        theme=None,
        items=SEEN,
        found=[
            blocked_way(Severity.MAJOR),
            blocked_way(title="没有留样"),
            blocked_way(title="还没审核的问题"),
        ],
    )
    major, cleared, unpublished = inspectors.problems_of(found)
    office = inspectors.office
    office.issue([major], days(-58), days(-57))
    office.publish(cleared, days(-58), "厨房没有留样。")
    office.clear(cleared, days(-50), days(-49))
    again = inspectors.visit(
        home,
        days(-20),
        InspectionResult.PROBLEMS,
        "又没有留样。",
        kind=InspectionKind.RETURN_VISIT,
        theme=None,
        follows=cleared,
        found_again=True,
    )
    office.publish(inspectors.problems_of(again)[0], days(-19), "又没有留样。")
    told = inspectors.visit(other, days(-15), kind=InspectionKind.COMPLAINT, theme="王阿婆说的伙食")
    refused = inspectors.visit(other, days(-10), InspectionResult.REFUSED, "敲门不开。", theme="食品")
    hidden = inspectors.visit(home, days(-9), summary=None, theme="不公开的专项")
    taken_back = inspectors.visit(home, days(-8), summary="后来撤下的话。", theme="撤下的专项")
    inspectors.withdraw(taken_back, days(-7))
    unnamed = inspectors.visit(None, days(-30), unregistered=IDENT, theme="夜间巡查")
    return Story(
        app,
        home,
        other,
        found,
        again,
        told,
        refused,
        hidden,
        taken_back,
        unnamed,
        (major, cleared, unpublished),
    )  # fmt: skip


def test_the_list_says_who_went_why_and_what_came_of_it(story: Story) -> None:
    page = story.read("/inspections")
    for words in ("清溪敬老院", "联合检查", "民政、", "发现问题", "2个问题", "1个还没改好", "拒绝检查"):
        assert words in page
    assert page.index(f"/inspections/{story.refused}") < page.index(f"/inspections/{story.found}")
    oldest = story.read("/inspections?sort=oldest")
    assert oldest.index(f"/inspections/{story.found}") < oldest.index(f"/inspections/{story.refused}")


def test_nothing_unpublished_or_taken_back_is_anywhere(story: Story) -> None:
    everywhere = (
        story.read("/inspections")
        + story.read("/inspections.csv")
        + story.read(f"/institutions/{story.home}")
        + story.read(f"/inspections/{story.found}")
    )
    for words in (
        story.hidden, story.taken_back, "不公开的专项", "撤下的专项", "后来撤下的话", "只给同事看的话",
        "厨房老张", "还没审核的问题", story.problems[2],
    ):  # fmt: skip
        assert words not in everywhere
    story.read(f"/inspections/{story.hidden}", 404)
    story.read(f"/inspections/{story.taken_back}", 404)


def test_of_a_complaint_the_public_reads_that_somebody_told_and_no_more(story: Story) -> None:
    page = story.read(f"/inspections/{story.told}")
    assert "群众反映" in page
    assert "线索核查" not in page + story.read("/inspections") + story.read("/inspections.csv")
    assert "线索核查" not in story.read(f"/institutions/{story.other}")
    assert "王阿婆" not in page + story.read("/inspections") + story.read("/inspections.csv")
    assert story.told not in story.read("/inspections?q=王阿婆")


def test_an_unregistered_home_is_not_named_before_its_steps_are_done(story: Story) -> None:
    for path in ("/inspections", "/inspections.csv", f"/inspections/{story.unnamed}"):
        page = story.read(path)
        assert "一处未登记备案的场所" in page
        assert not any(leak in page for leak in ("暗巷", "九十九号", IDENT, "列西街道"))


def test_a_visit_shows_the_five_areas_the_problems_and_what_followed(story: Story) -> None:
    page = story.read(f"/inspections/{story.found}")
    for words in (
        "运营管理", "生活照料", "医疗健康", "社会工作", "安全管理", "不符合2项", "疏散通道、安全出口畅通",
        "三楼疏散门上锁", "重大隐患", f"/problems/{story.problems[0]}", "整改通知书", "后来又出现",
        f"/inspections/{story.again}", "民政牵头",
    ):  # fmt: skip
        assert words in page, words
    later = story.read(f"/inspections/{story.again}")
    assert "问题又出现了" in later
    assert f"/problems/{story.problems[1]}" in later


def test_a_problem_leads_back_to_the_visit_that_found_it(story: Story, sqlite_app: Flask) -> None:
    for problem, visit in ((story.problems[0], story.found), (story.problems[1], story.found)):
        assert f'href="/inspections/{visit}">看那次检查' in story.read(f"/problems/{problem}")
    inspectors, home = Inspectors(sqlite_app), list_home(sqlite_app, "清溪敬老院", days(-400))
    visit = inspectors.visit(home, days(-9), InspectionResult.PROBLEMS, found=[blocked_way()])
    (problem,) = inspectors.problems_of(visit)
    inspectors.office.publish(problem, days(-8), "通道堵了。")
    assert visit in read(sqlite_app, f"/problems/{problem}", TODAY)
    inspectors.withdraw(visit, days(-7))
    assert visit not in read(sqlite_app, f"/problems/{problem}", TODAY)


def test_who_was_not_let_in_says_so(story: Story) -> None:
    page = story.read(f"/inspections/{story.refused}")
    assert "没有进门检查，没有逐项的结果" in page
    assert "敲门不开" in page


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("result=refused", ("refused",), ("found", "told")),
        ("kind=joint", ("found",), ("told", "refused")),
        ("kind=complaint", ("told",), ("found", "refused")),
        ("region=350404", ("found", "told"), ()),
        ("region=350403", (), ("found", "told", "refused")),
        ("department=fire", (), ("found",)),
        ("q=清溪", ("found", "again"), ("told",)),
        ("year=1999", (), ("found", "told")),
        ("year=999999&result=nonsense&kind=&page=9999", ("found",), ()),
    ],
)
def test_the_filters_narrow_page_and_file_alike(
    story: Story, query: str, there: tuple[str, ...], not_there: tuple[str, ...]
) -> None:
    for page in (story.read(f"/inspections?{query}"), story.read(f"/inspections.csv?{query}")):
        for name in there:
            assert getattr(story, name) in page, name
        for name in not_there:
            assert getattr(story, name) not in page, name


def test_one_home_s_visits_and_nothing_found(story: Story) -> None:
    page = story.read(f"/inspections?home={story.home}")
    assert story.found in page
    assert story.refused not in page
    assert "清溪敬老院的检查结果" in page
    assert "没有符合这些条件的检查" in story.read("/inspections?year=1999")


def test_the_file_holds_what_the_page_holds(story: Story) -> None:
    rows = list(csv.DictReader(io.StringIO(story.read("/inspections.csv").lstrip("\ufeff"))))
    by_id = {row["检查编号"]: row for row in rows}
    assert set(by_id) == {story.found, story.again, story.told, story.refused, story.unnamed}
    one = by_id[story.found]
    assert (one["对象"], one["参加部门"], one["公开的问题"], one["其中还没改好"]) == (
        "清溪敬老院",
        "民政、消防",
        "2",
        "1",
    )
    assert by_id[story.again]["问题有没有反弹"] == "是"


def test_an_empty_list_says_what_to_do_next(sqlite_app: Flask) -> None:
    page = read(sqlite_app, "/inspections", TODAY)
    assert "还没有公布过检查结果" in page
    assert "12345" in page


def test_a_page_costs_the_same_for_few_visits_and_for_many(app: Flask, count_queries: CountQueries) -> None:
    inspectors = Inspectors(app)
    home = list_home(app, "清溪敬老院", days(-400))
    costs: dict[int, list[int]] = {}
    client = app.test_client()

    def visit(number: int) -> str:
        return inspectors.visit(
            home, days(-number), InspectionResult.PROBLEMS, found=[blocked_way(title=f"第{number}个")]
        )

    for size, numbers in ((1, range(1, 2)), (9, range(2, 10))):
        made = [visit(number) for number in numbers]
        for each in made:
            for problem in inspectors.problems_of(each):
                inspectors.office.publish(problem, days(0))
        pages = ("/inspections", f"/inspections/{made[0]}", f"/institutions/{home}", "/supervision")
        costs[size] = []
        for page in pages:
            client.get(f"{page}?warm=1")
            with count_queries(app) as statements:
                assert client.get(page).status_code == 200
            costs[size].append(len(statements))
    assert costs[1] == costs[9], costs
    assert max(costs[9]) <= 23, costs


def test_a_page_is_new_when_something_is_published(sqlite_app: Flask) -> None:
    inspectors, client = Inspectors(sqlite_app), sqlite_app.test_client()
    home = list_home(sqlite_app, "清溪敬老院", days(-400))
    before = client.get("/inspections")
    again = client.get("/inspections", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 304
    visit = inspectors.visit(home, days(-1))
    after = client.get("/inspections", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert visit in after.get_data(as_text=True)


def test_a_home_that_was_withdrawn_takes_its_visits_along(sqlite_app: Flask) -> None:
    inspectors = Inspectors(sqlite_app)
    home = list_home(sqlite_app, "清溪敬老院", days(-400))
    visit = inspectors.visit(home, days(-1))
    assert visit in read(sqlite_app, "/inspections", TODAY)
    unlist_home(sqlite_app, home, TODAY)
    assert visit not in read(sqlite_app, "/inspections", TODAY) + read(sqlite_app, "/inspections.csv", TODAY)
    read(sqlite_app, f"/inspections/{visit}", TODAY, 404)
