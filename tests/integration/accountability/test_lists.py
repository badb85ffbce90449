"""The four lists of a month: what goes on them, who may change them, what is sent stays; by the 20th."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accountability.jobs import compile_last_month
from portal.accountability.kinds import ListKind, ListState
from portal.accountability.models import ListEntry, MonthlyLists
from portal.accountability.queries.lists import (
    ListsView,
    county_lists,
    drafts_of_corrections,
    lists_due,
    lists_view,
    months_of_lists,
)
from portal.accountability.queries.public_lists import public_lists, published_months
from portal.accountability.reminders import remind_of_lists
from portal.accountability.service import lists as service
from portal.accountability.service.lists import ListsRefused
from portal.domain.actor import Scope
from portal.domain.monthly_lists import ListStanding
from portal.domain.rectification import ProblemStatus
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.models import UnregisteredHome
from portal.notify.models import Mail
from portal.supervision.kinds import ProblemOrigin
from portal.supervision.problem_models import Problem
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import COUNTY, OTHER, enter_problem, home
from tests.integration.complaints.office import Office
from tests.integration.complaints.office import counted as sent_statements

JUNE = date(2026, 6, 1)
NOW = clock.at(date(2026, 7, 2), 10)
ALL = Scope(public_only=False)
KINDS = (ListKind.PROBLEMS, ListKind.RECTIFICATIONS, ListKind.RESULTS)


@dataclass
class Lists:
    """June's lists of the county, and acting on them."""

    office: Office
    id: int

    def do(self, who: str, work: Any, *given: Any, at: Any = NOW, of: int | None = None, **named: Any) -> Any:
        """Let somebody change the lists, or one of their lines, as they see them now."""
        self.office.hire(who)
        with self.office.app.app_context(), clock.moved_to(at), unit_of_work():
            reach = self.office.reach(who)
            row = (
                db.session.get_one(MonthlyLists, self.id) if of is None else db.session.get_one(ListEntry, of)
            )
            seen = db.session.get_one(MonthlyLists, self.id).version
            return work(row, *given, reach.actor, reach.scope, seen, **named)

    def view(self, at: Any = NOW) -> ListsView:
        with self.office.app.app_context(), clock.moved_to(at):
            found = lists_view(self.id, ALL)
            assert found is not None
            return found

    def titles(self, kind: ListKind) -> list[str]:
        return [entry.title for entry in self.view().entries[kind] if not entry.removed]


@pytest.fixture
def june(office: Office) -> Lists:
    """Problems around June, and the lists of that month as the worker compiled them in July."""
    with office.app.app_context(), clock.moved_to(NOW):
        with unit_of_work():
            where, elsewhere = home("甲养老院"), home("乙养老院", OTHER)
            enter_problem(where, date(2026, 5, 31), title="五月的")
            enter_problem(where, date(2026, 6, 1), title="六月初的")
            enter_problem(where, date(2026, 6, 10), date(2026, 6, 30), title="当月改好的")
            enter_problem(where, date(2026, 6, 20), date(2026, 7, 1), title="下月才改好的")
            enter_problem(where, date(2026, 4, 1), date(2026, 5, 31), title="早就改好的")
            enter_problem(where, date(2026, 7, 1), title="七月的")
            enter_problem(where, date(2026, 6, 5), title="登错的", status=ProblemStatus.VOID)
            enter_problem(elsewhere, date(2026, 6, 6), title="别处的")
        assert compile_last_month() == 2
        assert compile_last_month() == 0
        number = db.session.scalar(select(MonthlyLists.id).where(MonthlyLists.region_code == COUNTY))
        assert number is not None
    return Lists(office, number)


def test_each_list_holds_what_its_name_says(june: Lists) -> None:
    assert june.titles(ListKind.PROBLEMS) == ["六月初的", "当月改好的", "下月才改好的"]
    assert june.titles(ListKind.RECTIFICATIONS) == ["五月的", "六月初的", "下月才改好的"]
    assert june.titles(ListKind.RESULTS) == ["当月改好的"]
    assert june.titles(ListKind.RULES) == []
    (result,) = june.view().entries[ListKind.RESULTS]
    assert result.facts["days"] == 13  # 10 to 30 June, without the three days of the Dragon Boat Festival
    assert result.facts["home"] == "甲养老院"


def test_a_month_that_runs_is_not_compiled(june: Lists) -> None:
    with june.office.app.app_context(), clock.moved_to(NOW):
        for month in (date(2026, 7, 1), date(2026, 8, 1), date(2026, 6, 2)):
            with pytest.raises(ListsRefused):
                service.compile_lists(COUNTY, month)


