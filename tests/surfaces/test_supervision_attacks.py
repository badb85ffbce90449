"""Attacks on the record of supervision: what a home, its lawyer or a dishonest clerk would try."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask

from portal import clock
from portal.accountability.kinds import ListKind
from portal.accountability.queries.public_lists import public_lists
from portal.accountability.service import lists
from portal.domain.actor import PUBLIC, Scope
from portal.domain.draw_check import Flaw
from portal.domain.draw_file import from_json, to_json
from portal.domain.permissions import Department, Role
from portal.domain.random_draw import DrawRefused
from portal.domain.rectification import ProblemRefused
from portal.domain.refusals import ChangedMeanwhile
from portal.extensions import db
from portal.institutions.models import UnregisteredHome
from portal.public.problem_course import course_of
from portal.reference.calendar import working_calendar
from portal.supervision.kinds import NoticeEvent, ProblemCategory, Severity
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries.draws import draw_file
from portal.supervision.queries.notice_event_rows import notice_events
from portal.supervision.queries.notice_events import NoticeScope
from portal.supervision.queries.notice_page import notice_view
from portal.supervision.queries.problem_page import problem_view
from portal.supervision.service import notices, problems
from portal.supervision.service.problems import Changes, amend
from portal.supervision.service.publication import publish_problem, unpublish_notice, unpublish_problem
from portal.supervision.service.redacting import StillPersonal
from tests.integration.supervision.bureau import CITY, COUNTY, MONDAY, PEOPLE, Bureau
from tests.integration.supervision.drawing import DUE, DUE_DAY, Drawing

STAFF = Scope(public_only=False)
NAMED = {
    "verified_on": date(2026, 1, 6),
    "operator_told_on": date(2026, 1, 7),
    "objection_ended_on": date(2026, 2, 10),
}
LATER = date(2026, 4, 2)


@pytest.fixture
def bureau(sqlite_app: Flask) -> Bureau:
    return Bureau(sqlite_app)


def amended(**given: str) -> Changes:
    """Return a problem's words as a clerk sends them in again."""
    values = {
        "title": "疏散通道堆放杂物", "description": "三楼东侧疏散通道堆放轮椅和纸箱。",
        "responsible": "示例敬老院", "measure": "清空通道",
    }  # fmt: skip
    return Changes(category=ProblemCategory.FIRE, severity=Severity.SERIOUS, **{**values, **given})


def test_a_line_of_the_month_never_shows_the_title_from_before_redaction(bureau: Bureau) -> None:
    """A reviewer who leaves a line out and puts it back has approved no word of it for the public."""
    number = bureau.enter(title="三楼张建国老人房门上锁")
    with bureau.acting("审大力", MONDAY) as (actor, scope):
        lists.set_publishing(COUNTY, True, actor, scope)
    with bureau.acting("审大力", LATER) as (actor, scope):
        made = lists.compile_lists(COUNTY, date(2026, 3, 1), scope)
        entry = next(one for one in lists._entries(made) if one.problem_id == number)
        lists.leave_out(entry, "重复", actor, scope, made.version)
        lists.put_back(entry, "不重复", actor, scope, made.version)
        lists.submit_lists(made, actor, scope, made.version)
    with bureau.acting("审大力", LATER) as (actor, scope):
        row = db.session.get_one(Problem, number)
        publish_problem(row, "三楼有房门从外面上锁。", "三楼房门上锁", actor, scope, row.version)
    found = bureau.ask(public_lists, COUNTY, date(2026, 3, 1), on=LATER)
    titles = [line.title for kind in ListKind for line in found.lines[kind]]
    assert set(titles) == {"三楼房门上锁"}


def test_who_runs_an_unregistered_home_is_told_to_nobody(bureau: Bureau) -> None:
    """Whoever is to put things right there is its operator, a person; naming the home does not name them."""
    home = bureau.enter_unregistered("清溪某托老点", **NAMED)
    number = bureau.enter(unregistered_home_id=home, responsible="经营者林某娟")
    bureau.publish_problem(number)
    public_id = bureau.problem(number).public_id
    public = bureau.ask(problem_view, public_id, PUBLIC, MONDAY, on=MONDAY)
    assert public.row.home.named
    assert public.responsible is None
    assert bureau.ask(problem_view, public_id, STAFF, MONDAY, on=MONDAY).responsible == "经营者林某娟"


