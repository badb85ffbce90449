"""A complaint proven true becomes one problem, without a word of it; both are tied in public by consent."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from portal import clock
from portal.accountability.queries.chain import tied_records
from portal.accountability.queries.origin import case_behind
from portal.accountability.service.proven import ABOUT
from portal.complaints.kinds import Category, Finding
from portal.complaints.models import Case
from portal.complaints.service import citizen, consent, handling, moving, publication, replying
from portal.complaints.service.words import Told
from portal.domain.actor import PUBLIC, Scope
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.institutions.models import Institution
from portal.supervision.kinds import ProblemCategory, ProblemOrigin, Severity
from portal.supervision.problem_models import Problem, ProblemStep
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import COUNTY, acting_at, case_of, enter_home
from tests.integration.complaints.office import NEXT_DAY, Office, Ref, in_progress, standing
from tests.integration.complaints.test_publication import GOOD, TOLD, answered, approved

LATER = clock.at(date(2026, 3, 9), 9)
SECRET = "林秋月"


def problems(app: Flask) -> list[Problem]:
    """Return every problem, to be looked at outside."""
    with app.app_context():
        found = list(db.session.scalars(select(Problem).order_by(Problem.id)))
        db.session.expunge_all()
        return found


def replied(office: Office, finding: Finding = Finding.TRUE, who: str = "甲小明", **changes: object) -> int:
    number = in_progress(office, who, **changes)
    office.do(who, replying.reply, number, "已经查过。", finding)
    return number


def test_every_category_becomes_one_of_the_problems(office: Office) -> None:
    assert set(ABOUT) == set(Category)


@pytest.mark.parametrize("finding", list(Finding))
def test_what_proves_true_becomes_a_problem_and_nothing_else_does(office: Office, finding: Finding) -> None:
    home = enter_home(office.app)
    number = replied(office, finding, institution_id=home, category=Category.CONTRACT, told=TOLD)
    found = problems(office.app)
    if finding not in (Finding.TRUE, Finding.PARTLY):
        assert found == []
        return
    (made,) = found
    assert (made.origin, made.origin_ref) == (ProblemOrigin.COMPLAINT, f"complaint/{number}")
    assert (made.institution_id, made.region_code) == (home, COUNTY)
    assert (made.category, made.severity) == (ProblemCategory.CONTRACT, Severity.MINOR)
    assert (made.status, made.published_at) == (ProblemStatus.ENTERED, None)
    assert (made.found_on, made.entered_by) == (NEXT_DAY.date(), "三元区民政经办")
    assert ("部分" in made.description) is (finding is Finding.PARTLY)


def test_not_a_word_of_the_complaint_goes_over(office: Office) -> None:
    told = Told(f"{SECRET}的母亲被绑在床上", "把门打开", date(2026, 3, 1), "无名托老点", "某街某巷3号")
    number = replied(office, told=told)
    with office.app.app_context():
        receipt = case_of(number).receipt
        rows = [
            dict(db.session.execute(text(f"SELECT * FROM {table}")).mappings().one())
            for table in ("problem", "problem_step")
        ]
    for word in (SECRET, "绑在床上", "把门打开", "无名托老点", "某街某巷", receipt, "2026-03-01"):
        assert word not in str(rows)
    (made,) = problems(office.app)
    assert made.place == "（投诉中写明的场所，三元区）"
    assert made.responsible == "待核实"


def test_cases_handled_together_make_one_problem_of_the_leading_case(office: Office) -> None:
    home = enter_home(office.app)
    leading = in_progress(office, institution_id=home)
    other = in_progress(office, institution_id=home)
    office.do("甲小明", moving.merge, other, Ref(leading))
    office.do("甲小明", replying.reply, leading, "已经查过。", Finding.TRUE)
    assert [row.origin_ref for row in problems(office.app)] == [f"complaint/{leading}"]
    assert standing(office.app, other).events.count("find_true") == 1


def test_a_second_handling_that_proves_true_enters_none_twice(office: Office) -> None:
    number = replied(office)
    with acting_at(office.app, clock.at(date(2026, 3, 4), 9)):
        citizen.ask_again(case_of(number), "没有改")
    office.do("乙小红", handling.start, number, at=LATER)
    office.do("乙小红", replying.reply, number, "属实。", Finding.TRUE, at=LATER)
    assert len(problems(office.app)) == 1
    with office.app.app_context():
        assert len(db.session.scalars(select(ProblemStep)).all()) == 1


def test_a_home_that_was_withdrawn_does_not_keep_the_citizen_from_the_answer(office: Office) -> None:
    home = enter_home(office.app)
    number = in_progress(office, institution_id=home)
    with office.app.app_context(), unit_of_work():
        db.session.execute(update(Institution).values(withdrawn=True))
    office.do("甲小明", replying.reply, number, "已经查过。", Finding.TRUE)
    (made,) = problems(office.app)
    assert (made.institution_id, made.place) == (None, "（投诉中写明的场所，三元区）")


def test_a_name_that_is_too_long_does_not_either(office: Office) -> None:
    home = enter_home(office.app, name="长" * 190)
    replied(office, institution_id=home)
    (made,) = problems(office.app)
    assert len(made.responsible) == 120


def test_who_may_reach_the_case_is_told_its_number_and_nobody_else(office: Office) -> None:
    number = replied(office)
    (made,) = problems(office.app)
    with office.app.app_context():
        receipt = case_of(number).receipt
    told = {
        who: office.ask(who, case_behind, made.origin, made.origin_ref)
        for who in ("甲小明", "审大力", "督小平", "消小防", "邻小近", "管小家")
    }
    assert told == {
        "甲小明": receipt, "审大力": receipt, "督小平": receipt,
        "消小防": None, "邻小近": None, "管小家": None,
    }  # fmt: skip
    assert (
        office.ask("甲小明", lambda reach: case_behind(ProblemOrigin.INSPECTION, "inspection/1", reach))
        is None
    )
    assert office.ask("甲小明", lambda reach: case_behind(made.origin, "complaint/x", reach)) is None


@pytest.fixture
def tied(office: Office) -> tuple[int, str, str]:
    """A published case that names its home and the public problem that came of it: case id, public ids."""
    number = answered(office, institution_id=enter_home(office.app))
    row = approved(office, publication.publish, number, show_home=True)
    with office.app.app_context(), unit_of_work():
        made = db.session.scalars(select(Problem)).one()
        made.public_text, made.published_at = "夜里只有一名护工。", NEXT_DAY
        return number, row.public_id, made.public_id


def both_ways(app: Flask, tied: tuple[int, str, str], scope: Scope = PUBLIC) -> bool:
    """True if the chain is told, from either end alike."""
    _, complaint, problem = tied
    with app.app_context():
        there = tied_records(scope, complaint=complaint)
        assert there == tied_records(scope, problem=problem)
        return [(one.complaint, one.problem) for one in there] == [(complaint, problem)]


def test_the_chain_is_told_from_either_end(office: Office, tied: tuple[int, str, str]) -> None:
    assert both_ways(office.app, tied)
    with office.app.app_context():
        (one,) = tied_records(PUBLIC, problem=tied[2])
        assert (one.complaint_title, one.status) == (GOOD[0], ProblemStatus.ENTERED)
        assert tied_records(PUBLIC, complaint="nothing") == tied_records(PUBLIC, problem="nothing") == ()
        assert tied_records(PUBLIC) == ()
    assert not both_ways(office.app, tied, Scope(True, frozenset({"110101"})))


def test_either_page_leads_to_the_other_while_the_consent_stands(
    office: Office, tied: tuple[int, str, str]
) -> None:
    number, complaint, problem = tied
    visitor = office.app.test_client()
    pages = f"/complaints/published/{complaint}", f"/problems/{problem}"
    with clock.moved_to(LATER):
        there, back = (visitor.get(page).text for page in pages)
        assert f'href="{pages[1]}"' in there
        assert f'href="{pages[0]}"' in back
        assert "群众反映" in back
        with acting_at(office.app, LATER):
            consent.take_back_consent(case_of(number))
        assert visitor.get(pages[0]).status_code == 404
        after = visitor.get(pages[1])
        assert after.status_code == 200
        assert complaint not in after.text
        assert "群众反映" in after.text


def test_consent_taken_back_breaks_the_chain(office: Office, tied: tuple[int, str, str]) -> None:
    with acting_at(office.app, LATER):
        consent.take_back_consent(case_of(tied[0]))
    assert not both_ways(office.app, tied)


def test_each_link_that_is_missing_breaks_it(office: Office, tied: tuple[int, str, str]) -> None:
    breaks = (
        "UPDATE complaint_case SET consent_publish = 0",
        "UPDATE complaint_publication SET institution_id = NULL",
        "UPDATE complaint_publication SET withdrawn_at = published_at, withdrawn_reason = '错'",
        "UPDATE problem SET published_at = NULL",
        "UPDATE problem SET status = 'void'",
        "UPDATE problem SET origin = 'by_hand'",
        "UPDATE problem SET origin_ref = 'complaint/999'",
        "UPDATE institution SET withdrawn = 1",
    )
    for statement in breaks:
        with office.app.app_context():
            db.session.execute(text(statement))
            _, complaint, problem = tied
            assert tied_records(PUBLIC, complaint=complaint) == ()
            assert tied_records(PUBLIC, problem=problem) == ()
            db.session.rollback()
    assert both_ways(office.app, tied)


def test_a_case_handled_with_it_is_tied_too(office: Office, tied: tuple[int, str, str]) -> None:
    number, complaint, problem = tied
    with office.app.app_context(), unit_of_work():
        other = in_progress(office)
        db.session.get_one(Case, number).merged_into_id = other
        db.session.execute(update(Problem).values(origin_ref=f"complaint/{other}"))
    assert both_ways(office.app, (number, complaint, problem))