def test_reviewers_of_civil_affairs_keep_them_and_nobody_else(june: Lists) -> None:
    entry = june.view().entries[ListKind.PROBLEMS][0].id
    works: list[tuple[Any, tuple[Any, ...], int | None]] = [
        (service.compile_again, (), None),
        (service.edit_entry, ("标题", None, "写错了"), entry),
        (service.leave_out, ("不该列",), entry),
        (service.add_entry, (ListKind.RULES, "办法", None, "新定的"), None),
        (service.submit_lists, (), None),
    ]
    for work, given, of in works:
        for who, refusal in (
            ("甲小明", ReviewerNeeded),
            ("督小平", ReviewerNeeded),
            ("消小防", ReviewerNeeded),
        ):
            with pytest.raises(refusal):
                june.do(who, work, *given, of=of)
    june.do("国大江", service.submit_lists)  # the national reviewer reaches every county
    assert june.view().this.state is ListState.SUBMITTED


def test_a_reviewer_of_another_county_keeps_none_of_it(june: Lists) -> None:
    with june.office.app.app_context(), clock.moved_to(NOW):
        june.office.hire("审大力")
        reach = june.office.reach("审大力")
        other = Scope(False, frozenset({OTHER}), reach.scope.department)
        lists = db.session.get_one(MonthlyLists, june.id)
        with pytest.raises(NotTheirs):
            service.submit_lists(lists, reach.actor, other, lists.version)
        with pytest.raises(NotTheirs):
            service.set_publishing(COUNTY, True, reach.actor, other)
        with pytest.raises(NotTheirs):
            service.compile_lists(COUNTY, date(2026, 5, 1), other)
        assert lists_view(june.id, other) is None


def test_what_reviewers_wrote_stays_when_it_is_compiled_again(june: Lists) -> None:
    first, second, _ = june.view().entries[ListKind.PROBLEMS]
    june.do("审大力", service.edit_entry, "改过的标题", "补一句", "更准确", of=first.id)
    june.do("审大力", service.leave_out, "同一件事登了两次", of=second.id)
    june.do("审大力", service.add_entry, ListKind.RULES, "消防巡查办法", None, "六月定的",
            document="三民〔2026〕9号", issued_on=date(2026, 6, 15), url="https://example.cn/9")  # fmt: skip
    with june.office.app.app_context(), clock.moved_to(NOW), unit_of_work():
        where = db.session.get_one(Problem, first.problem_id).institution_id
        late = enter_problem(home("丙养老院"), date(2026, 6, 25), title="补登的")
        late.institution_id = where
    june.do("审大力", service.compile_again)
    assert june.titles(ListKind.PROBLEMS) == ["改过的标题", "下月才改好的", "补登的"]
    left_out = [entry for entry in june.view().entries[ListKind.PROBLEMS] if entry.removed]
    assert [(entry.title, entry.reason) for entry in left_out] == [("当月改好的", "同一件事登了两次")]
    (rule,) = june.view().entries[ListKind.RULES]
    assert rule.facts == {
        "document": "三民〔2026〕9号", "issued_on": "2026-06-15", "url": "https://example.cn/9",
    }  # fmt: skip
    june.do("审大力", service.put_back, "不是同一件", of=second.id)
    assert june.titles(ListKind.PROBLEMS) == ["改过的标题", "当月改好的", "下月才改好的", "补登的"]


def test_every_change_needs_a_reason_and_words_that_fit(june: Lists) -> None:
    entry = june.view().entries[ListKind.PROBLEMS][0].id
    refused: list[tuple[Any, tuple[Any, ...], int | None, dict[str, Any]]] = [
        (service.edit_entry, ("", None, "理由"), entry, {}),
        (service.edit_entry, ("标题", None, " "), entry, {}),
        (service.edit_entry, ("标题", "家属电话13800138000", "理由"), entry, {}),
        (service.leave_out, ("",), entry, {}),
        (service.add_entry, (ListKind.RULES, "办法", None, "理由"), None, {"url": "javascript:alert(1)"}),
    ]
    for work, given, of, named in refused:
        with pytest.raises(WordsMissing):
            june.do("审大力", work, *given, of=of, **named)
    with pytest.raises(ListsRefused):
        june.do("审大力", service.add_entry, ListKind.RULES, "办法", None, "理由", issued_on=date(2027, 1, 1))
    with pytest.raises(ListsRefused):
        june.do("审大力", service.put_back, "理由", of=entry)


