"""A notice from its draft to its clearing: numbers, service, deadlines and what becomes of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain.notice_text import from_json
from portal.domain.rectification import ProblemRefused, ProblemStatus
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.supervision.kinds import NoticeState, ServiceMethod
from portal.supervision.problem_models import NoticeDeadline, Problem, RectificationNotice
from portal.supervision.service import notices, problems
from portal.supervision.service.notices import NoticeRefused
from tests.integration.supervision.bureau import CIVIL, FIRE, MONDAY, Bureau, draft_of

TUESDAY, FRIDAY = MONDAY + timedelta(1), MONDAY + timedelta(4)
DUE = date(2026, 3, 16)
"""Ten working days after Monday, 2 March 2026."""


def test_a_notice_is_drafted_reviewed_issued_and_served(bureau: Bureau) -> None:
    first, second = bureau.enter(), bureau.enter(title="灭火器过期")
    number = bureau.draft(first, second)
    row = (RectificationNotice, number)
    bureau.do("甲小明", notices.submit_draft, row, on=MONDAY)
    with pytest.raises(ReviewerNeeded):
        bureau.do("甲小明", notices.issue, row, on=MONDAY)
    bureau.do("审大力", notices.return_draft, row, "写清楚期限", on=MONDAY)
    assert bureau.notice(number).remark == "写清楚期限"
    bureau.do("甲小明", notices.edit_draft, row, draft_of(first, second, days=10), on=MONDAY)
    bureau.do("甲小明", notices.submit_draft, row, on=MONDAY)
    bureau.do("审大力", notices.issue, row, on=MONDAY)
    found = bureau.notice(number)
    assert (found.number, found.state, found.remark) == ("三元民整〔2026〕1号", NoticeState.ISSUED, None)
    assert (found.addressee, found.deadline) == ("示例敬老院", None)
    assert bureau.problem(first).status is ProblemStatus.NOTICE_ISSUED
    bureau.serve(number)
    found = bureau.notice(number)
    assert (found.served_on, found.deadline, found.deadline_version) == (MONDAY, DUE, 1)
    assert bureau.problem(second).deadline == DUE
    assert bureau.events(second) == ["enter", "issue_notice", "serve"]


def test_what_was_issued_stays_as_it_was(bureau: Bureau) -> None:
    first = bureau.enter()
    number = bureau.issue(first)
    with bureau.acting("甲小明", MONDAY):
        db.session.get_one(Problem, first).title = "后来改的标题"
    text = from_json(bureau.notice(number).body or "")
    assert [one.title for one in text.problems] == ["疏散通道堆放杂物"]
    assert (text.number, text.issuer, text.issued_on) == ("三元民整〔2026〕1号", "三元区民政局", MONDAY)
    assert text.problems[0].problem_number == "W2026-000001"


def test_numbers_run_by_office_and_year(bureau: Bureau) -> None:
    def number_of(on: date, **given: object) -> str | None:
        return bureau.notice(bureau.issue(bureau.enter(on=on), on=on, **given)).number

    assert [number_of(MONDAY), number_of(TUESDAY), number_of(date(2027, 1, 4))] == [
        "三元民整〔2026〕1号", "三元民整〔2026〕2号", "三元民整〔2027〕1号",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("working_days", "on", "due"),
    [
        (True, MONDAY, DUE),
        (True, date(2026, 3, 7), date(2026, 3, 20)),  # a Saturday is day 0
        (False, MONDAY, date(2026, 3, 12)),
    ],
)
def test_the_deadline_runs_from_service(bureau: Bureau, working_days: bool, on: date, due: date) -> None:
    number = bureau.issue(bureau.enter(), working_days=working_days)
    bureau.serve(number, on)
    assert bureau.notice(number).deadline == due
    with bureau.app.app_context():
        version = db.session.get_one(NoticeDeadline, (number, 1))
        assert (version.missed, version.calendar is not None) == (True, working_days)


def test_service_is_entered_once_and_not_before_the_issue(bureau: Bureau) -> None:
    number = bureau.issue(bureau.enter(), on=TUESDAY)
    row = (RectificationNotice, number)
    for day, refusal in ((MONDAY, "早于发出"), (FRIDAY, "晚于今天")):
        with pytest.raises(NoticeRefused, match=refusal):
            bureau.do("甲小明", notices.serve, row, day, ServiceMethod.LEFT, on=TUESDAY)
    bureau.serve(number, TUESDAY)
    with pytest.raises(NoticeRefused, match="已经登记送达"):
        bureau.serve(number, TUESDAY)


@pytest.mark.parametrize(("on", "missed"), [(DUE, False), (DUE + timedelta(1), True)])
def test_an_extension_is_a_new_version_and_tells_whether_the_old_one_was_missed(
    bureau: Bureau, on: date, missed: bool
) -> None:
    first = bureau.enter()
    number = bureau.serve(bureau.issue(first))
    row = (RectificationNotice, number)
    later = date(2026, 3, 31)
    with pytest.raises(WordsMissing, match="为什么延长"):
        bureau.do("审大力", notices.extend, row, later, " ", on=on)
    with pytest.raises(NoticeRefused, match="晚于原来"):
        bureau.do("审大力", notices.extend, row, DUE, "等设备", on=on)
    bureau.do("审大力", notices.extend, row, later, "等设备到货", on=on)
    assert deadlines(bureau, number) == [(1, DUE, missed), (2, later, True)]
    assert (bureau.notice(number).deadline, bureau.problem(first).deadline) == (later, later)
    assert bureau.events(first)[-1] == "extend"


@pytest.mark.parametrize(("on", "missed"), [(DUE, False), (DUE + timedelta(1), True)])
def test_the_last_problem_clears_the_notice(bureau: Bureau, on: date, missed: bool) -> None:
    first, second = bureau.enter(), bureau.enter()
    number = bureau.serve(bureau.issue(first, second))
    bureau.clear(first, FRIDAY)
    assert bureau.notice(number).cleared_on is None
    bureau.clear(second, on)
    found = bureau.notice(number)
    assert (found.cleared_on, found.state) == (on, NoticeState.ISSUED)
    assert deadlines(bureau, number) == [(1, DUE, missed)]
    with pytest.raises(NoticeRefused, match="都已经销号"):
        bureau.do("审大力", notices.withdraw, (RectificationNotice, number), "发错了", on=on)


def test_a_notice_cleared_before_it_was_served_is_never_overdue(bureau: Bureau) -> None:
    first = bureau.enter()
    number = bureau.issue(first)
    bureau.clear(first, MONDAY)
    assert bureau.notice(number).cleared_on == MONDAY
    bureau.serve(number, TUESDAY)
    assert bureau.events(first)[-1] == "clear"  # nothing runs for what was put right
    assert deadlines(bureau, number) == [(1, date(2026, 3, 17), False)]


def test_withdrawing_frees_the_problems_and_keeps_the_number(bureau: Bureau) -> None:
    first, second = bureau.enter(), bureau.enter()
    number = bureau.serve(bureau.issue(first, second))
    bureau.clear(first, TUESDAY)
    with pytest.raises(ReviewerNeeded):
        bureau.do("甲小明", notices.withdraw, (RectificationNotice, number), "发错了", on=FRIDAY)
    bureau.do("审大力", notices.withdraw, (RectificationNotice, number), "对象有误", on=FRIDAY)
    found = bureau.notice(number)
    assert (found.state, found.number) == (NoticeState.WITHDRAWN, "三元民整〔2026〕1号")
    assert deadlines(bureau, number) == [(1, DUE, False)]
    freed = bureau.problem(second)
    assert (freed.status, freed.notice_id, freed.deadline) == (ProblemStatus.ENTERED, None, None)
    assert bureau.problem(first).status is ProblemStatus.CLEARED
    assert bureau.notice(bureau.issue(second, on=FRIDAY)).number == "三元民整〔2026〕2号"


def test_who_drafted_it_issues_it_only_where_nobody_else_could(bureau: Bureau) -> None:
    bureau.staff_id("审大力")
    number = bureau.draft(bureau.enter(), who="审大力")
    row = (RectificationNotice, number)
    bureau.do("审大力", notices.submit_draft, row, on=MONDAY)
    bureau.staff_id("核小心")
    with pytest.raises(NoticeRefused, match="别的审核人员"):
        bureau.do("审大力", notices.issue, row, on=MONDAY)
    bureau.do("核小心", notices.issue, row, on=MONDAY)
    alone = bureau.draft(bureau.enter(who="消小防"), who="消小防")
    bureau.do("消小防", notices.submit_draft, (RectificationNotice, alone), on=MONDAY)
    bureau.do("消小防", notices.issue, (RectificationNotice, alone), on=MONDAY)
    assert bureau.notice(alone).number == "三元消整〔2026〕1号"


def test_a_notice_is_about_one_home_one_department_and_problems_no_other_holds(bureau: Bureau) -> None:
    one = bureau.enter()
    elsewhere = bureau.enter(institution_id=bureau.enter_home("第二敬老院"))
    for ids, refusal in (
        ((one, elsewhere), "一家机构"),
        ((), "请选择"),
        ((99,), "没有找到"),
        ((bureau.enter(place="老街旁的一间门面"),), "没有登记在机构名下"),
    ):
        with pytest.raises((NoticeRefused, WordsMissing), match=refusal):
            bureau.draft(*ids)
    with pytest.raises(NotTheirs):
        bureau.draft(bureau.enter(who="消小防"))
    number = bureau.draft(one)
    with pytest.raises(NoticeRefused, match="另一份"):
        bureau.draft(one)
    bureau.do("甲小明", notices.discard, (RectificationNotice, number), on=MONDAY)
    assert bureau.problem(one).notice_id is None
    assert bureau.notice(bureau.draft(one)).department is CIVIL
    assert FIRE is not CIVIL


def test_a_draft_lets_go_of_what_is_taken_out_of_it(bureau: Bureau) -> None:
    one, two = bureau.enter(), bureau.enter()
    number = bureau.draft(one, two)
    bureau.do("甲小明", notices.edit_draft, (RectificationNotice, number), draft_of(two), on=MONDAY)
    assert [bureau.problem(each).notice_id for each in (one, two)] == [None, number]


def test_a_problem_in_a_draft_is_not_struck_out(bureau: Bureau) -> None:
    one = bureau.enter()
    bureau.draft(one)
    with pytest.raises(ProblemRefused, match="草稿"):
        bureau.do("审大力", problems.void, (Problem, one), "登错了", on=MONDAY)


def test_a_problem_submitted_while_the_notice_waited_stops_the_issue(bureau: Bureau) -> None:
    one = bureau.enter()
    number = bureau.draft(one)
    bureau.do("甲小明", notices.submit_draft, (RectificationNotice, number), on=MONDAY)
    bureau.do("甲小明", problems.submit, (Problem, one), "已清空", MONDAY, on=MONDAY)
    with pytest.raises(NoticeRefused, match="提请验收"):
        bureau.do("审大力", notices.issue, (RectificationNotice, number), on=MONDAY)


def test_the_deadline_of_a_problem_in_a_notice_goes_with_the_notice(bureau: Bureau) -> None:
    one = bureau.enter()
    bureau.serve(bureau.issue(one))
    with pytest.raises(ProblemRefused, match="随通知书"):
        bureau.do("甲小明", problems.set_deadline, (Problem, one), FRIDAY, on=MONDAY)


def test_who_saw_an_older_draft_changes_nothing(bureau: Bureau) -> None:
    number = bureau.draft(bureau.enter())
    seen = bureau.notice(number).version
    bureau.do("甲小明", notices.submit_draft, (RectificationNotice, number), on=MONDAY)
    with pytest.raises(ChangedMeanwhile), bureau.acting("审大力", MONDAY) as (actor, scope):
        notices.issue(db.session.get_one(RectificationNotice, number), actor, scope, seen)
    assert bureau.notice(number).number is None


def deadlines(bureau: Bureau, number: int) -> list[tuple[int, date, bool]]:
    """Return the versions of a notice's deadline."""
    with bureau.app.app_context():
        rows = db.session.query(NoticeDeadline).filter_by(notice_id=number).order_by(NoticeDeadline.number)
        return [(one.number, one.deadline, one.missed) for one in rows]