def test_a_home_that_is_named_no_longer_stands_in_no_older_text(bureau: Bureau) -> None:
    """What is published while it may be named is read for years: only the page's own line names it."""
    home = bureau.enter_unregistered("清溪某托老点", **NAMED)
    number = bureau.enter(unregistered_home_id=home, title="清溪某托老点没有消防设施", responsible="经营者")
    notice = bureau.publish(bureau.issue(number))
    with bureau.acting("审大力", MONDAY):
        db.session.get_one(UnregisteredHome, home).removed_on = LATER
    for day, named in ((MONDAY, True), (LATER, False)):
        shown = [
            bureau.ask(problem_view, bureau.problem(number).public_id, PUBLIC, day, on=day),
            bureau.ask(notice_view, bureau.notice(notice).public_id, PUBLIC, day, on=day),
            *bureau.ask(notice_events, NoticeScope(), PUBLIC, day, 10, on=day),
        ]
        assert all(("清溪某托老点" in str(one)) is named for one in shown)


def course(bureau: Bureau, number: int, on: date) -> list[str]:
    """Return the titles and lines of a problem's course as everybody reads it."""

    def told(public_id: str) -> list[str]:
        view = problem_view(public_id, PUBLIC, on)
        assert view is not None
        return [f"{one.title} {one.line}".strip() for one in course_of(view, working_calendar(), on)]

    found: list[str] = bureau.ask(told, bureau.problem(number).public_id, on=on)
    return found


def test_a_missed_deadline_is_not_rubbed_out_by_taking_the_notice_back(bureau: Bureau) -> None:
    number = bureau.enter()
    row = (RectificationNotice, bureau.publish(bureau.serve(bureau.issue(number))))
    bureau.do("审大力", unpublish_notice, row, "要改", on=LATER)
    bureau.do("审大力", notices.withdraw, row, "换一份", on=LATER)
    told = course(bureau, number, LATER)
    assert "期限过了，没有改好 2026年3月16日（周一）是最后一天" in told
    assert any(one.startswith("通知书撤回") for one in told)


def test_a_major_hazard_is_not_made_small_in_silence(bureau: Bureau) -> None:
    """Whoever reads the page later reads that it was more; not even taking it down in between hides it."""
    number = bureau.enter(severity=Severity.MAJOR, criterion="4.1")
    row, changes = (Problem, number), amended()
    bureau.publish_problem(number)
    bureau.do("审大力", unpublish_problem, row, "要改", on=MONDAY)
    bureau.do("甲小明", amend, row, changes, on=MONDAY)
    bureau.publish_problem(number)
    assert "改了问题的程度 原来是重大隐患，改成较重" in course(bureau, number, MONDAY)
    before_it_was_public = bureau.enter(severity=Severity.MAJOR, criterion="4.1")
    bureau.do("甲小明", amend, (Problem, before_it_was_public), changes, on=MONDAY)
    bureau.publish_problem(before_it_was_public)
    assert not any("程度" in one for one in course(bureau, before_it_was_public, MONDAY))


def test_nobody_issues_words_that_were_changed_behind_their_back(bureau: Bureau) -> None:
    """The clerk puts other words into a problem of the notice while the reviewer reads it."""
    number = bureau.enter()
    row = (RectificationNotice, bureau.draft(number))
    bureau.do("甲小明", notices.submit_draft, row, on=MONDAY)
    read = bureau.notice(row[1]).version
    bureau.do("甲小明", amend, (Problem, number), amended(measure="不用整改"), on=MONDAY)
    with bureau.acting("审大力", MONDAY) as (actor, scope), pytest.raises(ChangedMeanwhile):
        notices.issue(db.session.get_one(*row), actor, scope, read)
    bureau.do("审大力", notices.issue, row, on=MONDAY)


def test_amending_a_public_title_asks_what_publishing_asks(bureau: Bureau) -> None:
    home = bureau.enter_unregistered("清溪某托老点")
    number = bureau.publish_problem(bureau.enter(unregistered_home_id=home, responsible="经营者"))
    for words in ({"title": "清溪某托老点没有消防设施"}, {"basis": "暗巷十八号的检查记录"}):
        with pytest.raises(StillPersonal):
            bureau.do("审大力", amend, (Problem, number), amended(**words), on=MONDAY)