def test_of_two_who_act_at_once_the_second_is_told(june: Lists) -> None:
    seen = june.view().version
    entry = june.view().entries[ListKind.PROBLEMS][0].id
    june.do("审大力", service.edit_entry, "改过的标题", None, "更准确", of=entry)
    with june.office.app.app_context(), clock.moved_to(NOW):
        june.office.hire("核小心")
        reach = june.office.reach("核小心")
        with pytest.raises(ChangedMeanwhile):
            service.submit_lists(db.session.get_one(MonthlyLists, june.id), reach.actor, reach.scope, seen)


def test_what_was_sent_stays_and_a_correction_is_a_new_edition(june: Lists) -> None:
    entry = june.view().entries[ListKind.PROBLEMS][0].id
    with pytest.raises(ListsRefused):
        june.do("审大力", service.correct_lists, "漏了一条")
    june.do("审大力", service.submit_lists)
    for work, given, of in (
        (service.edit_entry, ("标题", None, "理由"), entry),
        (service.leave_out, ("理由",), entry),
        (service.compile_again, (), None),
        (service.submit_lists, (), None),
    ):
        with pytest.raises(ListsRefused):
            june.do("审大力", work, *given, of=of)
    with june.office.app.app_context():  # the records go on, what was sent does not
        db.session.execute(Problem.__table__.update().values(title="后来改的"))
        db.session.commit()
    assert june.titles(ListKind.RESULTS) == ["当月改好的"]

    with pytest.raises(WordsMissing):
        june.do("审大力", service.correct_lists, " ")
    again = june.do("核小心", service.correct_lists, "漏了一条")
    with june.office.app.app_context():
        second = db.session.scalar(select(MonthlyLists.id).where(MonthlyLists.edition == 2))
        assert drafts_of_corrections(ALL) == [(second, COUNTY, JUNE)]
    del again
    correction = Lists(june.office, second or 0)
    assert correction.titles(ListKind.RESULTS) == ["当月改好的"]
    view = correction.view()
    assert (view.this.edition, view.this.correction_reason, view.newest) == (2, "漏了一条", True)
    assert [edition.edition for edition in view.editions] == [2, 1]
    assert view.standing is ListStanding.IN_TIME  # by the first edition
    with pytest.raises(ListsRefused):  # one correction at a time
        june.do("审大力", service.correct_lists, "又漏了一条")
    correction.do("审大力", service.compile_again)
    assert set(correction.titles(ListKind.PROBLEMS)) == {"后来改的"}
    correction.do("审大力", service.submit_lists)
    assert june.titles(ListKind.RESULTS) == ["当月改好的"]


def test_by_the_twentieth_is_in_time_and_after_it_late(june: Lists) -> None:
    with june.office.app.app_context():
        found = {}
        for day in (2, 17, 20, 21):
            with clock.moved_to(clock.at(date(2026, 7, day), 23)):
                found[day] = {one.standing for one in county_lists(JUNE, ALL)}
        soon = {ListStanding.SOON}
        assert found == {2: {ListStanding.AHEAD}, 17: soon, 20: soon, 21: {ListStanding.LATE}}
    june.do("审大力", service.submit_lists, at=clock.at(date(2026, 7, 21), 0))
    with june.office.app.app_context(), clock.moved_to(clock.at(date(2026, 7, 22), 9)):
        by_county = {one.region_code: one for one in county_lists(JUNE, ALL)}
        assert by_county[COUNTY].standing is ListStanding.SUBMITTED_LATE
        assert dict(by_county[COUNTY].counts) == {
            ListKind.PROBLEMS: 3, ListKind.RECTIFICATIONS: 3, ListKind.RULES: 0, ListKind.RESULTS: 1,
        }  # fmt: skip
        assert [one.region_code for one in lists_due(ALL)] == [OTHER]
        assert months_of_lists(ALL) == [JUNE]


def mails(app: Flask) -> list[Mail]:
    with app.app_context():
        found = list(db.session.scalars(select(Mail).order_by(Mail.id)))
        db.session.expunge_all()
        return found


