"""What the writer does after lodging, and what they see of the case."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.complaints.kinds import Channel, Rating, WhyExcluded
from portal.complaints.models import CaseExclusion, CaseStep
from portal.complaints.queries.track import TrackView, track_view
from portal.complaints.service import citizen
from portal.complaints.service.clocks import begin_pause
from portal.complaints.service.recompute import recompute
from portal.complaints.service.steps import ChangedMeanwhile, WordsMissing, step
from portal.complaints.service.words import Told, step_words
from portal.domain.actor import Actor
from portal.domain.case_status import CaseEvent, CaseRefused, CaseStatus
from portal.domain.permissions import Role
from portal.domain.response_clock import Judgement
from portal.domain.working_days import Arranged, DayFact
from portal.extensions import db
from portal.intake.attachments import MOST_FILES, FileRefused, Prepared, files_of
from portal.intake.models import FileKind
from portal.reference.calendar_service import NoticeDocument, amend_calendar
from portal.vault import sealing
from tests.integration.complaints.cases import (
    CLERK,
    LODGEMENT,
    NOON,
    acting_at,
    case_of,
    enter_home,
    lodge_case,
)
from tests.surfaces.staff import make_staff

PHOTO = Prepared(FileKind.PHOTO, b"\xff\xd8\xff rebuilt")


def work(app: Flask, number: int, event: CaseEvent, days: int, words: str | None = None) -> None:
    """Let a clerk do a step so many days after the receipt."""
    with acting_at(app, NOON + timedelta(days=days)):
        step(case_of(number), event, CLERK, words=words, to_citizen=words is not None)


def replied(app: Flask, handler: int | None = None) -> int:
    """Lodge a case and bring it to its answer."""
    number, _ = lodge_case(app)
    work(app, number, CaseEvent.ACCEPT, 1)
    with acting_at(app, NOON + timedelta(days=1)):
        case_of(number).handler_id = handler
    work(app, number, CaseEvent.ASSIGN, 1)
    work(app, number, CaseEvent.REPLY, 2, "已经查过，夜班一人，责令增加。")
    return number


def seen(app: Flask, number: int, days: int = 3) -> TrackView:
    with app.app_context(), clock.moved_to(NOON + timedelta(days=days)):
        return track_view(case_of(number))


def test_adding_leaves_a_sealed_line_and_a_new_version(app: Flask) -> None:
    number, _ = lodge_case(app)
    with app.app_context():
        before = case_of(number).version
    with acting_at(app, NOON):
        citizen.add(case_of(number), " 补充：是三号楼。 ", [PHOTO])
    with app.app_context():
        assert case_of(number).version == before + 1  # a clerk who has the older page open is told
        line = db.session.scalars(select(CaseStep).where(CaseStep.event == CaseEvent.ADD)).one()
        assert (step_words(line), line.to_citizen, line.actor) == ("补充：是三号楼。", True, "群众")
        assert "三号楼" not in (line.words_sealed or "")
        assert len(files_of(case_of(number).subject)) == 1


def test_there_is_something_to_add_or_to_answer(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    with pytest.raises(WordsMissing), acting_at(sqlite_app, NOON):
        citizen.add(case_of(number), "  ")
    with pytest.raises(CaseRefused), acting_at(sqlite_app, NOON):
        citizen.answer_question(case_of(number), "没有人问。")
    with acting_at(sqlite_app, NOON):
        citizen.add(case_of(number), "", [PHOTO] * MOST_FILES)
    with pytest.raises(FileRefused), acting_at(sqlite_app, NOON):
        citizen.add(case_of(number), "再加一张", [PHOTO])
    with sqlite_app.app_context():
        assert len(db.session.scalars(select(CaseStep).where(CaseStep.event == CaseEvent.ADD)).all()) == 1


def test_a_complaint_taken_back_stays_taken_back(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    with acting_at(sqlite_app, NOON):
        citizen.withdraw(case_of(number), "已经解决了。")
    view = seen(sqlite_app, number)
    assert (view.status, view.may) == (CaseStatus.WITHDRAWN, ())
    assert view.rounds[0].first.judgement is None
    assert view.rounds[0].withdrawn_at == NOON
    for deed in (citizen.withdraw, lambda case: citizen.add(case, "又想起一件事")):
        with pytest.raises(CaseRefused), acting_at(sqlite_app, NOON):
            deed(case_of(number))


def test_the_last_rating_counts_and_each_leaves_its_line(sqlite_app: Flask) -> None:
    number = replied(sqlite_app)
    for rating, reason in ((Rating.SATISFIED, ""), (Rating.UNSATISFIED, "没有说夜班几个人。")):
        with acting_at(sqlite_app, NOON + timedelta(days=4)):
            citizen.rate(case_of(number), rating, reason)
    with sqlite_app.app_context():
        case = case_of(number)
        assert (case.rating, case.rated_at) == (Rating.UNSATISFIED, NOON + timedelta(days=4))
        assert sealing.unseal(case.rating_reason_sealed or "") == "没有说夜班几个人。"
    lines = [line for line in seen(sqlite_app, number).lines if line.event is CaseEvent.RATE]
    assert [(line.said["rating"], line.words) for line in lines] == [
        ("satisfied", None),
        ("unsatisfied", "没有说夜班几个人。"),
    ]


def test_a_second_handling_is_asked_for_once_and_done_by_somebody_else(app: Flask) -> None:
    handler = make_staff(app).id
    number = replied(app, handler)
    with pytest.raises(WordsMissing), acting_at(app, NOON + timedelta(days=4)):
        citizen.ask_again(case_of(number), " ")
    with acting_at(app, NOON + timedelta(days=4)):
        citizen.ask_again(case_of(number), "没有说夜班几个人。")
    with app.app_context():
        case = case_of(number)
        assert (case.status, case.handler_id, case.round_number) == (CaseStatus.REOPENED, None, 2)
        assert case.ended_at is None
        excluded = db.session.scalars(select(CaseExclusion)).one()
        assert (excluded.staff_id, excluded.why) == (handler, WhyExcluded.EARLIER)
    view = seen(app, number, 5)
    assert CaseEvent.ASK_AGAIN not in view.may
    assert [(one.number, one.first.judgement) for one in view.rounds] == [
        (1, Judgement.IN_TIME),
        (2, Judgement.RUNNING),
    ]
    work(app, number, CaseEvent.ASSIGN, 5)
    work(app, number, CaseEvent.REPLY, 6, "再查过。")
    with pytest.raises(CaseRefused, match="已经重新办理过一次"), acting_at(app, NOON + timedelta(days=7)):
        citizen.ask_again(case_of(number), "还是不满意。")
    assert seen(app, number, 8).answer == "再查过。"


def test_who_refused_a_case_does_not_handle_it_again(sqlite_app: Flask) -> None:
    reviewer = make_staff(sqlite_app, Role.REVIEWER)
    number, _ = lodge_case(sqlite_app)
    with acting_at(sqlite_app, NOON):
        step(case_of(number), CaseEvent.REFUSE, Actor("示例县民政审核", reviewer.id), words="不属于本部门。")
    with acting_at(sqlite_app, NOON):
        citizen.ask_again(case_of(number), "应当由你们管。")
    with sqlite_app.app_context():
        assert db.session.scalars(select(CaseExclusion.staff_id)).all() == [reviewer.id]


def test_of_two_at_one_moment_one_is_told(app: Flask) -> None:
    number, _ = lodge_case(app)

    def accept() -> None:
        work(app, number, CaseEvent.ACCEPT, 1)

    with pytest.raises(ChangedMeanwhile, match=CLERK.name), acting_at(app, NOON):
        case = case_of(number)
        clerk = threading.Thread(target=accept)
        clerk.start()
        clerk.join()
        citizen.withdraw(case)
    with app.app_context():
        assert case_of(number).status is CaseStatus.ACCEPTED


def test_the_writer_sees_home_words_clocks_and_what_they_may_do(sqlite_app: Flask) -> None:
    home = enter_home(sqlite_app)
    number, _ = lodge_case(sqlite_app, institution_id=home, files=[PHOTO])
    view = seen(sqlite_app, number, 0)
    assert (view.home, view.told, view.status) == ("示例敬老院", LODGEMENT.told, CaseStatus.LODGED)
    assert view.home_id is not None
    assert view.region == "福建省三明市三元区"
    (only,) = view.rounds
    assert (only.first.due.day, only.first.left, only.first.over) == (date(2026, 3, 9), 5, 0)
    assert (only.final.due.day, only.final.left, only.final.judgement) == (
        date(2026, 3, 30),
        20,
        Judgement.RUNNING,
    )
    assert only.first.strip is not None
    assert [cell.day.day for cell in only.first.strip.cells] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert view.may == (CaseEvent.ADD, CaseEvent.WITHDRAW)
    assert [(one.kind, one.size) for one in view.files] == [(FileKind.PHOTO, len(PHOTO.data))]
    assert [line.event for line in view.lines] == [CaseEvent.LODGE]
    assert "护工" not in repr(view)


def test_a_home_that_is_not_listed_is_called_as_the_writer_did(sqlite_app: Flask) -> None:
    told = Told("不给吃饭。", place_name="幸福之家", place="城东路")
    number, _ = lodge_case(sqlite_app, told=told)
    view = seen(sqlite_app, number)
    assert (view.home_id, view.home) == (None, "幸福之家")


def test_the_writer_sees_what_is_said_to_them_and_no_more(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    work(sqlite_app, number, CaseEvent.ACCEPT, 1)
    work(sqlite_app, number, CaseEvent.ASSIGN, 1)
    with acting_at(sqlite_app, NOON + timedelta(days=1)):
        step(case_of(number), CaseEvent.NOTE, CLERK, words="这家以前也有人投诉。")
        begin_pause(case_of(number))
    work(sqlite_app, number, CaseEvent.ASK, 1, "夜班几个人？")
    view = seen(sqlite_app, number)
    assert [(line.event, line.words, line.by_citizen) for line in view.lines] == [
        (CaseEvent.LODGE, None, True),
        (CaseEvent.ASK, "夜班几个人？", False),
    ]
    assert view.question == "夜班几个人？"
    assert view.may == (CaseEvent.ANSWER_QUESTION, CaseEvent.ADD, CaseEvent.WITHDRAW)
    strip = view.rounds[0].final.strip
    assert strip is not None
    assert strip.pause is not None
    assert strip.pause.running
    with acting_at(sqlite_app, NOON + timedelta(days=4)):
        citizen.answer_question(case_of(number), "一个人。")
    after = seen(sqlite_app, number, 5)
    assert (after.question, after.status) == (None, CaseStatus.IN_PROGRESS)


def test_a_last_day_that_moved_is_told_in_words(sqlite_app: Flask) -> None:
    called = clock.at(date(2026, 2, 27), 16)
    number, _ = lodge_case(sqlite_app, channel=Channel.PHONE, received_at=called, by=CLERK)
    with sqlite_app.app_context():
        step_line = sqlite_app.jinja_env.get_template("macros/complaint_case.html").module.said  # type: ignore[attr-defined]
        amend_calendar({date(2026, 3, 3): DayFact(Arranged.REST, "示例节")}, NoticeDocument("通知"), CLERK)
        recompute(CLERK)
        lines = [str(step_line(line)).strip() for line in track_view(case_of(number)).lines]
    assert lines == [
        "",
        "期限从2026年2月27日 16:00收到时算起。",
        "放假安排有变动，首次答复的最后一天由2026年3月5日（周四）改为2026年3月6日（周五），"
        "办结的最后一天由2026年3月26日（周四）改为2026年3月27日（周五）。",
    ]


def test_a_clock_judged_by_an_older_calendar_is_not_drawn_by_the_newer(sqlite_app: Flask) -> None:
    number = replied(sqlite_app)
    done = sqlite_app.test_cli_runner().invoke(
        args=[
            *("calendar", "amend", "--rest", "2026-03-06=示例节"),
            *("--document", "国务院办公厅通知", "--commit"),
        ]
    )
    assert done.exit_code == 0
    first = seen(sqlite_app, number).rounds[0].first
    assert (first.due.day, first.judgement, first.strip) == (date(2026, 3, 9), Judgement.IN_TIME, None)


def test_a_late_answer_is_late_by_so_many_working_days(sqlite_app: Flask) -> None:
    number, _ = lodge_case(sqlite_app)
    assert seen(sqlite_app, number, 8).rounds[0].first.judgement is Judgement.OVERDUE
    work(sqlite_app, number, CaseEvent.ACCEPT, 1)
    work(sqlite_app, number, CaseEvent.FIRST_ANSWER, 11, "还在查。")
    first = seen(sqlite_app, number, 40).rounds[0].first
    assert (first.judgement, first.over, first.left) == (Judgement.LATE, 4, 0)


def test_once_erased_there_are_no_words(sqlite_app: Flask) -> None:
    number = replied(sqlite_app)
    with acting_at(sqlite_app, NOON + timedelta(days=9)):
        sealing.erase(case_of(number).subject)
    view = seen(sqlite_app, number, 9)
    assert (view.told, view.answer) == (None, None)