def test_a_missed_deadline_is_not_kept_afterwards_on_paper(bureau: Bureau) -> None:
    """Everybody read for weeks that it was overdue; two friends date report and acceptance back."""
    number = bureau.enter()
    row = (Problem, number)
    notice = bureau.publish(bureau.serve(bureau.issue(number)))
    last = bureau.notice(notice).deadline
    assert last is not None
    bureau.photo(number, LATER)
    bureau.do("甲小明", problems.submit, row, "通道已经清空。", last, on=LATER)
    with pytest.raises(ProblemRefused, match="期限以前没有登记提请验收"):
        bureau.do("审大力", problems.clear, row, "现场看过，畅通。", last, on=LATER)
    bureau.do("审大力", problems.clear, row, "现场看过，畅通。", LATER, on=LATER)
    kinds = [one.kind for one in bureau.ask(notice_events, NoticeScope(), PUBLIC, LATER, 9, on=LATER)]
    assert NoticeEvent.OVERDUE in kinds


def test_what_was_reported_in_time_may_be_accepted_as_in_time(bureau: Bureau) -> None:
    """Entered in time that it was reported, seen in time, and the acceptance typed in later."""
    number = bureau.enter()
    last = bureau.notice(bureau.serve(bureau.issue(number))).deadline
    assert last is not None
    bureau.photo(number, last)
    bureau.do("甲小明", problems.submit, (Problem, number), "通道已经清空。", last, on=last)
    bureau.do("审大力", problems.clear, (Problem, number), "现场看过，畅通。", last, on=LATER)
    assert bureau.problem(number).cleared_on == last


def test_a_draw_that_is_let_lie_stands_beside_the_next(bureau: Bureau) -> None:
    """Its number is entered, the homes drawn are friends, nobody goes there, and another is announced."""
    drawing = Drawing(bureau)
    number = drawing.announce()
    drawing.draw(number)
    soon = DUE + timedelta(days=2)
    again = drawing.announce(on=DUE_DAY, number_name="双色球第2026027期", number_due_at=soon)
    assert Flaw.LEFT_LYING not in drawing.flaws(again, DUE + timedelta(days=40))
    assert Flaw.LEFT_LYING in drawing.flaws(again, DUE + timedelta(days=46))
    with bureau.app.app_context(), clock.moved_to(DUE + timedelta(days=46)):
        file = draw_file(drawing.row(again).public_id, PUBLIC)
        assert file is not None
        assert from_json(to_json(file)) == file


@pytest.mark.usefixtures("within_a_minute")
def test_nobody_has_paper_made_without_end(bureau: Bureau) -> None:
    """Typesetting is dear: one visitor gets as many notices as can be read, and no more."""
    page = f"/notices/{bureau.notice(bureau.publish(bureau.issue(bureau.enter()))).public_id}.pdf"
    visitor = bureau.app.test_client()
    answers = [visitor.get(page).status_code for _ in range(31)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_a_text_is_set_and_never_run(bureau: Bureau) -> None:
    """What a notice says is no source of the typesetter, no markup of the feeds, and no formula."""
    words = '#read("/etc/passwd") $x$ ```c``` @a <l> ]]> &amp; <script>\u000b\u0007'
    notice = bureau.publish(bureau.issue(bureau.enter(title="=1+1")), demands=words)
    visitor = bureau.app.test_client()
    with clock.moved_to(clock.at(MONDAY, 12)):
        pdf = visitor.get(f"/notices/{bureau.notice(notice).public_id}.pdf").get_data()
        feeds = [visitor.get(f"/feeds/rectifications.{form}").get_data() for form in ("xml", "atom")]
        table = visitor.get("/notices.csv").get_data(as_text=True)
    assert pdf.startswith(b"%PDF")
    for feed in feeds:
        assert '#read("/etc/passwd") $x$' in "".join(ElementTree.fromstring(feed).itertext())
    assert ",'=1+1" in table


def test_a_city_has_one_list_a_number_for_its_counties_too(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its account announces for the county, and for the city with the same homes on another list."""
    monkeypatch.setitem(PEOPLE, "市小立", (Role.REVIEWER, Department.CIVIL_AFFAIRS, CITY))
    drawing = Drawing(bureau)
    drawing.announce(who="市小立")
    with pytest.raises(DrawRefused, match="一个号码只能用一次"):
        drawing.announce(who="市小立", region_code=CITY, homes=drawing.homes[1:])
    assert drawing.announce(who="消小防")