def test_reviewers_are_reminded_once_a_stage_and_supervisors_of_what_is_late(june: Lists) -> None:
    june.office.hire("审大力", "督小平", "甲小明", "国大江")
    sent = {}
    for day, hour in ((2, 7), (2, 9), (3, 9), (17, 9), (18, 9), (20, 9), (21, 9), (22, 9)):
        moment = clock.at(date(2026, 7, day), hour)
        with june.office.app.app_context(), clock.moved_to(moment), unit_of_work():
            sent[day, hour] = remind_of_lists(moment)
    # the county's reviewer for it; for the other county, which has none, the national one
    assert sent == {
        (2, 7): 0, (2, 9): 2, (3, 9): 0, (17, 9): 2, (18, 9): 0, (20, 9): 2, (21, 9): 3, (22, 9): 0,
    }  # fmt: skip
    assert len(mails(june.office.app)) == 9
    june.do("审大力", service.submit_lists)
    with june.office.app.app_context(), clock.moved_to(clock.at(date(2026, 8, 20), 9)), unit_of_work():
        assert remind_of_lists(clock.now()) == 2  # July's


@pytest.fixture
def published(june: Lists) -> Iterator[Lists]:
    """June's lists, sent, with the county's switch on; three of its problems are public."""
    with june.office.app.app_context(), clock.moved_to(NOW), unit_of_work():
        for title in ("六月初的", "当月改好的"):
            db.session.scalars(select(Problem).where(Problem.title == title)).one()
        hidden = db.session.scalars(select(Problem).where(Problem.title == "下月才改好的")).one()
        hidden.published_at = None
        hidden.origin = ProblemOrigin.COMPLAINT
    june.do("审大力", service.add_entry, ListKind.RULES, "消防巡查办法", "每天巡查", "六月定的")
    june.do("审大力", service.submit_lists)
    with june.office.app.app_context(), clock.moved_to(NOW), unit_of_work():
        reach = june.office.reach("审大力")
        before = data_set_state().version
        service.set_publishing(COUNTY, True, reach.actor, reach.scope)
        assert data_set_state().version == before + 1
        yield june


def test_nothing_is_public_until_the_county_says_so_and_it_was_sent(june: Lists) -> None:
    june.office.hire("审大力")
    with june.office.app.app_context(), clock.moved_to(NOW):
        reach = june.office.reach("审大力")
        with unit_of_work():
            service.set_publishing(COUNTY, True, reach.actor, reach.scope)
        assert public_lists(COUNTY, JUNE) is None
    june.do("审大力", service.submit_lists)
    with june.office.app.app_context(), clock.moved_to(NOW):
        assert public_lists(COUNTY, JUNE) is not None
        assert [one.region_code for one in published_months()] == [COUNTY]
        with unit_of_work():
            service.set_publishing(COUNTY, False, reach.actor, reach.scope)
        assert public_lists(COUNTY, JUNE) is None
        assert published_months() == []


def test_only_public_problems_stand_in_public_and_the_others_are_counted(published: Lists) -> None:
    found = public_lists(COUNTY, JUNE)
    assert found is not None
    titles = {kind: [line.title for line in lines] for kind, lines in found.lines.items()}
    assert titles[ListKind.PROBLEMS] == ["六月初的", "当月改好的"]
    assert found.left == {
        ListKind.PROBLEMS: 1, ListKind.RECTIFICATIONS: 1, ListKind.RULES: 0, ListKind.RESULTS: 0,
    }  # fmt: skip
    (rule,) = found.lines[ListKind.RULES]
    assert (rule.title, rule.remark, rule.problem) == ("消防巡查办法", "每天巡查", None)
    line = found.lines[ListKind.PROBLEMS][0]
    assert line.home is not None
    assert line.home.name == "甲养老院"
    assert "responsible" not in line.facts


def test_an_unregistered_home_is_not_named(published: Lists) -> None:
    stray = UnregisteredHome(
        public_id="stray123",
        name="某街托老点",
        region_code=COUNTY,
        found_on=date(2026, 6, 1),
        found_how="inspection",
    )
    db.session.add(stray)
    db.session.flush()
    row = db.session.scalars(select(Problem).where(Problem.title == "六月初的")).one()
    row.institution_id, row.unregistered_home_id = None, stray.id
    db.session.flush()
    found = public_lists(COUNTY, JUNE)
    assert found is not None
    assert "某街托老点" not in str(found)
    assert "甲养老院" not in str(found.lines[ListKind.PROBLEMS][0])


def test_the_overview_costs_the_same_for_many_counties(june: Lists) -> None:
    def cost() -> int:
        with sent_statements() as sent:
            county_lists(JUNE, ALL)
        return len(sent)

    with june.office.app.app_context(), clock.moved_to(NOW):
        county_lists(JUNE, ALL)
        two = cost()
        with unit_of_work():
            for code in ("350423", "350424", "350425", "350426"):
                home(f"{code}养老院", code)
        compile_last_month()
        county_lists(JUNE, ALL)
        assert cost() == two
        assert db.session.scalar(select(func.count()).select_from(MonthlyLists)) == 6
